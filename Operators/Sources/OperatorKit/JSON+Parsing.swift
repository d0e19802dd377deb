extension JSON {
  /// Where text is not JSON, or not what was expected, and what is wrong there.
  public struct ParseError: Error {
    /// In bytes.
    public var offset: Int
    var problem: StaticString

    public var reason: String { problem.description }
    public var message: String { "The JSON is wrong at byte \(offset): \(problem.description)." }
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
