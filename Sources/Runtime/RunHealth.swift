internal import Dataflow
internal import Synchronization

/// How a run is doing, in AIO's words (resources.md §0).
public struct RunHealth: Sendable, Hashable {
  public enum Status: String, Sendable, CaseIterable {
    case available = "Available"
    /// The run goes on, but not as it should.
    case degraded = "Degraded"
    case unavailable = "Unavailable"
  }

  /// AIO's reason codes, verbatim.
  public struct ReasonCode: Hashable, Sendable {
    public let name: String
    public init(_ name: String) { self.name = name }

    /// An operator's code breaks down again and again.
    public static let runtimeFault = ReasonCode("DataflowGraphModuleRuntimeFault")
    /// An operator could not be started.
    public static let instantiationFailed = ReasonCode("DataflowGraphInstantiationFailed")
    /// The graph or its configuration is not one that can be run.
    public static let configurationFailed = ReasonCode("DataflowGraphConfigurationFailed")
    /// An error ended the run.
    public static let processingFailed = ReasonCode("DataflowGraphProcessingFailed")
    /// A source broke.
    public static let sourceClosed = ReasonCode("DataflowGraphSourceChannelClosed")
    /// A sink broke.
    public static let outputFailed = ReasonCode("DataflowGraphOutputSendFailed")
  }

  public var status: Status
  /// Nil when available.
  public var reason: ReasonCode?
  public var message: String

  public static let available = RunHealth(status: .available, message: "")

  init(status: Status, reason: ReasonCode? = nil, message: String) {
    self.status = status
    self.reason = reason
    self.message = message
  }

  /// After an error that ended the run.
  init(_ error: RunError) {
    let reason: ReasonCode =
      switch error.code {
      case .initialization: .instantiationFailed
      case .source: .sourceClosed
      case .sink: .outputFailed
      case .graph, .module, .configuration: .configurationFailed
      default: .processingFailed
      }
    self.init(status: .unavailable, reason: reason, message: error.message)
  }
}

/// Puts together what workers say about their operators.
final class HealthMonitor: Sendable {
  private struct State {
    /// What is wrong, by operation and worker.
    var faults: [String: [Int: OperatorError]] = [:]
    var failure: RunError?
    var health = RunHealth.available
  }

  private let state = Mutex(State())

  var health: RunHealth { state.withLock { $0.health } }

  /// Takes note of what a worker says. Returns the run's health if that changes it.
  func note(_ notice: Worker.Notice, of worker: Int) -> RunHealth? {
    change { state in
      switch notice {
      case .faulting(let operation, let error): state.faults[operation.name, default: [:]][worker] = error
      case .recovered(let operation): state.faults[operation.name]?[worker] = nil
      case .delayedBackwards, .split: break
      }
    }
  }

  func fail(_ error: RunError) -> RunHealth? { change { $0.failure = $0.failure ?? error } }

  private func change(_ body: (inout State) -> Void) -> RunHealth? {
    state.withLock { state in
      body(&state)
      let before = state.health
      state.health = state.failure.map(RunHealth.init) ?? Self.health(state.faults)
      return state.health.status == before.status && state.health.reason == before.reason ? nil : state.health
    }
  }

  private static func health(_ faults: [String: [Int: OperatorError]]) -> RunHealth {
    guard let (operation, error) = faults.filter({ !$0.value.isEmpty }).min(by: { $0.key < $1.key }).flatMap({ fault in fault.value.values.first.map { (fault.key, $0) } }) else {
      return .available
    }
    return RunHealth(
      status: .degraded, reason: .runtimeFault,
      message: "operation \(operation) failed \(Worker.faultsInARow) times in a row, and each time was started anew: \(error.message)")
  }
}
