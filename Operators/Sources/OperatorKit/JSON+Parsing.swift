extension JSON {
  /// Where text is not JSON, and what is wrong there.
  public struct ParseError: Error {
    public var offset: Int
    public var reason: String
    public var message: String { "Not valid JSON at byte \(offset): \(reason)." }
  }

  /// Parses text (RFC 8259), which must hold one value. Whole numbers that fit become `integer`, all others `number`.
  public init(parsing text: Bytes) throws(ParseError) {
    let outcome: Result<JSON, ParseError> = text.withUnsafeBytes { text in
      var parser = Parser(text: text)
      do throws(ParseError) {
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.atEnd else { throw parser.error("something follows the value") }
        return .success(value)
      } catch {
        return .failure(error)
      }
    }
    self = try outcome.get()
  }
}

private struct Parser {
  private static let deepest = 128

  private let text: UnsafeRawBufferPointer
  private var offset = 0

  init(text: UnsafeRawBufferPointer) { self.text = text }

  var atEnd: Bool { offset == text.count }
  /// The next byte, 0 at the end.
  private var next: UInt8 { atEnd ? 0 : text[offset] }

  func error(_ reason: String) -> JSON.ParseError { JSON.ParseError(offset: offset, reason: reason) }

  mutating func skipSpace() {
    while next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { offset += 1 }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard !atEnd, text[offset] == byte else { return false }
    offset += 1
    return true
  }

  mutating func value(depth: Int) throws(JSON.ParseError) -> JSON {
    guard depth < Parser.deepest else { throw error("more than \(Parser.deepest) levels") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: throw error(atEnd ? "the text ends where a value is expected" : "expected a value")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSON.ParseError) -> JSON {
    for index in 0..<word.utf8CodeUnitCount {
      guard skip(word.utf8Start[index]) else { throw error("expected a value") }
    }
    return value
  }

  private mutating func object(depth: Int) throws(JSON.ParseError) -> JSON {
    offset += 1
    var members: [(key: String, value: JSON)] = []
    skipSpace()
    if skip(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
      let key = try string()
      skipSpace()
      guard skip(UInt8(ascii: ":")) else { throw error("expected ':' after a key") }
      members.append((key: key, value: try value(depth: depth + 1)))
      skipSpace()
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw error("expected ',' or '}'") }
    return .object(members)
  }

  private mutating func array(depth: Int) throws(JSON.ParseError) -> JSON {
    offset += 1
    var elements: [JSON] = []
    skipSpace()
    if skip(UInt8(ascii: "]")) { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw error("expected ',' or ']'") }
    return .array(elements)
  }

  private mutating func string() throws(JSON.ParseError) -> String {
    offset += 1
    var start = offset
    var decoded: [UInt8] = []
    while true {
      guard !atEnd else { throw error("the text ends within a string") }
      switch text[offset] {
      case UInt8(ascii: "\""):
        let rest = text[start..<offset]
        offset += 1
        if decoded.isEmpty { return String(decoding: rest, as: UTF8.self) }
        decoded.append(contentsOf: rest)
        return String(decoding: decoded, as: UTF8.self)
      case UInt8(ascii: "\\"):
        decoded.append(contentsOf: text[start..<offset])
        offset += 1
        try escape(into: &decoded)
        start = offset
      case 0..<0x20: throw error("a control character within a string")
      default: offset += 1
      }
    }
  }

  private mutating func escape(into decoded: inout [UInt8]) throws(JSON.ParseError) {
    let letter = next
    offset += atEnd ? 0 : 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(letter)
    case UInt8(ascii: "b"): decoded.append(0x08)
    case UInt8(ascii: "f"): decoded.append(0x0C)
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = try hexadecimal()
      if scalar & 0xFC00 == 0xD800, skip(UInt8(ascii: "\\")), skip(UInt8(ascii: "u")) {
        let low = try hexadecimal()
        guard low & 0xFC00 == 0xDC00 else { throw error("half of a surrogate pair") }
        scalar = 0x10000 + (scalar & 0x3FF) << 10 + low & 0x3FF
      }
      guard let scalar = Unicode.Scalar(scalar) else { throw error("half of a surrogate pair") }
      decoded.append(contentsOf: String(Character(scalar)).utf8)
    default: throw error("an escape that JSON does not have")
    }
  }

  private mutating func hexadecimal() throws(JSON.ParseError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch next {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = next - 0x30
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = next - 0x57
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = next - 0x37
      default: throw error("expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  private mutating func number() throws(JSON.ParseError) -> JSON {
    let start = offset
    var isWhole = true
    _ = skip(UInt8(ascii: "-"))
    if !skip(UInt8(ascii: "0")) { try digits() }
    if skip(UInt8(ascii: ".")) {
      isWhole = false
      try digits()
    }
    if next | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      offset += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
      try digits()
    }
    let digits = String(decoding: text[start..<offset], as: UTF8.self)
    if isWhole, let integer = Int64(digits) { return .integer(integer) }
    guard let number = Double(digits) else { throw error("not a number") }
    return .number(number)
  }

  private mutating func digits() throws(JSON.ParseError) {
    let start = offset
    while next >= 0x30 && next <= 0x39 { offset += 1 }
    guard offset > start else { throw error("expected a digit") }
  }
}
