/// What became of a request, or why a connection ended: one byte, below 0x80 for success (MQTT 5.0 §2.4).
///
/// An open set: compare with the known ones, and expect others.
public struct MQTTReasonCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  private init(_ rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public var isError: Bool { rawValue >= 0x80 }

  /// Also a normal disconnection, and QoS 0 granted.
  public static let success = Self(0x00)
  public static let grantedQoS1 = Self(0x01)
  public static let grantedQoS2 = Self(0x02)
  public static let disconnectWithWill = Self(0x04)
  public static let noMatchingSubscribers = Self(0x10)
  public static let noSubscriptionExisted = Self(0x11)
  public static let continueAuthentication = Self(0x18)
  public static let reauthenticate = Self(0x19)
  public static let unspecifiedError = Self(0x80)
  public static let malformedPacket = Self(0x81)
  public static let protocolError = Self(0x82)
  public static let implementationSpecificError = Self(0x83)
  public static let unsupportedProtocolVersion = Self(0x84)
  public static let clientIdentifierNotValid = Self(0x85)
  public static let badUserNameOrPassword = Self(0x86)
  public static let notAuthorized = Self(0x87)
  public static let serverUnavailable = Self(0x88)
  public static let serverBusy = Self(0x89)
  public static let banned = Self(0x8A)
  public static let serverShuttingDown = Self(0x8B)
  public static let badAuthenticationMethod = Self(0x8C)
  public static let keepAliveTimeout = Self(0x8D)
  public static let sessionTakenOver = Self(0x8E)
  public static let topicFilterInvalid = Self(0x8F)
  public static let topicNameInvalid = Self(0x90)
  public static let packetIdentifierInUse = Self(0x91)
  public static let packetIdentifierNotFound = Self(0x92)
  public static let receiveMaximumExceeded = Self(0x93)
  public static let topicAliasInvalid = Self(0x94)
  public static let packetTooLarge = Self(0x95)
  public static let messageRateTooHigh = Self(0x96)
  public static let quotaExceeded = Self(0x97)
  public static let administrativeAction = Self(0x98)
  public static let payloadFormatInvalid = Self(0x99)
  public static let retainNotSupported = Self(0x9A)
  public static let qosNotSupported = Self(0x9B)
  public static let useAnotherServer = Self(0x9C)
  public static let serverMoved = Self(0x9D)
  public static let sharedSubscriptionsNotSupported = Self(0x9E)
  public static let connectionRateExceeded = Self(0x9F)
  public static let maximumConnectTime = Self(0xA0)
  public static let subscriptionIdentifiersNotSupported = Self(0xA1)
  public static let wildcardSubscriptionsNotSupported = Self(0xA2)

  /// The name that the standard gives it, such as `bad user name or password (0x86)`.
  public var description: String {
    let hex = String(rawValue, radix: 16, uppercase: true)
    return "\(Self.names[self] ?? "unknown reason") (0x\(rawValue < 16 ? "0" : "")\(hex))"
  }

  private static let names: [Self: String] = [
    .success: "success", .grantedQoS1: "granted QoS 1", .grantedQoS2: "granted QoS 2", .disconnectWithWill: "disconnect with will message",
    .noMatchingSubscribers: "no matching subscribers", .noSubscriptionExisted: "no subscription existed",
    .continueAuthentication: "continue authentication", .reauthenticate: "re-authenticate", .unspecifiedError: "unspecified error",
    .malformedPacket: "malformed packet", .protocolError: "protocol error", .implementationSpecificError: "implementation specific error",
    .unsupportedProtocolVersion: "unsupported protocol version", .clientIdentifierNotValid: "client identifier not valid",
    .badUserNameOrPassword: "bad user name or password", .notAuthorized: "not authorized", .serverUnavailable: "server unavailable",
    .serverBusy: "server busy", .banned: "banned", .serverShuttingDown: "server shutting down",
    .badAuthenticationMethod: "bad authentication method", .keepAliveTimeout: "keep alive timeout", .sessionTakenOver: "session taken over",
    .topicFilterInvalid: "topic filter invalid", .topicNameInvalid: "topic name invalid", .packetIdentifierInUse: "packet identifier in use",
    .packetIdentifierNotFound: "packet identifier not found", .receiveMaximumExceeded: "receive maximum exceeded",
    .topicAliasInvalid: "topic alias invalid", .packetTooLarge: "packet too large", .messageRateTooHigh: "message rate too high",
    .quotaExceeded: "quota exceeded", .administrativeAction: "administrative action", .payloadFormatInvalid: "payload format invalid",
    .retainNotSupported: "retain not supported", .qosNotSupported: "QoS not supported", .useAnotherServer: "use another server",
    .serverMoved: "server moved", .sharedSubscriptionsNotSupported: "shared subscriptions not supported",
    .connectionRateExceeded: "connection rate exceeded", .maximumConnectTime: "maximum connect time",
    .subscriptionIdentifiersNotSupported: "subscription identifiers not supported",
    .wildcardSubscriptionsNotSupported: "wildcard subscriptions not supported",
  ]
}
