#if Kafka
  import Dataflow
  import EndpointKit
  import Foundation
  import Kafka
  @testable import KafkaEndpoint
  import KafkaTesting
  import Testing

  @Suite(.disabled("not proven yet: see the README")) struct `A Kafka source` {
    @Test func `keeps the rules of sources`() async throws {
      try await blocking {
        let broker = try Broker()
        let topic = try broker.makeTopic()
        try broker.put(["a", "", "c", "d"], into: topic)
        var settings = broker.settings()
        settings.stopsAtEnd = true
        let first = try source(settings, topic)
        #expect(EndpointCompatibility.check(first, yields: ["a", "", "c", "d"].map { Array($0.utf8) }) == [])
        first.close()
        let second = try source(broker.settings(), topic)
        #expect(EndpointCompatibility.checkStopping(second) == [])
        second.close()
        second.close()
      }
    }

    @Test func `gives what a record says as a message`() async throws {
      try await blocking {
        let broker = try Broker()
        let topic = try broker.makeTopic()
        try broker.put([KafkaRecord(payload: [1, 2], key: Array("k".utf8), headers: [KafkaHeader("h", Array("v".utf8)), KafkaHeader("__ts", Array("1700000000000:0:other".utf8))], timestamp: 1_600_000_000_000)], into: topic)
        let source = try source(broker.settings(), topic)
        defer { source.close() }
        let item = try #require(try take(1, from: source).first)
        #expect(item.outgoingMessage.payload == [1, 2] && item.outgoingMessage.topic == Array(topic.utf8))
        #expect(item.property("Key") == "k" && item.property("Timestamp") == "1600000000000" && item.property("h") == "v")
        #expect(item.time.seconds == 1_700_000_000 && !item.origin.isStampedOnArrival && item.origin.name == "\(topic)[0]:0")
      }
    }

    @Test func `a record's own time is the message's where that is wanted`() async throws {
      try await blocking {
        let broker = try Broker()
        let topic = try broker.makeTopic()
        try broker.put([KafkaRecord(payload: [1], timestamp: 1_600_000_000_123)], into: topic)
        var settings = broker.settings()
        settings.usesRecordTime = true
        let source = try source(settings, topic)
        defer { source.close() }
        let item = try #require(try take(1, from: source).first)
        #expect(item.time.seconds == 1_600_000_000 && item.time.nanoseconds == 123_000_000 && !item.origin.isStampedOnArrival)
      }
    }

    @Test func `the group moves over what is acknowledged in front, and the next member goes on there`() async throws {
      try await blocking {
        let broker = try Broker()
        let topic = try broker.makeTopic()
        try broker.put(["a", "b", "c", "d", "e"], into: topic)
        let settings = broker.settings(group: "g")
        let first = try source(settings, topic)
        let items = try take(5, from: first)
        for index in [3, 1, 0] { items[index].delivery.complete(.delivered) }
        items[4].delivery.complete(.abandoned)
        first.stop()
        first.close()
        #expect(try broker.committed("g", topic) == [2])

        let second = try source(settings, topic)
        let again = try take(3, from: second)
        #expect(again.map(\.text) == ["c", "d", "e"])
        again[0].delivery.complete(.dropped)
        again[1].delivery.complete(.failed(OperatorError(.rejected, "no")))
        again[2].delivery.complete(.delivered)
        second.close()
        #expect(try broker.committed("g", topic) == [5])
      }
    }

    @Test func `tombstones and headers that are no text do no harm`() async throws {
      try await blocking {
        let broker = try Broker()
        let topic = try broker.makeTopic()
        try broker.put([
          KafkaRecord(payload: nil, key: Array("gone".utf8)), KafkaRecord(payload: [0xFF], key: [0xFF], headers: [KafkaHeader("h", [0xFF, 0]), KafkaHeader("__ts", Array("nonsense".utf8))]),
          KafkaRecord(payload: Array("fine".utf8)),
        ], into: topic)
        let source = try source(broker.settings(), topic)
        defer { source.close() }
        let items = try take(3, from: source)
        #expect(items.map(\.outgoingMessage.payload) == [[], [0xFF], Array("fine".utf8)])
        #expect(items[1].property("h") == nil && items[1].origin.isStampedOnArrival)
      }
    }

    @Test func `a broker that is down at first, and a topic that is missing, are waited for and told of once`() async throws {
      try await blocking {
        let broker = try Broker(needsMock: true)
        let topic = "late-\(UUID().uuidString)"
        try broker.takeDown()
        let notices = Notices()
        let source = try source(broker.settings(), topic, notices)
        defer { source.close() }
        notices.wait(for: "brokers are down")
        try broker.bringUp()
        try broker.tell("topic \(topic) 1")
        try broker.put(["here"], into: topic)
        #expect(try take(1, from: source).map(\.text) == ["here"])
        #expect(notices.all.count { $0.contains("brokers are down") } == 1)
      }
    }

    @Test func `a broker that goes away in the middle is waited for, and nothing is lost or comes twice`() async throws {
      try await blocking {
        let broker = try Broker(needsMock: true)
        let topic = try broker.makeTopic()
        try broker.put(["a", "b"], into: topic)
        let notices = Notices()
        let source = try source(broker.settings(group: "g"), topic, notices)
        for item in try take(2, from: source) { item.delivery.complete(.delivered) }
        try broker.takeDown()
        notices.wait(for: "brokers are down")
        try broker.bringUp()
        try broker.put(["c"], into: topic)
        let items = try take(1, from: source)
        #expect(items.map(\.text) == ["c"])
        items[0].delivery.complete(.delivered)
        source.close()
        #expect(try broker.committed("g", topic) == [3])
      }
    }

    @Test func `a run that does not take messages has its partitions paused, and nothing is lost`() async throws {
      try await blocking {
        let broker = try Broker()
        let topic = try broker.makeTopic(partitions: 2)
        let payloads = (0..<300).map { "\($0)" }
        try broker.put(payloads, into: topic)
        var settings = broker.settings()
        settings.readAhead = 10
        settings.stopsAtEnd = true
        let source = try source(settings, topic)
        defer { source.close() }
        var found = try take(1, from: source).map(\.text)
        source.waitUntilPaused()
        found += try drain(source).map(\.text)
        #expect(found.sorted() == payloads.sorted())
      }
    }

    @Test func `with a second member, each gets its part, and what the first has in flight is settled before`() async throws {
      try await blocking {
        let broker = try Broker()
        let topic = try broker.makeTopic(partitions: 2)
        let settings = broker.settings(group: "g")
        let notices = Notices(), otherNotices = Notices()
        let first = try source(settings, topic, notices)
        notices.wait(for: "[0], \(topic)[1]")
        try broker.put((0..<4).map { KafkaRecord(payload: Array("\($0)".utf8), partition: Int32($0 % 2)) }, into: topic)
        let items = try take(4, from: first)
        let second = try source(settings, topic, otherNotices)
        notices.wait(for: "took")
        // The patience for them is over: they are told of, and what comes of them is too late.
        #expect(notices.all.contains { $0.contains("2 messages in flight are not acknowledged") })
        let again = try take(2, from: second)
        #expect(Set(again.map(\.text)).isSubset(of: ["0", "1", "2", "3"]))
        for item in items { item.delivery.complete(.delivered) }
        for item in again { item.delivery.complete(.delivered) }
        first.close()
        second.close()
        #expect(try broker.committed("g", topic, partitions: 2) == [2, 2])
      }
    }

    @Test func `faulty settings are refused at once`() async throws {
      try await blocking {
        let broker = try Broker()
        #expect(throws: EndpointError.self) { try KafkaSource(KafkaSettings(host: "127.0.0.1:1"), topics: ["t"], clock: EndpointClock()) }
        #expect(throws: EndpointError.self) { try KafkaSource(broker.settings(), topics: ["^t.*"], clock: EndpointClock()) }
        #expect(throws: EndpointError.self) { try KafkaSource(broker.settings(), topics: [], clock: EndpointClock()) }
        var settings = broker.settings()
        settings.options["no.such.thing"] = "1"
        let error = #expect(throws: EndpointError.self) { try KafkaSource(settings, topics: ["t"], clock: EndpointClock()) }
        #expect(error?.message.contains("no.such.thing") == true)
      }
    }
  }
#endif
