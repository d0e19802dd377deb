import Dataflow
import Inference
import OperatorFixtures
import OperatorHost
import Telemetry
import WASINN
import WebAssembly

/// One for all tests, as in a process that runs graphs.
let engine = Result { try Engine() }

/// What operators log.
struct LogRecorder: Sendable {
  private let log = MemoryLog()

  /// As `operation level context: message`.
  var lines: [String] { log.records.map { "\($0.operation) \($0.level) \($0.context): \($0.message)" } }

  func services(_ configuration: NeuralNetwork.Configuration = .init(sessions: SessionCache())) -> OperatorServices {
    var services = OperatorServices(neuralNetworks: configuration)
    services.logger = log
    return services
  }
}

extension OperatorServices {
  /// What operators counted.
  var metricValues: [MetricSeries: MemoryMetrics.Value] { (metrics as? MemoryMetrics)?.values ?? [:] }
}

extension OperatorModule {
  /// The module of these bytes. The file is gone when the module is there.
  convenience init(_ bytes: [UInt8]) throws {
    let folder = try TestFolder()
    try self.init(path: try folder.write("operator.wasm", bytes), engine: engine.get(), cache: CodeCache(directory: nil))
  }

  convenience init(_ fixture: OperatorFixture) throws { try self.init(try fixture.bytes) }
}

extension OperatorInstance {
  /// An instance of an operation named `test`.
  convenience init(
    _ fixture: OperatorFixture, _ services: OperatorServices = LogRecorder().services(), properties: [(name: String, value: String)] = [],
    limits: StoreLimits = StoreLimits()
  ) throws {
    try self.init(
      try OperatorModule(fixture), operation: "test", kind: OperatorKind(rawValue: fixture.kind) ?? .map,
      configuration: ModuleConfiguration(properties: properties), services: services, limits: limits)
  }
}

let noon = Timestamp(seconds: 1_700_000_000, nanoseconds: 5, counter: 7, nodeID: "node")

func message(_ payload: [UInt8]) -> DataModel {
  .message(Message(timestamp: noon, topic: Array("topic".utf8), payload: payload))
}

func message(_ payload: String) -> DataModel { message(Array(payload.utf8)) }
