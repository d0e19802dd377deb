/// A protocol buffer message inside the bytes of a file, read field by field.
///
/// Every length is checked against the message it is in, and nothing is copied before it is asked for.
struct ProtobufMessage {
  let bytes: [UInt8]
  let range: Range<Int>
  /// How many messages this one is nested in.
  let depth: Int

  /// As many as Google's own readers allow.
  static let maximumDepth = 100

  struct Field {
    var number: Int
    var value: Value
    /// Where its tag is.
    var offset: Int
  }

  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes(Range<Int>)
  }

  init(file bytes: [UInt8]) {
    self.bytes = bytes
    range = 0..<bytes.count
    depth = 0
  }

  private init(_ bytes: [UInt8], _ range: Range<Int>, depth: Int) {
    self.bytes = bytes
    self.range = range
    self.depth = depth
  }

  /// Calls `body` with each field in turn.
  func forEachField(_ body: (Field) throws(ONNXModelError) -> Void) throws(ONNXModelError) {
    var position = range.lowerBound
    while position < range.upperBound {
      let offset = position
      let tag = try varint(at: &position)
      guard let number = Int(exactly: tag >> 3), number > 0, number < 1 << 29 else {
        throw ONNXModelError(.malformed, at: offset, "No field of a protocol buffer has the tag \(tag).")
      }
      let value: Value
      switch tag & 7 {
      case 0: value = .varint(try varint(at: &position))
      case 1: value = .fixed64(try fixed(at: &position))
      case 2:
        let length = try varint(at: &position)
        guard length <= UInt64(range.upperBound - position) else {
          throw ONNXModelError(
            .truncated, at: offset, "The field \(number) announces \(length) bytes, but only \(range.upperBound - position) follow in its message.")
        }
        value = .bytes(position..<position + Int(length))
        position += Int(length)
      case 5: value = .fixed32(try fixed(at: &position))
      default:
        throw ONNXModelError(.malformed, at: offset, "The field \(number) has the wire type \(tag & 7), which ONNX files do not use.")
      }
      try body(Field(number: number, value: value, offset: offset))
    }
  }

  /// The message that `field` holds.
  func message(_ field: Field) throws(ONNXModelError) -> ProtobufMessage {
    let range = try data(field)
    guard depth < Self.maximumDepth else {
      throw ONNXModelError(.limitExceeded, at: field.offset, "The file nests more than \(Self.maximumDepth) messages in one another.")
    }
    return ProtobufMessage(bytes, range, depth: depth + 1)
  }

  /// The text that `field` holds; what is not UTF-8 in it is repaired.
  func string(_ field: Field) throws(ONNXModelError) -> String {
    String(decoding: bytes[try data(field)], as: UTF8.self)
  }

  func data(_ field: Field) throws(ONNXModelError) -> Range<Int> {
    guard case .bytes(let range) = field.value else { throw unexpectedType(field) }
    return range
  }

  func int(_ field: Field) throws(ONNXModelError) -> Int64 {
    guard case .varint(let value) = field.value else { throw unexpectedType(field) }
    return Int64(bitPattern: value)
  }

  /// Calls `body` with the integers of a repeated field, which may come one by one or packed.
  func forEachInt(_ field: Field, _ body: (Int64) throws(ONNXModelError) -> Void) throws(ONNXModelError) {
    guard case .bytes(let range) = field.value else { return try body(int(field)) }
    let packed = ProtobufMessage(bytes, range, depth: depth)
    var position = range.lowerBound
    while position < range.upperBound {
      try body(Int64(bitPattern: packed.varint(at: &position)))
    }
  }

  private func varint(at position: inout Int) throws(ONNXModelError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 70, by: 7) {
      guard position < range.upperBound else {
        throw ONNXModelError(.truncated, at: start, "The bytes end in the middle of a number.")
      }
      let byte = bytes[position]
      position += 1
      // The tenth byte holds the last bit of 64.
      guard shift < 63 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte & 0x80 == 0 { return value }
    }
    throw ONNXModelError(.malformed, at: start, "A number takes more than 64 bits.")
  }

  private func fixed<Number: FixedWidthInteger>(at position: inout Int) throws(ONNXModelError) -> Number {
    let width = MemoryLayout<Number>.size
    guard range.upperBound - position >= width else {
      throw ONNXModelError(.truncated, at: position, "The bytes end in the middle of a number.")
    }
    defer { position += width }
    return bytes[position..<position + width].reversed().reduce(0) { $0 << 8 | Number($1) }
  }

  private func unexpectedType(_ field: Field) -> ONNXModelError {
    ONNXModelError(.malformed, at: field.offset, "The field \(field.number) is not of the type that ONNX gives it.")
  }
}
