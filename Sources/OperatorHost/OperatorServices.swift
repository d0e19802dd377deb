public import ComponentModel
public import RPC
public import SchemaRegistry
public import StateStore
public import WASINN
internal import WASI

/// What the host offers to all operators of a run; shared by all workers.
public struct OperatorServices: Sendable {
  public var stateStore: any KeyValueStore
  public var schemaRegistry: any SchemaRegistry = NoSchemaRegistry()
  /// The connection for commands of other services; nil if the run has none.
  public var remoteCalls: RPCClient?
  public var metrics: OperatorMetrics
  public var neuralNetworks: NeuralNetwork.Configuration
  /// Hears what operators log, with the operation's name.
  public var log: @Sendable (_ operation: String, _ level: OperatorLogLevel, _ context: String, _ message: String) -> Void

  public init(
    neuralNetworks: NeuralNetwork.Configuration, stateStore: any KeyValueStore = MemoryStateStore(now: { wallClockNanoseconds() }),
    metrics: OperatorMetrics = OperatorMetrics(),
    log: @escaping @Sendable (_ operation: String, _ level: OperatorLogLevel, _ context: String, _ message: String) -> Void = { _, _, _, _ in }
  ) {
    self.neuralNetworks = neuralNetworks
    self.stateStore = stateStore
    self.metrics = metrics
    self.log = log
  }

  /// Everything that one operator instance may import, and what it prints.
  func imports(operation: String, network: NeuralNetwork, deadline: CallDeadline? = nil) throws(ComponentError) -> (HostImports, GuestOutput) {
    var imports = HostImports()
    let log = log
    try imports.provideTypes()
    try imports.provideLogger { level, context, message in log(operation, level, context, message) }
    try imports.provideMetrics(metrics, labels: ["operation=\(operation)"])
    try imports.provideStateStore(stateStore) { level, context, message in log(operation, level, context, message) }
    try imports.provideSchemaRegistry(schemaRegistry)
    try imports.provideCommandInvoker(remoteCalls, timeLeft: { deadline?.timeLeft ?? .max }) { level, context, message in log(operation, level, context, message) }
    try imports.provideWASINN(network)
    let wasi = WASIConfiguration { kind, line in log(operation, kind == .stderr ? .warn : .info, kind.rawValue, line) }
    let output = try imports.provideWASI(wasi) { deadline?.timeLeft ?? .max }
    return (imports, output)
  }
}
