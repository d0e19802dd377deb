internal import NIOCore

/// What a client needs to know to reach a server and to keep a session with it.
public struct MQTTConfiguration: Sendable {
  public var address: MQTTAddress
  /// How packets travel.
  public var transport = Transport.tcp
  /// Nil for no encryption.
  public var tls: MQTTTLS?

  /// Empty to be given one by the server.
  public var clientID = ""
  /// Whether the first connection begins a new session. Later connections go on with the one there is.
  public var cleanStart = true
  /// How many seconds the server keeps the session after a connection is gone; `UInt32.max` for ever. With 0, messages that come in between are lost.
  public var sessionExpiry: UInt32 = 600
  /// Seconds between signs of life; 0 for none. A server that gives none for one and a half times as long is given up.
  public var keepAlive: UInt16 = 60
  /// How long reaching the server may take, up to its answer.
  public var connectTimeout = Duration.seconds(10)
  public var reconnection = Reconnection()
  /// Whether to go to the server that a server names instead of itself, at most five times one after the other.
  public var followsRedirects = true

  public var userName: String?
  public var password: MQTTSecretSource?
  /// Enhanced authentication.
  public var authenticator: (any MQTTAuthenticator)?
  /// How often the ``authenticator`` is asked whether it wants to authenticate again.
  public var credentialCheckInterval = Duration.seconds(10)

  public var will: MQTTWill?
  /// Sent with the connection.
  public var userProperties: [MQTTUserProperty] = []
  /// Asks the server where responses may be received, see ``MQTTConnectAcknowledgement/responseInformation``.
  public var requestsResponseInformation = false

  /// How many messages of QoS 1 and 2 the server may send before the first of them is acknowledged; at least 1.
  public var receiveMaximum: UInt16 = 100
  /// Larger packets end the connection, before they are read; in bytes.
  public var maximumPacketSize: UInt32 = 16 << 20
  /// How many messages of QoS 0, and of how many bytes together, may be delivered and not acknowledged: then nothing more is read.
  public var unacknowledgedLimit = 1_000
  public var unacknowledgedByteLimit = 16 << 20
  /// How many topics the server may abbreviate.
  public var incomingTopicAliases: UInt16 = 32
  /// How many topics are abbreviated, as far as the server allows it.
  public var outgoingTopicAliases: UInt16 = 32

  /// How many published messages of QoS 1 and 2 may be unacknowledged, as far as the server allows it; at least 1.
  public var maximumInFlight: UInt16 = 100
  /// How many messages may wait to be sent, for the connection or for acknowledgements, and of how many bytes together. Then publishing is refused.
  public var waitingLimit = 10_000
  public var waitingByteLimit = 64 << 20

  public enum Transport: Hashable, Sendable {
    case tcp
    /// - Parameter path: of the HTTP request.
    case webSocket(path: String = "/mqtt")
  }

  /// How long to wait before the next attempt: twice as long each time, and by chance up to half of that less.
  public struct Reconnection: Hashable, Sendable {
    public var initialDelay = Duration.milliseconds(500)
    /// Also the delay after the server has not accepted who the client is, or another client has taken the session over.
    public var maximumDelay = Duration.seconds(60)

    public init() {}
  }

  public init(_ address: MQTTAddress) {
    self.address = address
  }

  /// - Parameter url: `mqtt://HOST[:PORT]`, `mqtts://` for TLS with the system's roots, or `ws://` and `wss://` for WebSockets, with a path.
  /// - Throws: `invalid`.
  public init(url: String) throws(MQTTError) {
    guard let range = url.firstRange(of: "://") else { throw MQTTError(.invalid, "A URL such as mqtt://localhost:1883 was expected, not \"\(url)\".") }
    let scheme = url[..<range.lowerBound].lowercased()
    let rest = url[range.upperBound...]
    let authority = rest.prefix { $0 != "/" }, path = rest.dropFirst(authority.count)
    if authority.contains("@") { throw MQTTError(.invalid, "A URL must not contain a user name or password; set `userName` and `password`.") }
    guard let port = ["mqtt": 1883, "mqtts": 8883, "ws": 80, "wss": 443][scheme] else {
      throw MQTTError(.invalid, "The scheme of a URL must be mqtt, mqtts, ws or wss, not \"\(scheme)\".")
    }
    self.init(try MQTTAddress(String(authority), defaultPort: port))
    if scheme.hasPrefix("ws") {
      transport = .webSocket(path: path.isEmpty ? "/" : String(path))
    } else if !path.isEmpty, path != "/" {
      throw MQTTError(.invalid, "A URL with the scheme \(scheme) has no path.")
    }
    if scheme.hasSuffix("s"), scheme != "ws" { tls = MQTTTLS() }
  }

  /// What is wrong with it, if anything.
  var problem: String? {
    if receiveMaximum == 0 || maximumInFlight == 0 { return "receiveMaximum and maximumInFlight must be at least 1" }
    if maximumPacketSize < 64 { return "maximumPacketSize must be at least 64" }
    if unacknowledgedLimit < 1 || unacknowledgedByteLimit < 1 || waitingLimit < 1 || waitingByteLimit < 1 { return "limits must be at least 1" }
    if let problem = clientID.mqttProblem { return "clientID: \(problem)" }
    if let problem = userName?.mqttProblem { return "userName: \(problem)" }
    if let problem = will?.message.problem { return "will: \(problem)" }
    if let will, will.message.payload.readableBytes > 65_535 { return "will: its payload has at most 65,535 bytes" }
    if case .webSocket(let path) = transport, !path.hasPrefix("/") || path.utf8.contains(where: { $0 <= 32 || $0 >= 127 }) {
      return "the path of a WebSocket begins with '/' and has neither spaces nor other than ASCII characters"
    }
    return userProperties.problem
  }

  var sessionOptions: SessionOptions {
    var options = SessionOptions()
    options.clientID = clientID
    options.cleanStart = cleanStart
    options.sessionExpiry = sessionExpiry
    options.keepAlive = keepAlive
    options.connectTimeout = TimeAmount(connectTimeout)
    options.receiveMaximum = receiveMaximum
    options.maximumPacketSize = maximumPacketSize
    options.incomingTopicAliases = incomingTopicAliases
    options.outgoingTopicAliases = outgoingTopicAliases
    options.maximumInFlight = maximumInFlight
    options.unacknowledgedLimit = unacknowledgedLimit
    options.unacknowledgedByteLimit = unacknowledgedByteLimit
    options.requestsResponseInformation = requestsResponseInformation
    options.will = will
    options.userProperties = userProperties
    return options
  }
}
