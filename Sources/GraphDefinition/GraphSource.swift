/// A place in a graph file.
public struct GraphLocation: Sendable, Hashable {
  /// Where in the structure: `operations[2].module`; empty for the document as a whole.
  public let path: String
  /// From 1; 0 where the problem has no place in the file.
  public let line: Int
  /// From 1, counted in Unicode scalars; 0 where the problem has no place in the file.
  public let column: Int
  /// How many characters of the line belong to it, at least 1.
  public let length: Int

  /// The file as a whole.
  public static let file = GraphLocation(path: "", line: 0, column: 0, length: 1)
}

/// The text of a graph file and the name that messages give it.
///
/// Whoever finds a problem later, such as a module without the export that its operation needs, makes a diagnostic of the same kind from it.
public struct GraphSource: Sendable, Equatable {
  public let file: String
  package let text: String

  /// Makes a diagnostic that points into the text.
  ///
  /// - Parameters:
  ///   - message: a full sentence without a full stop, that says what was found and what was expected.
  ///   - suggestion: the name that was probably meant.
  ///   - fix: what to do about it.
  public func diagnostic(
    _ severity: Diagnostic.Severity, _ code: Diagnostic.Code, at location: GraphLocation, _ message: String,
    found: String? = nil, expected: String? = nil, suggestion: String? = nil, fix: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      severity: severity, code: code, file: file, line: location.line, column: location.column, path: location.path, message: message,
      found: found, expected: expected, suggestion: suggestion, fix: fix, excerpt: excerpt(location))
  }

  /// The line with a caret under the place, or `nil` where there is nothing to show.
  private func excerpt(_ location: GraphLocation) -> String? {
    guard let line = line(location.line) else { return nil }
    let width = 120
    var first = 0
    var scalars = line.unicodeScalars
    let caret = min(location.column - 1, scalars.count)
    if caret > width - 20 {
      first = caret - width / 2
      scalars.removeFirst(first)
    }
    let shown = String(String.UnicodeScalarView(scalars.prefix(width)).map { $0.isUnprintable ? " " : Character($0) })
    let left = first > 0 ? "…" : ""
    let right = scalars.count > width ? "…" : ""
    let marked = max(1, min(location.length, shown.unicodeScalars.count - (caret - first)))
    let number = String(location.line)
    let pad = String(repeating: " ", count: caret - first + left.count)
    let gutter = String(repeating: " ", count: number.count)
    return """
        \(number) | \(left)\(shown)\(right)
        \(gutter) | \(pad)^\(String(repeating: "~", count: marked - 1))
      """
  }

  func character(at location: GraphLocation) -> Unicode.Scalar? {
    line(location.line)?.unicodeScalars.dropFirst(location.column - 1).first
  }

  /// Lines end where the YAML parser ends them: LF, CR, CR LF, and Unicode's NEL, LS and PS.
  private func line(_ number: Int) -> Substring? {
    guard number > 0 else { return nil }
    let scalars = text.unicodeScalars
    var current = 1
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      if scalar.isLineBreak {
        if current == number { return text[start..<index] }
        let isCRLF = scalar == "\r" && next < scalars.endIndex && scalars[next] == "\n"
        start = isCRLF ? scalars.index(after: next) : next
        current += 1
        index = start
      } else {
        index = next
      }
    }
    return current == number ? text[start...] : nil
  }
}

extension Unicode.Scalar {
  var isLineBreak: Bool {
    self == "\n" || self == "\r" || self == "\u{85}" || self == "\u{2028}" || self == "\u{2029}"
  }

  /// What must not reach a terminal: control characters, and marks that change the direction of the text around them.
  var isUnprintable: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}
