internal import GraphDefinition

extension GraphDrawing {
  /// The graph as an SVG image that needs no fonts or styles from elsewhere.
  public var svg: String {
    let layout = GraphLayout(graph)
    let geometry = Geometry(layout, graph)
    var shapes: [String] = []
    for edge in layout.edges {
      let (x1, y1) = geometry.right(edge.from), (x2, y2) = geometry.left(edge.to)
      let bend = (x2 - x1) / 2
      let marker = edge.arrives ? " marker-end=\"url(#arrow)\"" : ""
      shapes.append("<path d=\"M\(x1) \(y1)C\(x1 + bend) \(y1) \(x2 - bend) \(y2) \(x2) \(y2)\" fill=\"none\" stroke=\"#667\" stroke-width=\"1.5\"\(marker)/>")
      if let arm = edge.arm { shapes.append("<text x=\"\(x1 + bend)\" y=\"\((y1 + y2) / 2 - 6)\" class=\"arm\">\(arm.rawValue)</text>") }
    }
    for (index, node) in layout.nodes.enumerated() {
      let (x, y) = geometry.left(index)
      guard let operation = node.operation.map({ graph.operations[$0] }) else {
        shapes.append("<path d=\"M\(x) \(y)H\(geometry.right(index).x)\" stroke=\"#667\" stroke-width=\"1.5\"/>")
        continue
      }
      let corner = operation.isEndpoint ? 2 : 10
      shapes.append(
        """
        <rect x="\(x)" y="\(y - 22)" width="\(geometry.width(index))" height="44" rx="\(corner)" fill="\(operation.colour)" stroke="#334"/>
        <text x="\(x + geometry.width(index) / 2)" y="\(y - 3)">\(Self.escaped(operation.name))</text>
        <text x="\(x + geometry.width(index) / 2)" y="\(y + 13)" class="caption">\(Self.escaped(operation.caption))</text>
        """)
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(geometry.size.width)" height="\(geometry.size.height)" viewBox="0 0 \(geometry.size.width) \(geometry.size.height)">
      <style>text{font:13px sans-serif;text-anchor:middle;fill:#112}.caption{font-size:10px;fill:#445}.arm{font-size:11px;fill:#445}</style>
      <defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#667"/></marker></defs>
      \(shapes.joined(separator: "\n"))
      </svg>
      """
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}

/// Places in pixels.
private struct Geometry {
  private let layout: GraphLayout
  private let widths: [Int]
  /// Left edge of each layer.
  private var columns: [Int] = []
  private(set) var size = (width: 0, height: 0)

  init(_ layout: GraphLayout, _ graph: GraphDefinition) {
    self.layout = layout
    // Eight pixels are more than most characters take at this size.
    let text = layout.nodes.map { node in node.operation.map { 24 + max(8 * graph.operations[$0].name.count, 6 * graph.operations[$0].caption.count) } ?? 0 }
    widths = layout.layers.map { layer in layer.map { text[$0] }.max() ?? 0 }
    var x = 16
    for width in widths {
      columns.append(x)
      x += width + 72
    }
    size = (max(32, x - 72 + 16), 32 + 64 * layout.rowCount)
  }

  func width(_ node: Int) -> Int { widths[layout.nodes[node].layer] }
  func left(_ node: Int) -> (x: Int, y: Int) { (columns[layout.nodes[node].layer], 48 + 64 * layout.nodes[node].row) }
  func right(_ node: Int) -> (x: Int, y: Int) { (left(node).x + width(node), left(node).y) }
}

extension GraphDefinition.Operation {
  fileprivate var colour: String {
    switch kind {
    case .source, .sink: "#e8ecf4"
    case .map: "#dff0e4"
    case .filter, .branch: "#fdf1d3"
    case .accumulate, .delay: "#e7e1f6"
    case .concatenate: "#f3f3f3"
    }
  }
}
