internal import ComponentModel
internal import Dataflow
public import EndpointKit
internal import Inference
public import InputLog
internal import OperatorHost
internal import Synchronization
internal import Telemetry
internal import WASINN

/// One run of a graph: a thread for each source, workers with operators of their own, and sinks.
///
/// Every queue is bounded, so that a slow sink slows the sources. A source message is acknowledged when everything that came of it is out.
/// What comes out, and in which order, depends on what came in and when, not on the number of workers.
public final class GraphRun: Sendable {
  let plan: RunPlan
  let sources: [Graph.OperationID: any Source]
  let sinks: [Graph.OperationID: any Sink]
  let deadLetters: (any Sink)?
  let onEvent: @Sendable (RunEvent) -> Void
  let clock: EndpointClock
  let meter = RunMeter()
  let monitor = HealthMonitor()
  let sessions = SessionCache()
  let services: OperatorServices
  /// What the sources have given and the workers have not done yet.
  let exchange: ConditionLock<Exchange>
  let intake: Mutex<SourceState>
  /// Of the sources that have a limit.
  let inFlight: [Graph.OperationID: InFlight]
  /// Of a run that can be repeated: one that is recorded, or a replay.
  let origin: RunOrigin?
  let isRecording: Bool
  /// Held while what is recorded goes to the workers.
  let recorder: Mutex<InputLogWriter?>
  /// The sources' places in a recording.
  let sourceNumbers: [Graph.OperationID: Int]
  let isReplay: Bool
  let log: Mutex<InputLogReader?>
  /// Used by whoever does the rest of a batch: one at a time, as the exchange sees to.
  let outlet: Mutex<Outlet>
  let state: ConditionLock<State>

  struct State {
    var failure: RunError?
    var isStopped = false
    var replay: RunSummary.Replay?
    /// What ended a replay behind the part that is good.
    var damage: RunError?
    var isOver = false
    var startingWorkers: Int
    /// What loading models took, on the slowest worker.
    var modelNanoseconds: UInt64 = 0
    var operations: [RunSummary.Operation]
    var liveSessions = 0
  }

  /// A run with one source and one sink; a graph with several sinks writes all to the same.
  public convenience init(
    _ plan: RunPlan, source: any Source, sink: any Sink, deadLetters: (any Sink)? = nil, recording: Recording? = nil, clock: EndpointClock = EndpointClock(),
    onEvent: @escaping @Sendable (RunEvent) -> Void
  ) throws(RunError) {
    guard let name = plan.graph.sources.first?.name, plan.graph.sources.count == 1 else {
      throw RunError(.graph, "the graph has \(plan.graph.sources.count) sources; a run with one input needs exactly one")
    }
    let sinks = Dictionary(uniqueKeysWithValues: plan.graph.sinks.map { ($0.name, sink) })
    try self.init(plan, sources: [name: source], sinks: sinks, deadLetters: deadLetters, recording: recording, clock: clock, onEvent: onEvent)
  }

  /// - Parameters:
  ///   - sources: one for each source of the graph, by name.
  ///   - sinks: one for each sink of the graph, by name; several may share one.
  ///   - deadLetters: where messages go that operators with the policy `deadLetter` failed on.
  ///   - recording: where what comes in is to be recorded, if it is.
  ///   - clock: the one that the sources stamp messages with.
  public convenience init(
    _ plan: RunPlan, sources: [String: any Source], sinks: [String: any Sink], deadLetters: (any Sink)? = nil, recording: Recording? = nil,
    clock: EndpointClock = EndpointClock(), onEvent: @escaping @Sendable (RunEvent) -> Void
  ) throws(RunError) {
    let sources = try Self.endpoints(sources, plan.graph.sources, "source")
    var origin: RunOrigin?, writer: InputLogWriter?
    if let recording {
      let header = recording.header(of: plan, startedAt: clock.wallTime())
      origin = RunOrigin(startedAt: header.startedAt, seed: header.seed)
      do { writer = try InputLogWriter(path: recording.path, header) } catch { throw RunError(.recording, error.description) }
    }
    try self.init(plan, sources: sources, sinks: sinks, deadLetters: deadLetters, origin: origin, recorder: writer, log: nil, clock: clock, onEvent: onEvent)
  }

  /// A run whose input is a recording: it puts out what the recorded run did, as far as that is not up to what is not recorded, such as a state store.
  ///
  /// - Parameter sinks: one for each sink of the graph, by name; several may share one.
  public convenience init(
    _ plan: RunPlan, replaying log: consuming InputLogReader, sinks: [String: any Sink], deadLetters: (any Sink)? = nil,
    onEvent: @escaping @Sendable (RunEvent) -> Void
  ) throws(RunError) {
    let header = log.header
    for name in header.sources where plan.graph.operation(named: name)?.kind != .source {
      throw RunError(.recording, "\(log.path): the recording has messages of a source \(name), which the graph \(plan.options.graph) does not have")
    }
    let origin = RunOrigin(startedAt: header.startedAt, seed: header.seed)
    try self.init(plan, sources: [:], sinks: sinks, deadLetters: deadLetters, origin: origin, recorder: nil, log: log, clock: EndpointClock(), onEvent: onEvent)
  }

  private init(
    _ plan: RunPlan, sources: [Graph.OperationID: any Source], sinks: [String: any Sink], deadLetters: (any Sink)?, origin: RunOrigin?,
    recorder: consuming InputLogWriter?, log: consuming InputLogReader?, clock: EndpointClock, onEvent: @escaping @Sendable (RunEvent) -> Void
  ) throws(RunError) {
    self.plan = plan
    self.sources = sources
    self.sinks = try Self.endpoints(sinks, plan.graph.sinks, "sink")
    self.deadLetters = deadLetters
    if deadLetters == nil, let operation = plan.graph.operations.first(where: { $0.kind.needsOperator && $0.errorPolicy.consequence == .deadLetter }) {
      throw RunError(.configuration, "operation \(operation.name) sends what it fails on to the dead letters, but the run has nowhere to keep them")
    }
    self.clock = clock
    self.onEvent = onEvent
    self.origin = origin
    isReplay = log != nil
    isRecording = recorder != nil
    self.recorder = Mutex(recorder)
    self.log = Mutex(log)
    let workers = plan.options.workers
    var services = OperatorServices(neuralNetworks: NeuralNetwork.Configuration(sessions: sessions, options: plan.options.inference))
    services.logger = LogHandler { onEvent(.log($0)) }
    if let store = plan.options.stateStore { services.stateStore = store }
    services.metrics = plan.options.metrics
    services.schemaRegistry = plan.options.schemaRegistry
    services.remoteCalls = plan.options.remoteCalls
    self.services = services
    let inputs = isReplay ? 1 : sources.count
    exchange = ConditionLock(Exchange(workers: workers, restWorker: plan.hasExclusiveOperators ? 0 : nil, sources: inputs, capacity: 2 * workers))
    intake = Mutex(SourceState(intake: Intake(plan.graph, start: origin?.startedAt) { plan.options.time(of: $0.name) }))
    inFlight = Self.inFlight(plan, self.sources)
    sourceNumbers = Dictionary(uniqueKeysWithValues: plan.graph.sources.enumerated().map { ($1.id, $0) })
    outlet = Mutex(Outlet(plan.graph, sinks: self.sinks, deadLetters: deadLetters, meter: meter, clock: clock))
    state = ConditionLock(State(startingWorkers: workers, operations: plan.graph.operations.map { RunSummary.Operation(name: $0.name, kind: $0.kind) }))
    InferenceEnvironment.shared.setLogHandler { severity, message in
      if severity >= .warning { onEvent(.log(LogRecord(operation: "onnxruntime", level: .warn, context: "", message: message))) }
    }
  }

  private static func endpoints<Endpoint>(
    _ given: [String: Endpoint], _ operations: [Graph.Operation], _ kind: String
  ) throws(RunError) -> [Graph.OperationID: Endpoint] {
    var endpoints: [Graph.OperationID: Endpoint] = [:]
    for operation in operations {
      guard let endpoint = given[operation.name] else { throw RunError(.graph, "the graph's \(kind) \(operation.name) has nothing to \(kind == "source" ? "read from" : "write to")") }
      endpoints[operation.id] = endpoint
    }
    if let unknown = given.keys.sorted().first(where: { name in !operations.contains { $0.name == name } }) {
      throw RunError(.graph, "the graph has no \(kind) \(unknown); it has \(operations.map(\.name).joined(separator: ", "))")
    }
    return endpoints
  }

  /// A source's limit is the lower one of what the other side allows and what the run's configuration does.
  private static func inFlight(_ plan: RunPlan, _ sources: [Graph.OperationID: any Source]) -> [Graph.OperationID: InFlight] {
    sources.reduce(into: [:]) { inFlight, source in
      var limit = plan.options.inFlightLimit(of: plan.graph[source.key].name)
      if let items = source.value.inFlightLimit { limit.items = min(limit.items, max(1, items)) }
      if limit != InFlight.Limit() { inFlight[source.key] = InFlight(limit) }
    }
  }

  /// What has happened so far; from any thread.
  public var progress: RunProgress { meter.progress(at: monotonicNanoseconds()) }

  /// How the run is doing; from any thread.
  public var health: RunHealth { monitor.health }

  /// Ends the run after what has been read: everything under way comes out. From any thread.
  public func stop() {
    state.change { $0.isStopped = true }
    for source in sources.values { source.stop() }
    // Sources that wait for room have a look.
    exchange.change { _ in }
  }

  /// Runs until the sources end or `stop()` is called, and returns when everything is out. Called once; blocks.
  public func run() throws(RunError) -> RunSummary {
    let start = monotonicNanoseconds()
    let workers = startThreads((0..<plan.options.workers).map { index in { @Sendable [self] in work(index) } }, "lower --workers")
    state.wait { $0.startingWorkers == 0 || $0.failure != nil ? () : nil }
    let ready = monotonicNanoseconds()
    var feeders: [Thread] = []
    if state.read({ $0.failure == nil }) {
      onEvent(.ready(startup(instances: ready - start)))
      feeders = startThreads(inputs, "")
    }
    workers.forEach { $0.join() }
    state.change { $0.isOver = true }
    feeders.forEach { $0.join() }
    closeSinks()
    for source in sources.values { source.close() }
    finishRecording()
    let (failure, isStopped) = state.read { ($0.failure ?? $0.damage, $0.isStopped) }
    if let failure { throw failure }
    return summary(startup(instances: ready - start), isStopped: isStopped)
  }

  /// What the threads do that bring messages in.
  private var inputs: [@Sendable () -> Void] {
    if isReplay { return [{ [self] in replay() }] }
    return sources.map { id, source in { @Sendable [self] in feed(id, source) } } + (hasWindows ? [{ [self] in tick() }] : [])
  }

  private func startThreads(_ bodies: [@Sendable () -> Void], _ advice: String) -> [Thread] {
    let threads = bodies.compactMap { Thread(stackSize: Self.stackSize, $0) }
    if threads.count < bodies.count { fail(RunError(.system, "the system refused to start \(bodies.count) threads" + (advice.isEmpty ? "" : "; \(advice)"))) }
    return threads
  }

  /// Guests may use up to `Engine.maximumStackSize` of their thread's stack, and the host needs some besides.
  private static let stackSize = 8 << 20

  private var hasWindows: Bool { plan.graph.operations.contains(where: \.kind.isStateful) }

  /// Ends the run with `error`, if it is the first.
  func fail(_ error: RunError) {
    state.change { if $0.failure == nil { $0.failure = error } }
    if let health = monitor.fail(error) { onEvent(.health(health)) }
    for source in sources.values { source.stop() }
    for event in exchange.change({ $0.cancel() }) { event.abandon() }
  }

  private func closeSinks() {
    var closed: Set<ObjectIdentifier> = []
    for sink in Array(sinks.values) + (deadLetters.map { [$0] } ?? []) where closed.insert(ObjectIdentifier(sink)).inserted {
      do throws(EndpointError) { try sink.close() } catch { fail(RunError(.sink, error.message)) }
    }
  }

  private func startup(instances: UInt64) -> RunSummary.Startup {
    RunSummary.Startup(
      modules: plan.loadNanoseconds, instances: instances, models: state.read { $0.modelNanoseconds }, compiledModules: plan.compiledCount)
  }

  private func summary(_ startup: RunSummary.Startup, isStopped: Bool) -> RunSummary {
    var operations = state.read { $0.operations }
    for (source, count) in intake.withLock({ $0.intake.lateCounts }) { operations[source.index].counters.late = count }
    return RunSummary(
      progress: progress, operations: operations, startup: startup, workers: plan.options.workers, liveSessions: state.read { $0.liveSessions },
      wasStopped: isStopped, replay: state.read { $0.replay })
  }
}
