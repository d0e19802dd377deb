/// A token of WIT.
struct WITToken: Equatable {
  enum Kind: Equatable {
    /// A word; `escaped` when written with `%`.
    case word(String, escaped: Bool)
    /// Something that begins with a digit: a version, or a list's length.
    case number(String)
    /// One of `{}()<>:;,=.@/*_-`, or `->`.
    case symbol(String)
    case end
  }

  let kind: Kind
  let line: Int
  let column: Int

  /// The token as an error message shows it.
  var shown: String {
    switch kind {
    case .word(let word, let escaped): "'\(escaped ? "%" : "")\(word)'"
    case .number(let text), .symbol(let text): "'\(text)'"
    case .end: "the end of the file"
    }
  }
}

/// Splits a WIT text into tokens; comments are skipped.
struct WITLexer {
  let file: String
  private let text: [UInt8]
  private var position = 0
  private var line = 1
  private var column = 1

  init(_ file: WIT.File) {
    self.file = file.name
    self.text = Array(file.text.utf8)
  }

  private func peek(_ distance: Int = 0) -> UInt8? {
    let index = position + distance
    return index < text.count ? text[index] : nil
  }

  private mutating func advance() {
    let byte = text[position]
    position += 1
    if byte == UInt8(ascii: "\n") {
      line += 1
      column = 1
    } else if byte & 0xc0 != 0x80 {  // columns count characters, not UTF-8 continuation bytes
      column += 1
    }
  }

  private mutating func take(while condition: (UInt8) -> Bool) -> String {
    let start = position
    while let byte = peek(), condition(byte) { advance() }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  /// The next token.
  mutating func next() throws(ComponentEncoderError) -> WITToken {
    try skipBlanks()
    let line = line, column = column
    func token(_ kind: WITToken.Kind) -> WITToken { WITToken(kind: kind, line: line, column: column) }
    guard let byte = peek() else { return token(.end) }

    switch byte {
    case UInt8(ascii: "%"):
      advance()
      guard let next = peek(), next.isLetter else { throw error("A name must follow '%'.", line: line, column: column) }
      return token(.word(take { $0.isWordByte }, escaped: true))
    case _ where byte.isLetter:
      return token(.word(take { $0.isWordByte }, escaped: false))
    case _ where byte.isDigit:
      return token(.number(takeNumber()))
    case UInt8(ascii: "-") where peek(1) == UInt8(ascii: ">"):
      advance()
      advance()
      return token(.symbol("->"))
    case _ where "{}()<>:;,=.@/*_-".utf8.contains(byte):
      advance()
      return token(.symbol(String(UnicodeScalar(byte))))
    default:
      let shown = byte < 0x80 && byte >= 0x20 ? "'\(UnicodeScalar(byte))'" : "the byte 0x\(String(byte, radix: 16))"
      throw error("WIT has no use for \(shown) outside comments. Remove it.", line: line, column: column)
    }
  }

  /// A version runs on to the first byte that cannot be part of it; in `@0.2.0.{` the last dot is not.
  private mutating func takeNumber() -> String {
    let start = position
    while let byte = peek(), byte.isWordByte || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "+") {
      if byte == UInt8(ascii: "."), peek(1) == UInt8(ascii: "{") { break }
      advance()
    }
    return String(decoding: text[start..<position], as: UTF8.self)
  }

  private mutating func skipBlanks() throws(ComponentEncoderError) {
    while let byte = peek() {
      if byte == UInt8(ascii: " ") || (0x09...0x0d).contains(byte) {
        advance()
      } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
        while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
      } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        try skipBlockComment()
      } else {
        return
      }
    }
  }

  /// Block comments nest.
  private mutating func skipBlockComment() throws(ComponentEncoderError) {
    let line = line, column = column
    var depth = 0
    repeat {
      switch (peek(), peek(1)) {
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        depth += 1
        advance()
      case (UInt8(ascii: "*"), UInt8(ascii: "/")):
        depth -= 1
        advance()
      case (nil, _):
        throw error("This comment has no end. Close it with '*/'.", line: line, column: column)
      default: break
      }
      advance()
    } while depth > 0
  }

  private func error(_ message: String, line: Int, column: Int) -> ComponentEncoderError {
    ComponentEncoderError(.invalidWIT, message, at: .source(file: file, line: line, column: column))
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool { (0x41...0x5a).contains(self) || (0x61...0x7a).contains(self) }
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
  fileprivate var isWordByte: Bool { isLetter || isDigit || self == UInt8(ascii: "-") }
}
