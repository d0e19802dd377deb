import Foundation
import FoundationXML
import GraphDefinition
import GraphDrawing
import Testing

struct GraphDrawingTests {
  /// A graph of the operations and connections of `edges`, one "a → b" or "a True→ b" a line; kinds are the names' beginnings.
  static func graph(_ edges: String) throws -> GraphDefinition {
    var names: [String] = [], connections = ""
    for line in edges.split(separator: "\n") {
      let parts = line.split(separator: " ").map(String.init)
      let arm = parts[1].dropLast()
      for name in [parts[0], parts[2]] where !names.contains(name) { names.append(name) }
      connections += "  - from: { name: \(parts[0])\(arm.isEmpty ? "" : ", arm: \"\(arm)\"") }\n    to: { name: \(parts[2]) }\n"
    }
    let operations = names.map { name in
      let kind = GraphDefinition.Operation.Kind.allCases.first { name.hasPrefix($0.rawValue) }!
      return "  - { operationType: \(kind.rawValue), name: \(name)\(kind.needsModule ? ", module: \"m:1.0.0\"" : "") }\n"
    }
    let text = "moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }\noperations:\n\(operations.joined())connections:\n\(connections)"
    let check = GraphDefinition.parse(text, file: "graph.yaml")
    return try #require(check.graph, "\(check.diagnostics)")
  }

  @Test func `a chain is one line`() throws {
    let drawing = GraphDrawing(try Self.graph("source → map\nmap → sink"))
    #expect(drawing.text(width: 80) == "source ────▶ map ────▶ sink")
  }

  @Test func `a branch has its arms' names, and what joins again meets`() throws {
    let drawing = GraphDrawing(
      try Self.graph("source → branch\nbranch True→ map\nbranch False→ filter\nmap → concatenate\nfilter → concatenate\nconcatenate → sink"))
    #expect(drawing.text(width: 100) == """
      source ────▶ branch ─┬──True─▶ map ──────┬──▶ concatenate ────▶ sink
                           │                   │
                           └─False─▶ filter ───┘
      """)
  }

  @Test func `a connection that skips layers passes beside the operations between`() throws {
    let text = GraphDrawing(try Self.graph("source → map\nsource → concatenate\nmap → concatenate\nconcatenate → sink")).text(width: 100)
    #expect(text == """
      source ─┬──▶ map ───┬──▶ concatenate ────▶ sink
              │           │
              └───────────┘
      """)
  }

  @Test func `too wide for the terminal, it is a list`() throws {
    let drawing = GraphDrawing(try Self.graph("source → branch\nbranch True→ sink-a\nbranch False→ sink-b"))
    #expect(drawing.text(width: 20) == """
      source
        → branch
      branch
        True → sink-a
        False → sink-b
      sink-a
      sink-b
      """)
  }

  @Test func `every operation and connection is in each notation`() throws {
    let graph = try Self.graph("source → branch\nbranch True→ map\nbranch False→ sink-b\nmap → sink-a")
    let drawing = GraphDrawing(graph)
    #expect(drawing.dot.components(separatedBy: " -> ").count == 1 + graph.connections.count)
    #expect(drawing.dot.contains(#"[label="True"]"#) && drawing.dot.hasPrefix("digraph {") && drawing.dot.hasSuffix("}"))
    #expect(drawing.mermaid.components(separatedBy: "-->").count == 1 + graph.connections.count)
    #expect(drawing.svg.components(separatedBy: "marker-end").count == 1 + graph.connections.count)
    for operation in graph.operations {
      for text in [drawing.dot, drawing.mermaid, drawing.svg, drawing.text(width: 200)] { #expect(text.contains(operation.name)) }
    }
    #expect(XMLParser(data: Data(drawing.svg.utf8)).parse())
  }

  @Test func `names with characters that a notation gives meaning to are escaped`() throws {
    let text = """
      moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }
      operations:
        - { operationType: source, name: 'a"<b>&\\c' }
        - { operationType: sink, name: sink }
      connections:
        - { from: { name: 'a"<b>&\\c' }, to: { name: sink } }
      """
    let check = GraphDefinition.parse(text, file: "graph.yaml")
    let drawing = GraphDrawing(try #require(check.graph, "\(check.diagnostics)"))
    #expect(drawing.dot.contains(#"a\"<b>&\\c"#))
    #expect(drawing.mermaid.contains("a&quot;&lt;b>&amp;\\c"))
    #expect(XMLParser(data: Data(drawing.svg.utf8)).parse())
  }

  @Test func `a long chain and a wide fan are drawn`() throws {
    let chain = try Self.graph((["source → map0"] + (0..<300).map { "map\($0) → map\($0 + 1)" } + ["map300 → sink"]).joined(separator: "\n"))
    #expect(GraphDrawing(chain).text(width: 10_000).split(separator: "\n").count == 1)
    let fan = try Self.graph((0..<100).map { "source → sink\($0)" }.joined(separator: "\n"))
    #expect(GraphDrawing(fan).text(width: 1000).filter { $0 == "▶" }.count == 100)
    #expect(XMLParser(data: Data(GraphDrawing(fan).svg.utf8)).parse())
  }
}
