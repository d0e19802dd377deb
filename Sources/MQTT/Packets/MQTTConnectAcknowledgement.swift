internal import NIOCore

/// What the server says to a connection (CONNACK, MQTT 5.0 §3.2).
public struct MQTTConnectAcknowledgement: Hashable, Sendable {
  /// The server has kept the session of before.
  public var sessionPresent = false
  public var reason = MQTTReasonCode.success
  /// Seconds that the session outlives the connection, if not those that were asked for.
  public var sessionExpiry: UInt32?
  /// How many QoS 1 and 2 messages the server takes before it has acknowledged them.
  public var receiveMaximum: UInt16 = .max
  public var maximumQoS = MQTTQoS.exactlyOnce
  public var retainAvailable = true
  /// In bytes.
  public var maximumPacketSize: UInt32?
  public var assignedClientID: String?
  public var topicAliasMaximum: UInt16 = 0
  public var reasonString: String?
  public var userProperties: [MQTTUserProperty] = []
  public var wildcardSubscriptionsAvailable = true
  public var subscriptionIdentifiersAvailable = true
  public var sharedSubscriptionsAvailable = true
  /// Seconds, if not those that were asked for.
  public var serverKeepAlive: UInt16?
  public var responseInformation: String?
  /// Other servers to be used, separated by spaces.
  public var serverReference: String?
  public var authenticationMethod: String?
  public var authenticationData: MQTTSecret?

  package init() {}

  init(from reader: inout PacketReader) throws(MalformedPacket) {
    let flags = try reader.byte()
    if flags > 1 { throw MalformedPacket(.malformedPacket, "A CONNACK has flags that it may not have.") }
    sessionPresent = flags == 1
    reason = MQTTReasonCode(rawValue: try reader.byte())
    if sessionPresent, reason != .success { throw MalformedPacket(.protocolError, "A CONNACK refuses and has a session.") }
    try reader.properties { property, reader throws(MalformedPacket) in
      switch property {
      case .sessionExpiryInterval: sessionExpiry = try reader.uint32()
      case .receiveMaximum: receiveMaximum = try reader.positive16()
      case .maximumQoS: maximumQoS = try reader.flag() ? .atLeastOnce : .atMostOnce
      case .retainAvailable: retainAvailable = try reader.flag()
      case .maximumPacketSize: maximumPacketSize = try reader.positive32()
      case .assignedClientIdentifier: assignedClientID = try reader.string()
      case .topicAliasMaximum: topicAliasMaximum = try reader.uint16()
      case .reasonString: reasonString = try reader.string()
      case .userProperty: userProperties.append(try reader.userProperty())
      case .wildcardSubscriptionAvailable: wildcardSubscriptionsAvailable = try reader.flag()
      case .subscriptionIdentifierAvailable: subscriptionIdentifiersAvailable = try reader.flag()
      case .sharedSubscriptionAvailable: sharedSubscriptionsAvailable = try reader.flag()
      case .serverKeepAlive: serverKeepAlive = try reader.uint16()
      case .responseInformation: responseInformation = try reader.string()
      case .serverReference: serverReference = try reader.string()
      case .authenticationMethod: authenticationMethod = try reader.string()
      case .authenticationData: authenticationData = try reader.secret()
      default: return false
      }
      return true
    }
    try reader.end()
  }

  func write(to writer: inout PacketWriter, properties: inout PacketWriter) {
    writer.byte(sessionPresent ? 1 : 0)
    writer.byte(reason.rawValue)
    properties.property(.sessionExpiryInterval, sessionExpiry)
    properties.property(.receiveMaximum, receiveMaximum == .max ? nil : receiveMaximum)
    properties.property(.maximumQoS, maximumQoS == .exactlyOnce ? nil : maximumQoS.rawValue)
    properties.property(.retainAvailable, retainAvailable ? nil : false)
    properties.property(.maximumPacketSize, maximumPacketSize)
    properties.property(.assignedClientIdentifier, assignedClientID)
    properties.property(.topicAliasMaximum, topicAliasMaximum == 0 ? nil : topicAliasMaximum)
    properties.property(.reasonString, reasonString)
    properties.userProperties(userProperties)
    properties.property(.wildcardSubscriptionAvailable, wildcardSubscriptionsAvailable ? nil : false)
    properties.property(.subscriptionIdentifierAvailable, subscriptionIdentifiersAvailable ? nil : false)
    properties.property(.sharedSubscriptionAvailable, sharedSubscriptionsAvailable ? nil : false)
    properties.property(.serverKeepAlive, serverKeepAlive)
    properties.property(.responseInformation, responseInformation)
    properties.property(.serverReference, serverReference)
    properties.property(.authenticationMethod, authenticationMethod)
    properties.property(.authenticationData, authenticationData?.bytes)
    writer.properties(properties)
  }
}
