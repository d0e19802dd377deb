internal import OrderedCollections

extension JSON {
  /// How deep arrays and objects may nest.
  public static let maximumDepth = 256

  /// Parses a JSON text (RFC 8259), strictly. Of members with the same key the last one counts.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    if (try? UTF8Span(validating: bytes.span)) == nil { throw JSONError(offset: 0, reason: "the text is not UTF-8") }
    var parser = JSONParser(bytes: bytes[...])
    self = try parser.document()
  }

  public init(parsing text: String) throws(JSONError) {
    var parser = JSONParser(bytes: Array(text.utf8)[...])
    self = try parser.document()
  }
}

private struct JSONParser {
  /// UTF-8.
  let bytes: ArraySlice<UInt8>
  var position = 0

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  mutating func document() throws(JSONError) -> JSON {
    let value = try value(depth: 0)
    skipSpace()
    if next != nil { throw error("something follows the value") }
    return value
  }

  private func error(_ reason: String) -> JSONError { JSONError(offset: position, reason: reason) }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSON {
    skipSpace()
    guard let byte = next else { throw error("the text ends where a value is expected") }
    switch byte {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw error("a value is expected")
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    guard word.withUTF8Buffer({ bytes[position...].starts(with: $0) }) else { throw error("a value is expected") }
    position += word.utf8CodeUnitCount
    return value
  }

  private func checkDepth(_ depth: Int) throws(JSONError) {
    if depth == JSON.maximumDepth { throw error("arrays and objects nest deeper than \(JSON.maximumDepth)") }
  }

  private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
    try checkDepth(depth)
    position += 1
    skipSpace()
    var elements: [JSON] = []
    if take("]") { return elements }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if take("]") { return elements }
      guard take(",") else { throw error("`,` or `]` is expected") }
    }
  }

  private mutating func object(depth: Int) throws(JSONError) -> OrderedDictionary<String, JSON> {
    try checkDepth(depth)
    position += 1
    skipSpace()
    var members: OrderedDictionary<String, JSON> = [:]
    if take("}") { return members }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a member's name in quotes is expected") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw error("`:` is expected") }
      members[key] = try value(depth: depth + 1)
      skipSpace()
      if take("}") { return members }
      guard take(",") else { throw error("`,` or `}` is expected") }
    }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  // MARK: Strings

  private mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        defer { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
      case UInt8(ascii: "\\"): return try stringWithEscapes(from: start)
      case 0..<0x20: throw error("a control character stands in a string; it is to be escaped")
      default: position += 1
      }
    }
    throw error("the text ends within a string")
  }

  private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
    var text = Array(bytes[start..<position])
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        text += String(try escaped()).utf8
      case 0..<0x20: throw error("a control character stands in a string; it is to be escaped")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw error("the text ends within a string")
  }

  private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
    let byte = next
    position += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try codeUnit()
      if let scalar = Unicode.Scalar(first) { return scalar }
      guard first < 0xDC00, take("\\"), take("u") else { throw error("one half of a surrogate pair stands alone") }
      let second = try codeUnit()
      guard (0xDC00...0xDFFF).contains(second), let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00) else {
        throw error("one half of a surrogate pair stands alone")
      }
      return scalar
    default:
      position -= 1
      throw error("a string has no such escape")
    }
  }

  private mutating func codeUnit() throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw error("four hexadecimal digits are expected") }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  // MARK: Numbers

  private mutating func number() throws(JSONError) -> JSONNumber {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let isZero = next == UInt8(ascii: "0")
    let count = try digits()
    if isZero, count > 1 { throw JSONError(offset: start, reason: "a number starts with a superfluous zero") }
    if take(".") { _ = try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      _ = try digits()
    }
    return JSONNumber(checked: String(decoding: bytes[start..<position], as: UTF8.self))
  }

  private mutating func digits() throws(JSONError) -> Int {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    if position == start { throw error("a digit is expected") }
    return position - start
  }
}
