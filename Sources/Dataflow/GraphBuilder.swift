internal import HeapModule

/// Collects operations and edges, and checks them once all are there.
public struct GraphBuilder {
  /// The most items that one item may become on its way to the sinks.
  public static let maximumCopies = 10_000

  private struct Draft {
    let name: String
    let kind: Graph.Operation.Kind
    let errorPolicy: ErrorPolicy
    let isExclusive: Bool

    func error(_ code: GraphError.Code, _ message: String) -> GraphError { GraphError(code: code, operation: name, message: message) }
  }

  private var operations: [Draft] = []
  private var edges: [Graph.Edge] = []

  public init() {}

  /// Adds an operation.
  ///
  /// - Parameter isExclusive: whether one worker is to run it, and all that follows it, although it keeps nothing that the engine knows of:
  ///   its code may keep something.
  public mutating func add(
    _ name: String, _ kind: Graph.Operation.Kind, errorPolicy: ErrorPolicy = .drop, isExclusive: Bool = false
  ) -> Graph.OperationID {
    let id = Graph.OperationID(index: operations.count)
    operations.append(Draft(name: name, kind: kind, errorPolicy: errorPolicy, isExclusive: isExclusive || kind.isStateful || kind == .sink))
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
    var followers = Array(repeating: [Graph.Edge](), count: operations.count)
    for edge in edges { followers[edge.from.index].append(edge) }
    let order = try topologicalOrder(followers)
    try checkCopies(order, followers)
    let isExclusive = exclusive(order, followers)
    let operations = self.operations.enumerated().map { index, draft in
      Graph.Operation(
        id: Graph.OperationID(index: index), name: draft.name, kind: draft.kind, errorPolicy: draft.errorPolicy, isExclusive: isExclusive[index])
    }
    return Graph(operations: operations, edges: edges, topologicalOrder: order.map { Graph.OperationID(index: $0) })
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
    for (index, operation) in operations.enumerated() {
      let inputs = incoming[index]
      if inputs == 0 && operation.kind != .source {
        throw operation.error(.unconnected, "Nothing is connected to '\(operation.name)': it would never see an item.")
      }
      if inputs > 1 && operation.kind != .concatenate {
        let message = "\(inputs) operations are connected to '\(operation.name)': put a concatenate operation in between."
        throw operation.error(.invalidConnection, message)
      }
      if outgoing[index] == 0 && operation.kind != .sink {
        throw operation.error(.unconnected, "'\(operation.name)' is connected to nothing: what comes out of it would be lost.")
      }
    }
  }

  /// Kahn's algorithm, in the order in which operations were added where edges leave a choice.
  private func topologicalOrder(_ followers: [[Graph.Edge]]) throws(GraphError) -> [Int] {
    var incoming = Array(repeating: 0, count: operations.count)
    for edge in edges { incoming[edge.to.index] += 1 }
    var ready = Heap(operations.indices.filter { incoming[$0] == 0 })
    var order: [Int] = []
    while let next = ready.popMin() {
      order.append(next)
      for edge in followers[next] {
        incoming[edge.to.index] -= 1
        if incoming[edge.to.index] == 0 { ready.insert(edge.to.index) }
      }
    }
    if let stuck = operations.indices.first(where: { incoming[$0] > 0 }) {
      let operation = operations[stuck]
      throw operation.error(.cycle, "The connections lead round in a circle, at or before '\(operation.name)': a graph must not have cycles.")
    }
    return order
  }

  /// Ways that part and meet again, many times in a row, make more items of one than anybody can want.
  private func checkCopies(_ order: [Int], _ followers: [[Graph.Edge]]) throws(GraphError) {
    var copies = Array(repeating: 1, count: operations.count)
    for index in order.reversed() where operations[index].kind != .sink {
      var byArm = (false: 0, true: 0)
      for edge in followers[index] {
        if edge.arm == .true { byArm.true += copies[edge.to.index] } else { byArm.false += copies[edge.to.index] }
      }
      copies[index] = max(byArm.false, byArm.true)
      if copies[index] > Self.maximumCopies {
        let message = "An item at '\(operations[index].name)' would become more than \(Self.maximumCopies) items, one on each way to a sink: use fewer parallel connections."
        throw operations[index].error(.invalidConnection, message)
      }
    }
  }

  private func exclusive(_ order: [Int], _ followers: [[Graph.Edge]]) -> [Bool] {
    var isExclusive = operations.map(\.isExclusive)
    for index in order where isExclusive[index] {
      for edge in followers[index] { isExclusive[edge.to.index] = true }
    }
    return isExclusive
  }
}

extension Graph.Operation {
  func error(_ code: GraphError.Code, _ message: String) -> GraphError {
    GraphError(code: code, operation: name, message: message)
  }
}
