/// SUBSCRIBE (MQTT 5.0 §3.8).
package struct SubscribePacket: Hashable, Sendable {
  package var packetID: UInt16
  package var subscriptions: [MQTTSubscription]
  /// Comes back with each message; 1 to 268,435,455.
  package var identifier: UInt32?
  package var userProperties: [MQTTUserProperty]

  package init(_ packetID: UInt16, _ subscriptions: [MQTTSubscription], identifier: UInt32? = nil, userProperties: [MQTTUserProperty] = []) {
    self.packetID = packetID
    self.subscriptions = subscriptions
    self.identifier = identifier
    self.userProperties = userProperties
  }

  init(from reader: inout PacketReader) throws(MalformedPacket) {
    self.init(try reader.packetIdentifier(), [])
    try reader.properties { property, reader throws(MalformedPacket) in
      switch property {
      case .subscriptionIdentifier:
        if identifier != nil { throw MalformedPacket(.protocolError, "A SUBSCRIBE has two subscription identifiers.") }
        identifier = try reader.variableByteInteger()
        if identifier == 0 { throw MalformedPacket(.protocolError, "A subscription identifier is 0.") }
      case .userProperty: userProperties.append(try reader.userProperty())
      default: return false
      }
      return true
    }
    repeat {
      let filter = try reader.string(), options = try reader.byte()
      guard options & 0xC0 == 0, let qos = MQTTQoS(rawValue: options & 3), let handling = MQTTSubscription.RetainHandling(rawValue: options >> 4) else {
        throw MalformedPacket(.malformedPacket, "A SUBSCRIBE has options that it may not have.")
      }
      subscriptions.append(
        MQTTSubscription(filter, qos: qos, noLocal: options & 4 != 0, retainAsPublished: options & 8 != 0, retainHandling: handling))
    } while !reader.isAtEnd
  }

  func write(to writer: inout PacketWriter, properties: inout PacketWriter) {
    writer.uint16(packetID)
    properties.subscriptionIdentifier(identifier)
    properties.userProperties(userProperties)
    writer.properties(properties)
    for subscription in subscriptions {
      writer.string(subscription.filter)
      writer.byte(
        subscription.qos.rawValue | (subscription.noLocal ? 4 : 0) | (subscription.retainAsPublished ? 8 : 0) | subscription.retainHandling.rawValue << 4)
    }
  }
}

/// UNSUBSCRIBE (MQTT 5.0 §3.10).
package struct UnsubscribePacket: Hashable, Sendable {
  package var packetID: UInt16
  package var filters: [String]
  package var userProperties: [MQTTUserProperty]

  package init(_ packetID: UInt16, _ filters: [String], userProperties: [MQTTUserProperty] = []) {
    self.packetID = packetID
    self.filters = filters
    self.userProperties = userProperties
  }

  init(from reader: inout PacketReader) throws(MalformedPacket) {
    self.init(try reader.packetIdentifier(), [])
    try reader.properties { property, reader throws(MalformedPacket) in
      guard property == .userProperty else { return false }
      userProperties.append(try reader.userProperty())
      return true
    }
    repeat { filters.append(try reader.string()) } while !reader.isAtEnd
  }

  func write(to writer: inout PacketWriter, properties: inout PacketWriter) {
    writer.uint16(packetID)
    properties.userProperties(userProperties)
    writer.properties(properties)
    for filter in filters { writer.string(filter) }
  }
}

/// SUBACK and UNSUBACK (MQTT 5.0 §3.9, §3.11).
package struct SubscribeAcknowledgementPacket: Hashable, Sendable {
  package var packetID: UInt16
  /// One for each filter, in order.
  package var reasons: [MQTTReasonCode]
  package var reasonString: String?
  package var userProperties: [MQTTUserProperty]

  package init(_ packetID: UInt16, _ reasons: [MQTTReasonCode], reasonString: String? = nil, userProperties: [MQTTUserProperty] = []) {
    self.packetID = packetID
    self.reasons = reasons
    self.reasonString = reasonString
    self.userProperties = userProperties
  }

  init(from reader: inout PacketReader) throws(MalformedPacket) {
    self.init(try reader.packetIdentifier(), [])
    try reader.properties { property, reader throws(MalformedPacket) in
      switch property {
      case .reasonString: reasonString = try reader.string()
      case .userProperty: userProperties.append(try reader.userProperty())
      default: return false
      }
      return true
    }
    repeat { reasons.append(MQTTReasonCode(rawValue: try reader.byte())) } while !reader.isAtEnd
  }

  func write(to writer: inout PacketWriter, properties: inout PacketWriter) {
    writer.uint16(packetID)
    properties.property(.reasonString, reasonString)
    properties.userProperties(userProperties)
    writer.properties(properties)
    for reason in reasons { writer.byte(reason.rawValue) }
  }
}
