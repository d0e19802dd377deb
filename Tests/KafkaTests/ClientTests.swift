#if Kafka
  import Kafka
  import KafkaTesting
  import Testing

  @Suite(.disabled("not proven yet: see the README")) struct `Kafka clients` {
    @Test func `keys, headers, timestamps and payloads come back as they were sent`() throws {
      let broker = try Broker()
      let topic = try broker.makeTopic()
      let records = [
        KafkaRecord(payload: Array("one".utf8), key: [1, 0, 255], headers: [KafkaHeader("a", [0, 1]), KafkaHeader("a", Array("again".utf8)), KafkaHeader("none", nil)], timestamp: 1_700_000_000_123),
        KafkaRecord(payload: [], key: [], timestamp: 1),
        KafkaRecord(payload: nil, key: Array("gone".utf8), timestamp: 2),
      ]
      try broker.put(records, into: topic)
      let stored = try broker.records(of: topic, atLeast: 3)
      #expect(stored.map(\.record.key) == [[1, 0, 255], [], Array("gone".utf8)])
      #expect(stored.map(\.record.payload) == [Array("one".utf8), [], nil])
      #expect(stored[0].record.headers == records[0].headers)
      #expect(stored.map(\.timestamp) == [1_700_000_000_123, 1, 2])
    }

    @Test func `settings that librdkafka does not know or accept are refused with its text`() {
      for (name, value, part) in [("no.such.thing", "1", "No such configuration property"), ("linger.ms", "soon", "linger.ms"), ("acks", "many", "Invalid")] {
        var configuration = KafkaConfiguration()
        configuration[name] = value
        let error = #expect(throws: KafkaError.self) { try KafkaProducer<Mark>(configuration, topic: "t") }
        #expect(error?.code == .invalidConfiguration && error?.message.contains(part) == true, "\(String(describing: error))")
      }
    }

    @Test func `what is purged comes back with an error, so that no token is lost`() throws {
      var configuration = KafkaConfiguration()
      // Nobody listens there.
      configuration["bootstrap.servers"] = "127.0.0.1:1"
      let producer = try KafkaProducer<Mark>(configuration, topic: "t")
      let marks = (0..<3).map { _ in Mark() }
      for mark in marks { try producer.send(KafkaRecord(payload: [1]), mark) }
      producer.purge()
      var found: [Mark] = []
      while found.count < 3 {
        guard case .completed(let completed) = producer.poll(within: 100) else { continue }
        #expect(completed.allSatisfy { $0.error != nil })
        found += completed.map(\.token)
      }
      #expect(zip(found, marks).allSatisfy { $0 === $1 })
    }

    @Test func `a message that is too large is refused at once, and its token is let go`() throws {
      var configuration = KafkaConfiguration()
      configuration["bootstrap.servers"] = "127.0.0.1:1"
      configuration["message.max.bytes"] = "1000"
      let producer = try KafkaProducer<Mark>(configuration, topic: "t")
      weak var weakMark: Mark?
      do {
        let mark = Mark()
        weakMark = mark
        let error = #expect(throws: KafkaError.self) {
          try producer.send(KafkaRecord(payload: [UInt8](repeating: 0, count: 2000), headers: [KafkaHeader("h", [1])]), mark)
        }
        #expect(error?.code == .messageTooLarge)
      }
      #expect(weakMark == nil)
    }

    @Test func `statistics come when asked for`() throws {
      var configuration = KafkaConfiguration()
      configuration["bootstrap.servers"] = "127.0.0.1:1"
      configuration["statistics.interval.ms"] = "10"
      let producer = try KafkaProducer<Mark>(configuration, topic: "t")
      while true {
        if case .notice(.statistics(let text)) = producer.poll(within: 100) {
          #expect(text.hasPrefix("{") && text.contains("\"msg_cnt\""))
          return
        }
      }
    }

    @Test func `brokers that are away are a notice, not an end`() throws {
      var configuration = KafkaConfiguration()
      configuration["bootstrap.servers"] = "127.0.0.1:1"
      configuration["group.id"] = "g"
      let consumer = try KafkaConsumer(configuration)
      try consumer.subscribe(["t"])
      while true {
        if case .notice(.error(let error, _)) = consumer.poll(within: 100), error.code == .allBrokersDown {
          #expect(!error.isFatal && consumer.fatalError == nil)
          return
        }
      }
    }

    @Test func `a token is asked for, and what is wrong with one is said`() throws {
      var configuration = KafkaConfiguration()
      configuration["bootstrap.servers"] = "127.0.0.1:1"
      configuration["security.protocol"] = "sasl_plaintext"
      configuration["sasl.mechanism"] = "OAUTHBEARER"
      let producer = try KafkaProducer<Mark>(configuration, topic: "t")
      while true {
        guard case .notice(.tokenIsWanted) = producer.poll(within: 100) else { continue }
        #expect(throws: KafkaError.self) { try producer.setToken(OAuthToken(value: "a\u{1}b", expiry: 1, principal: "me")) }
        try producer.setToken(OAuthToken(value: "a.b.c", expiry: 4_102_444_800_000, principal: "me"))
        return
      }
    }
  }
#endif
