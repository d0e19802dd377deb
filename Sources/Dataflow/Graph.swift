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
      case source, sink, map, filter, branch, accumulate, delay, concatenate
    }

    public let id: OperationID
    /// Unique within the graph.
    public let name: String
    public let kind: Kind
    public let errorPolicy: ErrorPolicy
    /// Whether the operation sees the items of all workers, in their order (``Part/rest``).
    public let isExclusive: Bool
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

  /// What of a graph a ``Worker`` runs.
  public enum Part: Hashable, Sendable {
    case whole
    /// The operations that treat each item by itself, wherever that is: every worker runs them on its share of the items.
    case first
    /// The first stateful operations and all that follows them, and the sinks: one worker runs them, on what the others have left.
    case rest
  }

  /// Whether a part includes an operation.
  public func isIncluded(_ operation: OperationID, in part: Part) -> Bool {
    switch part {
    case .whole: true
    case .first: !operations[operation.index].isExclusive
    case .rest: operations[operation.index].isExclusive
    }
  }

  public subscript(id: OperationID) -> Operation {
    operations[id.index]
  }

  public func operation(named name: String) -> Operation? {
    operations.first { $0.name == name }
  }

  /// The sources that an operation's items can come from.
  func sources(of operation: OperationID) -> [OperationID] {
    var incoming = Array(repeating: [Int](), count: operations.count)
    for edge in edges { incoming[edge.to.index].append(edge.from.index) }
    var isReached = Array(repeating: false, count: operations.count)
    isReached[operation.index] = true
    for id in topologicalOrder.reversed() where isReached[id.index] {
      for from in incoming[id.index] { isReached[from] = true }
    }
    return sources.map(\.id).filter { isReached[$0.index] }
  }

  public var sources: [Operation] { operations.filter { $0.kind == .source } }
  public var sinks: [Operation] { operations.filter { $0.kind == .sink } }
}

extension Graph.Operation.Kind {
  /// Whether the operation needs an operator; the others are the engine's own.
  public var needsOperator: Bool {
    switch self {
    case .map, .filter, .branch, .accumulate, .delay: true
    case .source, .sink, .concatenate: false
    }
  }
  /// Whether the operation keeps items until the frontier has passed their times.
  public var isStateful: Bool { self == .accumulate || self == .delay }
}
