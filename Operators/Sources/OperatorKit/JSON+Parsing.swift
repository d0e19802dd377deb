extension JSON {
  /// Where text is not JSON, or not what was expected, and what is wrong there.
  public struct ParseError: Error {
    /// In bytes.
    public var offset: Int
    var problem: Problem

    public var reason: String { problem.text.description }
    public var message: String { "Not valid JSON at byte \(offset): \(reason)." }
  }

  enum Problem: UInt8 {
    case ends, trailing, value, tooDeep, key, colon, commaOrBrace, commaOrBracket
    case endsInString, control, escape, surrogate, hexadecimal, utf8, digit, range
    case object, array, string, number, integer, bool

    var text: StaticString {
      switch self {
      case .ends: "the text ends where a value is expected"
      case .trailing: "something follows the value"
      case .value: "expected a value"
      case .tooDeep: "more than 128 levels"
      case .key: "expected a key in quotes"
      case .colon: "expected ':' after a key"
      case .commaOrBrace: "expected ',' or '}'"
      case .commaOrBracket: "expected ',' or ']'"
      case .endsInString: "the text ends within a string"
      case .control: "a control character within a string"
      case .escape: "an escape that JSON does not have"
      case .surrogate: "half of a surrogate pair"
      case .hexadecimal: "expected four hexadecimal digits"
      case .utf8: "a string that is not UTF-8"
      case .digit: "expected a digit"
      case .range: "a number that is out of range"
      case .object: "expected an object"
      case .array: "expected an array"
      case .string: "expected a string"
      case .number: "expected a number"
      case .integer: "expected a whole number in range"
      case .bool: "expected true or false"
      }
    }
  }

  /// Parses text (RFC 8259), which must hold one value.
  public init(parsing text: Bytes) throws(ParseError) {
    var reader = JSONReader(text)
    self = try JSON(reading: &reader)
    try reader.end()
  }

  /// Reads the next value.
  public init(reading reader: inout JSONReader) throws(ParseError) {
    switch try reader.kind() {
    case .null:
      _ = try reader.null()
      self = .null
    case .bool: self = .bool(try reader.bool())
    case .string: self = .string(try reader.string().string)
    case .number:
      switch try reader.number() {
      case .integer(let value): self = .integer(value)
      case .unsigned(let value): self = .unsigned(value)
      case .double(let value): self = .number(value)
      }
    case .array:
      var elements: [JSON] = []
      try reader.beginArray()
      while try reader.nextElement() { elements.append(try JSON(reading: &reader)) }
      self = .array(elements)
    case .object:
      var members: [(key: String, value: JSON)] = []
      try reader.beginObject()
      while let key = try reader.nextKey() { members.append((key: key.string, value: try JSON(reading: &reader))) }
      self = .object(members)
    }
  }
}
