/// Collects the problems of one file while it is read and checked.
package final class Report {
  /// More than anybody reads; a hostile file must not make a million of them.
  static let limit = 100

  package let source: GraphSource
  /// What the file is expected to be, for messages: a graph.
  let kind: String
  let isStrict: Bool
  package private(set) var hasErrors = false
  private var diagnostics: [Diagnostic] = []
  private var omitted = 0

  package init(source: GraphSource, kind: String = "graph", isStrict: Bool = false) {
    self.source = source
    self.kind = kind
    self.isStrict = isStrict
  }

  /// What breaks the published schema although a run does not mind: an error when strict, a warning otherwise.
  var schemaSeverity: Diagnostic.Severity { isStrict ? .error : .warning }

  /// Adds a problem. Suggestions are costly to find and are only asked for while there is room.
  package func add(
    _ severity: Diagnostic.Severity, _ code: Diagnostic.Code, at location: GraphLocation, _ message: @autoclosure () -> String,
    found: String? = nil, expected: String? = nil, suggestion: @autoclosure () -> String? = nil, fix: @autoclosure () -> String? = nil
  ) {
    if severity == .error { hasErrors = true }
    guard diagnostics.count < Self.limit else {
      omitted += 1
      return
    }
    diagnostics.append(
      source.diagnostic(
        severity, code, at: location, message(), found: found, expected: expected, suggestion: suggestion(), fix: fix()))
  }

  /// Adds a value that is not what the field takes.
  package func mismatch(_ node: YAMLNode, expected: String, _ code: Diagnostic.Code = .wrongType, fix: @autoclosure () -> String? = nil) {
    let found = node.summary
    add(.error, code, at: node.location, "found \(found), expected \(expected)", found: found, expected: expected, fix: fix())
  }

  /// All of them in the order of the file; problems without a place come last.
  package var sorted: [Diagnostic] {
    var all = diagnostics.enumerated().sorted { a, b in
      let (x, y) = (a.element, b.element)
      return (x.line == 0 ? .max : x.line, x.column, a.offset) < (y.line == 0 ? .max : y.line, y.column, b.offset)
    }.map(\.element)
    if omitted > 0 {
      all.append(
        source.diagnostic(hasErrors ? .error : .warning, .limit, at: .file, "\(omitted) more problems are not shown; solve these first"))
    }
    return all
  }
}
