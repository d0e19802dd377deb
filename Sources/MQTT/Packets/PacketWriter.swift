internal import NIOCore

/// Writes the fields of one packet.
///
/// Whether strings and binary data fit the 65,535 bytes that they may have is checked by whoever makes the packet, before; what is longer is cut.
struct PacketWriter {
  var bytes = ByteBuffer()

  var isEmpty: Bool { bytes.readableBytes == 0 }

  mutating func clear() {
    bytes.clear(minimumCapacity: bytes.capacity)
  }

  mutating func byte(_ value: UInt8) { bytes.writeInteger(value) }
  mutating func uint16(_ value: UInt16) { bytes.writeInteger(value) }
  mutating func uint32(_ value: UInt32) { bytes.writeInteger(value) }
  mutating func variableByteInteger(_ value: UInt32) { bytes.writeVariableByteInteger(value) }

  mutating func string(_ value: String) {
    let start = bytes.writerIndex
    bytes.writeInteger(0, as: UInt16.self)
    let count = bytes.writeString(value)
    bytes.setInteger(UInt16(clamping: count), at: start)
    if count > 65_535 { bytes.moveWriterIndex(to: start + 2 + 65_535) }
  }

  mutating func binary(_ value: ByteBuffer) {
    var value = value
    if value.readableBytes > 65_535 { value.moveWriterIndex(to: value.readerIndex + 65_535) }
    bytes.writeInteger(UInt16(value.readableBytes))
    bytes.writeBuffer(&value)
  }

  mutating func property(_ property: Property, _ value: String?) {
    guard let value else { return }
    byte(property.rawValue)
    string(value)
  }

  mutating func property(_ property: Property, _ value: ByteBuffer?) {
    guard let value else { return }
    byte(property.rawValue)
    binary(value)
  }

  mutating func property(_ property: Property, _ value: UInt32?) {
    guard let value else { return }
    byte(property.rawValue)
    uint32(value)
  }

  mutating func property(_ property: Property, _ value: UInt16?) {
    guard let value else { return }
    byte(property.rawValue)
    uint16(value)
  }

  mutating func property(_ property: Property, _ value: UInt8?) {
    guard let value else { return }
    byte(property.rawValue)
    byte(value)
  }

  mutating func property(_ property: Property, _ value: Bool?) { self.property(property, value.map { $0 ? 1 : 0 } as UInt8?) }

  mutating func subscriptionIdentifier(_ value: UInt32?) {
    guard let value else { return }
    byte(Property.subscriptionIdentifier.rawValue)
    variableByteInteger(value)
  }

  mutating func userProperties(_ properties: [MQTTUserProperty]) {
    for property in properties {
      byte(Property.userProperty.rawValue)
      string(property.name)
      string(property.value)
    }
  }

  /// A length and then the properties.
  mutating func properties(_ properties: PacketWriter) {
    variableByteInteger(UInt32(properties.bytes.readableBytes))
    bytes.writeImmutableBuffer(properties.bytes)
  }
}
