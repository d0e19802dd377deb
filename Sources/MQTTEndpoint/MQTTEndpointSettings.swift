public import EndpointKit
public import MQTT

/// How an MQTT broker is reached, and what is asked of it: the settings of a DataflowEndpoint with their defaults (resources.md §2.2), and files in place
/// of a cluster's secrets.
public struct MQTTEndpointSettings: Sendable {
  public var host = "localhost"
  /// 1883 or 8883 if none is given; for WebSockets 80 or 443.
  public var port: Int?
  public var isWebSocket = false
  /// Of a WebSocket.
  public var path = "/mqtt"
  public var usesTLS = false
  /// PEM files. Without a CA file, the system's roots count.
  public var caFile: String?
  public var certificateFile: String?
  public var keyFile: String?

  public var userName: String?
  public var password: MQTTSecretSource?
  /// The token of a service account: enhanced authentication with the method `K8S-SAT`.
  public var tokenFile: String?

  /// The client's name, which its session is kept under: with one, a source goes on after a restart where it was. Without one, a session ends with the
  /// connection, under a name made up.
  public var clientID: String?
  public var keepAlive: UInt16 = 60
  public var sessionExpiry: UInt32 = 600
  /// Of a source: how many messages may be unacknowledged, MQTT's receive maximum. Of a sink: how many may be on their way.
  public var maxInFlight: UInt16 = 100
  public var maximumPacketSize: UInt32 = 64 << 20
  public var qos = MQTTQoS.atLeastOnce
  /// Whether the results of retained messages are retained.
  public var keepsRetain = true
  /// What a sink does with CloudEvents attributes; nil for nothing.
  public var cloudEvents: CloudEvents.Mode?
  /// What a sink does with user properties, in this order.
  public var headers: [HeaderAction] = []
  /// Of a source: with others of the same name, each message goes to one of them (`$share/<group>/…`).
  public var group: String?

  public init() {}

  static let schemeSettings: [String: (isWebSocket: Bool, usesTLS: Bool)] = [
    "mqtt": (false, false), "mqtts": (false, true), "ws": (true, false), "wss": (true, true),
  ]

  /// Of addresses.
  public static var schemes: [String] { schemeSettings.keys.sorted() }

  /// Whether an address is one of MQTT.
  public static func serves(_ address: EndpointAddress) -> Bool { schemeSettings[address.scheme] != nil }

  /// What an address says, but for its topic.
  ///
  /// - Throws: `invalid` with the setting that is unknown or has no such value.
  public init(_ address: EndpointAddress) throws(EndpointError) {
    guard let scheme = Self.schemeSettings[address.scheme] else {
      throw EndpointError(.invalid, address.description, "The scheme of an MQTT broker is mqtt, mqtts, ws or wss, not \(address.scheme).")
    }
    (isWebSocket, usesTLS) = scheme
    host = address.host
    port = address.port
    userName = address.user
    password = address.password.map { .value(MQTTSecret($0)) }
    for (name, value) in address.settings { try set(name, value, address.description) }
    if (certificateFile == nil) != (keyFile == nil) {
      throw EndpointError(.invalid, address.description, "A client's certificate and its key go together: give both `cert` and `key`.")
    }
  }

  /// The settings of an address, by name.
  public static let names = [
    "ca", "cert", "clientId", "cloudEventAttributes", "group", "keepAliveSeconds", "key", "maxInflightMessages", "maximumPacketSize", "passwordFile", "path", "qos", "retain",
    "sessionExpirySeconds", "tokenFile",
  ]

  private mutating func set(_ name: String, _ value: String, _ subject: String) throws(EndpointError) {
    func number<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) throws(EndpointError) -> Number {
      guard let number = Number(value), range.contains(number) else {
        throw EndpointError(.invalid, subject, "`\(name)` is a number from \(range.lowerBound) to \(range.upperBound), not \"\(value)\".")
      }
      return number
    }
    func text() throws(EndpointError) -> String {
      guard !value.isEmpty else { throw EndpointError(.invalid, subject, "`\(name)` is empty.") }
      return value
    }
    switch name {
    case "ca": caFile = try text()
    case "cert": certificateFile = try text()
    case "key": keyFile = try text()
    case "clientId": clientID = try text()
    case "group": group = try text()
    case "passwordFile": password = .file(try text())
    case "tokenFile": tokenFile = try text()
    case "path": path = value
    case "keepAliveSeconds": keepAlive = try number(0...UInt16.max)
    case "sessionExpirySeconds": sessionExpiry = try number(0...UInt32.max)
    case "maxInflightMessages": maxInFlight = try number(1...UInt16.max)
    case "maximumPacketSize": maximumPacketSize = try number(1024...268_435_460)
    case "qos": qos = MQTTQoS(rawValue: try number(0...2)) ?? .atLeastOnce
    case "retain":
      guard ["keep", "never"].contains(value.lowercased()) else { throw EndpointError(.invalid, subject, "`retain` is keep or never, not \"\(value)\".") }
      keepsRetain = value.lowercased() == "keep"
    case "cloudEventAttributes":
      guard let mode = CloudEvents.Mode.allCases.first(where: { $0.rawValue.lowercased() == value.lowercased() }) else {
        throw EndpointError(.invalid, subject, "`cloudEventAttributes` is \(CloudEvents.Mode.allCases.map(\.rawValue).joined(separator: " or ")), not \"\(value)\".")
      }
      cloudEvents = mode
    default:
      throw EndpointError(.invalid, subject, "`\(name)` is no setting of an MQTT endpoint; those are \(Self.names.joined(separator: ", ")).")
    }
  }

  /// - Parameter role: of the client, for the name of one that has none.
  func configuration(role: String) -> MQTTConfiguration {
    let standardPort = isWebSocket ? (usesTLS ? 443 : 80) : usesTLS ? 8883 : 1883
    var configuration = MQTTConfiguration(MQTTAddress(host: host, port: port ?? standardPort))
    if isWebSocket { configuration.transport = .webSocket(path: path) }
    if usesTLS {
      var tls = MQTTTLS()
      if let caFile { tls.roots = .file(caFile) }
      tls.certificateChain = certificateFile
      tls.privateKey = keyFile
      configuration.tls = tls
    }
    configuration.userName = userName
    configuration.password = password
    if let tokenFile { configuration.authenticator = MQTTTokenFile(tokenFile) }
    let madeUp = "millrace-\(role)-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    configuration.clientID = clientID.map { "\($0)-\(role)" } ?? madeUp
    configuration.cleanStart = clientID == nil
    configuration.sessionExpiry = clientID == nil ? 0 : sessionExpiry
    configuration.keepAlive = keepAlive
    configuration.maximumPacketSize = maximumPacketSize
    configuration.receiveMaximum = maxInFlight
    configuration.maximumInFlight = maxInFlight
    return configuration
  }
}
