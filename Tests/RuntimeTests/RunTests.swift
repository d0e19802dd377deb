import Dataflow
import EndpointKit
import ModelFixtures
import OperatorFixtures
import OperatorHost
import Runtime
import Synchronization
import Testing
import WebAssembly

struct RunTests {
  @Test func `One worker keeps the order`() throws {
    let graph = try TestGraph(GraphText(chain: "map first", "map second"), ["first": .passingOn, "second": .passingOn])
    let payloads = (0..<500).map { "item \($0)" }
    let result = try graph.run(payloads)
    #expect(result.sink.payloads == payloads)
    #expect(result.outcomes.count == 500 && result.outcomes.values.allSatisfy { $0 == [.delivered] })
    #expect(result.summary.progress.written == 500 && result.summary.progress.failed == 0)
    #expect(result.sink.isClosed && !result.summary.wasStopped && result.events.readyCount == 1)
  }

  @Test func `Four workers account for every item, once, and keep the order`() throws {
    var graph = try TestGraph(GraphText(chain: "map moody", "filter yes"), ["moody": .moody, "yes": .keepingYes])
    graph.options.workers = 4
    let result = try graph.run((0..<600).map { ["yes", "no", "e"][$0 % 3] })
    #expect(result.sink.names == stride(from: 0, to: 600, by: 3).map(String.init))
    #expect(result.outcomes.count == 600)
    for (id, outcomes) in result.outcomes {
      let expected: Delivery.Outcome = [.delivered, .dropped, .failed(OperatorError(.rejected, "dislikes this item"))][Int(id) % 3]
      #expect(outcomes == [expected])
    }
    let moody = try #require(result.summary.operation("moody")), yes = try #require(result.summary.operation("yes"))
    #expect(moody.counters.received == 600 && moody.counters.emitted == 400 && moody.counters.failed == 200)
    #expect(yes.counters.received == 400 && yes.counters.emitted == 200 && yes.counters.dropped == 200)
    #expect(result.summary.workers == 4 && result.summary.progress.failed == 200)
    // Each worker has an instance of its own.
    #expect(result.events.logs.count { $0.hasPrefix("moody") } == 4)
  }

  @Test(.timeLimit(.minutes(10))) func `The run goes on where an item traps, loops, eats memory or is refused`() throws {
    var graph = try TestGraph(GraphText(chain: "map moody"), ["moody": .moody])
    graph.options.limits = StoreLimits(memory: 8 << 20, callMilliseconds: 500)
    let result = try graph.run(["a", "t", "b", "l", "c", "m", "d", "e", "f"])
    #expect(result.sink.payloads == ["a", "b", "c", "d", "f"])
    #expect(result.events.failures == ["moody 1 trapped", "moody 3 timed-out", "moody 5 out-of-memory", "moody 7 rejected"])
    #expect(result.outcomes.count == 9 && result.outcomes.values.allSatisfy { $0.count == 1 && $0[0].isAcknowledged })
    let operation = try #require(result.summary.operation("moody"))
    #expect(operation.statistics?.restarts == 3 && operation.statistics?.failures == 4 && operation.counters.failed == 4)
  }

  @Test func `The summary says where the time went`() throws {
    let graph = try TestGraph(GraphText(chain: "map moody"), ["moody": .moody])
    let result = try graph.run(["a", "b"])
    let operation = try #require(result.summary.operation("moody")), statistics = try #require(operation.statistics)
    #expect(statistics.calls == 2 && statistics.guest > 0 && statistics.copyIn > 0 && statistics.copyOut > 0)
    let source = try #require(result.summary.operation("in"))
    #expect(source.counters.queueNanoseconds > 0 && operation.counters.busyNanoseconds > 0)
    #expect(operation.memorySize == 2 << 16)
    #expect(source.statistics == nil)
    let progress = result.summary.progress
    #expect(progress.p50 > 0 && progress.p50 <= progress.p99 && progress.elapsedNanoseconds > 0 && progress.rate > 0)
    #expect(result.summary.startup.modules > 0 && result.summary.startup.instances > 0 && result.summary.startup.compiledModules > 0)
  }

  @Test func `Operations and workers that load the same model hold one session`() throws {
    let model = OperatorFixture.loading(model: ModelFixture.doubling.bytes)
    var text = GraphText(chain: "map one", "map other")
    text.usesNeuralNetworks = true
    var graph = try TestGraph(text, ["one": model, "other": model])
    graph.options.workers = 2
    let result = try graph.run(["a", "b"])
    #expect(result.sink.names.count == 2)
    #expect(result.summary.liveSessions == 1)
    #expect(result.summary.startup.models > 0)
  }

  @Test func `Without items, a run ends as it should`() throws {
    let result = try TestGraph(GraphText(chain: "map moody"), ["moody": .moody]).run([])
    #expect(result.sink.items.isEmpty && result.sink.isClosed && result.summary.progress.written == 0 && result.summary.progress.rate == 0)
  }

  // MARK: Ends

  @Test(.timeLimit(.minutes(10)), arguments: [1, 3]) func `Stopping lets out everything that was read`(workers: Int) throws {
    var graph = try TestGraph(GraphText(chain: "map moody"), ["moody": .moody])
    graph.options.workers = workers
    let source = MemorySource([Array("x".utf8)], repeats: true)
    let current = Mutex<GraphRun?>(nil)
    let sink = MemorySink { count in if count == 100 { current.withLock { $0?.stop() } } }
    let run = try GraphRun(try RunPlan(graph.options), source: source, sink: sink) { _ in }
    current.withLock { $0 = run }
    let summary = try run.run()
    current.withLock { $0 = nil }
    #expect(summary.wasStopped)
    #expect(sink.items.count == source.given && source.given >= 100)
    #expect(source.recorder.outcomes.count == source.given && source.recorder.outcomes.values.allSatisfy { $0 == [.delivered] })
  }

  @Test(.timeLimit(.minutes(10)), arguments: [1, 3]) func `A sink that breaks ends the run with its error, and no item is acknowledged that is not out`(workers: Int) throws {
    var graph = try TestGraph(GraphText(chain: "map moody"), ["moody": .moody])
    graph.options.workers = workers
    let source = MemorySource([Array("x".utf8)], repeats: true)
    let sink = MemorySink(capacity: 50)
    let run = try GraphRun(try RunPlan(graph.options), source: source, sink: sink) { _ in }
    let error = try #require(throws: RunError.self) { try run.run() }
    #expect(error.code == .sink && error.message.contains("The sink is full"))
    let outcomes = source.recorder.outcomes
    #expect(outcomes.count == source.given)
    #expect(outcomes.values.allSatisfy { $0.count == 1 })
    #expect(outcomes.values.count { $0 == [.delivered] } == 50)
    #expect(outcomes.values.count { $0 == [.abandoned] } == source.given - 50)
  }

  @Test func `An operator that refuses to start ends the run before an item is read`() throws {
    var graph = try TestGraph(GraphText(chain: "map sulky"), ["sulky": OperatorFixture(initialize: "(i32.const 0)", process: "(call $passOn (local.get $data))")])
    graph.options.workers = 2
    let source = MemorySource([Array("x".utf8)]), sink = MemorySink()
    let run = try GraphRun(try RunPlan(graph.options), source: source, sink: sink) { _ in }
    let error = try #require(throws: RunError.self) { try run.run() }
    #expect(error.code == .initialization && error.message.contains("sulky") && error.message.contains("init returned false"))
    #expect(source.given == 0)
  }

  // MARK: Shapes

  @Test func `A branch's arms meet again in a concatenate`() throws {
    let text = GraphText(
      ["source in", "branch odd", "map left", "map right", "concatenate both", "sink out"],
      ["in -> odd", "odd False -> left", "odd True -> right", "left -> both", "right -> both", "both -> out"])
    let result = try TestGraph(text, ["odd": .branchingOddSeconds, "left": .passingOn, "right": .passingOn]).run((0..<100).map { "\($0)" })
    #expect(result.sink.payloads == (0..<100).map { "\($0)" })
    #expect(result.summary.operation("left")?.counters.received == 50)
    #expect(result.summary.operation("right")?.counters.received == 50)
    #expect(result.outcomes.values.allSatisfy { $0 == [.delivered] })
  }

  @Test func `A fan-out gives each way a copy, and is acknowledged once`() throws {
    let text = GraphText(
      ["source in", "map one", "map other", "sink first", "sink second"], ["in -> one", "in -> other", "one -> first", "other -> second"])
    let result = try TestGraph(text, ["one": .passingOn, "other": .moody]).run(["a", "t"])
    #expect(result.sink.payloads.sorted() == ["a", "a", "t"])
    #expect(result.outcomes[0] == [.delivered])
    guard case .failed? = result.outcomes[1]?.first else { Issue.record("\(result.outcomes)"); return }
  }
}
