import Dataflow
import EndpointKit
import GraphDefinition
import OperatorFixtures
import OperatorHost
import Runtime
import Synchronization
import Testing

/// Windows in graphs that run: items `0`, `1`, … come a second apart, from two nodes.
struct WindowRunTests {
  private static let modules: [String: OperatorFixture] = ["window": .delayingToTenSeconds, "join": .joining, "copy": .passingOn]

  @Test(arguments: [1, 2, 4]) func `Windows of ten seconds come out whole, one after the other, with any number of workers`(workers: Int) throws {
    var graph = try TestGraph(GraphText(chain: "map copy", "delay window", "accumulate join"), Self.modules)
    graph.options.workers = workers
    let result = try graph.run((0..<45).map { "\($0) " })
    let windows = [0...0, 1...10, 11...20, 21...30, 31...40, 41...44]
    #expect(result.sink.payloads == windows.map { $0.map { "\($0) " }.joined() })
    #expect(result.sink.items.map(\.time.seconds) == [0, 10, 20, 30, 40, 50])
    #expect(result.outcomes.count == 45 && result.outcomes.values.allSatisfy { $0 == [.delivered] })
    let join = try #require(result.summary.operation("join")), window = try #require(result.summary.operation("window"))
    #expect(join.counters.received == 45 && join.counters.emitted == 6 && join.statistics?.calls == 6)
    #expect(window.counters.received == 45 && window.counters.emitted == 45)
    // What keeps items has one instance, whatever the number of workers.
    #expect(result.events.logs.count { $0.hasPrefix("join") } == 1)
  }

  @Test func `The result of a window keeps the envelope that the accumulate starts with`() throws {
    let result = try TestGraph(GraphText(chain: "accumulate join"), Self.modules).run(["A"])
    guard case .message(let message)? = result.sink.items.first?.data else { Issue.record("\(result.sink.items)"); return }
    #expect(message == Message(timestamp: Timestamp(seconds: 0, nodeID: "node 0"), topic: [], payload: Array("A".utf8)))
    #expect(result.sink.items.first?.origin.topic == Array("test".utf8))
  }

  @Test func `Of a window, items that trap or are refused cost themselves alone`() throws {
    let graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    let result = try graph.run(["A", "B", "t", "C", "e", "D", "E"])
    #expect(result.sink.payloads == ["A", "BCDE"])
    #expect(result.events.failures == ["join 2 trapped", "join 4 rejected"])
    #expect(result.outcomes.count == 7 && result.outcomes.values.allSatisfy { $0.count == 1 && $0[0].isAcknowledged })
  }

  @Test(arguments: [1, 3]) func `Branches close a window together`(workers: Int) throws {
    let text = GraphText(
      ["source in", "delay window", "filter yes", "accumulate left join:1.0.0", "accumulate right join:1.0.0", "concatenate both", "accumulate all join:1.0.0", "sink out"],
      ["in -> window", "window -> yes", "yes -> left", "window -> right", "left -> both", "right -> both", "both -> all", "all -> out"])
    var graph = try TestGraph(text, Self.modules.merging(["yes": .keepingYes]) { $1 })
    graph.options.workers = workers
    let result = try graph.run(["A", "y1", "B", "C", "y2", "D", "E", "F", "G", "H", "I", "J", "y3", "K"])
    #expect(result.sink.payloads == ["A", "y1y2y1BCy2DEFGHI", "y3Jy3K"])
    #expect(result.outcomes.count == 14 && result.outcomes.values.allSatisfy { $0 == [.delivered] })
  }

  @Test func `A window closes although nothing comes any more`() throws {
    let graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    let source = OpenSource([(1000, "A"), (1004, "B")])
    let sink = MemorySink { count in if count == 2 { source.stop() } }
    // Each look at the clock finds half a minute gone.
    let now = Mutex(WallTime(seconds: 1000))
    let clock = EndpointClock(wallTime: {
      now.withLock { now in
        now = now.adding(30_000_000_000)
        return now
      }
    })
    _ = try GraphRun(try RunPlan(graph.options), source: source, sink: sink, clock: clock) { _ in }.run()
    #expect(sink.payloads == ["A", "B"])
  }

  // MARK: Lateness

  /// Seven messages, of which the fourth and the sixth are late.
  private static let times: [UInt64] = [101, 103, 112, 104, 114, 95, 123]

  @Test func `Late messages are dropped, counted and told`() throws {
    var graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    graph.options.time = TimeSettings(allowedLateness: .seconds(1))
    let source = OpenSource(zip(Self.times, ["A", "B", "C", "D", "E", "F", "G"]).map { ($0, $1) }, finishes: true), sink = MemorySink(), events = EventRecorder()
    let summary = try GraphRun(try RunPlan(graph.options), source: source, sink: sink, onEvent: events.record).run()
    #expect(sink.payloads == ["AB", "CE", "G"])
    #expect(source.recorder.outcomes[3] == [.dropped] && source.recorder.outcomes[5] == [.dropped])
    #expect(summary.operation("in")?.counters.late == 2)
    #expect(events.notices.count == 1 && events.notices[0].contains("later than the allowed"), "\(events.notices)")
  }

  @Test func `Late messages go into the open window where that is wanted`() throws {
    var graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    let file = try graph.folder.write("run.yaml", "sources: { in: { allowedLateness: 1s, late: emit } }\n")
    try RunConfiguration(path: file).apply(to: &graph.options)
    let source = OpenSource(zip(Self.times, ["A", "B", "C", "D", "E", "F", "G"]).map { ($0, $1) }, finishes: true), sink = MemorySink()
    let summary = try GraphRun(try RunPlan(graph.options), source: source, sink: sink) { _ in }.run()
    #expect(sink.payloads == ["AB", "CDEF", "G"] && summary.operation("in")?.counters.late == 2)
  }

  @Test func `In processing time nothing is late`() throws {
    var graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    graph.options.time = TimeSettings(.processing)
    let source = OpenSource(zip(Self.times, ["A", "B", "C", "D", "E", "F", "G"]).map { ($0, $1) }, finishes: true), sink = MemorySink()
    let clock = EndpointClock(wallTime: { WallTime(seconds: 5003) })
    let summary = try GraphRun(try RunPlan(graph.options), source: source, sink: sink, clock: clock) { _ in }.run()
    #expect(sink.payloads == ["ABCDEFG"] && summary.operation("in")?.counters.late == 0)
    #expect(sink.items.first?.time == Timestamp(seconds: 5010))
  }

  @Test func `A window that does not fit comes out in parts`() throws {
    var graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    graph.options.heldBytes = 1000
    let events = EventRecorder()
    let result = try graph.run((0..<40).map { _ in "A" }, events: events)
    #expect(result.sink.payloads.joined().count == 40 && result.sink.payloads.count > 5)
    #expect(result.outcomes.values.allSatisfy { $0 == [.delivered] })
    #expect(events.notices.count == 1 && events.notices[0].contains("parts"))
    graph.options.whenFull = .halt
    let error = try #require(throws: RunError.self) { try graph.run((0..<40).map { _ in "A" }) }
    #expect(error.code == .halted, "\(error)")
  }

  // MARK: Several sources and sinks

  @Test(arguments: [1, 3]) func `Each source and each sink has its own endpoint`(workers: Int) throws {
    let text = GraphText(
      ["source a", "source b", "concatenate both", "map copy", "map mine copy:1.0.0", "sink out", "sink own"],
      ["a -> both", "b -> both", "both -> copy", "copy -> out", "b -> mine", "mine -> own"])
    var graph = try TestGraph(text, Self.modules)
    graph.options.workers = workers
    let a = MemorySource((0..<50).map { Array("a\($0)".utf8) }), b = MemorySource((0..<30).map { Array("b\($0)".utf8) })
    let out = MemorySink(), own = MemorySink()
    let run = try GraphRun(try RunPlan(graph.options), sources: ["a": a, "b": b], sinks: ["out": out, "own": own]) { _ in }
    _ = try run.run()
    #expect(out.payloads.filter { $0.hasPrefix("a") } == (0..<50).map { "a\($0)" } && out.payloads.filter { $0.hasPrefix("b") } == (0..<30).map { "b\($0)" })
    #expect(own.payloads == (0..<30).map { "b\($0)" } && own.isClosed && out.isClosed)
    #expect(a.recorder.outcomes.count == 50 && b.recorder.outcomes.count == 30)
    #expect((Array(a.recorder.outcomes.values) + b.recorder.outcomes.values).allSatisfy { $0 == [.delivered] })
  }

  @Test func `An endpoint that is missing, or that no operation has, is named`() throws {
    let graph = try TestGraph(GraphText(chain: "map copy"), Self.modules)
    let plan = try RunPlan(graph.options)
    let missing = try #require(throws: RunError.self) { try GraphRun(plan, sources: [:], sinks: ["out": MemorySink()]) { _ in } }
    #expect(missing.message.contains("source in"))
    let unknown = try #require(throws: RunError.self) { try GraphRun(plan, sources: ["in": MemorySource([])], sinks: ["out": MemorySink(), "far": MemorySink()]) { _ in } }
    #expect(unknown.message.contains("far") && unknown.message.contains("out"))
  }
}

/// Gives messages of certain times, one at a time; then it waits for messages that do not come, until it is stopped.
private final class OpenSource: Source {
  let recorder = DeliveryRecorder()
  private let state: ConditionLock<(messages: [(UInt64, String)], next: Int, isStopped: Bool)>
  private let finishes: Bool

  init(_ messages: [(UInt64, String)], finishes: Bool = false) {
    state = ConditionLock((messages, 0, false))
    self.finishes = finishes
  }

  func next(atMost limit: Int) -> SourceBatch {
    let next: (Int, (UInt64, String))?? = state.wait { state in
      if state.isStopped { return .some(nil) }
      guard state.next < state.messages.count else { return finishes ? .some(nil) : nil }
      state.next += 1
      return (state.next - 1, state.messages[state.next - 1])
    }
    guard let (number, (seconds, payload)) = next ?? nil else { return .finished }
    let time = Timestamp(seconds: seconds, nodeID: "test")
    return .items([
      Item(
        time: time, data: .message(Message(timestamp: time, topic: [], payload: Array(payload.utf8))), origin: Origin(name: "\(number)", topic: []),
        delivery: Delivery(id: UInt64(number), observer: recorder))
    ])
  }

  func stop() { state.change { $0.isStopped = true } }
}
