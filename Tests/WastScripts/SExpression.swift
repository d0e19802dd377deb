/// A place in a script; both count from 1. Columns count bytes.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
  public let line: Int, column: Int

  public var description: String { "\(line):\(column)" }
}

/// What cannot be read as a script, and where.
public struct ScriptError: Error, Sendable, CustomStringConvertible {
  public let position: SourcePosition
  public let message: String

  init(_ position: SourcePosition, _ message: String) {
    self.position = position
    self.message = message
  }

  public var description: String { "\(position): \(message)" }
}

/// A node of WebAssembly text.
struct SExpression {
  enum Content {
    case list([SExpression])
    /// A keyword, number or `$identifier`.
    case atom(String)
    /// With escapes replaced; not always UTF-8.
    case string([UInt8])
  }

  let content: Content
  let position: SourcePosition
  /// In the script's bytes, parentheses and quotes included.
  let byteRange: Range<Int>

  var list: [SExpression]? { if case .list(let items) = content { items } else { nil } }
  var atom: String? { if case .atom(let text) = content { text } else { nil } }
  var string: [UInt8]? { if case .string(let bytes) = content { bytes } else { nil } }

  /// `$name` without its `$`.
  var identifier: String? {
    guard let atom, atom.first == "$" else { return nil }
    return String(atom.dropFirst())
  }

  /// The keyword that a list begins with.
  var keyword: String? { list?.first?.atom }

  func error(_ message: String) -> ScriptError { ScriptError(position, message) }
}
