/// Reads the fields of a Protocol Buffers message, as far as ONNX needs: numbers and nested bytes.
struct ProtobufReader {
  /// The message is damaged: a field goes past its end, or is of no known type.
  struct Malformed: Error {}

  enum Value {
    case number(UInt64)
    case bytes(UnsafeRawBufferPointer)
  }

  private var rest: UnsafeRawBufferPointer

  init(_ message: UnsafeRawBufferPointer) { rest = message }

  /// The next field, nil at the end.
  mutating func next() throws(Malformed) -> (field: UInt64, value: Value)? {
    guard !rest.isEmpty else { return nil }
    let key = try varint()
    let value: Value = switch key & 7 {
    case 0: .number(try varint())
    case 1: .bytes(try take(8))
    case 2: .bytes(try take(try varint()))
    case 5: .bytes(try take(4))
    default: throw Malformed()
    }
    return (key >> 3, value)
  }

  private mutating func take(_ count: UInt64) throws(Malformed) -> UnsafeRawBufferPointer {
    guard count <= UInt64(rest.count) else { throw Malformed() }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...]) }
    return UnsafeRawBufferPointer(rebasing: rest[..<Int(count)])
  }

  private mutating func varint() throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<min(10, rest.count) {
      value |= UInt64(rest[index] & 0x7F) << (7 * UInt64(index))
      if rest[index] < 0x80 {
        rest = UnsafeRawBufferPointer(rebasing: rest[(index + 1)...])
        return value
      }
    }
    throw Malformed()
  }
}
