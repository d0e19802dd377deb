extension GraphDefinition {
  public var sources: [Operation] { operations.filter { $0.kind == .source } }
  public var sinks: [Operation] { operations.filter { $0.kind == .sink } }

  /// Every operation after all those that it receives from; where that leaves a choice, in the order of the file.
  public var topologicalOrder: [Operation] { topology.order.map { operations[$0] } }

  public func operation(named name: String) -> Operation? {
    topology.index[name].map { operations[$0] }
  }

  /// The connections out of an operation, in the order of the file: each gets every item, all arms of a branch included.
  public func connections(from name: String) -> [Connection] {
    topology.index[name].map { topology.outgoing[$0].map { connections[$0.connection] } } ?? []
  }

  /// The connections out of one arm of a branch, or, with `nil`, out of an operation without arms.
  public func connections(from name: String, arm: Arm?) -> [Connection] {
    connections(from: name).filter { $0.arm == arm }
  }

  /// The connections into an operation: more than one only for a concatenate.
  public func connections(into name: String) -> [Connection] {
    topology.index[name].map { topology.incoming[$0].map { connections[$0.connection] } } ?? []
  }

  /// The entry of `moduleConfigurations` for an operation, if it has one.
  public func configuration(of name: String) -> Configuration? {
    configurations.first { $0.operation == name }
  }
}
