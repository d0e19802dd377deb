public import GraphDefinition

/// A picture of a graph's operations and connections, in one of several notations.
public struct GraphDrawing {
  let graph: GraphDefinition

  public init(_ graph: GraphDefinition) { self.graph = graph }

  /// A digraph for Graphviz: `dot -Tsvg`.
  public var dot: String {
    var lines = ["digraph {", "  rankdir=LR", "  node [shape=box, style=rounded, fontname=\"sans-serif\"]", "  edge [fontname=\"sans-serif\"]"]
    for (index, operation) in graph.operations.enumerated() {
      let shape = operation.kind == .branch ? ", shape=diamond, style=solid" : operation.isEndpoint ? ", style=solid" : ""
      lines.append("  o\(index) [label=\"\(Self.escaped(operation.name, "\\", "\""))\\n\(operation.caption)\"\(shape)]")
    }
    for connection in graph.indexedConnections {
      lines.append("  o\(connection.from) -> o\(connection.to)" + (connection.arm.map { " [label=\"\($0.rawValue)\"]" } ?? ""))
    }
    return (lines + ["}"]).joined(separator: "\n")
  }

  /// A flowchart for Mermaid, as Markdown viewers show it.
  public var mermaid: String {
    var lines = ["flowchart LR"]
    for (index, operation) in graph.operations.enumerated() {
      let (open, close) = operation.kind == .branch ? ("{", "}") : operation.isEndpoint ? ("[", "]") : ("(", ")")
      let name = operation.name.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
      lines.append("  o\(index)\(open)\"\(name)<br/><small>\(operation.caption)</small>\"\(close)")
    }
    for connection in graph.indexedConnections {
      lines.append("  o\(connection.from) -->" + (connection.arm.map { "|\($0.rawValue)|" } ?? "") + " o\(connection.to)")
    }
    return lines.joined(separator: "\n")
  }

  private static func escaped(_ text: String, _ characters: Character...) -> String {
    String(text.flatMap { characters.contains($0) ? ["\\", $0] : [$0] })
  }
}

extension GraphDefinition {
  /// The connections, with operations by their indices.
  var indexedConnections: [(from: Int, to: Int, arm: Arm?)] {
    let index = Dictionary(operations.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    return connections.compactMap { connection in
      index[connection.from].flatMap { from in index[connection.to].map { (from, $0, connection.arm) } }
    }
  }
}

extension GraphDefinition.Operation {
  var isEndpoint: Bool { kind == .source || kind == .sink }

  /// What it is and, where a module runs it, which one.
  var caption: String { kind.rawValue + (module.map { " · \($0)" } ?? "") }
}
