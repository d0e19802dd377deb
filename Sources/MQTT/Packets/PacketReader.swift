internal import NIOCore

/// Takes the fields of one packet out of its bytes, and checks each.
struct PacketReader {
  private(set) var bytes: ByteBuffer

  init(_ bytes: ByteBuffer) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { bytes.readableBytes == 0 }

  private func ended() -> MalformedPacket { MalformedPacket(.malformedPacket, "A packet ends in the middle of a field.") }

  mutating func byte() throws(MalformedPacket) -> UInt8 {
    guard let value: UInt8 = bytes.readInteger() else { throw ended() }
    return value
  }

  mutating func uint16() throws(MalformedPacket) -> UInt16 {
    guard let value: UInt16 = bytes.readInteger() else { throw ended() }
    return value
  }

  mutating func uint32() throws(MalformedPacket) -> UInt32 {
    guard let value: UInt32 = bytes.readInteger() else { throw ended() }
    return value
  }

  mutating func flag() throws(MalformedPacket) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    case let value: throw MalformedPacket(.protocolError, "A property that is 0 or 1 is \(value).")
    }
  }

  mutating func positive16() throws(MalformedPacket) -> UInt16 {
    let value = try uint16()
    if value == 0 { throw MalformedPacket(.protocolError, "A property that must not be 0 is 0.") }
    return value
  }

  mutating func positive32() throws(MalformedPacket) -> UInt32 {
    let value = try uint32()
    if value == 0 { throw MalformedPacket(.protocolError, "A property that must not be 0 is 0.") }
    return value
  }

  mutating func variableByteInteger() throws(MalformedPacket) -> UInt32 {
    switch bytes.readVariableByteInteger() {
    case .value(let value): return value
    case .incomplete: throw ended()
    case .malformed: throw MalformedPacket(.malformedPacket, "A variable byte integer is longer than it may be.")
    }
  }

  mutating func packetIdentifier() throws(MalformedPacket) -> UInt16 {
    let value = try uint16()
    if value == 0 { throw MalformedPacket(.malformedPacket, "A packet identifier is 0.") }
    return value
  }

  mutating func binary() throws(MalformedPacket) -> ByteBuffer {
    let count = Int(try uint16())
    guard let value = bytes.readSlice(length: count) else { throw ended() }
    return value
  }

  mutating func secret() throws(MalformedPacket) -> MQTTSecret { MQTTSecret(bytes: try binary()) }

  mutating func string() throws(MalformedPacket) -> String {
    let value = try binary()
    let text = value.withUnsafeReadableBytes { $0.contains(0) ? nil : String(validating: $0, as: UTF8.self) }
    guard let text else { throw MalformedPacket(.malformedPacket, "A string is not UTF-8 without U+0000.") }
    return text
  }

  /// A topic name: no wildcards. May be empty.
  mutating func topic() throws(MalformedPacket) -> MQTTTopic {
    let value = try binary()
    switch value.utf8Check(forbidding: (UInt8(ascii: "#"), UInt8(ascii: "+"))) {
    case .valid: return MQTTTopic(bytes: value)
    case .invalid: throw MalformedPacket(.malformedPacket, "A topic is not UTF-8 without U+0000.")
    case .forbidden: throw MalformedPacket(.topicNameInvalid, "A topic contains a wildcard.")
    }
  }

  mutating func rest() -> ByteBuffer {
    defer { bytes.moveReaderIndex(forwardBy: bytes.readableBytes) }
    return bytes.slice()
  }

  mutating func slice(_ count: Int) throws(MalformedPacket) -> PacketReader {
    guard let value = bytes.readSlice(length: count) else { throw ended() }
    return PacketReader(value)
  }

  func end() throws(MalformedPacket) {
    if !isAtEnd { throw MalformedPacket(.malformedPacket, "A packet has \(bytes.readableBytes) bytes after its last field.") }
  }

  /// Reads properties, each at most once unless it may repeat; `read` takes the value of those that the packet may have, and returns false for others.
  mutating func properties(_ read: (Property, inout PacketReader) throws(MalformedPacket) -> Bool) throws(MalformedPacket) {
    let count = Int(try variableByteInteger())
    if count == 0 { return }
    var reader = try slice(count)
    var seen: UInt64 = 0
    while !reader.isAtEnd {
      let identifier = try reader.variableByteInteger()
      guard let property = UInt8(exactly: identifier).flatMap(Property.init) else { throw MalformedPacket(.malformedPacket, "There is no property \(identifier).") }
      let bit: UInt64 = 1 << UInt64(property.rawValue)
      if !property.repeats, seen & bit != 0 { throw MalformedPacket(.protocolError, "A packet has the property \(property) twice.") }
      seen |= bit
      guard try read(property, &reader) else { throw MalformedPacket(.malformedPacket, "A packet has the property \(property), which it may not have.") }
    }
  }

  mutating func userProperty() throws(MalformedPacket) -> MQTTUserProperty { MQTTUserProperty(try string(), try string()) }
}

enum VariableByteInteger {
  case value(UInt32)
  case incomplete
  case malformed

  static let maximum: UInt32 = 268_435_455

  static func byteCount(_ value: UInt32) -> Int { value < 128 ? 1 : value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4 }
}

extension ByteBuffer {
  /// Nothing is consumed unless there is a value. Only the shortest encoding of a value is one (§1.5.5).
  func getVariableByteInteger(at start: Int) -> (VariableByteInteger, byteCount: Int) {
    var value: UInt32 = 0
    for index in 0..<4 {
      guard let byte: UInt8 = getInteger(at: start + index) else { return (.incomplete, 0) }
      value |= UInt32(byte & 0x7F) << UInt32(7 * index)
      if byte & 0x80 == 0 { return byte == 0 && index > 0 ? (.malformed, 0) : (.value(value), index + 1) }
    }
    return (.malformed, 0)
  }

  mutating func readVariableByteInteger() -> VariableByteInteger {
    let (result, count) = getVariableByteInteger(at: readerIndex)
    moveReaderIndex(forwardBy: count)
    return result
  }

  mutating func writeVariableByteInteger(_ value: UInt32) {
    var rest = value
    repeat {
      let byte = UInt8(rest & 0x7F)
      rest >>= 7
      writeInteger(rest > 0 ? byte | 0x80 : byte)
    } while rest > 0
  }
}
