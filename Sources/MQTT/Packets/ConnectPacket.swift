internal import NIOCore

/// CONNECT (MQTT 5.0 §3.1).
package struct ConnectPacket: Hashable, Sendable {
  package var clientID = ""
  package var cleanStart = true
  /// Seconds; 0 for none.
  package var keepAlive: UInt16 = 0
  package var userName: String?
  package var password: MQTTSecret?
  package var will: MQTTWill?
  /// Seconds that the session outlives the connection; `UInt32.max` for ever.
  package var sessionExpiry: UInt32 = 0
  package var receiveMaximum: UInt16 = .max
  package var maximumPacketSize: UInt32?
  package var topicAliasMaximum: UInt16 = 0
  package var requestsResponseInformation = false
  package var requestsProblemInformation = true
  package var userProperties: [MQTTUserProperty] = []
  package var authenticationMethod: String?
  package var authenticationData: MQTTSecret?

  package init() {}

  init(from reader: inout PacketReader) throws(MalformedPacket) {
    let name = try reader.binary()
    guard name == ByteBuffer(string: "MQTT"), try reader.byte() == 5 else {
      throw MalformedPacket(.unsupportedProtocolVersion, "A CONNECT is not one of MQTT 5.")
    }
    let flags = try reader.byte()
    keepAlive = try reader.uint16()
    guard flags & 1 == 0, let willQoS = MQTTQoS(rawValue: flags >> 3 & 3), flags & 4 != 0 || flags & 0x38 == 0 else {
      throw MalformedPacket(.malformedPacket, "A CONNECT has flags that it may not have.")
    }
    cleanStart = flags & 2 != 0
    try reader.properties { property, reader throws(MalformedPacket) in
      switch property {
      case .sessionExpiryInterval: sessionExpiry = try reader.uint32()
      case .receiveMaximum: receiveMaximum = try reader.positive16()
      case .maximumPacketSize: maximumPacketSize = try reader.positive32()
      case .topicAliasMaximum: topicAliasMaximum = try reader.uint16()
      case .requestResponseInformation: requestsResponseInformation = try reader.flag()
      case .requestProblemInformation: requestsProblemInformation = try reader.flag()
      case .userProperty: userProperties.append(try reader.userProperty())
      case .authenticationMethod: authenticationMethod = try reader.string()
      case .authenticationData: authenticationData = try reader.secret()
      default: return false
      }
      return true
    }
    if authenticationData != nil, authenticationMethod == nil {
      throw MalformedPacket(.protocolError, "A CONNECT has authentication data but no authentication method.")
    }
    clientID = try reader.string()
    if flags & 4 != 0 {
      var properties = MQTTMessage.Properties(), delay: UInt32 = 0
      try reader.properties { property, reader throws(MalformedPacket) in
        if property == .willDelayInterval {
          delay = try reader.uint32()
          return true
        }
        return try properties.read(property, from: &reader)
      }
      let topic = try reader.topic(), payload = try reader.binary()
      will = MQTTWill(MQTTMessage(topic: topic, payload: payload, qos: willQoS, retain: flags & 0x20 != 0, properties: properties), delay: delay)
    }
    if flags & 0x80 != 0 { userName = try reader.string() }
    if flags & 0x40 != 0 { password = try reader.secret() }
    try reader.end()
  }

  func write(to writer: inout PacketWriter, properties: inout PacketWriter) {
    writer.string("MQTT")
    writer.byte(5)
    var flags: UInt8 = cleanStart ? 2 : 0
    if let will { flags |= 4 | will.message.qos.rawValue << 3 | (will.message.retain ? 0x20 : 0) }
    if userName != nil { flags |= 0x80 }
    if password != nil { flags |= 0x40 }
    writer.byte(flags)
    writer.uint16(keepAlive)
    properties.property(.sessionExpiryInterval, sessionExpiry == 0 ? nil : sessionExpiry)
    properties.property(.receiveMaximum, receiveMaximum == .max ? nil : receiveMaximum)
    properties.property(.maximumPacketSize, maximumPacketSize)
    properties.property(.topicAliasMaximum, topicAliasMaximum == 0 ? nil : topicAliasMaximum)
    properties.property(.requestResponseInformation, requestsResponseInformation ? true : nil)
    properties.property(.requestProblemInformation, requestsProblemInformation ? nil : false)
    properties.userProperties(userProperties)
    properties.property(.authenticationMethod, authenticationMethod)
    properties.property(.authenticationData, authenticationData?.bytes)
    writer.properties(properties)
    writer.string(clientID)
    if let will {
      properties.clear()
      properties.property(.willDelayInterval, will.delay == 0 ? nil : will.delay)
      will.message.properties.write(to: &properties)
      writer.properties(properties)
      writer.binary(will.message.topic.bytes)
      writer.binary(will.message.payload)
    }
    if let userName { writer.string(userName) }
    if let password { writer.binary(password.bytes) }
  }
}
