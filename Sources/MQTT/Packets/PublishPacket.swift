internal import NIOCore

/// PUBLISH (MQTT 5.0 §3.3).
package struct PublishPacket: Hashable, Sendable {
  /// The topic may be empty if there is an alias.
  package var message: MQTTMessage
  package var isDuplicate: Bool
  /// 0 for QoS 0.
  package var packetID: UInt16
  package var topicAlias: UInt16?
  /// Of the subscriptions that it is delivered for.
  package var subscriptionIdentifiers: [UInt32]

  package init(_ message: MQTTMessage, packetID: UInt16 = 0, isDuplicate: Bool = false, topicAlias: UInt16? = nil, subscriptionIdentifiers: [UInt32] = []) {
    self.message = message
    self.packetID = packetID
    self.isDuplicate = isDuplicate
    self.topicAlias = topicAlias
    self.subscriptionIdentifiers = subscriptionIdentifiers
  }

  static func check(flags: UInt8) throws(MalformedPacket) {
    if flags & 6 == 6 { throw MalformedPacket(.malformedPacket, "A PUBLISH has QoS 3.") }
    if flags & 8 != 0, flags & 6 == 0 { throw MalformedPacket(.malformedPacket, "A PUBLISH with QoS 0 is a duplicate.") }
  }

  init(flags: UInt8, from reader: inout PacketReader) throws(MalformedPacket) {
    isDuplicate = flags & 8 != 0
    message = MQTTMessage(topic: try reader.topic(), qos: MQTTQoS(rawValue: flags >> 1 & 3) ?? .atMostOnce, retain: flags & 1 != 0)
    packetID = message.qos == .atMostOnce ? 0 : try reader.packetIdentifier()
    topicAlias = nil
    subscriptionIdentifiers = []
    try reader.properties { property, reader throws(MalformedPacket) in
      switch property {
      case .topicAlias:
        topicAlias = try reader.uint16()
        if topicAlias == 0 { throw MalformedPacket(.topicAliasInvalid, "A topic alias is 0.") }
      case .subscriptionIdentifier:
        let identifier = try reader.variableByteInteger()
        if identifier == 0 { throw MalformedPacket(.protocolError, "A subscription identifier is 0.") }
        subscriptionIdentifiers.append(identifier)
      default:
        return try message.properties.read(property, from: &reader)
      }
      return true
    }
    if message.topic.bytes.readableBytes == 0, topicAlias == nil { throw MalformedPacket(.protocolError, "A PUBLISH has neither a topic nor an alias.") }
    message.payload = reader.rest()
  }

  var flags: UInt8 { (isDuplicate ? 8 : 0) | message.qos.rawValue << 1 | (message.retain ? 1 : 0) }

  func writeProperties(to writer: inout PacketWriter) {
    writer.property(.topicAlias, topicAlias)
    message.properties.write(to: &writer)
    for identifier in subscriptionIdentifiers { writer.subscriptionIdentifier(identifier) }
  }
}

extension MQTTMessage.Properties {
  /// Those that a PUBLISH and a will have in common.
  mutating func read(_ property: Property, from reader: inout PacketReader) throws(MalformedPacket) -> Bool {
    switch property {
    case .payloadFormatIndicator: isText = try reader.flag()
    case .messageExpiryInterval: expiry = try reader.uint32()
    case .contentType: contentType = try reader.string()
    case .responseTopic: responseTopic = try reader.topic()
    case .correlationData: correlationData = try reader.binary()
    case .userProperty: userProperties.append(try reader.userProperty())
    default: return false
    }
    return true
  }

  func write(to writer: inout PacketWriter) {
    writer.property(.payloadFormatIndicator, isText)
    writer.property(.messageExpiryInterval, expiry)
    writer.property(.contentType, contentType)
    writer.property(.responseTopic, responseTopic?.bytes)
    writer.property(.correlationData, correlationData)
    writer.userProperties(userProperties)
  }
}
