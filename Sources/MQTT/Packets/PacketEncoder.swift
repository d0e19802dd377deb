package import NIOCore

/// Turns packets into bytes; its scratch buffers are used again for each.
package struct PacketEncoder: Sendable {
  private var body = PacketWriter()
  private var properties = PacketWriter()

  package init() {}

  /// Appends a packet. A payload of more than `copyLimit` bytes is not copied but returned: it is to be sent next.
  ///
  /// - Throws: with nothing appended, when the packet has more than `maximumPacketSize` bytes.
  package mutating func encode(
    _ packet: Packet, to buffer: inout ByteBuffer, copyLimit: Int = .max, maximumPacketSize: Int = .max
  ) throws(MalformedPacket) -> ByteBuffer? {
    body.clear()
    properties.clear()
    switch packet {
    case .publish(let packet): return try encode(packet, to: &buffer, copyLimit: copyLimit, maximumPacketSize: maximumPacketSize)
    case .connect(let packet): packet.write(to: &body, properties: &properties)
    case .connectAcknowledgement(let packet): packet.write(to: &body, properties: &properties)
    case .publishAcknowledgement(let packet), .publishReceived(let packet), .publishRelease(let packet), .publishComplete(let packet):
      packet.write(to: &body, properties: &properties)
    case .subscribe(let packet): packet.write(to: &body, properties: &properties)
    case .subscribeAcknowledgement(let packet), .unsubscribeAcknowledgement(let packet): packet.write(to: &body, properties: &properties)
    case .unsubscribe(let packet): packet.write(to: &body, properties: &properties)
    case .pingRequest, .pingResponse: break
    case .disconnect(let packet): packet.write(to: &body, properties: &properties)
    case .authentication(let packet): packet.write(to: &body, properties: &properties)
    }
    try writeHeader(packet.type, packet.type.flags, length: body.bytes.readableBytes, to: &buffer, maximumPacketSize)
    buffer.writeImmutableBuffer(body.bytes)
    return nil
  }

  private mutating func encode(
    _ packet: PublishPacket, to buffer: inout ByteBuffer, copyLimit: Int, maximumPacketSize: Int
  ) throws(MalformedPacket) -> ByteBuffer? {
    packet.writeProperties(to: &properties)
    body.binary(packet.message.topic.bytes)
    if packet.message.qos != .atMostOnce { body.uint16(packet.packetID) }
    body.properties(properties)
    let payload = packet.message.payload
    try writeHeader(.publish, packet.flags, length: body.bytes.readableBytes + payload.readableBytes, to: &buffer, maximumPacketSize)
    buffer.writeImmutableBuffer(body.bytes)
    if payload.readableBytes > copyLimit { return payload }
    buffer.writeImmutableBuffer(payload)
    return nil
  }

  private func writeHeader(_ type: PacketType, _ flags: UInt8, length: Int, to buffer: inout ByteBuffer, _ maximum: Int) throws(MalformedPacket) {
    let byteCount = VariableByteInteger.byteCount(UInt32(clamping: length))
    let size = 1 + byteCount + length
    if length > VariableByteInteger.maximum || size > maximum {
      throw MalformedPacket(.packetTooLarge, "A \(type) would have \(size) bytes; at most \(min(maximum, Int(VariableByteInteger.maximum) + 5)) are allowed.")
    }
    buffer.writeInteger(type.rawValue << 4 | flags)
    buffer.writeVariableByteInteger(UInt32(length))
  }
}
