import ArgumentParser
import Glibc
import GraphDefinition
import GraphDrawing

struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Draw a graph.",
    discussion: """
      In box-drawing characters, or as text for Graphviz, for Mermaid, or as an SVG image. Modules are not looked at.

      Example: millrace graph Examples/image-classification/graph.yaml --svg > graph.svg
      """)

  enum Notation: String, EnumerableFlag {
    case dot, mermaid, svg

    static func help(for value: Notation) -> ArgumentHelp? {
      switch value {
      case .dot: "Print a digraph for Graphviz."
      case .mermaid: "Print a flowchart for Mermaid."
      case .svg: "Print an SVG image."
      }
    }
  }

  @Argument(help: "The graph file (YAML or JSON).") var file: String
  @Flag var notation: Notation?

  func run() throws {
    let check = GraphDefinition.load(path: file)
    check.diagnostics.forEach(Terminal.error.show)
    guard let graph = check.graph else { throw ExitCode.invalidInput }
    let drawing = GraphDrawing(graph)
    switch notation {
    case .dot: print(drawing.dot)
    case .mermaid: print(drawing.mermaid)
    case .svg: print(drawing.svg)
    case nil:
      // Wherever the text goes that is no terminal, lines can be long.
      print(drawing.text(width: Terminal.outputWidth ?? 1000) { Terminal.isOutputTerminal ? Terminal.error.paint($0.name, .bold) : $0.name })
    }
  }
}

extension Terminal {
  /// The columns of the terminal that standard output is; nil if it is none.
  static var outputWidth: Int? {
    var size = winsize()
    guard isOutputTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
