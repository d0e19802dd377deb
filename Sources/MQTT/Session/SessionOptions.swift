package import NIOCore

/// What a ``Session`` asks of the server and of itself.
package struct SessionOptions: Sendable {
  /// Empty to be given one by the server.
  package var clientID = ""
  /// The first connection begins a new session; later ones always go on with it.
  package var cleanStart = true
  /// Seconds that the session outlives a connection.
  package var sessionExpiry: UInt32 = 0
  /// Seconds; 0 for none.
  package var keepAlive: UInt16 = 60
  /// How long an answer to CONNECT may take.
  package var connectTimeout = TimeAmount.seconds(10)
  /// How many QoS 1 and 2 messages the server may send before they are acknowledged.
  package var receiveMaximum: UInt16 = 100
  package var maximumPacketSize: UInt32 = 16 << 20
  /// How many topics the server may abbreviate.
  package var incomingTopicAliases: UInt16 = 32
  /// How many topics this side abbreviates, if the server allows it.
  package var outgoingTopicAliases: UInt16 = 32
  /// How many QoS 1 and 2 messages are sent before they are acknowledged, if the server allows it.
  package var maximumInFlight: UInt16 = 100
  /// How many delivered QoS 0 messages may be waiting for their acknowledgement before nothing more is read, and how many bytes they may have.
  package var unacknowledgedLimit = 1_000
  package var unacknowledgedByteLimit = 16 << 20
  package var requestsResponseInformation = false
  package var will: MQTTWill?
  package var userProperties: [MQTTUserProperty] = []

  package init() {}
}

/// What a client says about itself in CONNECT; read again for each connection.
package struct SessionCredentials: Sendable {
  package var userName: String?
  package var password: MQTTSecret?
  package var authenticationMethod: String?
  package var authenticationData: MQTTSecret?

  package init(userName: String? = nil, password: MQTTSecret? = nil, authenticationMethod: String? = nil, authenticationData: MQTTSecret? = nil) {
    self.userName = userName
    self.password = password
    self.authenticationMethod = authenticationMethod
    self.authenticationData = authenticationData
  }
}
