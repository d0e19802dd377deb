import Dataflow
import EndpointKit
import OperatorFixtures
import OperatorHost
import Runtime
import Synchronization
import Testing
import WebAssembly

/// What becomes of items that operators fail on, and of the run.
struct ErrorPolicyTests {
  private static func graph(_ consequence: ErrorPolicy.Consequence, workers: Int = 1) throws -> TestGraph {
    var graph = try TestGraph(GraphText(chain: "map copy", "map moody"), ["copy": .passingOn, "moody": .moody])
    graph.options.errorPolicy = ErrorPolicy(consequence)
    graph.options.workers = workers
    return graph
  }

  @Test(arguments: [1, 3]) func `Dead letters have the message, the operation, the error and the time, and are acknowledged`(workers: Int) throws {
    let graph = try Self.graph(.deadLetter, workers: workers)
    let source = MemorySource(["a", "e", "b", "t", "c"].map { Array($0.utf8) }), sink = MemorySink(), letters = MemorySink()
    let clock = EndpointClock(wallTime: { WallTime(seconds: 1_700_000_000, nanoseconds: 250_000_000) })
    let summary = try GraphRun(try RunPlan(graph.options), source: source, sink: sink, deadLetters: letters, clock: clock) { _ in }.run()
    #expect(sink.payloads == ["a", "b", "c"] && letters.payloads == ["e", "t"] && letters.isClosed && summary.progress.failed == 2)
    let first = try #require(letters.items.first).outgoingMessage
    #expect(first.topic == Array("test".utf8) && first.timestamp.seconds == 1)
    #expect(first.userProperties == [
      UserProperty(key: "deadLetter.operation", value: "moody"), UserProperty(key: "deadLetter.code", value: "rejected"),
      UserProperty(key: "deadLetter.error", value: "dislikes this item"), UserProperty(key: "deadLetter.time", value: "2023-11-14T22:13:20.250Z"),
    ])
    #expect(source.recorder.outcomes.count == 5 && source.recorder.outcomes.values.allSatisfy { $0 == [.delivered] })
  }

  @Test func `Dead letters that cannot be kept end the run, and are not acknowledged`() throws {
    let graph = try Self.graph(.deadLetter)
    let source = MemorySource(["a", "e", "e", "e"].map { Array($0.utf8) })
    let run = try GraphRun(try RunPlan(graph.options), source: source, sink: MemorySink(), deadLetters: MemorySink(capacity: 1)) { _ in }
    let error = try #require(throws: RunError.self) { try run.run() }
    #expect(error.code == .sink && error.message.contains("dead letters"))
    #expect(source.recorder.outcomes == [0: [.delivered], 1: [.delivered], 2: [.abandoned], 3: [.abandoned]])
  }

  @Test func `Without a place for dead letters, no run begins`() throws {
    let graph = try Self.graph(.deadLetter)
    let plan = try RunPlan(graph.options)
    let error = try #require(throws: RunError.self) { try GraphRun(plan, source: MemorySource([]), sink: MemorySink()) { _ in } }
    #expect(error.code == .configuration && error.message.contains("copy"))
  }

  @Test(arguments: [1, 3]) func `With halt, what came before the item is out, and the rest is not acknowledged`(workers: Int) throws {
    let graph = try Self.graph(.halt, workers: workers)
    let source = MemorySource((0..<200).map { Array(($0 == 120 ? "e" : "\($0)").utf8) }), sink = MemorySink()
    let run = try GraphRun(try RunPlan(graph.options), source: source, sink: sink) { _ in }
    let error = try #require(throws: RunError.self) { try run.run() }
    #expect(error.code == .halted && error.message.contains("moody") && error.message.contains("120") && error.message.contains("dislikes"))
    #expect(sink.payloads == (0..<120).map(String.init))
    let outcomes = source.recorder.outcomes
    #expect(outcomes.count == source.given && outcomes.allSatisfy { $1 == [$0 < 120 ? .delivered : .abandoned] })
    #expect(run.health.status == .unavailable && run.health.reason == .processingFailed)
  }

  @Test func `Faults in a row degrade the run, until the operator comes back`() throws {
    let graph = try Self.graph(.drop)
    let events = EventRecorder()
    let result = try graph.run(["a", "t", "t", "e", "t", "t", "b", "t", "t", "t", "t", "c"], events: events)
    #expect(result.sink.payloads == ["a", "b", "c"])
    #expect(events.health.map(\.status) == [.degraded, .available])
    #expect(events.health[0].reason == .runtimeFault && events.health[0].message.contains("moody"))
    // Each of them was replaced by an instance that was initialised anew.
    #expect(result.summary.operation("moody")?.statistics?.restarts == 8)
    #expect(events.logs.count { $0.hasPrefix("moody") } == 9)
  }

  @Test func `An operator that does not start makes the run unavailable`() throws {
    let graph = try TestGraph(GraphText(chain: "map sulky"), ["sulky": OperatorFixture(initialize: "(i32.const 0)", process: "(i32.const 0)")])
    let run = try GraphRun(try RunPlan(graph.options), source: MemorySource([]), sink: MemorySink()) { _ in }
    #expect(run.health == .available)
    _ = try #require(throws: RunError.self) { try run.run() }
    #expect(run.health.status == .unavailable && run.health.reason == .instantiationFailed)
  }

  @Test(.timeLimit(.minutes(10))) func `An operation has a time and a memory limit of its own`() throws {
    var graph = try TestGraph(GraphText(chain: "map moody", "map other moody:1.0.0"), ["moody": .moody])
    let file = try graph.folder.write("run.yaml", "operations: { moody: { timeout: 100ms, maxMemory: 8MiB, retry: 1 } }\n")
    try RunConfiguration(path: file).apply(to: &graph.options)
    let result = try graph.run(["a", "l", "m"])
    #expect(result.events.failures == ["moody 1 timed-out", "moody 2 out-of-memory"])
    #expect(result.summary.operation("moody")?.counters.retried == 2)
  }
}
