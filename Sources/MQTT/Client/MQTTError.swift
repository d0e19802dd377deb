/// Why something with a server did not work.
public struct MQTTError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An open set: compare with the known ones, and expect others.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    public let name: String

    public init(_ name: String) {
      self.name = name
    }

    /// What was asked for is not allowed by the standard, or the configuration is wrong.
    public static let invalid = Code("invalid")
    /// A file that the configuration names cannot be used.
    public static let unusableFile = Code("unusable-file")
    /// The server cannot be reached, or the connection broke.
    public static let unreachable = Code("unreachable")
    /// The two sides do not agree on TLS: a certificate is not trusted, expired, missing or for another name.
    public static let insecure = Code("insecure")
    /// The server does not accept who the client is.
    public static let notAuthorized = Code("not-authorized")
    /// The server refused, for the reason that is given.
    public static let refused = Code("refused")
    /// The server ended the connection, for the reason that is given.
    public static let disconnected = Code("disconnected")
    /// The server does not keep to the protocol.
    public static let protocolViolation = Code("protocol-violation")
    /// The server did not answer in time.
    public static let timedOut = Code("timed-out")
    /// The server has said that it does not support what was asked for.
    public static let notSupported = Code("not-supported")
    /// The message is larger than the server takes.
    public static let tooLarge = Code("too-large")
    /// More messages are waiting to be sent than the configuration allows.
    public static let queueFull = Code("queue-full")
    /// The message's expiry passed while it waited to be sent.
    public static let expired = Code("expired")
    /// The task that waited was cancelled.
    public static let cancelled = Code("cancelled")
    /// The client has been closed.
    public static let closed = Code("closed")

    public var description: String { name }
  }

  public var code: Code
  /// A full sentence.
  public var message: String
  /// What the server said.
  public var reason: MQTTReasonCode?

  public init(_ code: Code, _ message: String, reason: MQTTReasonCode? = nil) {
    self.code = code
    self.message = message
    self.reason = reason
  }

  public var description: String { reason.map { "\(message) (\($0))" } ?? message }
}
