#if Kafka
  internal import Dataflow
  internal import EndpointKit
  internal import Kafka

  /// Between Kafka's records and messages (resources.md §2.3).
  enum KafkaMapping {
    /// The user properties that stand for a record's key and its timestamp in milliseconds.
    static let keyProperty = "Key", timestampProperty = "Timestamp"
    static let contentTypeHeader = "Content Type"
    /// What CloudEvents' Kafka binding calls the content type.
    static let cloudEventContentTypeHeader = "content-type"
    /// User properties in MQTT have at most as many bytes.
    static let largestValue = 65_535

    /// What a record says besides its payload.
    struct Incoming: Hashable {
      var contentType: String?
      var userProperties: [UserProperty] = []
      /// The text of its `__ts`.
      var timestamp: String?
    }

    /// Headers that are no UTF-8, or too large for a property, are left out, and so are those whose names start with `__`, which are not for operators.
    static func incoming(key: [UInt8]?, timestamp: Int64?, headers: [KafkaHeader], cloudEvents: Bool) -> Incoming {
      var incoming = Incoming()
      if let key = key.flatMap(text) { incoming.userProperties.append(UserProperty(key: keyProperty, value: key)) }
      if let timestamp { incoming.userProperties.append(UserProperty(key: timestampProperty, value: String(timestamp))) }
      for header in headers {
        guard let value = text(header.value ?? []), header.name.utf8.count <= largestValue else { continue }
        switch header.name {
        case contentTypeHeader, cloudEventContentTypeHeader: incoming.contentType = value
        case "__ts": incoming.timestamp = value
        case let name where name.hasPrefix("__"): continue
        case let name where cloudEvents && name.hasPrefix(CloudEvents.kafkaPrefix):
          incoming.userProperties.append(UserProperty(key: String(name.dropFirst(CloudEvents.kafkaPrefix.count)), value: value))
        default: incoming.userProperties.append(UserProperty(key: header.name, value: value))
        }
      }
      return incoming
    }

    private static func text(_ bytes: [UInt8]) -> String? {
      bytes.count <= largestValue ? String(validating: bytes, as: UTF8.self) : nil
    }

    /// The record for an item.
    ///
    /// - Returns: nil if the source message has expired.
    static func record(_ item: Item, at now: WallTime, settings: KafkaSettings, topic: String) -> KafkaRecord? {
      let message = item.outgoingMessage
      var properties = message.userProperties.filter { !$0.key.hasPrefix("__") && $0.key != timestampProperty }
      let ownKey = properties.first { $0.key == keyProperty }?.value
      properties.removeAll { $0.key == keyProperty }
      let key: [UInt8]? =
        switch settings.partitionStrategy {
        case .automatic, .fixed: ownKey.map { Array($0.utf8) }
        case .topic: item.origin.topic
        case .property where settings.partitionKeyProperty == keyProperty: ownKey.map { Array($0.utf8) }
        case .property: properties.first { $0.key == settings.partitionKeyProperty }.map { Array($0.value.utf8) }
        }
      for action in settings.headerActions { action.apply(to: &properties) }
      var headers: [KafkaHeader] = []
      if let mode = settings.cloudEventAttributes {
        var schema: String?
        if case .reference(let name)? = message.schema { schema = name }
        let context = CloudEvents.Context(graph: settings.graph, topic: topic, contentType: message.contentType, schema: schema, time: now)
        let (attributes, others) = CloudEvents.attributes(of: properties, mode, context)
        headers += attributes.map { KafkaHeader(CloudEvents.kafkaPrefix + $0.key, Array($0.value.utf8)) }
        properties = others
      }
      if let end = item.origin.envelope?.expiry, now >= end { return nil }
      if settings.copiesProperties {
        headers += standardHeaders(message, item.origin.envelope, now)
        headers += properties.map { KafkaHeader($0.key, Array($0.value.utf8)) }
      }
      let (milliseconds, overflow) = message.timestamp.seconds.multipliedReportingOverflow(by: 1000)
      return KafkaRecord(
        payload: message.payload, key: key, headers: headers,
        timestamp: overflow ? nil : Int64(exactly: milliseconds).map { $0 + Int64(message.timestamp.nanoseconds / 1_000_000) })
    }

    /// What MQTT has properties of its own for, as headers.
    private static func standardHeaders(_ message: Message, _ envelope: Envelope?, _ now: WallTime) -> [KafkaHeader] {
      var headers: [KafkaHeader] = []
      if let isText = envelope?.isText { headers.append(KafkaHeader("Payload Format Indicator", Array((isText ? "1" : "0").utf8))) }
      if let topic = envelope?.responseTopic { headers.append(KafkaHeader("Response Topic", topic)) }
      if let end = envelope?.expiry {
        // Rounded up: a message that is still good for a part of a second has one.
        let seconds = (end.nanoseconds(since: now) + 999_999_999) / 1_000_000_000
        headers.append(KafkaHeader("Message Expiry Interval", Array(String(seconds).utf8)))
      }
      if let data = envelope?.correlationData { headers.append(KafkaHeader("Correlation Data", data)) }
      if let contentType = message.contentType { headers.append(KafkaHeader(contentTypeHeader, Array(contentType.utf8))) }
      return headers
    }
  }
#endif
