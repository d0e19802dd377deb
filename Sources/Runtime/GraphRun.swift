internal import ComponentModel
internal import Dataflow
public import EndpointKit
internal import Inference
internal import OperatorHost
internal import Synchronization
internal import WASINN

/// One run of a graph: a source thread, workers with operators of their own, and a sink.
///
/// Every queue is bounded, so that a slow sink slows the source. A source message is acknowledged when everything that came of it is out.
public final class GraphRun: Sendable {
  private let plan: RunPlan
  private let source: any Source
  private let sink: any Sink
  private let onEvent: @Sendable (RunEvent) -> Void
  private let queue: BoundedQueue<Item>
  private let meter = RunMeter()
  private let sessions = SessionCache()
  private let services: OperatorServices
  private let sinkTurn = Mutex(())

  private struct State {
    var failure: RunError?
    var isStopped = false
    var waiting: Int
    /// What loading models took, on the slowest worker.
    var modelNanoseconds: UInt64 = 0
    var results: [WorkerResult] = []
  }

  private let state: Mutex<State>
  private let allReady: BoundedQueue<Bool>

  public init(_ plan: RunPlan, source: any Source, sink: any Sink, onEvent: @escaping @Sendable (RunEvent) -> Void) throws(RunError) {
    guard plan.graph.sources.count == 1 else {
      throw RunError(.graph, "the graph has \(plan.graph.sources.count) sources; a run with one input needs exactly one")
    }
    self.plan = plan
    self.source = source
    self.sink = sink
    self.onEvent = onEvent
    queue = BoundedQueue(capacity: 2 * plan.options.workers)
    services = OperatorServices(neuralNetworks: NeuralNetwork.Configuration(sessions: sessions, options: plan.options.inference)) {
      onEvent(.log(operation: $0, level: $1, context: $2, message: $3))
    }
    state = Mutex(State(waiting: plan.options.workers))
    allReady = BoundedQueue(capacity: 1)
    InferenceEnvironment.shared.setLogHandler { severity, message in
      if severity >= .warning { onEvent(.log(operation: "onnxruntime", level: .warn, context: "", message: message)) }
    }
  }

  /// What has happened so far; from any thread.
  public var progress: RunProgress { meter.progress(at: monotonicNanoseconds()) }

  /// Ends the run after what has been read: everything under way comes out. From any thread.
  public func stop() {
    state.withLock { $0.isStopped = true }
    source.stop()
  }

  /// Runs until the source ends or `stop()` is called, and returns when everything is out. Called once; blocks.
  public func run() throws(RunError) -> RunSummary {
    let start = monotonicNanoseconds()
    let workers = (0..<plan.options.workers).compactMap { _ in Thread(stackSize: Self.stackSize) { [self] in work() } }
    guard workers.count == plan.options.workers else {
      fail(RunError(.system, "the system refused to start \(plan.options.workers) threads; lower --workers"))
      workers.forEach { $0.join() }
      throw state.withLock { $0.failure } ?? RunError(.system, "no threads")
    }
    // Ready, or one of them has failed and closed the queue.
    _ = allReady.pop(atMost: 1)
    let ready = monotonicNanoseconds()
    if state.withLock({ $0.failure == nil }) {
      onEvent(.ready(startup(instances: ready - start)))
      feed()
    }
    queue.close()
    workers.forEach { $0.join() }
    do {
      try sink.close()
    } catch {
      fail(RunError(.endpoint, error.message))
    }
    let (failure, results, isStopped) = state.withLock { ($0.failure, $0.results, $0.isStopped) }
    if let failure { throw failure }
    return summary(results, startup: startup(instances: ready - start), isStopped: isStopped)
  }

  /// Guests may use up to `Engine.maximumStackSize` of their thread's stack, and the host needs some besides.
  private static let stackSize = 8 << 20

  /// Ends the run with `error`, if it is the first.
  private func fail(_ error: RunError) {
    state.withLock { if $0.failure == nil { $0.failure = error } }
    source.stop()
    for item in queue.cancel() { item.delivery.complete(.abandoned) }
    allReady.close()
  }

  /// Moves messages from the source to the workers' queue until the source ends.
  private func feed() {
    while true {
      do throws(EndpointError) {
        switch try source.next(atMost: queue.capacity) {
        case .items(let items):
          meter.itemsArrived(at: items.first?.origin.receivedAt ?? monotonicNanoseconds())
          let added = queue.push(items)
          for item in items[added...] { item.delivery.complete(.abandoned) }
        case .refused(let error):
          meter.failed()
          onEvent(.refused(error))
        case .idle: continue
        case .finished: return
        }
      } catch {
        return fail(RunError(.endpoint, error.message))
      }
    }
  }

  // MARK: Workers

  /// What one worker measured.
  struct WorkerResult: Sendable {
    var counters: [OperationCounters]
    var statistics: [Graph.OperationID: OperatorStatistics]
    var memorySizes: [Graph.OperationID: Int]
    var liveSessions: Int
  }

  private func work() {
    let instances: [(RunPlan.PlannedOperator, OperatorInstance)]
    let worker: Worker
    do throws(RunError) {
      instances = try makeInstances()
      worker = try makeWorker(instances)
    } catch {
      return fail(error)
    }
    let modelNanoseconds = instances.reduce(0) { $0 + $1.1.modelLoadNanoseconds }
    let isLast = state.withLock { state in
      state.modelNanoseconds = max(state.modelNanoseconds, modelNanoseconds)
      state.waiting -= 1
      return state.waiting == 0
    }
    if isLast { _ = allReady.push([true]) }
    process(with: worker)
    // Counted while the instances, which hold them, are alive.
    let liveSessions = sessions.liveSessionCount
    let result = WorkerResult(
      counters: worker.counters,
      statistics: Dictionary(uniqueKeysWithValues: instances.map { ($0.0.id, $0.1.statistics) }),
      memorySizes: Dictionary(uniqueKeysWithValues: instances.map { ($0.0.id, $0.1.memorySize) }), liveSessions: liveSessions)
    state.withLock { $0.results.append(result) }
  }

  private func makeInstances() throws(RunError) -> [(RunPlan.PlannedOperator, OperatorInstance)] {
    var instances: [(RunPlan.PlannedOperator, OperatorInstance)] = []
    for planned in plan.operators {
      do throws(OperatorHostError) {
        instances.append((planned, try OperatorInstance(
          planned.module, operation: planned.name, kind: planned.kind, configuration: planned.configuration, services: services,
          limits: plan.options.limits)))
      } catch {
        throw RunError(.initialization, error.message)
      }
    }
    return instances
  }

  private func makeWorker(_ instances: [(RunPlan.PlannedOperator, OperatorInstance)]) throws(RunError) -> Worker {
    var operators: [Graph.OperationID: Operator] = [:]
    for (planned, instance) in instances {
      switch planned.kind {
      case .map: operators[planned.id] = .map(instance)
      case .filter: operators[planned.id] = .filter(instance)
      case .branch: operators[planned.id] = .branch(instance)
      case .accumulate, .delay: throw RunError(.graph, "operation \(planned.name): \(planned.kind) cannot be run by this version yet")
      }
    }
    do {
      let worker = try Worker(graph: plan.graph, operators: operators, clock: monotonicNanoseconds)
      worker.onFailure = { [meter, onEvent] failure in
        meter.failed()
        onEvent(.failed(operation: failure.operation.name, item: failure.origin.name, error: failure.error))
      }
      return worker
    } catch {
      throw RunError(.graph, error.message)
    }
  }

  private func process(with worker: Worker) {
    guard let source = worker.graph.sources.first?.id else { return }
    var batch = BatchSize(maximum: plan.options.maximumBatch)
    while true {
      switch queue.pop(atMost: batch.count) {
      case .elements(let items):
        let start = monotonicNanoseconds()
        var rest = items[...]
        while !rest.isEmpty {
          let taken = worker.enqueue(Array(rest), at: source)
          rest = rest.dropFirst(taken)
          do throws(EndpointError) {
            try worker.run { (_, items) throws(EndpointError) in try write(items) }
          } catch {
            worker.abandon()
            for item in rest { item.delivery.complete(.abandoned) }
            return fail(RunError(.endpoint, error.message))
          }
        }
        if batch.adapt(processed: items.count, in: monotonicNanoseconds() - start) { queue.capacity = 2 * batch.count * plan.options.workers }
      case .timedOut: continue
      case .finished:
        worker.close(source)
        return
      }
    }
  }

  private func write(_ items: [Item]) throws(EndpointError) {
    let received = items.map(\.origin.receivedAt)
    try sinkTurn.withLock { _ throws(EndpointError) in
      try sink.write(items)
      // With nothing left to wait for, results are not kept back.
      if queue.count == 0 { try sink.flush() }
    }
    meter.written(received, at: monotonicNanoseconds())
  }

  private func startup(instances: UInt64) -> RunSummary.Startup {
    RunSummary.Startup(
      modules: plan.loadNanoseconds, instances: instances, models: state.withLock { $0.modelNanoseconds }, compiledModules: plan.compiledCount)
  }

  private func summary(_ results: [WorkerResult], startup: RunSummary.Startup, isStopped: Bool) -> RunSummary {
    var operations = plan.graph.operations.map { RunSummary.Operation(name: $0.name, kind: $0.kind) }
    for result in results {
      for (index, counters) in result.counters.enumerated() { operations[index].counters += counters }
      for (id, statistics) in result.statistics {
        var total = operations[id.index].statistics ?? OperatorStatistics()
        total += statistics
        operations[id.index].statistics = total
      }
      for (id, size) in result.memorySizes { operations[id.index].memorySize = max(operations[id.index].memorySize, size) }
    }
    return RunSummary(
      progress: progress, operations: operations, startup: startup, workers: plan.options.workers, liveSessions: results.map(\.liveSessions).max() ?? 0, wasStopped: isStopped)
  }
}
