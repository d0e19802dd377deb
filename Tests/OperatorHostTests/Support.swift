import Dataflow
import Inference
import OperatorFixtures
import OperatorHost
import Synchronization
import WASINN
import WebAssembly

/// One for all tests, as in a process that runs graphs.
let engine = Result { try Engine() }

/// What operators log.
final class LogRecorder: Sendable {
  private let state = Mutex<[String]>([])

  /// As `operation level context: message`.
  var lines: [String] { state.withLock { $0 } }

  func services(_ configuration: NeuralNetwork.Configuration = .init(sessions: SessionCache())) -> OperatorServices {
    OperatorServices(neuralNetworks: configuration) { operation, level, context, message in
      self.state.withLock { $0.append("\(operation) \(level) \(context): \(message)") }
    }
  }
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
