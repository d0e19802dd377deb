import NIOCore
import Testing

@testable import MQTT

/// Every packet in every form comes back as it was.
@Suite struct PacketRoundTripTests {
  @Test(arguments: PacketType.allCases) func randomPacketsComeBack(_ type: PacketType) throws {
    var random = SeededGenerator(UInt64(type.rawValue))
    for _ in 0..<100 {
      let packet = random.packet(type)
      var buffer = try encoded(packet)
      let again = try PacketDecoder().next(from: &buffer)
      if again != packet || buffer.readableBytes > 0 { Issue.record("\(packet) comes back as \(again as Any)") }
    }
  }

  /// Lengths at which a field, the property length or the packet length takes another byte.
  @Test(arguments: [0, 1, 125, 126, 127, 128, 16_381, 16_382, 16_383, 16_384, 16_385, 65_535, 65_536, 2_097_151, 2_097_152, 2_097_153])
  func lengthsAtTheirLimitsComeBack(_ length: Int) throws {
    let payload = ByteBuffer(repeating: 7, count: length)
    var packets: [Packet] = [.publish(PublishPacket(MQTTMessage(topic: "t", payload: payload, qos: .atMostOnce)))]
    if length <= 65_535 {
      let text = String(repeating: "x", count: length)
      packets.append(.publish(PublishPacket(MQTTMessage(topic: MQTTTopic("t" + text.dropFirst()), qos: .exactlyOnce), packetID: 65_535)))
      packets.append(.publish(PublishPacket(MQTTMessage(topic: "t", properties: .init(correlationData: payload)), packetID: 1)))
      packets.append(.publish(PublishPacket(MQTTMessage(topic: "t", properties: .init(userProperties: [.init(text, text), .init("", text)])), packetID: 1)))
      packets.append(.subscribe(SubscribePacket(1, [MQTTSubscription(text)])))
      packets.append(.disconnect(DisconnectPacket(.quotaExceeded, reasonString: text)))
      var connect = ConnectPacket()
      connect.clientID = text
      connect.password = MQTTSecret(bytes: payload)
      connect.will = MQTTWill(MQTTMessage(topic: "t", payload: payload))
      packets.append(.connect(connect))
    }
    for packet in packets {
      var buffer = try encoded(packet)
      #expect(try PacketDecoder().next(from: &buffer) == packet)
    }
  }

  @Test func theBytesAreThoseOfTheStandard() throws {
    var connect = ConnectPacket()
    connect.clientID = "c"
    connect.keepAlive = 10
    connect.sessionExpiry = 10
    #expect(
      try encoded(.connect(connect)).bytes == [
        0x10, 0x13, 0, 4, 0x4D, 0x51, 0x54, 0x54, 5, 2, 0, 10, 5, 0x11, 0, 0, 0, 10, 0, 1, 0x63,
      ])
    #expect(
      try encoded(.publish(PublishPacket(MQTTMessage(topic: "a/b", payload: "hi", qos: .atLeastOnce, retain: true), packetID: 10, isDuplicate: true))).bytes == [
        0x3B, 0x0A, 0, 3, 0x61, 0x2F, 0x62, 0, 10, 0, 0x68, 0x69,
      ])
    #expect(try encoded(.publishRelease(AcknowledgementPacket(0x1234))).bytes == [0x62, 2, 0x12, 0x34])
    #expect(try encoded(.publishAcknowledgement(AcknowledgementPacket(1, .notAuthorized))).bytes == [0x40, 3, 0, 1, 0x87])
    #expect(try encoded(.subscribe(SubscribePacket(2, [MQTTSubscription("a/+", qos: .exactlyOnce, noLocal: true)]))).bytes == [
      0x82, 0x09, 0, 2, 0, 0, 3, 0x61, 0x2F, 0x2B, 6,
    ])
    #expect(try encoded(.pingRequest).bytes == [0xC0, 0])
    #expect(try encoded(.disconnect(DisconnectPacket())).bytes == [0xE0, 0])
  }

  @Test func aLargePayloadIsNotCopied() throws {
    var encoder = PacketEncoder(), buffer = ByteBuffer()
    let payload = ByteBuffer(repeating: 1, count: 100_000)
    let rest = try encoder.encode(.publish(PublishPacket(MQTTMessage(topic: "t", payload: payload, qos: .atMostOnce))), to: &buffer, copyLimit: 8192)
    #expect(rest == payload)
    #expect(buffer.readableBytes == 8)
    buffer.writeImmutableBuffer(payload)
    guard case .publish(let packet)? = try PacketDecoder().next(from: &buffer) else { return #expect(Bool(false)) }
    #expect(packet.message.payload == payload)
  }

  @Test func aPacketThatIsTooLargeIsNotWritten() throws {
    var encoder = PacketEncoder(), buffer = ByteBuffer()
    let packet = Packet.publish(PublishPacket(MQTTMessage(topic: "t", payload: ByteBuffer(repeating: 0, count: 90), qos: .atMostOnce)))
    #expect(throws: MalformedPacket.self) { try encoder.encode(packet, to: &buffer, maximumPacketSize: 95) }
    #expect(buffer.readableBytes == 0)
    #expect(try encoder.encode(packet, to: &buffer, maximumPacketSize: 96) == nil)
    #expect(buffer.readableBytes == 96)
  }
}

/// Bytes as they come from anyone do no harm.
@Suite struct PacketDecoderTests {
  @Test(arguments: PacketType.allCases) func packetsSplitAtEveryByteComeBack(_ type: PacketType) throws {
    var random = SeededGenerator(100 + UInt64(type.rawValue))
    for _ in 0..<3 {
      let first = random.packet(type), second = random.packet(.publish)
      var whole = try encoded(first)
      whole.writeImmutableBuffer(try encoded(second))
      for split in 0...whole.readableBytes {
        var buffer = try #require(whole.getSlice(at: 0, length: split)), found: [Packet] = []
        while let packet = try PacketDecoder().next(from: &buffer) { found.append(packet) }
        buffer.writeImmutableBuffer(try #require(whole.getSlice(at: split, length: whole.readableBytes - split)))
        while let packet = try PacketDecoder().next(from: &buffer) { found.append(packet) }
        if found != [first, second] { Issue.record("\(first) does not come back if split at \(split)") }
      }
    }
  }

  @Test(arguments: PacketType.allCases) func whatIsMissingIsNeverMoreThanIsMissing(_ type: PacketType) throws {
    var random = SeededGenerator(150 + UInt64(type.rawValue))
    let whole = try encoded(random.packet(type))
    for count in 0..<whole.readableBytes {
      var buffer = try #require(whole.getSlice(at: 0, length: count)), missing = 0
      #expect(try PacketDecoder().next(from: &buffer, missing: &missing) == nil)
      #expect((1...whole.readableBytes - count).contains(missing))
      #expect(buffer.readableBytes == count)
    }
  }

  /// The packet's own length says that it is shorter than its fields are.
  @Test(arguments: PacketType.allCases) func truncatedPacketsAreRefusedOrShorter(_ type: PacketType) throws {
    var random = SeededGenerator(200 + UInt64(type.rawValue))
    for _ in 0..<5 {
      let packet = random.packet(type)
      var whole = try encoded(packet)
      guard case (.value, let lengthByteCount) = whole.getVariableByteInteger(at: 1) else { return #expect(Bool(false)) }
      guard let first = whole.readInteger(as: UInt8.self) else { return #expect(Bool(false)) }
      whole.moveReaderIndex(forwardBy: lengthByteCount)
      for length in 0..<whole.readableBytes {
        var buffer = ByteBuffer(integer: first)
        buffer.writeVariableByteInteger(UInt32(length))
        buffer.writeImmutableBuffer(try #require(whole.getSlice(at: whole.readerIndex, length: length)))
        do throws(MalformedPacket) {
          let shorter = try PacketDecoder().next(from: &buffer)
          if shorter == packet { Issue.record("\(packet) comes back though it is cut") }
        } catch {
          if !error.reason.isError || error.message.isEmpty { Issue.record("\(error) says nothing") }
        }
      }
    }
  }

  /// What is accepted in spite of a wrong byte is a packet, that is, can be written and read again.
  @Test(arguments: PacketType.allCases) func corruptedPacketsAreRefusedOrPackets(_ type: PacketType) throws {
    var random = SeededGenerator(300 + UInt64(type.rawValue))
    for _ in 0..<2 {
      let whole = try encoded(random.packet(type))
      for (index, byte) in whole.readableBytesView.enumerated() {
        for value in (0..<8).map({ byte ^ 1 << $0 }) + [0, 0x7F, 0x80, 0xFF, byte &+ 1, byte &- 1] {
          var buffer = whole
          buffer.setInteger(value, at: index)
          do throws(MalformedPacket) {
            while let packet = try PacketDecoder(maximumPacketSize: 100_000).next(from: &buffer) {
              var again = try encoded(packet)
              if try PacketDecoder().next(from: &again) != packet { Issue.record("\(packet) does not come back") }
            }
          } catch {
            if !error.reason.isError || error.message.isEmpty { Issue.record("\(error) says nothing") }
          }
        }
      }
    }
  }

  @Test func theSizeIsCheckedBeforeThePacketHasCome() {
    var header = ByteBuffer(bytes: [0x30, 0xFF, 0xFF, 0xFF, 0x7F])
    #expect(reason(&header, maximumPacketSize: 1 << 20) == .packetTooLarge)
    var exact = ByteBuffer(bytes: [0x30, 98])
    #expect(reason(&exact, maximumPacketSize: 100) == nil)
    #expect(reason(&exact, maximumPacketSize: 99) == .packetTooLarge)
  }

  @Test(arguments: [
    ([0x00, 0], MQTTReasonCode.malformedPacket, "type 0"),
    ([0x36, 0], .malformedPacket, "QoS 3"),
    ([0x38, 0], .malformedPacket, "QoS 0 and duplicate"),
    ([0x60, 2, 0, 1], .malformedPacket, "PUBREL without its flags"),
    ([0xC1, 0], .malformedPacket, "PINGREQ with flags"),
    ([0x30, 0x80, 0x80, 0x80, 0x80], .malformedPacket, "a length of five bytes"),
    ([0x30, 0x80, 0x00], .malformedPacket, "a length that is longer than it may be"),
    ([0xD0, 1, 0], .malformedPacket, "PINGRESP with a body"),
    ([0x40, 2, 0, 0], .malformedPacket, "packet identifier 0"),
    ([0x40, 1, 0], .malformedPacket, "half a packet identifier"),
    ([0x30, 3, 0, 0, 0], .protocolError, "neither topic nor alias"),
    ([0x30, 6, 0, 0, 3, 0x23, 0, 0], .topicAliasInvalid, "alias 0"),
    ([0x30, 4, 0, 1, 0x23, 0], .topicNameInvalid, "a wildcard in a topic"),
    ([0x30, 4, 0, 1, 0xFF, 0], .malformedPacket, "a topic that is not UTF-8"),
    ([0x30, 4, 0, 1, 0x00, 0], .malformedPacket, "U+0000 in a topic"),
    ([0x30, 6, 0, 3, 0xED, 0xA0, 0x80, 0], .malformedPacket, "a surrogate in a topic"),
    ([0x30, 8, 0, 1, 0x61, 4, 0x01, 0, 0x01, 1], .protocolError, "a property twice"),
    ([0x30, 6, 0, 1, 0x61, 2, 0x01, 2], .protocolError, "a flag that is 2"),
    ([0x30, 6, 0, 1, 0x61, 2, 0x24, 1], .malformedPacket, "a property of another packet"),
    ([0x30, 6, 0, 1, 0x61, 2, 0x7F, 1], .malformedPacket, "a property that there is not"),
    ([0x30, 6, 0, 1, 0x61, 2, 0x0B, 0], .protocolError, "subscription identifier 0"),
    ([0x30, 5, 0, 1, 0x61, 9, 0], .malformedPacket, "properties longer than the packet"),
    ([0x20, 6, 0, 0, 3, 0x21, 0, 0], .protocolError, "receive maximum 0"),
    ([0x20, 3, 1, 0x87, 0], .protocolError, "a refusal with a session"),
    ([0x20, 3, 2, 0, 0], .malformedPacket, "flags of a CONNACK"),
    ([0x90, 3, 0, 1, 0], .malformedPacket, "SUBACK without reasons"),
    ([0x82, 3, 0, 1, 0], .malformedPacket, "SUBSCRIBE without filters"),
    ([0x82, 6, 0, 1, 0, 0, 0, 3], .malformedPacket, "SUBSCRIBE with QoS 3"),
    ([0x10, 10, 0, 4, 0x4D, 0x51, 0x54, 0x54, 4, 2, 0, 0], .unsupportedProtocolVersion, "MQTT 3.1.1"),
    ([0x10, 13, 0, 4, 0x4D, 0x51, 0x54, 0x54, 5, 3, 0, 0, 0, 0, 0], .malformedPacket, "a reserved flag"),
  ] as [([UInt8], MQTTReasonCode, String)])
  func wrongPacketsAreRefusedWithTheirReason(_ bytes: [UInt8], _ expected: MQTTReasonCode, _ what: String) {
    var buffer = ByteBuffer(bytes: bytes)
    #expect(reason(&buffer) == expected, "\(what)")
  }

  private func reason(_ buffer: inout ByteBuffer, maximumPacketSize: Int = 1 << 28) -> MQTTReasonCode? {
    do throws(MalformedPacket) {
      _ = try PacketDecoder(maximumPacketSize: maximumPacketSize).next(from: &buffer)
      return nil
    } catch {
      return error.reason
    }
  }
}

@Suite struct TopicTests {
  @Test(arguments: ["a", "/", "a/b", "$SYS/x", " ", "ä/€"]) func topicsAreAccepted(_ topic: String) {
    #expect(MQTTTopic(topic).problem == nil)
  }

  @Test(arguments: ["", "a/#", "+", "a\u{0}", String(repeating: "x", count: 65_536)]) func otherTopicsAreNot(_ topic: String) {
    #expect(MQTTTopic(topic).problem != nil)
  }

  @Test(arguments: ["a", "#", "+", "a/#", "+/+/#", "/", "a//b", "$share/g/a", "$share/g//", "$share/g/#", "a/+/b", "$SYS/#"])
  func filtersAreAccepted(_ filter: String) {
    #expect(MQTTSubscription(filter).problem == nil)
  }

  @Test(arguments: ["", "#/a", "a#", "a+", "a/+b", "a/#/b", "$share/g", "$share//a", "$share/g/", "$share/+/a", "$share/g/a#", "a\u{0}"])
  func otherFiltersAreNot(_ filter: String) {
    #expect(MQTTSubscription(filter).problem != nil)
  }

  @Test func secretsAreNotPrinted() {
    var packet = ConnectPacket()
    packet.password = "hunter2"
    packet.authenticationData = "hunter2"
    var dumped = ""
    dump(packet, to: &dumped)
    let hex = "hunter2".utf8.map { String($0, radix: 16) }
    for text in ["\(packet)", String(reflecting: packet), dumped, "\(MQTTSecret("hunter2"))"] {
      #expect(!text.contains("hunter2") && !text.contains(hex.joined()) && !text.contains(hex.joined(separator: " ")))
    }
  }
}

extension ByteBuffer {
  var bytes: [UInt8] { Array(readableBytesView) }
}
