import Dataflow
import EndpointKit
import Foundation
import InputLog
import OperatorFixtures
import Runtime
import Synchronization
import Testing

/// Runs that are recorded, and replays of them.
@Suite(.timeLimit(.minutes(10)))
struct ReplayTests {
  private static let modules: [String: OperatorFixture] = [
    "window": .delayingToTenSeconds, "join": .joining, "copy": .passingOn, "tell": .telling, "yes": .keepingYes,
  ]

  /// What a run put out: everything that a sink could write.
  private static func output(_ sink: MemorySink) -> [String] {
    sink.items.map { "\($0.origin.name) \($0.time) \($0.outgoingMessage)" }
  }

  private static func replay(_ graph: TestGraph, workers: Int, deadLetters: MemorySink? = nil) throws -> (output: [String], summary: RunSummary) {
    var options = graph.options
    options.workers = workers
    let sink = MemorySink()
    let plan = try RunPlan(options)
    let log = try InputLogReader(path: graph.folder.path + "/log")
    #expect(plan.changes(since: log.header) == [])
    let run = try GraphRun(plan, replaying: log, sinks: Dictionary(uniqueKeysWithValues: plan.graph.sinks.map { ($0.name, sink) }), deadLetters: deadLetters) { _ in }
    let summary = try run.run()
    return (output(sink), summary)
  }

  private static func recording(_ graph: TestGraph) -> Recording { Recording(path: graph.folder.path + "/log", program: "test", arguments: ["--late", "emit"]) }

  @Test(arguments: [1, 4]) func `A replay puts out what the run did, on any number of workers, clocks and random numbers of operators included`(workers: Int) throws {
    var graph = try TestGraph(GraphText(chain: "map copy", "map tell", "map other tell:1.0.0"), Self.modules)
    graph.options.workers = workers
    let sink = MemorySink(), source = MemorySource((0..<300).map { Array("item \($0)".utf8) })
    _ = try GraphRun(try RunPlan(graph.options), source: source, sink: sink, recording: Self.recording(graph)) { _ in }.run()
    let output = Self.output(sink)
    #expect(output.count == 300 && Set(sink.items.map { $0.outgoingMessage.payload }).count == 300)
    for workers in [1, 2, 5] {
      let replay = try Self.replay(graph, workers: workers)
      #expect(replay.output == output)
      #expect(replay.summary.replay?.items == 300 && replay.summary.replay?.end == .complete)
    }
  }

  @Test func `What operators see of time goes on, and is that of the messages' arrival`() throws {
    let graph = try TestGraph(GraphText(chain: "map tell"), Self.modules)
    let sink = MemorySink(), now = Mutex(WallTime(seconds: 5000))
    let clock = EndpointClock(wallTime: {
      now.withLock { now in
        now = now.adding(1_000_000)
        return now
      }
    })
    _ = try GraphRun(
      try RunPlan(graph.options), source: MemorySource((0..<50).map { [UInt8($0)] }), sink: sink, recording: Self.recording(graph), clock: clock) { _ in }.run()
    func number(_ bytes: [UInt8], _ offset: Int) -> UInt64 { (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) } }
    let payloads = sink.items.map { $0.outgoingMessage.payload }
    let wall = payloads.map { number($0, 0) * 1_000_000_000 + number($0, 8) & 0xFFFF_FFFF }, monotonic = payloads.map { number($0, 16) }
    #expect(wall.allSatisfy { (5_000_000_000_000..<5_001_000_000_000).contains($0) } && zip(wall, wall.dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(monotonic, monotonic.dropFirst()).allSatisfy { $0 < $1 } && monotonic.allSatisfy { $0 < 1_000_000_000 })
    #expect(Set(payloads.map { number($0, 24) }).count == 50)
  }

  @Test(arguments: [1, 3]) func `Windows of several sources close where they did, by what came and by the clock`(workers: Int) throws {
    let text = GraphText(
      ["source left", "source right", "concatenate both", "delay window", "accumulate join", "map tell", "sink out", "sink told"],
      ["left -> both", "right -> both", "both -> window", "window -> join", "join -> out", "join -> tell", "tell -> told"])
    var graph = try TestGraph(text, Self.modules)
    graph.options.workers = workers
    graph.options.time.allowedLateness = .seconds(2)
    graph.options.time.late = .emit
    // Each look at the clock finds some time gone, so that silence moves frontiers, and by how much is up to the threads.
    let now = Mutex(WallTime(seconds: 40))
    let clock = EndpointClock(wallTime: {
      now.withLock { now in
        now = now.adding(700_000_000)
        return now
      }
    })
    let times: [UInt64] = [1, 3, 12, 5, 22, 21, 9, 33, 38, 2]
    let left = ScriptedSource("l", times), right = ScriptedSource("r", times.map { $0 + 1 })
    let sink = MemorySink()
    let run = try GraphRun(
      try RunPlan(graph.options), sources: ["left": left, "right": right], sinks: ["out": sink, "told": sink], recording: Self.recording(graph), clock: clock) { _ in }
    let summary = try run.run()
    let output = Self.output(sink)
    #expect(!output.isEmpty && summary.operation("window")?.counters.received == 20)
    for workers in [1, 4] {
      let replay = try Self.replay(graph, workers: workers)
      #expect(replay.output == output)
      #expect(replay.summary.operation("left")?.counters.late == summary.operation("left")?.counters.late)
    }
  }

  @Test func `Windows that were let out in parts are so again`() throws {
    var graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    let file = try graph.folder.write("run.yaml", "sources: { in: { maxInFlight: 3 } }\n")
    try RunConfiguration(path: file).apply(to: &graph.options)
    let sink = MemorySink()
    _ = try GraphRun(
      try RunPlan(graph.options), source: MemorySource((0..<40).map { Array("\($0) ".utf8) }), sink: sink, recording: Self.recording(graph)) { _ in }.run()
    #expect(sink.items.count > 10)
    #expect(try Self.replay(graph, workers: 2).output == Self.output(sink))
  }

  @Test func `Dead letters and their times are the same`() throws {
    var graph = try TestGraph(GraphText(chain: "map tell"), Self.modules)
    graph.options.errorPolicy = ErrorPolicy(.deadLetter)
    let sink = MemorySink(), letters = MemorySink()
    _ = try GraphRun(
      try RunPlan(graph.options), source: MemorySource(["a", "t", "b", "t", "c"].map { Array($0.utf8) }), sink: sink, deadLetters: letters,
      recording: Self.recording(graph)) { _ in }.run()
    #expect(letters.items.count == 2)
    let again = MemorySink()
    #expect(try Self.replay(graph, workers: 3, deadLetters: again).output == Self.output(sink))
    #expect(Self.output(again) == Self.output(letters))
  }

  // MARK: Recordings that do not go to their end

  @Test func `Of a recording that is cut off, the prefix is replayed`() throws {
    let graph = try TestGraph(GraphText(chain: "delay window", "accumulate join"), Self.modules)
    let sink = MemorySink()
    _ = try GraphRun(
      try RunPlan(graph.options), source: MemorySource((0..<60).map { Array("\($0) ".utf8) }), sink: sink, recording: Self.recording(graph)) { _ in }.run()
    let whole = Self.output(sink), path = graph.folder.path + "/log"
    let bytes = try Data(contentsOf: URL(filePath: path))
    try bytes.prefix(bytes.count - 300).write(to: URL(filePath: path))
    let replay = try Self.replay(graph, workers: 2)
    guard case .cutOff(let offset) = replay.summary.replay?.end else { Issue.record("\(String(describing: replay.summary.replay))"); return }
    #expect(offset <= UInt64(bytes.count - 300) && offset > 1000)
    // What was not yet known to be complete does not come out.
    #expect(!replay.output.isEmpty && replay.output.count < whole.count && whole.starts(with: replay.output))
  }

  @Test func `Where a recording is damaged the replay ends with its place, and what came before is out`() throws {
    let graph = try TestGraph(GraphText(chain: "map copy"), Self.modules)
    let sink = MemorySink()
    _ = try GraphRun(
      try RunPlan(graph.options), source: MemorySource((0..<60).map { Array("\($0) ".utf8) }), sink: sink, recording: Self.recording(graph)) { _ in }.run()
    let path = graph.folder.path + "/log"
    var bytes = try Data(contentsOf: URL(filePath: path))
    bytes[bytes.count - 200] ^= 1
    try bytes.write(to: URL(filePath: path))
    let again = MemorySink()
    let run = try GraphRun(try RunPlan(graph.options), replaying: try InputLogReader(path: path), sinks: ["out": again]) { _ in }
    let error = try #require(throws: RunError.self) { try run.run() }
    #expect(error.code == .recording && error.message.contains("log, byte ") && error.message.contains("damaged"), "\(error)")
    #expect(again.items.count >= 50 && Self.output(sink).starts(with: Self.output(again)))
  }

  @Test func `A recording that cannot be written ends the run, and what is not in it is not acknowledged`() throws {
    let graph = try TestGraph(GraphText(chain: "map copy"), Self.modules)
    try graph.folder.write("log", "there already")
    let error = try #require(throws: RunError.self) {
      try GraphRun(try RunPlan(graph.options), source: MemorySource([]), sink: MemorySink(), recording: Self.recording(graph)) { _ in }
    }
    #expect(error.code == .recording && error.message.contains("there already"))
  }

  // MARK: What has changed

  @Test func `What has changed since the recording is told`() throws {
    let graph = try TestGraph(GraphText(chain: "map copy", "map tell"), Self.modules)
    _ = try GraphRun(try RunPlan(graph.options), source: MemorySource([[1]]), sink: MemorySink(), recording: Self.recording(graph)) { _ in }.run()
    let header = try InputLogReader(path: graph.folder.path + "/log").header
    #expect(header.files.map(\.name) == ["graph", "copy:1.0.0", "tell:1.0.0"] && header.arguments == ["--late", "emit"] && header.program == "test")
    try graph.folder.write("modules/copy-1.0.0.wasm", OperatorFixture.moody)
    let changes = try RunPlan(graph.options).changes(since: header)
    #expect(changes.count == 1 && changes[0].hasPrefix("the module copy:1.0.0 has changed since the recording: "), "\(changes)")
    try graph.folder.write("graph.yaml", GraphText(chain: "map copy").yaml)
    #expect(try RunPlan(graph.options).changes(since: header).count == 3)
    try graph.folder.write("graph.yaml", GraphText(["source other", "sink out"], ["other -> out"]).yaml)
    let error = try #require(throws: RunError.self) {
      try GraphRun(try RunPlan(graph.options), replaying: try InputLogReader(path: graph.folder.path + "/log"), sinks: ["out": MemorySink()]) { _ in }
    }
    #expect(error.code == .recording && error.message.contains("a source in"))
  }
}

/// Gives messages of certain times, one at a time, with pauses in which it says that it has nothing.
private final class ScriptedSource: Source {
  private let name: String, times: [UInt64]
  private let next = Mutex(0)

  init(_ name: String, _ times: [UInt64]) {
    self.name = name
    self.times = times
  }

  func next(atMost limit: Int) -> SourceBatch {
    let step = next.withLock { next in
      next += 1
      return next - 1
    }
    guard step < 3 * times.count else { return .finished }
    guard step % 3 == 0 else { return .idle }
    let time = Timestamp(seconds: times[step / 3], nodeID: name)
    return .items([
      Item(
        time: time, data: .message(Message(timestamp: time, topic: [], payload: Array("\(name)\(step / 3) ".utf8))),
        origin: Origin(name: "\(name)\(step / 3)", topic: Array(name.utf8)), delivery: Delivery())
    ])
  }

  func stop() { next.withLock { $0 = 3 * times.count } }
}
