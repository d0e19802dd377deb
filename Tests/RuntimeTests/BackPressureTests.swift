import Dataflow
import EndpointKit
import OperatorFixtures
import Runtime
import Synchronization
import Testing

/// Sources that are faster than sinks, sinks that stop, and windows that hold what sources need acknowledged.
@Suite(.timeLimit(.minutes(10)))
struct BackPressureTests {
  private static let modules: [String: OperatorFixture] = ["window": .delayingToTenSeconds, "join": .joining, "copy": .passingOn]

  @Test(arguments: [1, 3]) func `A source that is as fast as can be is held back by its sink`(workers: Int) throws {
    var graph = try TestGraph(GraphText(chain: "map copy"), Self.modules)
    graph.options.workers = workers
    graph.options.maximumBatch = 8
    let source = LimitedSource(Array(repeating: "x", count: 5000), limit: nil)
    // Takes nothing before the source has given what there is room for, whatever happens.
    let sink = MemorySink { count in if count == 1 { source.waitUntil(given: 4) } }
    _ = try GraphRun(try RunPlan(graph.options), source: source, sink: sink) { _ in }.run()
    #expect(sink.items.count == 5000)
    // What waits, what is being added to it, and the batches that are under way.
    let bound = 2 * 8 * workers * 2 + 8 * (2 * workers + 3)
    #expect(source.mostUnacknowledged <= bound, "\(source.mostUnacknowledged)")
  }

  @Test(arguments: [1, 3]) func `A limit on what is in flight holds, and changes nothing where there are no windows`(workers: Int) throws {
    var graph = try TestGraph(GraphText(chain: "map copy"), Self.modules)
    graph.options.workers = workers
    let file = try graph.folder.write("run.yaml", "sources: { in: { maxInFlight: 7 } }\n")
    try RunConfiguration(path: file).apply(to: &graph.options)
    let source = LimitedSource((0..<500).map { "\($0)" }, limit: nil), sink = MemorySink(), events = EventRecorder()
    _ = try GraphRun(try RunPlan(graph.options), source: source, sink: sink, onEvent: events.record).run()
    #expect(sink.payloads == (0..<500).map { "\($0)" } && source.mostUnacknowledged <= 7 && events.notices.isEmpty)
  }

  @Test(arguments: [1, 3]) func `Windows larger than what may be in flight come out in parts, and nothing waits for ever`(workers: Int) throws {
    var graph = try TestGraph(GraphText(chain: "map copy", "delay window", "accumulate join"), Self.modules)
    graph.options.workers = workers
    // As with a broker that gives no more until something is acknowledged.
    let source = LimitedSource((0..<24).map { "\($0) " }, limit: 5), sink = MemorySink(), events = EventRecorder()
    _ = try GraphRun(try RunPlan(graph.options), source: source, sink: sink, onEvent: events.record).run()
    #expect(sink.payloads == ["0 ", "1 2 3 4 5 ", "6 7 8 9 10 ", "11 12 13 14 15 ", "16 17 18 19 20 ", "21 22 23 "])
    #expect(source.mostUnacknowledged == 5 && source.recorder.outcomes.values.allSatisfy { $0 == [.delivered] })
    #expect(events.notices.contains { $0.hasPrefix("in ") && $0.contains("5 messages") && $0.contains("maxInFlight") }, "\(events.notices)")
  }

  @Test func `A window as large as what may be in flight comes out whole`() throws {
    var graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    graph.options.time.allowedLateness = .zero
    let source = LimitedSource((1...30).map { "\($0) " }, limit: 12, firstSecond: 1), sink = MemorySink(), events = EventRecorder()
    _ = try GraphRun(try RunPlan(graph.options), source: source, sink: sink, onEvent: events.record).run()
    #expect(sink.payloads == [1...10, 11...20, 21...30].map { $0.map { "\($0) " }.joined() } && events.notices.isEmpty)
  }

  @Test func `With halt, a window larger than what may be in flight ends the run`() throws {
    var graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    graph.options.whenFull = .halt
    let source = LimitedSource((1..<24).map { "\($0) " }, limit: 5)
    let error = try #require(throws: RunError.self) { try GraphRun(try RunPlan(graph.options), source: source, sink: MemorySink()) { _ in }.run() }
    #expect(error.code == .halted && error.message.contains("no more messages in flight"), "\(error)")
    #expect(source.recorder.outcomes.values.allSatisfy { $0 == [.abandoned] })
  }

  @Test func `A limit in bytes counts as one in messages does`() throws {
    var graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    graph.options.maximumBatch = 1
    let file = try graph.folder.write("run.yaml", "sources: { '*': { maxInFlightBytes: 1KiB } }\n")
    try RunConfiguration(path: file).apply(to: &graph.options)
    let source = LimitedSource(Array(repeating: String(repeating: "x", count: 50), count: 40), limit: nil), sink = MemorySink()
    _ = try GraphRun(try RunPlan(graph.options), source: source, sink: sink) { _ in }.run()
    #expect(sink.payloads.joined().utf8.count == 2000 && sink.payloads.count >= 8)
  }

  // MARK: Stopping

  @Test(arguments: [true, false]) func `When a run is stopped, windows stay open where their messages come again, and close where they do not`(redelivers: Bool) throws {
    let graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    let source = LimitedSource((0..<14).map { "\($0) " }, limit: nil, redelivers: redelivers, finishes: false)
    let events = EventRecorder(), current = Mutex<GraphRun?>(nil)
    let sink = MemorySink()
    source.onGiven = { count in if count == 14 { current.withLock { $0?.stop() } } }
    let run = try GraphRun(try RunPlan(graph.options), source: source, sink: sink, onEvent: events.record)
    current.withLock { $0 = run }
    let summary = try run.run()
    current.withLock { $0 = nil }
    #expect(summary.wasStopped)
    // The first window has closed in time: its end is more than the allowed lateness ago.
    let first = "0 ", second = (1...10).map { "\($0) " }.joined(), third = "11 12 13 "
    #expect(sink.payloads == (redelivers ? [first] : [first, second, third]))
    #expect(source.recorder.outcomes.count == 14)
    #expect(source.recorder.outcomes.values.count { $0 == [.abandoned] } == (redelivers ? 13 : 0))
    #expect(events.notices == (redelivers ? ["window 13 items are in windows that are still open: they are not acknowledged, and will come again"] : []))
  }
}

/// Gives messages a second apart, no more than a limit before some are acknowledged.
private final class LimitedSource: Source {
  private struct State {
    var next = 0
    var unacknowledged = 0
    var mostUnacknowledged = 0
    var isStopped = false
  }

  let recorder = DeliveryRecorder()
  let inFlightLimit: Int?
  let redelivers: Bool
  private let payloads: [String], firstSecond: UInt64, finishes: Bool
  private let state = ConditionLock(State())
  private let given = Mutex<(@Sendable (Int) -> Void)?>(nil)

  init(_ payloads: [String], limit: Int?, redelivers: Bool = false, finishes: Bool = true, firstSecond: UInt64 = 0) {
    self.payloads = payloads
    self.firstSecond = firstSecond
    inFlightLimit = limit
    self.redelivers = redelivers
    self.finishes = finishes
  }

  /// Called when all messages have been given, and the source is asked for more.
  var onGiven: (@Sendable (Int) -> Void)? {
    get { given.withLock { $0 } }
    set { given.withLock { $0 = newValue } }
  }
  var mostUnacknowledged: Int { state.read { $0.mostUnacknowledged } }
  func waitUntil(given count: Int) { _ = state.wait { $0.next >= count ? true : nil } }

  func next(atMost limit: Int) -> SourceBatch {
    if state.read({ $0.next == payloads.count }) { onGiven?(payloads.count) }
    let range: Range<Int> = state.wait { state in
      if state.isStopped { return 0..<0 }
      let count = min(limit, payloads.count - state.next, (inFlightLimit ?? .max) - state.unacknowledged)
      guard count > 0 else { return state.next == payloads.count && finishes ? 0..<0 : nil }
      defer { state.next += count }
      state.unacknowledged += count
      state.mostUnacknowledged = max(state.mostUnacknowledged, state.unacknowledged)
      return state.next..<(state.next + count)
    } ?? 0..<0
    if range.isEmpty { return .finished }
    return .items(range.map { number in
      let time = Timestamp(seconds: firstSecond + UInt64(number))
      return Item(
        time: time, data: .message(Message(timestamp: time, topic: [], payload: Array(payloads[number].utf8))), origin: Origin(name: "\(number)", topic: []),
        delivery: Delivery(id: UInt64(number), observer: self))
    })
  }

  func stop() { state.change { $0.isStopped = true } }
}

extension LimitedSource: DeliveryObserver {
  func delivery(_ id: UInt64, completed outcome: Delivery.Outcome) {
    recorder.delivery(id, completed: outcome)
    state.change { $0.unacknowledged -= 1 }
  }
}
