/// PUBACK, PUBREC, PUBREL and PUBCOMP (MQTT 5.0 §3.4–3.7).
package struct AcknowledgementPacket: Hashable, Sendable {
  package var packetID: UInt16
  package var reason: MQTTReasonCode
  package var reasonString: String?
  package var userProperties: [MQTTUserProperty]

  package init(_ packetID: UInt16, _ reason: MQTTReasonCode = .success, reasonString: String? = nil, userProperties: [MQTTUserProperty] = []) {
    self.packetID = packetID
    self.reason = reason
    self.reasonString = reasonString
    self.userProperties = userProperties
  }

  init(from reader: inout PacketReader) throws(MalformedPacket) {
    self.init(try reader.packetIdentifier())
    if reader.isAtEnd { return }
    reason = MQTTReasonCode(rawValue: try reader.byte())
    if reader.isAtEnd { return }
    try reader.properties { property, reader throws(MalformedPacket) in
      switch property {
      case .reasonString: reasonString = try reader.string()
      case .userProperty: userProperties.append(try reader.userProperty())
      default: return false
      }
      return true
    }
    try reader.end()
  }

  func write(to writer: inout PacketWriter, properties: inout PacketWriter) {
    writer.uint16(packetID)
    properties.property(.reasonString, reasonString)
    properties.userProperties(userProperties)
    if reason == .success, properties.isEmpty { return }
    writer.byte(reason.rawValue)
    if !properties.isEmpty { writer.properties(properties) }
  }
}
