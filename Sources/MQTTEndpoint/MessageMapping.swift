internal import Dataflow
internal import EndpointKit
internal import MQTT
internal import NIOCore

/// Names of user properties that belong to AIO's protocol: operators do not see them, and sinks write their own (resources.md §6).
private let reservedPrefix = "__"

/// Messages of MQTT as items (resources.md §6).
struct InboundMapping: Sendable {
  let clock: EndpointClock

  /// - Parameters:
  ///   - topic: the message's topic, which MQTT may have abbreviated.
  ///   - number: of the message within the source, for people.
  func item(_ message: MQTTMessage, number: UInt64, arrival: EndpointClock.Arrival, delivery: Delivery) -> Item {
    let properties = message.properties
    let topic = [UInt8](buffer: message.topic.bytes)
    let stamp = clock.stamp(carried: properties.userProperties.last { $0.name == "__ts" }?.value, at: arrival.wallTime)
    let envelope = Envelope(
      isRetained: message.retain, isText: properties.isText, expiry: properties.expiry.map { arrival.wallTime.adding(UInt64($0) * 1_000_000_000) },
      responseTopic: properties.responseTopic.map { [UInt8](buffer: $0.bytes) }, correlationData: properties.correlationData.map { [UInt8](buffer: $0) })
    let origin = Origin(
      name: String(decoding: topic, as: UTF8.self), number: number, topic: topic, receivedAt: arrival.nanoseconds,
      isStampedOnArrival: stamp.basis != .carried, envelope: envelope == Envelope() ? nil : envelope)
    let data = Message(
      timestamp: stamp.timestamp, topic: topic, contentType: properties.contentType, payload: [UInt8](buffer: message.payload),
      userProperties: properties.userProperties.compactMap { $0.name.hasPrefix(reservedPrefix) ? nil : UserProperty(key: $0.name, value: $0.value) })
    return Item(time: stamp.timestamp, data: .message(data), origin: origin, delivery: delivery)
  }
}

/// Items as messages of MQTT (resources.md §5 and §6).
struct OutboundMapping: Sendable {
  let topic: DestinationTopic
  let qos: MQTTQoS
  /// Whether results of a retained message are retained.
  let keepsRetain: Bool
  /// The name of this end, `__srcId`.
  let clientID: String
  /// The graph's name, and what is done with CloudEvents attributes and with user properties.
  var graph = ""
  var cloudEvents: CloudEvents.Mode?
  var headers: [HeaderAction] = []

  /// The message for an item; nil if the source message has expired.
  ///
  /// - Throws: `invalid` if the item makes no topic.
  func message(_ item: Item, now: WallTime) throws(EndpointError) -> MQTTMessage? {
    let outgoing = item.outgoingMessage
    let envelope = item.origin.envelope
    var expiry: UInt32?
    if let end = envelope?.expiry {
      let left = end.nanoseconds(since: now)
      if left == 0 { return nil }
      // Rounded up: a message that is still good for a part of a second has one.
      expiry = UInt32(clamping: (left - 1) / 1_000_000_000 + 1)
    }
    let name = try topic.topic(input: item.origin.topic, output: outgoing.topic)
    var properties: [MQTTUserProperty] = []
    properties.reserveCapacity(outgoing.userProperties.count + 3)
    for property in self.properties(outgoing, topic: name, now) where !property.key.hasPrefix(reservedPrefix) {
      properties.append(MQTTUserProperty(property.key, property.value))
    }
    properties.append(MQTTUserProperty("__ts", outgoing.timestamp.text))
    properties.append(MQTTUserProperty("__srcId", clientID))
    properties.append(MQTTUserProperty("__protVer", "1.0"))
    // Operators may have made something else of a text.
    let isText = envelope?.isText.map { $0 && String(validating: outgoing.payload, as: UTF8.self) != nil }
    return MQTTMessage(
      topic: MQTTTopic(bytes: ByteBuffer(bytes: name)), payload: ByteBuffer(bytes: outgoing.payload), qos: qos,
      retain: keepsRetain && envelope?.isRetained == true,
      properties: MQTTMessage.Properties(
        isText: isText, expiry: expiry, contentType: outgoing.contentType,
        responseTopic: envelope?.responseTopic.map { MQTTTopic(bytes: ByteBuffer(bytes: $0)) }, correlationData: envelope?.correlationData.map { ByteBuffer(bytes: $0) },
        userProperties: properties))
  }

  private func properties(_ message: Message, topic: [UInt8], _ now: WallTime) -> [UserProperty] {
    if cloudEvents == nil, headers.isEmpty { return message.userProperties }
    var properties = message.userProperties
    if let cloudEvents {
      let context = CloudEvents.Context(
        graph: graph, topic: String(decoding: topic, as: UTF8.self), contentType: message.contentType, schema: nil, time: now)
      let (attributes, others) = CloudEvents.attributes(of: properties, cloudEvents, context)
      properties = others + attributes
    }
    for header in headers { header.apply(to: &properties) }
    return properties
  }
}
