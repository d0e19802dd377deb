internal import ComponentModel
public import Dataflow
public import Inference
internal import Telemetry
internal import WASI
internal import WASINN
public import WebAssembly

/// One operation's own instance of a component, initialised with the operation's configuration. Belongs to one worker.
///
/// A failed call discards the component instance, because its memory may be in any state; the next call makes and initialises a new one.
public final class OperatorInstance {
  public let operation: String
  public let kind: OperatorKind
  // An instance belongs to one thread, and is never called while it is called: nothing need be checked at each access.
  @exclusivity(unchecked) public private(set) var statistics = OperatorStatistics()
  /// Whether `statistics` say where the time went. Reading the clock four times takes about as long as the rest of a short call: of those, one in
  /// ``callsForOneTimed`` is timed and stands for the others.
  public var isTimed = true
  static let callsForOneTimed: UInt64 = 16
  /// What is a short call, in nanoseconds.
  private static let shortCall: UInt64 = 20_000
  @exclusivity(unchecked) private var untimedCalls: UInt64 = 0
  @exclusivity(unchecked) private var callsUntilTimed: UInt64 = 0
  private let module: OperatorModule
  private let configuration: ModuleConfiguration
  private let services: OperatorServices
  private let limits: StoreLimits
  @exclusivity(unchecked) private var running: Running?
  /// Kept across restarts, so that an operator which traps does not load its model anew.
  public private(set) var sessions: [Session] = []

  /// Instantiates the component and calls its `init`. Throws `.missingExport`, `.missingImport` or `.initialization`.
  public init(
    _ module: OperatorModule, operation: String, kind: OperatorKind, configuration: ModuleConfiguration, services: OperatorServices,
    limits: StoreLimits = StoreLimits()
  ) throws(OperatorHostError) {
    self.module = module
    self.operation = operation
    self.kind = kind
    self.configuration = configuration
    self.services = services
    self.limits = limits
    running = try start()
  }

  /// How long the operator's instance took to load its models.
  public var modelLoadNanoseconds: UInt64 { running?.network.loadNanoseconds ?? 0 }

  /// The size of the guest's memory, in bytes.
  public var memorySize: Int { running?.component.memorySize ?? 0 }

  /// How many handles the guest holds; one that grows from call to call is a leak of the operator's.
  public var handleCount: Int { running?.component.handleCount ?? 0 }

  /// A live component instance with its process function.
  private final class Running {
    let component: ComponentInstance
    let process: LiftedFunction
    let network: NeuralNetwork
    let output: GuestOutput

    init(component: ComponentInstance, process: LiftedFunction, network: NeuralNetwork, output: GuestOutput) {
      self.component = component
      self.process = process
      self.network = network
      self.output = output
    }
  }

  private func start() throws(OperatorHostError) -> Running {
    let services = services, operation = operation
    let network = NeuralNetwork(services.neuralNetworks) { services.log(operation, .warn, "wasi-nn", $0) }
    do throws(ComponentError) {
      let store = try makeStore(), calls = store.context
      let (imports, output) = try services.imports(operation: operation, network: network) { calls.timeLeft }
      defer { output.flush() }
      let component = try module.component.instantiate(imports: imports, in: store)
      guard let initialize = component.function(kind.interface, "init"), let process = component.function(kind.interface, "process") else {
        throw ComponentError(.missingExport, "it does not export `init` and `process` of `\(kind.interface)`")
      }
      try initialize.check(parameters: [ModuleConfiguration.type], result: .bool)
      try process.check(parameters: try kind.parameters, result: try kind.result)
      guard try initialize.call(configuration, returning: Bool.self) else {
        throw ComponentError(.host, "init returned false: the operator refuses its configuration; its log says why")
      }
      sessions = network.sessions
      return Running(component: component, process: process, network: network, output: output)
    } catch {
      let code: OperatorHostError.Code =
        switch error.code {
        case .missingImport, .typeMismatch: .missingImport
        case .missingExport: .missingExport
        default: .initialization
        }
      throw OperatorHostError(code, "operation \(operation) (\(module.path)) could not start: \(error)")
    }
  }

  private func makeStore() throws(ComponentError) -> Store {
    do {
      return try Store(engine: module.component.engine, limits: limits)
    } catch {
      throw ComponentError(.linking, error.message)
    }
  }

  /// Has `call` call the operator's `process`, and accounts for its time.
  @inline(__always)
  private func process<Result: ResultSide>(
    _ call: (LiftedFunction) throws(ComponentError) -> ComponentResult<Result, ProcessorError>
  ) throws(OperatorError) -> Result {
    statistics.calls += 1
    do throws(OperatorError) {
      let running = try ready()
      let isTimed = isTimed && callsUntilTimed == 0
      running.process.isTimed = isTimed
      defer {
        running.output.flush()
        account(running, isTimed)
      }
      let result: ComponentResult<Result, ProcessorError>
      do throws(ComponentError) {
        result = try call(running.process)
      } catch {
        self.running = nil
        throw translate(error, memorySize: running.component.memorySize)
      }
      switch result {
      case .ok(let value): return value
      case .error(let error): throw OperatorError(.rejected, error.message)
      }
    } catch {
      statistics.failures += 1
      throw error
    }
  }

  private func ready() throws(OperatorError) -> Running {
    if let running { return running }
    statistics.restarts += 1
    do throws(OperatorHostError) {
      let fresh = try start()
      running = fresh
      return fresh
    } catch {
      throw OperatorError(.hostFailure, error.message)
    }
  }

  private func account(_ running: Running, _ wasTimed: Bool) {
    guard isTimed else { return }
    let nn = running.network.takeTiming()
    statistics.copyIn += nn.copyIn
    statistics.infer += nn.infer
    statistics.copyOut += nn.copyOut
    guard wasTimed else {
      untimedCalls += 1
      callsUntilTimed -= 1
      return
    }
    let call = running.process.timing, calls = untimedCalls + 1
    statistics.copyIn += calls * call.lower
    statistics.copyOut += calls * call.lift
    statistics.guest += calls * (call.guest - min(call.guest, nn.copyIn + nn.infer + nn.copyOut))
    untimedCalls = 0
    callsUntilTimed = call.lower + call.guest + call.lift < Self.shortCall ? Self.callsForOneTimed - 1 : 0
  }

  private func translate(_ error: ComponentError, memorySize: Int) -> OperatorError {
    // A guest that is refused memory usually traps; nothing else tells that this was why.
    if error.code == .trap || error.code == .canonicalABI, memorySize > limits.memory / 8 * 7 {
      return OperatorError(
        .outOfMemory,
        "the operator trapped with \(memorySize >> 20) MiB of its \(limits.memory >> 20) MiB of memory in use, and was restarted: \(error.message)")
    }
    switch error.code {
    case .deadline: return OperatorError(.timedOut, "\(error.message); the operator was restarted")
    case .trap, .canonicalABI, .limitExceeded: return OperatorError(.trapped, "the operator trapped and was restarted: \(error.message)")
    case .exit: return OperatorError(.exited, "\(error.message); the operator was restarted")
    default: return OperatorError(.hostFailure, error.message)
    }
  }
}

extension OperatorInstance: MapOperator {
  public func map(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> DataModel {
    try process { (function) throws(ComponentError) in try function.call(data) }
  }
}

extension OperatorInstance: FilterOperator {
  public func isIncluded(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool {
    try process { (function) throws(ComponentError) in try function.call(data) }
  }
}

extension OperatorInstance: BranchOperator {
  public func branch(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool {
    try process { (function) throws(ComponentError) in try function.call(LogicalClock(time), data) }
  }
}

extension OperatorInstance: AccumulateOperator {
  public func accumulate(_ items: [DataModel], into staged: DataModel) throws(OperatorError) -> DataModel {
    try process { (function) throws(ComponentError) in try function.call(staged, items) }
  }
}

extension OperatorInstance: DelayOperator {
  public func delay(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Timestamp {
    let clock: LogicalClock = try process { (function) throws(ComponentError) in try function.call(data, LogicalClock(time)) }
    return clock.timestamp
  }
}

extension OperatorKind {
  /// What `process` takes.
  var parameters: [ValueType] {
    get throws(ComponentError) {
      switch self {
      case .map, .filter: try [DataModel.type]
      case .branch: try [LogicalClock.type, DataModel.type]
      case .accumulate: try [DataModel.type, .list(of: DataModel.type)]
      case .delay: try [DataModel.type, LogicalClock.type]
      }
    }
  }

  /// What `process` returns.
  var result: ValueType {
    get throws(ComponentError) {
      let ok: ValueType =
        switch self {
        case .map, .accumulate: try DataModel.type
        case .filter, .branch: .bool
        case .delay: try LogicalClock.type
        }
      return try .result(ok: ok, error: ProcessorError.type)
    }
  }
}
