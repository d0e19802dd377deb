import EndpointKit

#if Kafka
  import KafkaEndpoint

  extension EndpointScheme {
    static let kafka = EndpointScheme(name: "kafka") { address, clock, onNotice throws(EndpointError) in
      let settings = try KafkaSettings(address, readFile: EndpointScheme.text)
      guard settings.delivery == .atLeastOnce else {
        throw EndpointError(.invalid, address.description, "Exactly-once delivery takes one source, and all results in one topic of the same cluster.")
      }
      return try KafkaSource(settings, topics: KafkaSettings.topics(of: address), clock: clock, onNotice: onNotice)
    } openSink: { address, clock, onNotice throws(EndpointError) in
      let topics = KafkaSettings.topics(of: address)
      guard topics.count == 1 else { throw EndpointError(.invalid, address.description, "A Kafka sink writes to one topic: kafka://host:9092/topic.") }
      return try KafkaSink(try KafkaSettings(address, readFile: EndpointScheme.text), topic: topics[0], clock: clock, onNotice: onNotice)
    } openTransfer: { address, sinkAddress, clock, onNotice throws(EndpointError) in
      let topics = KafkaSettings.topics(of: sinkAddress)
      guard topics.count == 1 else { throw EndpointError(.invalid, sinkAddress.description, "A Kafka sink writes to one topic: kafka://host:9092/topic.") }
      let transfer = try KafkaTransfer(
        try KafkaSettings(address, readFile: EndpointScheme.text), topics: KafkaSettings.topics(of: address), sink: try KafkaSettings(sinkAddress, readFile: EndpointScheme.text), topic: topics[0],
        clock: clock, onNotice: onNotice)
      return (transfer.source, transfer.sink)
    }
  }
#else
  extension EndpointScheme {
    static let kafka = EndpointScheme(name: "kafka") { address, _, _ throws(EndpointError) in throw notBuilt(address) } openSink: { address, _, _ throws(EndpointError) in
      throw notBuilt(address)
    } openTransfer: { address, _, _, _ throws(EndpointError) in
      throw notBuilt(address)
    }

    private static func notBuilt(_ address: EndpointAddress) -> EndpointError {
      EndpointError(.invalid, address.description, "This millrace was built without Kafka: build it with the package trait Kafka, which is on by default and needs librdkafka.")
    }
  }
#endif
