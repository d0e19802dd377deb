import Dataflow
import EndpointKit
import MQTT
import MosquittoBroker
import NIOCore
import Synchronization
import Testing

@testable import MQTTEndpoint

/// Source and sink with a real broker.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "\(MosquittoBroker.missing)"), .timeLimit(.minutes(10)))
struct BrokerTests {
  private func settings(_ broker: MosquittoBroker, _ change: (inout MQTTEndpointSettings) -> Void = { _ in }) throws -> MQTTEndpointSettings {
    var settings = try MQTTEndpointSettings(EndpointAddress("mqtt://127.0.0.1:\(broker.port)"))
    change(&settings)
    return settings
  }

  private func sink(_ broker: MosquittoBroker, _ topic: String, qos: MQTTQoS = .atLeastOnce, onNotice: @escaping @Sendable (EndpointNotice) -> Void = { _ in }) throws -> MQTTSink {
    try MQTTSink(settings(broker) { $0.qos = qos }, topic: DestinationTopic(topic), graph: "test", clock: EndpointClock(), onNotice: onNotice)
  }

  private func item(_ payload: [UInt8], topic: String = "in", recorder: DeliveryRecorder? = nil, id: UInt64 = 0) -> Item {
    let timestamp = Timestamp(seconds: 1_700_000_000, nodeID: "test"), topic = Array(topic.utf8)
    return Item(
      time: timestamp, data: .message(Message(timestamp: timestamp, topic: topic, payload: payload)), origin: Origin(name: "test", topic: topic),
      delivery: Delivery(id: id, observer: recorder))
  }

  /// Publishes until the broker says that somebody listens.
  private func waitForSubscriber(_ broker: MosquittoBroker, _ topic: String) throws {
    let client = try MQTTClient(MQTTConfiguration(url: "mqtt://127.0.0.1:\(broker.port)")) { _ in }
    client.start()
    let isHeard = ConditionLock<Bool?>(nil)
    repeat {
      isHeard.change { $0 = nil }
      try client.publish(MQTTMessage(topic: MQTTTopic(topic), payload: "are you there?")) { result in
        isHeard.change { $0 = result != .success(.noMatchingSubscribers) }
      }
    } while isHeard.wait { $0 } == false
    client.closeAndWait()
  }

  /// What comes, until there are so many.
  private func read(_ source: MQTTSource, _ count: Int) throws -> [Item] {
    var items: [Item] = []
    while items.count < count {
      if case .items(let batch) = try source.next(atMost: 10) { items += batch }
    }
    return items
  }

  private func payloads(_ items: [Item]) -> [[UInt8]] { items.map { $0.outgoingMessage.payload } }

  @Test func `A source keeps the rules of sources`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      let source = try MQTTSource(settings(broker), filters: ["in/+"], clock: EndpointClock())
      try waitForSubscriber(broker, "in/first")
      let sink = try sink(broker, "in/a")
      let sent: [[UInt8]] = [[], [1], [UInt8](repeating: 7, count: 300_000), Array("text".utf8)]
      try sink.write(sent.map { item($0) })
      try sink.flush()
      #expect(EndpointCompatibility.check(source, yields: [Array("are you there?".utf8)] + sent, finishes: false).isEmpty)
      source.close()
      try sink.close()
    }
  }

  @Test func `Stopping ends a source that waits`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      let source = try MQTTSource(settings(broker), filters: ["in"], clock: EndpointClock())
      #expect(EndpointCompatibility.checkStopping(source).isEmpty)
      source.close()
    }
  }

  @Test(arguments: MQTTQoS.allCases) func `A sink keeps the rules of sinks`(_ qos: MQTTQoS) async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      let reader = try MQTTSource(settings(broker), filters: ["out"], clock: EndpointClock())
      try waitForSubscriber(broker, "out")
      let sent: [[UInt8]] = [[1], [2, 3], [UInt8](repeating: 9, count: 200_000), []]
      let violations = EndpointCompatibility.check(try sink(broker, "out", qos: qos), payloads: sent) { payloads(Array(try read(reader, sent.count + 1).dropFirst())) }
      #expect(violations.isEmpty, "\(violations)")
      reader.stop()
      reader.close()
    }
  }

  @Test func `What was not acknowledged comes again to the next run, what was does not`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      let named = try settings(broker) { $0.clientID = "mill" }
      let first = try MQTTSource(named, filters: ["in"], clock: EndpointClock())
      #expect(first.redelivers)
      try waitForSubscriber(broker, "in")
      let sink = try sink(broker, "in")
      try sink.write((1...4).map { item([$0]) })
      try sink.flush()
      let items = try read(first, 5)
      for item in items.prefix(3) { item.delivery.complete(.delivered) }
      for item in items.dropFirst(3) { item.delivery.complete(.abandoned) }
      first.stop()
      first.close()
      let second = try MQTTSource(named, filters: ["in"], clock: EndpointClock())
      #expect(payloads(try read(second, 2)) == [[3], [4]])
      second.stop()
      second.close()
      try sink.close()
    }
  }

  @Test func `No more messages are in flight than the receive maximum`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      let source = try MQTTSource(settings(broker) { $0.maxInFlight = 3 }, filters: ["in"], clock: EndpointClock())
      #expect(source.inFlightLimit == 3)
      try waitForSubscriber(broker, "in")
      let sink = try sink(broker, "in")
      try sink.write((1...6).map { item([$0]) })
      try sink.flush()
      var items = try read(source, 3)
      guard case .idle = try source.next(atMost: 10) else { Issue.record("a fourth message came"); return }
      while items.count < 7 {
        let open = items.first { $0.delivery.pending == 1 }
        open?.delivery.complete(.delivered)
        items += try read(source, 1)
      }
      #expect(Array(payloads(items).dropFirst()) == (1...6).map { [UInt8($0)] })
      source.stop()
      source.close()
      try sink.close()
    }
  }

  @Test func `A result that makes no topic, or has expired, is dropped with a word about it`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      let notices = Mutex<[EndpointNotice]>([])
      let sink = try sink(broker, "out/${inputTopic.2}") { notice in notices.withLock { $0.append(notice) } }
      let recorder = DeliveryRecorder()
      let past = Envelope(expiry: WallTime(seconds: 1))
      let expired = item([2], topic: "a/b", recorder: recorder, id: 2)
      let old = Item(time: expired.time, data: expired.data, origin: Origin(name: "old", topic: expired.origin.topic, envelope: past), delivery: expired.delivery)
      try sink.write([item([1], topic: "a", recorder: recorder, id: 1), old, item([3], topic: "a/b", recorder: recorder, id: 3)])
      try sink.close()
      #expect(recorder.outcomes == [1: [.dropped], 2: [.dropped], 3: [.delivered]])
      #expect(notices.withLock { $0 }.contains { $0.level == .warning && $0.message.contains("no level 2") })
    }
  }

  @Test func `A broker that is away when the run starts is waited for, and told of`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      broker.stop()
      let notices = ConditionLock<[EndpointNotice]>([])
      let sink = try sink(broker, "out") { notice in notices.change { $0.append(notice) } }
      let recorder = DeliveryRecorder()
      try sink.write([item([1], recorder: recorder, id: 1)])
      _ = notices.wait { $0.isEmpty ? nil : () }
      #expect(recorder.outcomes.isEmpty)
      try broker.start()
      try sink.close()
      #expect(recorder.outcomes == [1: [.delivered]])
      let told = notices.read { $0 }
      #expect(told.first?.level == .warning && told.first?.message.contains("Trying again") == true, "\(told)")
      #expect(told.contains { $0.level == .info && $0.message.hasPrefix("Connected") })
    }
  }

  @Test func `A wrong password is a clear notice and no hammering`() async throws {
    try await onThread {
      let broker = try MosquittoBroker { $0.users = ["mill": "right"] }
      let notices = ConditionLock<[EndpointNotice]>([])
      let source = try MQTTSource(
        settings(broker) { ($0.userName, $0.password) = ("mill", .value("wrong")) }, filters: ["in"], clock: EndpointClock()
      ) { notice in notices.change { $0.append(notice) } }
      let first = notices.wait { $0.first }
      #expect(first?.message.contains("not authorized") == true || first?.message.contains("otAuthorized") == true, "\(first as Any)")
      #expect(first?.message.contains("wrong") == false)
      source.stop()
      source.close()
      #expect(broker.log.filter { $0.contains("New connection") }.count <= 2)
    }
  }
}
