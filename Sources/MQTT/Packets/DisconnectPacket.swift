/// DISCONNECT (MQTT 5.0 §3.14).
package struct DisconnectPacket: Hashable, Sendable {
  package var reason: MQTTReasonCode
  /// Seconds, if not those of the CONNECT; only a client says so.
  package var sessionExpiry: UInt32?
  package var reasonString: String?
  package var userProperties: [MQTTUserProperty]
  /// Other servers to be used, separated by spaces; only a server says so.
  package var serverReference: String?

  package init(
    _ reason: MQTTReasonCode = .success, sessionExpiry: UInt32? = nil, reasonString: String? = nil, userProperties: [MQTTUserProperty] = [],
    serverReference: String? = nil
  ) {
    self.reason = reason
    self.sessionExpiry = sessionExpiry
    self.reasonString = reasonString
    self.userProperties = userProperties
    self.serverReference = serverReference
  }

  init(from reader: inout PacketReader) throws(MalformedPacket) {
    self.init()
    if reader.isAtEnd { return }
    reason = MQTTReasonCode(rawValue: try reader.byte())
    if reader.isAtEnd { return }
    try reader.properties { property, reader throws(MalformedPacket) in
      switch property {
      case .sessionExpiryInterval: sessionExpiry = try reader.uint32()
      case .reasonString: reasonString = try reader.string()
      case .userProperty: userProperties.append(try reader.userProperty())
      case .serverReference: serverReference = try reader.string()
      default: return false
      }
      return true
    }
    try reader.end()
  }

  func write(to writer: inout PacketWriter, properties: inout PacketWriter) {
    properties.property(.sessionExpiryInterval, sessionExpiry)
    properties.property(.reasonString, reasonString)
    properties.userProperties(userProperties)
    properties.property(.serverReference, serverReference)
    if reason == .success, properties.isEmpty { return }
    writer.byte(reason.rawValue)
    if !properties.isEmpty { writer.properties(properties) }
  }
}

/// AUTH (MQTT 5.0 §3.15).
package struct AuthenticationPacket: Hashable, Sendable {
  package var reason: MQTTReasonCode
  package var method: String?
  package var data: MQTTSecret?
  package var reasonString: String?
  package var userProperties: [MQTTUserProperty]

  package init(_ reason: MQTTReasonCode, method: String? = nil, data: MQTTSecret? = nil, reasonString: String? = nil, userProperties: [MQTTUserProperty] = []) {
    self.reason = reason
    self.method = method
    self.data = data
    self.reasonString = reasonString
    self.userProperties = userProperties
  }

  init(from reader: inout PacketReader) throws(MalformedPacket) {
    self.init(.success)
    if reader.isAtEnd { return }
    reason = MQTTReasonCode(rawValue: try reader.byte())
    if reader.isAtEnd { return }
    try reader.properties { property, reader throws(MalformedPacket) in
      switch property {
      case .authenticationMethod: method = try reader.string()
      case .authenticationData: data = try reader.secret()
      case .reasonString: reasonString = try reader.string()
      case .userProperty: userProperties.append(try reader.userProperty())
      default: return false
      }
      return true
    }
    try reader.end()
  }

  func write(to writer: inout PacketWriter, properties: inout PacketWriter) {
    properties.property(.authenticationMethod, method)
    properties.property(.authenticationData, data?.bytes)
    properties.property(.reasonString, reasonString)
    properties.userProperties(userProperties)
    if reason == .success, properties.isEmpty { return }
    writer.byte(reason.rawValue)
    if !properties.isEmpty { writer.properties(properties) }
  }
}
