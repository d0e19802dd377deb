internal import GraphDefinition

/// Where the operations of a graph go in a drawing from left to right: every connection leads from a layer to the next one.
///
/// Connections that are longer pass through places of their own. Rows are ordered so that few connections cross.
/// Source: Sugiyama, Tagawa, Toda, "Methods for Visual Understanding of Hierarchical System Structures", 1981.
struct GraphLayout {
  struct Node {
    /// The index of the operation; nil where a long connection passes through.
    let operation: Int?
    let layer: Int
    /// From 0 at the top; no two nodes of a layer have the same one.
    var row = 0
  }

  struct Edge {
    let from: Int
    let to: Int
    let arm: GraphDefinition.Arm?
    /// Whether `to` is an operation rather than a place on the way.
    let arrives: Bool
  }

  private(set) var nodes: [Node] = []
  private(set) var edges: [Edge] = []
  /// The nodes of each layer, from the top.
  private(set) var layers: [[Int]] = []
  var rowCount: Int { (nodes.lazy.map(\.row).max() ?? -1) + 1 }

  init(_ graph: GraphDefinition) {
    let connections = graph.indexedConnections
    for (operation, layer) in Self.layers(graph.operations.count, connections.map { ($0.from, $0.to) }).enumerated() {
      append(Node(operation: operation, layer: layer))
    }
    for connection in connections {
      var from = connection.from, arm = connection.arm
      for layer in (nodes[from].layer + 1)..<max(nodes[connection.to].layer, nodes[from].layer + 1) {
        let place = append(Node(operation: nil, layer: layer))
        edges.append(Edge(from: from, to: place, arm: arm, arrives: false))
        (from, arm) = (place, nil)
      }
      edges.append(Edge(from: from, to: connection.to, arm: arm, arrives: true))
    }
    orderRows()
  }

  @discardableResult
  private mutating func append(_ node: Node) -> Int {
    while layers.count <= node.layer { layers.append([]) }
    layers[node.layer].append(nodes.count)
    nodes.append(node)
    return nodes.count - 1
  }

  /// The length of the longest way to each operation; the graph has no cycles.
  private static func layers(_ count: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
    var layers = Array(repeating: 0, count: count)
    for _ in 0..<count {
      var changed = false
      for edge in edges where layers[edge.to] <= layers[edge.from] {
        layers[edge.to] = layers[edge.from] + 1
        changed = true
      }
      if !changed { break }
    }
    return layers
  }

  /// Puts every node near the middle of those it is connected with, to and fro.
  private mutating func orderRows() {
    var before = Array(repeating: [Int](), count: nodes.count), after = before
    for edge in edges {
      before[edge.to].append(edge.from)
      after[edge.from].append(edge.to)
    }
    for layer in layers { place(layer, wish: { Double(layer.firstIndex(of: $0) ?? 0) }) }
    for round in 0..<8 {
      let forwards = round.isMultiple(of: 2)
      for layer in forwards ? layers : layers.reversed() {
        let neighbours = forwards ? before : after
        let rows = nodes.map(\.row)
        place(layer) { node in
          guard !neighbours[node].isEmpty else { return Double(rows[node]) }
          return Double(neighbours[node].map { rows[$0] }.reduce(0, +)) / Double(neighbours[node].count)
        }
      }
    }
    for (index, layer) in layers.enumerated() { layers[index] = layer.sorted { nodes[$0].row < nodes[$1].row } }
    let top = nodes.lazy.map(\.row).min() ?? 0
    for index in nodes.indices { nodes[index].row -= top }
  }

  /// Gives each node of a layer the row it wishes for, or the next one below that is free.
  private mutating func place(_ layer: [Int], wish: (Int) -> Double) {
    let wishes = layer.map { (node: $0, row: wish($0)) }.sorted { ($0.row, $0.node) < ($1.row, $1.node) }
    var next = Int.min
    for (node, row) in wishes {
      nodes[node].row = max(next, Int(row.rounded(.down)))
      next = nodes[node].row + 1
    }
  }
}
