/// One problem of a graph file: where it is, what was found, what was expected and what to do about it.
public struct Diagnostic: Sendable, Hashable, Encodable {
  public enum Severity: String, Sendable, Encodable {
    /// The graph cannot be run.
    case error
    /// The graph can be run, but probably does not do what is wanted, or not everywhere.
    case warning
  }

  /// What kind of problem it is, for programs. New ones may be added.
  public struct Code: RawRepresentable, Sendable, Hashable, Encodable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ rawValue: String) { self.rawValue = rawValue }
  }

  public let severity: Severity
  public let code: Code
  public let file: String
  /// From 1; 0 where the problem has no place in the file.
  public let line: Int
  /// From 1, counted in Unicode scalars; 0 where the problem has no place in the file.
  public let column: Int
  /// Where in the structure: `operations[2].module`; empty for the document as a whole.
  public let path: String
  public let message: String
  /// What stands there, where the problem is a mismatch.
  public let found: String?
  public let expected: String?
  /// The name that was probably meant.
  public let suggestion: String?
  /// What to do about it.
  public let fix: String?
  /// The source line with a caret under the place.
  let excerpt: String?

  private enum CodingKeys: String, CodingKey {
    case severity, code, file, line, column, path, message, found, expected, suggestion, fix
  }
}

extension Diagnostic.Code {
  /// The bytes are no text: not UTF-8, or with control characters in it.
  public static let encoding = Self("encoding")
  /// The text is no YAML document.
  public static let syntax = Self("syntax")
  /// The file is larger, deeper or longer than any graph.
  public static let limit = Self("limit")
  /// The file cannot be read.
  public static let file = Self("file")
  public static let duplicateKey = Self("duplicate-key")
  public static let unknownKey = Self("unknown-key")
  public static let missingKey = Self("missing-key")
  /// A value of another type than the field has.
  public static let wrongType = Self("wrong-type")
  /// A value of the right type that the field does not allow.
  public static let invalidValue = Self("invalid-value")
  /// A file of the preview generation.
  public static let legacy = Self("legacy")
  public static let unsupportedVersion = Self("unsupported-version")
  public static let unsupportedFeature = Self("unsupported-feature")
  public static let duplicateName = Self("duplicate-name")
  public static let unknownName = Self("unknown-name")
  /// Wrong use of a module: missing, superfluous, or a reference that is none.
  public static let module = Self("module")
  public static let noSource = Self("no-source")
  public static let noSink = Self("no-sink")
  /// A connection that its operations do not allow.
  public static let connection = Self("connection")
  public static let arm = Self("arm")
  public static let fanIn = Self("fan-in")
  public static let cycle = Self("cycle")
  public static let unreachable = Self("unreachable")
  public static let missingParameter = Self("missing-parameter")
  public static let unknownParameter = Self("unknown-parameter")
}

extension Diagnostic: CustomStringConvertible {
  /// `file:line:column: error: path: message`, followed by the source line with a caret and by the fix, as compilers print them.
  public var description: String {
    var text = headline
    if let excerpt { text += "\n" + excerpt }
    if let fix { text += "\n  fix: " + fix }
    return text
  }

  /// The first line of ``description``.
  public var headline: String {
    let place = line > 0 ? "\(file):\(line):\(column)" : file
    let subject = path.isEmpty ? "" : path + ": "
    let hint = suggestion.map { "; did you mean \(quoted($0))?" } ?? ""
    return "\(place): \(severity.rawValue): \(subject)\(message)\(hint)"
  }
}

/// A name or value of the user's as messages show it, in backquotes.
package func quoted(_ text: some StringProtocol) -> String {
  "`" + printable(text) + "`"
}

/// A text of the user's, cut off where it is long, with nothing in it that a terminal obeys.
func printable(_ text: some StringProtocol) -> String {
  var shown = ""
  for (count, scalar) in text.unicodeScalars.enumerated() {
    if count == 160 {
      shown += "…"
      break
    }
    if scalar.isUnprintable {
      shown += "\\u{" + String(scalar.value, radix: 16) + "}"
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}
