package import NIOCore

/// Takes packets out of the bytes that arrive, however they are split.
package struct PacketDecoder: Sendable {
  /// In bytes, with the fixed header. A larger packet is refused as soon as its length is known, before it is buffered.
  package var maximumPacketSize: Int

  package init(maximumPacketSize: Int = Int(VariableByteInteger.maximum) + 5) {
    self.maximumPacketSize = maximumPacketSize
  }

  /// The next packet, or nil, with nothing consumed, if it is not complete. Payloads are slices of the buffer.
  ///
  /// - Parameter missing: how many bytes of the packet are still to come, as far as is known; only set if there is no packet.
  package func next(from buffer: inout ByteBuffer, missing: inout Int) throws(MalformedPacket) -> Packet? {
    missing = 1
    guard let first: UInt8 = buffer.getInteger(at: buffer.readerIndex) else { return nil }
    guard let type = PacketType(rawValue: first >> 4) else { throw MalformedPacket(.malformedPacket, "There is no packet type 0.") }
    let flags = first & 0x0F
    if type == .publish {
      try PublishPacket.check(flags: flags)
    } else if flags != type.flags {
      throw MalformedPacket(.malformedPacket, "A \(type) has the flags \(flags).")
    }
    let (length, lengthByteCount) = buffer.getVariableByteInteger(at: buffer.readerIndex + 1)
    switch length {
    case .incomplete: return nil
    case .malformed: throw MalformedPacket(.malformedPacket, "The length of a packet is longer than it may be.")
    case .value(let length):
      let size = 1 + lengthByteCount + Int(length)
      if size > maximumPacketSize {
        throw MalformedPacket(.packetTooLarge, "A \(type) has \(size) bytes; at most \(maximumPacketSize) are allowed.")
      }
      if buffer.readableBytes < size {
        missing = size - buffer.readableBytes
        return nil
      }
      buffer.moveReaderIndex(forwardBy: 1 + lengthByteCount)
      guard let body = buffer.readSlice(length: Int(length)) else { return nil }
      return try Self.packet(type, flags: flags, body)
    }
  }

  package func next(from buffer: inout ByteBuffer) throws(MalformedPacket) -> Packet? {
    var missing = 0
    return try next(from: &buffer, missing: &missing)
  }

  private static func packet(_ type: PacketType, flags: UInt8, _ body: ByteBuffer) throws(MalformedPacket) -> Packet {
    var reader = PacketReader(body)
    switch type {
    case .connect: return .connect(try ConnectPacket(from: &reader))
    case .connectAcknowledgement: return .connectAcknowledgement(try MQTTConnectAcknowledgement(from: &reader))
    case .publish: return .publish(try PublishPacket(flags: flags, from: &reader))
    case .publishAcknowledgement: return .publishAcknowledgement(try AcknowledgementPacket(from: &reader))
    case .publishReceived: return .publishReceived(try AcknowledgementPacket(from: &reader))
    case .publishRelease: return .publishRelease(try AcknowledgementPacket(from: &reader))
    case .publishComplete: return .publishComplete(try AcknowledgementPacket(from: &reader))
    case .subscribe: return .subscribe(try SubscribePacket(from: &reader))
    case .subscribeAcknowledgement: return .subscribeAcknowledgement(try SubscribeAcknowledgementPacket(from: &reader))
    case .unsubscribe: return .unsubscribe(try UnsubscribePacket(from: &reader))
    case .unsubscribeAcknowledgement: return .unsubscribeAcknowledgement(try SubscribeAcknowledgementPacket(from: &reader))
    case .pingRequest, .pingResponse:
      try reader.end()
      return type == .pingRequest ? .pingRequest : .pingResponse
    case .disconnect: return .disconnect(try DisconnectPacket(from: &reader))
    case .authentication: return .authentication(try AuthenticationPacket(from: &reader))
    }
  }
}
