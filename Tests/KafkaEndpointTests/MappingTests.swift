#if Kafka
  import Dataflow
  import EndpointKit
  import Kafka
  @testable import KafkaEndpoint
  import Testing

  struct `Records and messages` {
    private func incoming(key: [UInt8]? = nil, timestamp: Int64? = nil, _ headers: [(String, [UInt8]?)], cloudEvents: Bool = false) -> KafkaMapping.Incoming {
      KafkaMapping.incoming(key: key, timestamp: timestamp, headers: headers.map { KafkaHeader($0, $1) }, cloudEvents: cloudEvents)
    }

    private func record(
      _ properties: [(String, String)], contentType: String? = nil, envelope: Envelope? = nil, _ change: (inout KafkaSettings) -> Void = { _ in }
    ) -> KafkaRecord? {
      var settings = KafkaSettings(host: "h")
      settings.graph = "g"
      change(&settings)
      let timestamp = Timestamp(seconds: 7, nanoseconds: 5_999_999, nodeID: "n")
      let message = Message(
        timestamp: timestamp, topic: Array("now".utf8), contentType: contentType, payload: [1],
        userProperties: properties.map { UserProperty(key: $0, value: $1) })
      let origin = Origin(name: "o", topic: Array("came/from".utf8), envelope: envelope)
      let item = Item(time: timestamp, data: .message(message), origin: origin, delivery: Delivery())
      return KafkaMapping.record(item, at: WallTime(seconds: 100), settings: settings, topic: "t")
    }

    private func names(_ record: KafkaRecord?) -> [String] { record?.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" } ?? [] }

    @Test func `key and time become properties, text headers too, and what is no text or too large is left out`() {
      let large = [UInt8](repeating: 65, count: 65_536)
      let found = incoming(key: Array("k".utf8), timestamp: 12, [("a", Array("1".utf8)), ("b", [0xFF]), ("a", Array("2".utf8)), ("c", large), ("d", nil), ("e", Array(large.dropLast()))])
      #expect(found.userProperties.map(\.key) == ["Key", "Timestamp", "a", "a", "d", "e"])
      #expect(found.userProperties.prefix(5).map(\.value) == ["k", "12", "1", "2", ""])
      #expect(incoming(key: [0xC3], []).userProperties == [])
    }

    @Test func `content type and time are taken out, and other reserved names hidden`() {
      let found = incoming([("Content Type", Array("text/plain".utf8)), ("__ts", Array("5:0:n".utf8)), ("__srcId", Array("x".utf8))])
      #expect(found == KafkaMapping.Incoming(contentType: "text/plain", timestamp: "5:0:n"))
      #expect(incoming([("content-type", Array("a/b".utf8))]).contentType == "a/b")
    }

    @Test func `attributes of CloudEvents lose their prefix where they are asked for`() {
      #expect(incoming([("ce_type", [97])], cloudEvents: true).userProperties.map(\.key) == ["type"])
      #expect(incoming([("ce_type", [97])]).userProperties.map(\.key) == ["ce_type"])
    }

    @Test func `the key goes back where it came from, and the record has the message's time`() {
      let found = record([("Key", "k"), ("Timestamp", "1"), ("a", "1"), ("__ts", "5:0:n"), ("a", "2")], contentType: "text/plain")
      #expect(found?.key == Array("k".utf8) && found?.timestamp == 7005 && found?.partition == nil)
      #expect(names(found) == ["Content Type=text/plain", "a=1", "a=2"])
    }

    @Test func `each partition strategy has its key`() {
      let properties = [("Key", "k"), ("line", "7")]
      #expect(record(properties) { $0.partitionStrategy = .topic }?.key == Array("came/from".utf8))
      #expect(record(properties) { ($0.partitionStrategy, $0.partitionKeyProperty) = (.property, "line") }?.key == Array("7".utf8))
      #expect(record(properties) { ($0.partitionStrategy, $0.partitionKeyProperty) = (.property, "Key") }?.key == Array("k".utf8))
      #expect(record([]) { ($0.partitionStrategy, $0.partitionKeyProperty) = (.property, "line") }?.key == nil)
      #expect(record([])?.key == nil)
    }

    @Test func `without copying there are no headers, except events' attributes`() {
      #expect(names(record([("a", "1")], contentType: "x/y") { $0.copiesProperties = false }) == [])
      let made = record([("a", "1"), ("id", "old")], contentType: "x/y") { ($0.copiesProperties, $0.cloudEventAttributes) = (false, .createOrRemap) }
      let values = Dictionary(uniqueKeysWithValues: made?.headers.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) } ?? [])
      #expect(values["ce_source"] == "aio://g" && values["ce_subject"] == "t" && values["ce_time"] == "1970-01-01T00:01:40.000Z" && values["ce_datacontenttype"] == "x/y")
      #expect(values["ce_id"] != "old" && values["a"] == nil && values.count == 7)
    }

    @Test func `MQTT's own properties become headers, with what is left of the time to live`() {
      let envelope = Envelope(isText: true, expiry: WallTime(seconds: 103, nanoseconds: 1), responseTopic: Array("answers".utf8), correlationData: [0xFF])
      let found = record([("a", "1")], contentType: "x/y", envelope: envelope)
      #expect(found?.headers.map(\.name) == ["Payload Format Indicator", "Response Topic", "Message Expiry Interval", "Correlation Data", "Content Type", "a"])
      #expect(found?.headers.map(\.value) == [Array("1".utf8), Array("answers".utf8), Array("4".utf8), [0xFF], Array("x/y".utf8), Array("1".utf8)])
    }

    @Test func `an expired message is not sent`() {
      #expect(record([], envelope: Envelope(expiry: WallTime(seconds: 100))) == nil)
      #expect(record([], envelope: Envelope(expiry: WallTime(seconds: 100, nanoseconds: 1))) != nil)
    }

    @Test func `a destination's header actions come before the headers`() {
      let found = record([("a", "1")]) { $0.headerActions = [.addOrReplace(key: "a", value: "2"), .addIfNotPresent(key: "b", value: "3")] }
      #expect(names(found) == ["a=2", "b=3"])
    }
  }

  struct `Kafka settings` {
    @Test func `each becomes what librdkafka calls it`() throws {
      var settings = KafkaSettings(host: "a:1,b:2")
      settings.consumerGroupID = "g"
      settings.compression = .lz4
      settings.acks = .one
      settings.batching.latency = 100
      settings.tls = .init(trustedAuthorities: "CA")
      settings.authentication = .sasl(.scramSHA512, username: "u", password: "p")
      settings.options = ["client.id": "mine"]
      let producer = try settings.producerConfiguration(), consumer = try settings.consumerConfiguration()
      for (name, value) in [
        "bootstrap.servers": "a:1,b:2", "compression.codec": "lz4", "acks": "1", "enable.idempotence": "false", "linger.ms": "100", "batch.size": "1000000",
        "batch.num.messages": "100000", "security.protocol": "sasl_ssl", "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": "u", "sasl.password": "p",
        "ssl.ca.pem": "CA", "client.id": "mine", "message.timeout.ms": "300000",
      ] { #expect(producer[name] == value, "\(name)") }
      for (name, value) in [
        "group.id": "g", "partition.assignment.strategy": "cooperative-sticky", "enable.auto.offset.store": "false", "auto.offset.reset": "earliest",
        "isolation.level": "read_committed", "security.protocol": "sasl_ssl",
      ] { #expect(consumer[name] == value, "\(name)") }
      settings.acks = .all
      settings.tls = nil
      settings.batching.isEnabled = false
      settings.authentication = .anonymous
      let other = try settings.producerConfiguration()
      #expect(other["enable.idempotence"] == "true" && other["linger.ms"] == "0" && other["security.protocol"] == "plaintext")
      settings.authentication = .x509(certificate: "C", key: "K")
      settings.tls = .init()
      #expect(try settings.producerConfiguration()["ssl.certificate.pem"] == "C")
      #expect(try settings.producerConfiguration()["security.protocol"] == "ssl")
    }

    @Test func `what is missing or out of range is said`() {
      var settings = KafkaSettings(host: "h")
      let group = #expect(throws: EndpointError.self) { try settings.consumerConfiguration() }
      #expect(group?.message.hasPrefix("Kafka type source endpoints must have a consumerGroupId defined") == true)
      settings.batching.latency = 65_536
      #expect(throws: EndpointError.self) { try settings.producerConfiguration() }
      settings.batching.latency = 65_535
      settings.partitionStrategy = .property
      #expect(throws: EndpointError.self) { try settings.producerConfiguration() }
    }
  }
#endif
