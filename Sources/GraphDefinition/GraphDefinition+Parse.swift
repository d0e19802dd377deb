/// What a check of a graph file found: the graph, if it can be run, and everything there is to say about the file.
public struct GraphCheck: Sendable {
  /// `nil` exactly where ``errors`` is not empty.
  public let graph: GraphDefinition?
  /// Errors and warnings in the order of the file.
  public let diagnostics: [Diagnostic]

  public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
  public var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }

  /// The graph, or all diagnostics as one error.
  public func get() throws(GraphError) -> GraphDefinition {
    guard let graph else { throw GraphError(diagnostics: diagnostics) }
    return graph
  }
}

/// A graph that cannot be run, with every reason at once.
public struct GraphError: Error, Sendable, CustomStringConvertible {
  /// Errors, and the warnings that came along with them, in the order of the file.
  public let diagnostics: [Diagnostic]

  public init(diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }

  public var description: String {
    diagnostics.map(\.description).joined(separator: "\n")
  }
}

extension GraphDefinition {
  /// Reads and checks a graph.
  ///
  /// - Parameters:
  ///   - text: one YAML document, or JSON, at most 4 MiB.
  ///   - file: what messages call it.
  ///   - strict: holds the file to the published schema: what preview files have and lack are errors, not warnings.
  public static func parse(_ text: String, file: String, strict: Bool = false) -> GraphCheck {
    parse(text.utf8, file: file, strict: strict)
  }

  /// Reads and checks a graph from the bytes of its file or artifact; see ``parse(_:file:strict:)-(String,_,_)``.
  public static func parse(_ bytes: some Sequence<UInt8>, file: String, strict: Bool = false) -> GraphCheck {
    switch GraphText.decode(bytes, file: file) {
    case .success(let text): check(GraphSource(file: file, text: text), strict: strict)
    case .failure(let error): GraphCheck(graph: nil, diagnostics: error.diagnostics)
    }
  }

  /// Reads and checks a graph file. That it cannot be read is a diagnostic like any other.
  public static func load(path: String, strict: Bool = false) -> GraphCheck {
    switch GraphSource.load(path: path) {
    case .success(let source): check(source, strict: strict)
    case .failure(let error): GraphCheck(graph: nil, diagnostics: error.diagnostics)
    }
  }

  private static func check(_ source: GraphSource, strict: Bool) -> GraphCheck {
    let report = Report(source: source, isStrict: strict)
    var graph: GraphDefinition?
    if let root = YAMLReader.read(source.text, report: report), let draft = GraphReader(report: report).read(root) {
      var rules = GraphRules(draft: draft, report: report)
      graph = rules.check()
    }
    return GraphCheck(graph: report.hasErrors ? nil : graph, diagnostics: report.sorted)
  }
}
