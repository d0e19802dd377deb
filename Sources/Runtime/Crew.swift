internal import ComponentModel
internal import Dataflow
internal import EndpointKit
internal import OperatorHost
internal import Transforms

/// What one thread runs: its share of a graph's first part, and the rest if that is its, with operator instances of its own.
final class Crew {
  let first: Worker
  /// Nil if another crew has the rest of the graph.
  let rest: Worker?
  private let instances: [(id: Graph.OperationID, instance: OperatorInstance)]

  /// - Parameters:
  ///   - hasRest: whether the crew runs the rest of the graph too.
  ///   - origin: of a run that can be repeated.
  ///   - clock: what transforms tell the time by, in a run that cannot.
  ///   - onFailure: told of every item that an operator fails on.
  init(
    _ plan: RunPlan, hasRest: Bool, services: OperatorServices, origin: RunOrigin? = nil, clock: EndpointClock, onFailure: @escaping (Failure) -> Void,
    onNotice: @escaping (Worker.Notice) -> Void
  ) throws(RunError) {
    var services = services, guests: RepeatableGuests?
    if let origin {
      let repeatable = RepeatableGuests(origin)
      services.environment = { repeatable.environment(of: $0) }
      guests = repeatable
    }
    var instances: [(Graph.OperationID, OperatorInstance)] = []
    var operators: [Graph.OperationID: Operator] = [:]
    for planned in plan.operators where hasRest || plan.graph.isIncluded(planned.id, in: .first) {
      let module: OperatorModule
      switch planned.code {
      case .transform(let transform):
        operators[planned.id] = transform.makeOperator(
          TransformServices(stateStore: services.stateStore, nanoseconds: services.environment?(planned.name).monotonicClock ?? clock.nanoseconds))
        continue
      case .module(let code): module = code
      }
      do throws(OperatorHostError) {
        let instance = try OperatorInstance(
          module, operation: planned.name, kind: planned.kind, configuration: planned.configuration, services: services, limits: planned.limits)
        instances.append((planned.id, instance))
        operators[planned.id] = Operator(instance)
      } catch {
        throw RunError(.initialization, error.message)
      }
    }
    self.instances = instances
    func worker(_ part: Graph.Part) throws(GraphError) -> Worker {
      let worker = try Worker(
        graph: plan.graph, part: part, operators: operators, configuration: .init(heldBytes: plan.options.heldBytes, whenFull: plan.options.whenFull),
        clock: monotonicNanoseconds)
      worker.onFailure = onFailure
      worker.onNotice = onNotice
      if let guests { worker.onMoment = guests.enter }
      return worker
    }
    do {
      first = try worker(.first)
      rest = hasRest ? try worker(.rest) : nil
    } catch {
      throw RunError(.graph, error.message)
    }
  }

  var modelLoadNanoseconds: UInt64 { instances.reduce(0) { $0 + $1.instance.modelLoadNanoseconds } }

  /// What the crew has done, in the graph's order.
  func operations(of graph: Graph) -> [RunSummary.Operation] {
    var operations = graph.operations.map { RunSummary.Operation(name: $0.name, kind: $0.kind) }
    for worker in [first, rest] {
      for (index, counters) in (worker?.counters ?? []).enumerated() { operations[index].counters += counters }
    }
    for (id, instance) in instances {
      operations[id.index].statistics = instance.statistics
      operations[id.index].memorySize = instance.memorySize
    }
    return operations
  }
}

extension Operator {
  init(_ instance: OperatorInstance) {
    self =
      switch instance.kind {
      case .map: .map(instance)
      case .filter: .filter(instance)
      case .branch: .branch(instance)
      case .accumulate: .accumulate(instance)
      case .delay: .delay(instance)
      }
  }
}

extension RunEvent {
  /// What a user is told; nil of what shows in the run's health.
  init?(_ notice: Worker.Notice) {
    switch notice {
    case .faulting, .recovered: return nil
    case .delayedBackwards(let operation, let origin):
      self = .notice(operation: operation.name, message: "it returned an earlier time than that of \(origin.name), which keeps its own; said once")
    case .split(let operation, let time):
      self = .notice(
        operation: operation.name,
        message: "the window that ends at \(time) is larger than what may be held: it is put out in parts, and so may others be; said once")
    }
  }
}
