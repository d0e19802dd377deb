public import GraphDefinition

extension GraphDrawing {
  /// The graph in box-drawing characters, from left to right; as a list of connections if that takes more than `width` columns.
  ///
  /// - Parameter emphasize: how a name is shown, such as with colour; what it adds must take no columns.
  public func text(width: Int, emphasize: (GraphDefinition.Operation) -> String = { $0.name }) -> String {
    let layout = GraphLayout(graph)
    let layers = layout.layers.map { layer in layer.compactMap { layout.nodes[$0].operation.map { graph.operations[$0].label.count } }.max() ?? 0 }
    let channels = layout.layers.indices.dropLast().map { Channel(layout, after: $0) }
    guard layers.reduce(0, +) + channels.map(\.width).reduce(0, +) <= width else { return list(emphasize) }

    var canvas = Canvas(rows: max(1, 2 * layout.rowCount - 1))
    var column = 0
    for (index, layer) in layout.layers.enumerated() {
      for node in layer {
        let row = 2 * layout.nodes[node].row
        if let operation = layout.nodes[node].operation.map({ graph.operations[$0] }) {
          canvas.write(emphasize(operation) + operation.kindNote + " ", columns: operation.label.count, row, column)
          if index < channels.count, layout.edges.contains(where: { $0.from == node }) { canvas.line(row, column + operation.label.count, column + layers[index]) }
        } else {
          canvas.line(row, column, column + layers[index])
        }
      }
      column += layers[index]
      guard index < channels.count else { break }
      channels[index].draw(layout, on: &canvas, column)
      column += channels[index].width
    }
    return canvas.text
  }

  private func list(_ emphasize: (GraphDefinition.Operation) -> String) -> String {
    graph.operations.map { operation in
      let targets = graph.connections.filter { $0.from == operation.name }
      return emphasize(operation) + operation.kindNote + targets.map { "\n  \($0.arm.map { "\($0.rawValue) " } ?? "")→ \($0.to)" }.joined()
    }.joined(separator: "\n")
  }
}

extension GraphDefinition.Operation {
  /// The kind, where the name does not say it.
  fileprivate var kindNote: String { name.contains(kind.rawValue) ? "" : " (\(kind.rawValue))" }
  fileprivate var label: String { name + kindNote + " " }
}

/// The space between two layers: one column for each node that connections leave, and room for arrows and the names of arms.
private struct Channel {
  private let layer: Int
  /// The column of each node's vertical line.
  private var lanes: [Int: Int] = [:]
  /// Room right of the vertical lines, for the names of arms and the arrows.
  private let arrowWidth: Int
  var width: Int { 1 + 2 * lanes.count + arrowWidth }

  init(_ layout: GraphLayout, after layer: Int) {
    self.layer = layer
    let edges = layout.edges.filter { layout.nodes[$0.from].layer == layer }
    arrowWidth = edges.contains { $0.arm != nil } ? 8 : 3
    // A line that ends in a row must be right of the one that begins there, so that they are not taken for one.
    let sources = Set(edges.map(\.from)).sorted { left, right in
      let leftEnds = edges.filter { $0.from == left }.map { layout.nodes[$0.to].row }, rightEnds = edges.filter { $0.from == right }.map { layout.nodes[$0.to].row }
      let leftRow = layout.nodes[left].row, rightRow = layout.nodes[right].row
      if leftEnds.contains(rightRow) != rightEnds.contains(leftRow) { return rightEnds.contains(leftRow) }
      return leftRow < rightRow
    }
    for (index, source) in sources.enumerated() { lanes[source] = index }
  }

  func draw(_ layout: GraphLayout, on canvas: inout Canvas, _ column: Int) {
    for edge in layout.edges where layout.nodes[edge.from].layer == layer {
      let from = 2 * layout.nodes[edge.from].row, to = 2 * layout.nodes[edge.to].row
      let lane = column + 1 + 2 * (lanes[edge.from] ?? 0), end = column + width - 1
      canvas.line(from, column, lane)
      canvas.line(from, to, column: lane)
      canvas.line(to, lane, edge.arrives ? end - 1 : end)
      if edge.arrives { canvas.arrow(to, end - 1) }
      if let arm = edge.arm { canvas.note(arm.rawValue, to, end - 2 - arm.rawValue.count) }
    }
  }
}

/// Characters in rows. Lines are sets of directions, so that crossings and corners come out right.
private struct Canvas {
  private struct Cell {
    var directions: UInt8 = 0
    var character: Character?
    /// A text that begins here, and the columns that it takes.
    var text: (String, columns: Int)?
  }

  private static let right: UInt8 = 1, left: UInt8 = 2, down: UInt8 = 4, up: UInt8 = 8
  private static let lines: [Character] = [" ", "─", "─", "─", "│", "┌", "┐", "┬", "│", "└", "┘", "┴", "│", "├", "┤", "┼"]
  private var cells: [[Cell]]

  init(rows: Int) { cells = Array(repeating: [], count: rows) }

  private mutating func update(_ row: Int, _ column: Int, _ body: (inout Cell) -> Void) {
    while cells[row].count <= column { cells[row].append(Cell()) }
    body(&cells[row][column])
  }

  mutating func write(_ text: String, columns: Int, _ row: Int, _ column: Int) { update(row, column) { $0.text = (text, columns) } }
  mutating func arrow(_ row: Int, _ column: Int) { update(row, column) { $0.character = "▶" } }

  /// Writes over a line.
  mutating func note(_ text: String, _ row: Int, _ column: Int) {
    for (offset, character) in text.enumerated() { update(row, column + offset) { $0.character = character } }
  }

  /// A horizontal line.
  mutating func line(_ row: Int, _ from: Int, _ to: Int) {
    guard from < to else { return }
    for column in from...to {
      update(row, column) { $0.directions |= (column > from ? Self.left : 0) | (column < to ? Self.right : 0) }
    }
  }

  /// A vertical line.
  mutating func line(_ from: Int, _ to: Int, column: Int) {
    let (top, bottom) = (min(from, to), max(from, to))
    guard top < bottom else { return }
    for row in top...bottom {
      update(row, column) { $0.directions |= (row > top ? Self.up : 0) | (row < bottom ? Self.down : 0) }
    }
  }

  var text: String {
    cells.map { row in
      var line = "", skipped = 0
      for cell in row {
        if skipped > 0 { skipped -= 1 } else if let (text, columns) = cell.text { (line, skipped) = (line + text, columns - 1) } else {
          line.append(cell.character ?? Self.lines[Int(cell.directions)])
        }
      }
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
