/// The wiring of a data flow: operations and the edges between them. It does not change, and all workers share it.
///
/// Made by a ``GraphBuilder``, which has checked that it can run: acyclic, and every edge where its ends allow one.
public struct Graph: Sendable {
  /// An operation's place in its graph.
  public struct OperationID: Hashable, Sendable {
    public let index: Int
  }

  public struct Operation: Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      case source, sink, map, filter, branch, concatenate
    }

    public let id: OperationID
    /// Unique within the graph.
    public let name: String
    public let kind: Kind
    public let errorPolicy: ErrorPolicy
  }

  /// What becomes of an item that an operator fails on.
  public enum ErrorPolicy: Hashable, Sendable {
    /// The item is dropped and counted, and its source message acknowledged: AIO's behaviour.
    case drop
  }

  /// A way out of a branch.
  public enum Arm: String, Hashable, Sendable, CaseIterable {
    case `false` = "False"
    case `true` = "True"
  }

  public struct Edge: Hashable, Sendable {
    public let from: OperationID
    /// Which way out, where `from` is a branch; otherwise nil.
    public let arm: Arm?
    public let to: OperationID
  }

  /// In the order in which they were added; an ``OperationID`` is an index into it.
  public let operations: [Operation]
  /// In the order in which they were added.
  public let edges: [Edge]
  /// Every operation before those that follow it along edges.
  public let topologicalOrder: [OperationID]

  public subscript(id: OperationID) -> Operation {
    operations[id.index]
  }

  public func operation(named name: String) -> Operation? {
    operations.first { $0.name == name }
  }

  public var sources: [Operation] { operations.filter { $0.kind == .source } }
  public var sinks: [Operation] { operations.filter { $0.kind == .sink } }
}

extension Graph.Operation.Kind {
  /// Whether the operation needs an operator; the others are the engine's own.
  public var needsOperator: Bool {
    switch self {
    case .map, .filter, .branch: true
    case .source, .sink, .concatenate: false
    }
  }
}
