public import NIOCore

/// An application message, as it is published and as it arrives.
public struct MQTTMessage: Hashable, Sendable {
  public var topic: MQTTTopic
  public var payload: ByteBuffer
  public var qos: MQTTQoS
  /// When published: the server keeps it for later subscribers. When received: it was kept, see ``MQTTSubscription/retainAsPublished``.
  public var retain: Bool
  public var properties: Properties

  public init(topic: MQTTTopic, payload: ByteBuffer = ByteBuffer(), qos: MQTTQoS = .atLeastOnce, retain: Bool = false, properties: Properties = Properties()) {
    self.topic = topic
    self.payload = payload
    self.qos = qos
    self.retain = retain
    self.properties = properties
  }

  public init(topic: MQTTTopic, payload: String, qos: MQTTQoS = .atLeastOnce, retain: Bool = false, properties: Properties = Properties()) {
    self.init(topic: topic, payload: ByteBuffer(string: payload), qos: qos, retain: retain, properties: properties)
  }

  /// What travels with a message (MQTT 5.0 §3.3.2.3).
  public struct Properties: Hashable, Sendable {
    /// Whether the payload is UTF-8 text; nil says nothing about it.
    public var isText: Bool?
    /// Seconds after which the message is of no use any more. What is left of them, when received.
    public var expiry: UInt32?
    public var contentType: String?
    /// Where an answer is expected.
    public var responseTopic: MQTTTopic?
    public var correlationData: ByteBuffer?
    public var userProperties: [MQTTUserProperty]

    public init(
      isText: Bool? = nil, expiry: UInt32? = nil, contentType: String? = nil, responseTopic: MQTTTopic? = nil, correlationData: ByteBuffer? = nil,
      userProperties: [MQTTUserProperty] = []
    ) {
      self.isText = isText
      self.expiry = expiry
      self.contentType = contentType
      self.responseTopic = responseTopic
      self.correlationData = correlationData
      self.userProperties = userProperties
    }
  }
}

/// A name and a value; names may repeat, and the order is kept.
public struct MQTTUserProperty: Hashable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A message that the server publishes when the client is gone without having said so (MQTT 5.0 §3.1.2.5).
public struct MQTTWill: Hashable, Sendable {
  public var message: MQTTMessage
  /// Seconds that the server waits for the client to come back.
  public var delay: UInt32

  public init(_ message: MQTTMessage, delay: UInt32 = 0) {
    self.message = message
    self.delay = delay
  }
}
