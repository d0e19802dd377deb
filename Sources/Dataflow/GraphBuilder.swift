/// Collects operations and edges, and checks them once all are there.
public struct GraphBuilder {
  private var operations: [Graph.Operation] = []
  private var edges: [Graph.Edge] = []

  public init() {}

  public mutating func add(_ name: String, _ kind: Graph.Operation.Kind, errorPolicy: Graph.ErrorPolicy = .drop) -> Graph.OperationID {
    let id = Graph.OperationID(index: operations.count)
    operations.append(Graph.Operation(id: id, name: name, kind: kind, errorPolicy: errorPolicy))
    return id
  }

  /// Adds an edge; `arm` says which way out of a branch. Several edges out of one place each carry every item.
  public mutating func connect(_ from: Graph.OperationID, _ arm: Graph.Arm? = nil, to: Graph.OperationID) {
    edges.append(Graph.Edge(from: from, arm: arm, to: to))
  }

  /// The graph, or the first thing that keeps it from running. An arm of a branch may stay open: what leaves there is dropped.
  public func build() throws(GraphError) -> Graph {
    try checkNames()
    for edge in edges { try check(edge) }
    try checkDegrees()
    return Graph(operations: operations, edges: edges, topologicalOrder: try topologicalOrder())
  }

  private func checkNames() throws(GraphError) {
    var seen: Set<String> = []
    for operation in operations where !seen.insert(operation.name).inserted {
      throw operation.error(.duplicateName, "Two operations are named '\(operation.name)': give each a name of its own.")
    }
  }

  private func check(_ edge: Graph.Edge) throws(GraphError) {
    for id in [edge.from, edge.to] where !operations.indices.contains(id.index) {
      let message = "A connection names operation number \(id.index), but the graph has \(operations.count)."
      throw GraphError(code: .unknownOperation, operation: "\(id.index)", message: message)
    }
    let from = operations[edge.from.index]
    let to = operations[edge.to.index]
    if from.kind == .sink {
      throw from.error(.invalidConnection, "'\(from.name)' is a sink: nothing comes out of it to be connected to '\(to.name)'.")
    }
    if to.kind == .source {
      throw to.error(.invalidConnection, "'\(to.name)' is a source: '\(from.name)' cannot be connected to it.")
    }
    if from.kind == .branch && edge.arm == nil {
      throw from.error(.invalidConnection, "'\(from.name)' is a branch: its connection to '\(to.name)' must say which arm, True or False.")
    }
    if from.kind != .branch && edge.arm != nil {
      throw from.error(.invalidConnection, "'\(from.name)' is not a branch: its connection to '\(to.name)' must not name an arm.")
    }
  }

  private func checkDegrees() throws(GraphError) {
    var incoming = Array(repeating: 0, count: operations.count)
    var outgoing = incoming
    for edge in edges {
      outgoing[edge.from.index] += 1
      incoming[edge.to.index] += 1
    }
    for operation in operations {
      let inputs = incoming[operation.id.index]
      if inputs == 0 && operation.kind != .source {
        throw operation.error(.unconnected, "Nothing is connected to '\(operation.name)': it would never see an item.")
      }
      if inputs > 1 && operation.kind != .concatenate {
        let message = "\(inputs) operations are connected to '\(operation.name)': put a concatenate operation in between."
        throw operation.error(.invalidConnection, message)
      }
      if outgoing[operation.id.index] == 0 && operation.kind != .sink {
        throw operation.error(.unconnected, "'\(operation.name)' is connected to nothing: what comes out of it would be lost.")
      }
    }
  }

  /// Kahn's algorithm, in the order in which operations were added where edges leave a choice.
  private func topologicalOrder() throws(GraphError) -> [Graph.OperationID] {
    var incoming = Array(repeating: 0, count: operations.count)
    var followers = Array(repeating: [Int](), count: operations.count)
    for edge in edges {
      incoming[edge.to.index] += 1
      followers[edge.from.index].append(edge.to.index)
    }
    var order = operations.indices.filter { incoming[$0] == 0 }
    var next = 0
    while next < order.count {
      for follower in followers[order[next]] {
        incoming[follower] -= 1
        if incoming[follower] == 0 { order.append(follower) }
      }
      next += 1
    }
    if let stuck = operations.indices.first(where: { incoming[$0] > 0 }) {
      let operation = operations[stuck]
      throw operation.error(.cycle, "The connections lead round in a circle, at or before '\(operation.name)': a graph must not have cycles.")
    }
    return order.map { Graph.OperationID(index: $0) }
  }
}

extension Graph.Operation {
  func error(_ code: GraphError.Code, _ message: String) -> GraphError {
    GraphError(code: code, operation: name, message: message)
  }
}
