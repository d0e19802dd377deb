/// Reads a WebAssembly binary within bounds; errors carry the offset.
struct ByteReader {
  let bytes: [UInt8]
  private(set) var position: Int
  let end: Int

  init(_ bytes: [UInt8], range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position >= end }

  mutating func byte() throws(ComponentEncoderError) -> UInt8 {
    guard position < end else { throw truncated() }
    defer { position += 1 }
    return bytes[position]
  }

  /// An unsigned LEB128 number of at most 32 bits.
  mutating func unsigned() throws(ComponentEncoderError) -> UInt32 {
    let start = position
    var value: UInt32 = 0
    for shift in stride(from: UInt32(0), through: 28, by: 7) {
      let byte = try byte()
      guard shift < 28 || byte < 0x10 else { break }
      value |= UInt32(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw error("The number here does not fit 32 bits.", at: start)
  }

  /// The range of the next `count` bytes, which are skipped.
  mutating func skip(_ count: UInt32) throws(ComponentEncoderError) -> Range<Int> {
    guard Int(count) <= end - position else { throw truncated() }
    defer { position += Int(count) }
    return position..<(position + Int(count))
  }

  mutating func name() throws(ComponentEncoderError) -> String {
    let start = position
    let range = try skip(try unsigned())
    guard let name = String(validating: bytes[range], as: UTF8.self) else { throw error("The name here is not UTF-8.", at: start) }
    return name
  }

  func error(_ message: String, at offset: Int) -> ComponentEncoderError {
    ComponentEncoderError(.malformedModule, message + " The core module is damaged: build it again.", at: .byte(offset: offset))
  }

  private func truncated() -> ComponentEncoderError {
    error("Something is cut short here.", at: position)
  }
}
