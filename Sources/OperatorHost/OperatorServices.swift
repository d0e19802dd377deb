internal import ComponentModel
public import RPC
public import SchemaRegistry
public import StateStore
public import Telemetry
public import WASINN
internal import WASI

/// What the host offers to all operators of a run; shared by all workers.
public struct OperatorServices: Sendable {
  public var neuralNetworks: NeuralNetwork.Configuration
  public var stateStore: any KeyValueStore = MemoryStateStore(now: { wallClockNanoseconds() })
  public var schemaRegistry: any SchemaRegistry = NoSchemaRegistry()
  /// The connection for commands of other services; nil if the run has none.
  public var remoteCalls: RPCClient?
  public var metrics: any OperatorMetrics = MemoryMetrics()
  public var logger: any OperatorLogger = LogHandler { _ in }
  /// What an operation's operator sees of time and chance; nil for the system's clocks and random numbers. Asked once for each instance.
  public var environment: (@Sendable (_ operation: String) -> GuestEnvironment)?

  public init(neuralNetworks: NeuralNetwork.Configuration) { self.neuralNetworks = neuralNetworks }

  func log(_ operation: String, _ level: OperatorLogLevel, _ context: String, _ message: String) {
    logger.log(LogRecord(operation: operation, level: level, context: context, message: message))
  }

  /// Everything that one operator instance may import, and what it prints.
  ///
  /// - Parameter timeLeft: how long the current call may still take, in nanoseconds.
  func imports(
    operation: String, network: NeuralNetwork, timeLeft: @escaping () -> UInt64 = { .max }
  ) throws(ComponentError) -> (HostImports, GuestOutput) {
    var imports = HostImports()
    try imports.provideTypes()
    try imports.provideLogger { log(operation, $0, $1, $2) }
    try imports.provideMetrics(metrics, labels: ["operation": operation])
    try imports.provideStateStore(stateStore) { log(operation, $0, $1, $2) }
    try imports.provideSchemaRegistry(schemaRegistry)
    try imports.provideCommandInvoker(remoteCalls, timeLeft: timeLeft) { log(operation, $0, $1, $2) }
    try imports.provideWASINN(network)
    var wasi = WASIConfiguration { log(operation, $0 == .stderr ? .warn : .info, $0.rawValue, $1) }
    if let environment = environment?(operation) {
      wasi.wallClock = environment.wallClock
      wasi.monotonicClock = MonotonicClock(now: environment.monotonicClock, sleep: environment.sleep)
      wasi.random = environment.random
    }
    let output = try imports.provideWASI(wasi, timeLeft: timeLeft)
    return (imports, output)
  }
}
