import NIOCore
import Testing

@testable import MQTT

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}

extension SeededGenerator {
  mutating func chance(_ one: Int = 2) -> Bool { next() % UInt64(one) == 0 }
  mutating func maybe<Value>(_ value: (inout Self) -> Value) -> Value? { chance() ? value(&self) : nil }

  mutating func text(_ limit: Int = 20) -> String {
    let alphabet = Array("abcxyz/09 _-äß€日本😀")
    return String((0..<Int.random(in: 0...limit, using: &self)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &self)] })
  }

  mutating func topic() -> MQTTTopic { MQTTTopic("t" + text()) }
  mutating func bytes(_ limit: Int = 40) -> ByteBuffer { ByteBuffer(bytes: (0..<Int.random(in: 0...limit, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }) }
  mutating func secret() -> MQTTSecret { MQTTSecret(bytes: bytes()) }
  mutating func userProperties() -> [MQTTUserProperty] { (0..<Int.random(in: 0...3, using: &self)).map { _ in MQTTUserProperty(text(), text()) } }
  mutating func qos() -> MQTTQoS { MQTTQoS.allCases.randomElement(using: &self) ?? .atMostOnce }
  mutating func reason() -> MQTTReasonCode { MQTTReasonCode(rawValue: UInt8.random(in: 0...0xA2, using: &self)) }
  mutating func identifier() -> UInt16 { UInt16.random(in: 1...UInt16.max, using: &self) }
  mutating func subscriptionIdentifier() -> UInt32 { [1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455].randomElement(using: &self) ?? 1 }

  mutating func properties() -> MQTTMessage.Properties {
    MQTTMessage.Properties(
      isText: maybe { $0.chance() }, expiry: maybe { UInt32($0.identifier()) }, contentType: maybe { $0.text() }, responseTopic: maybe { $0.topic() },
      correlationData: maybe { $0.bytes() }, userProperties: userProperties())
  }

  mutating func message() -> MQTTMessage { MQTTMessage(topic: topic(), payload: bytes(), qos: qos(), retain: chance(), properties: properties()) }

  mutating func connect() -> ConnectPacket {
    var packet = ConnectPacket()
    packet.clientID = text()
    packet.cleanStart = chance()
    packet.keepAlive = identifier()
    packet.userName = maybe { $0.text() }
    packet.password = maybe { $0.secret() }
    packet.will = maybe { MQTTWill($0.message(), delay: $0.chance() ? 0 : UInt32($0.identifier())) }
    packet.sessionExpiry = chance() ? 0 : chance() ? .max : UInt32(identifier())
    packet.receiveMaximum = identifier()
    packet.maximumPacketSize = maybe { $0.subscriptionIdentifier() }
    packet.topicAliasMaximum = chance() ? 0 : identifier()
    packet.requestsResponseInformation = chance()
    packet.requestsProblemInformation = chance()
    packet.userProperties = userProperties()
    packet.authenticationMethod = maybe { $0.text() }
    packet.authenticationData = packet.authenticationMethod == nil ? nil : maybe { $0.secret() }
    return packet
  }

  mutating func connectAcknowledgement() -> MQTTConnectAcknowledgement {
    var packet = MQTTConnectAcknowledgement()
    packet.sessionPresent = chance()
    packet.reason = packet.sessionPresent ? .success : reason()
    packet.sessionExpiry = maybe { UInt32($0.identifier()) }
    packet.receiveMaximum = identifier()
    packet.maximumQoS = qos()
    packet.retainAvailable = chance()
    packet.maximumPacketSize = maybe { $0.subscriptionIdentifier() }
    packet.assignedClientID = maybe { $0.text() }
    packet.topicAliasMaximum = chance() ? 0 : identifier()
    packet.reasonString = maybe { $0.text() }
    packet.userProperties = userProperties()
    packet.wildcardSubscriptionsAvailable = chance()
    packet.subscriptionIdentifiersAvailable = chance()
    packet.sharedSubscriptionsAvailable = chance()
    packet.serverKeepAlive = maybe { $0.identifier() }
    packet.responseInformation = maybe { $0.text() }
    packet.serverReference = maybe { $0.text() }
    packet.authenticationMethod = maybe { $0.text() }
    packet.authenticationData = maybe { $0.secret() }
    return packet
  }

  mutating func publish() -> PublishPacket {
    let message = message(), isQoS0 = message.qos == .atMostOnce
    var packet = PublishPacket(message, packetID: isQoS0 ? 0 : identifier(), isDuplicate: !isQoS0 && chance())
    packet.topicAlias = maybe { $0.identifier() }
    if packet.topicAlias != nil, chance() { packet.message.topic = .empty }
    packet.subscriptionIdentifiers = (0..<Int.random(in: 0...3, using: &self)).map { _ in subscriptionIdentifier() }
    return packet
  }

  mutating func acknowledgement() -> AcknowledgementPacket {
    AcknowledgementPacket(identifier(), chance() ? .success : reason(), reasonString: maybe { $0.text() }, userProperties: userProperties())
  }

  mutating func subscription() -> MQTTSubscription {
    MQTTSubscription(
      text() + "/#", qos: qos(), noLocal: chance(), retainAsPublished: chance(),
      retainHandling: MQTTSubscription.RetainHandling.allCases.randomElement(using: &self) ?? .send)
  }

  mutating func packet(_ type: PacketType) -> Packet {
    switch type {
    case .connect: .connect(connect())
    case .connectAcknowledgement: .connectAcknowledgement(connectAcknowledgement())
    case .publish: .publish(publish())
    case .publishAcknowledgement: .publishAcknowledgement(acknowledgement())
    case .publishReceived: .publishReceived(acknowledgement())
    case .publishRelease: .publishRelease(acknowledgement())
    case .publishComplete: .publishComplete(acknowledgement())
    case .subscribe:
      .subscribe(
        SubscribePacket(
          identifier(), (0...Int.random(in: 0...3, using: &self)).map { _ in subscription() }, identifier: maybe { $0.subscriptionIdentifier() },
          userProperties: userProperties()))
    case .subscribeAcknowledgement:
      .subscribeAcknowledgement(
        SubscribeAcknowledgementPacket(
          identifier(), (0...Int.random(in: 0...3, using: &self)).map { _ in reason() }, reasonString: maybe { $0.text() }, userProperties: userProperties()))
    case .unsubscribe:
      .unsubscribe(UnsubscribePacket(identifier(), (0...Int.random(in: 0...3, using: &self)).map { _ in text() }, userProperties: userProperties()))
    case .unsubscribeAcknowledgement:
      .unsubscribeAcknowledgement(
        SubscribeAcknowledgementPacket(
          identifier(), (0...Int.random(in: 0...3, using: &self)).map { _ in reason() }, reasonString: maybe { $0.text() }, userProperties: userProperties()))
    case .pingRequest: .pingRequest
    case .pingResponse: .pingResponse
    case .disconnect:
      .disconnect(
        DisconnectPacket(
          chance() ? .success : reason(), sessionExpiry: maybe { UInt32($0.identifier()) }, reasonString: maybe { $0.text() }, userProperties: userProperties(),
          serverReference: maybe { $0.text() }))
    case .authentication:
      .authentication(
        AuthenticationPacket(
          chance() ? .success : reason(), method: maybe { $0.text() }, data: maybe { $0.secret() }, reasonString: maybe { $0.text() },
          userProperties: userProperties()))
    }
  }
}

/// The bytes of a packet.
func encoded(_ packet: Packet) throws(MalformedPacket) -> ByteBuffer {
  var encoder = PacketEncoder(), buffer = ByteBuffer()
  let payload = try encoder.encode(packet, to: &buffer)
  #expect(payload == nil)
  return buffer
}
