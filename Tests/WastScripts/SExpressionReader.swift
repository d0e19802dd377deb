/// Reads WebAssembly text into s-expressions. Source: the core specification, "Text Format", "Lexical Format".
struct SExpressionReader {
  private let bytes: [UInt8]
  private var offset = 0
  private var line = 1
  private var lineStart = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// All expressions of a script. Lists are kept on a stack of their own: a script may nest them as deep as it likes.
  static func read(_ bytes: [UInt8]) throws(ScriptError) -> [SExpression] {
    var reader = SExpressionReader(bytes)
    var open: [(items: [SExpression], position: SourcePosition, start: Int)] = []
    var items: [SExpression] = []
    while try reader.skipSpace() {
      let position = reader.position, start = reader.offset
      switch reader.bytes[start] {
      case UInt8(ascii: "("):
        reader.offset += 1
        open.append((items, position, start))
        items = []
      case UInt8(ascii: ")"):
        guard let list = open.popLast() else { throw ScriptError(position, "this `)` closes nothing") }
        reader.offset += 1
        let expression = SExpression(content: .list(items), position: list.position, byteRange: list.start..<reader.offset)
        items = list.items
        items.append(expression)
      default:
        let content: SExpression.Content =
          reader.bytes[start] == UInt8(ascii: "\"") ? .string(try reader.string()) : .atom(try reader.atom())
        items.append(SExpression(content: content, position: position, byteRange: start..<reader.offset))
      }
    }
    if let list = open.last { throw ScriptError(list.position, "this `(` is never closed") }
    return items
  }

  private var position: SourcePosition { SourcePosition(line: line, column: offset - lineStart + 1) }

  private func peek(_ distance: Int = 0) -> UInt8? { offset + distance < bytes.count ? bytes[offset + distance] : nil }

  private mutating func newLine() {
    line += 1
    lineStart = offset
  }

  /// Skips white space and comments; false at the end of the script.
  private mutating func skipSpace() throws(ScriptError) -> Bool {
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\n"):
        offset += 1
        newLine()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): offset += 1
      case UInt8(ascii: ";") where peek(1) == UInt8(ascii: ";"):
        while let byte = peek(), byte != UInt8(ascii: "\n") { offset += 1 }
      case UInt8(ascii: "(") where peek(1) == UInt8(ascii: ";"): try skipBlockComment()
      default: return true
      }
    }
    return false
  }

  /// Block comments nest.
  private mutating func skipBlockComment() throws(ScriptError) {
    let start = position
    var depth = 0
    repeat {
      guard let byte = peek() else { throw ScriptError(start, "this comment is never closed") }
      offset += 1
      switch (byte, peek()) {
      case (UInt8(ascii: "("), UInt8(ascii: ";")):
        offset += 1
        depth += 1
      case (UInt8(ascii: ";"), UInt8(ascii: ")")):
        offset += 1
        depth -= 1
      case (UInt8(ascii: "\n"), _): newLine()
      default: break
      }
    } while depth > 0
  }

  /// Up to the next space, parenthesis, quote or comment.
  private mutating func atom() throws(ScriptError) -> String {
    let start = offset, position = position
    while let byte = peek(), byte > 0x20, byte != UInt8(ascii: "("), byte != UInt8(ascii: ")"), byte != UInt8(ascii: "\""), byte != UInt8(ascii: ";") { offset += 1 }
    guard offset > start, let text = String(validating: bytes[start..<offset], as: UTF8.self) else {
      throw ScriptError(position, "the byte \(bytes[start]) cannot begin a word")
    }
    return text
  }

  private mutating func string() throws(ScriptError) -> [UInt8] {
    let start = position
    var result: [UInt8] = []
    offset += 1
    while let byte = peek() {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return result
      case UInt8(ascii: "\\"): result += try escape(start)
      case UInt8(ascii: "\n"): throw ScriptError(start, "this string is not closed on its line")
      default: result.append(byte)
      }
    }
    throw ScriptError(start, "this string is never closed")
  }

  /// What an escape stands for; the backslash has been read.
  private mutating func escape(_ start: SourcePosition) throws(ScriptError) -> [UInt8] {
    let letter = peek()
    offset += 1
    switch letter {
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "r"): return [0x0d]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"): return [letter ?? 0]
    case UInt8(ascii: "u") where peek() == UInt8(ascii: "{"):
      var value: UInt32 = 0
      offset += 1
      while let digit = hexadecimalDigit(peek()), value < 0x110000 {
        value = value << 4 | UInt32(digit)
        offset += 1
      }
      guard peek() == UInt8(ascii: "}"), let scalar = Unicode.Scalar(value) else { break }
      offset += 1
      return Array(String(scalar).utf8)
    default:
      guard let high = hexadecimalDigit(letter), let low = hexadecimalDigit(peek()) else { break }
      offset += 1
      return [high << 4 | low]
    }
    throw ScriptError(start, "this string has an escape that is none of \\n \\r \\t \\\" \\' \\\\ \\hh \\u{h…}")
  }

  private func hexadecimalDigit(_ byte: UInt8?) -> UInt8? {
    guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
    return UInt8(digit)
  }
}
