#if Kafka
  import Dataflow
  import EndpointKit
  import Foundation
  import Kafka
  @testable import KafkaEndpoint
  import KafkaTesting
  import Synchronization
  import Testing

  extension Broker {
    func settings(group: String? = nil) -> KafkaSettings {
      var settings = KafkaSettings(host: address)
      settings.consumerGroupID = group ?? "group-\(UUID().uuidString)"
      // The mock's members notice each other with heartbeats.
      settings.options = ["session.timeout.ms": "6000", "heartbeat.interval.ms": "100", "topic.metadata.refresh.interval.ms": "500", "auto.commit.interval.ms": "50"]
      return settings
    }

    func sinkSettings() -> KafkaSettings {
      KafkaSettings(host: address)
    }

    func put(_ payloads: [String], into topic: String) throws {
      try put(payloads.map { KafkaRecord(payload: Array($0.utf8)) }, into: topic)
    }
  }

  /// Runs a body that blocks on a thread of its own, so that tests that wait for brokers wait together.
  func blocking(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { continuation in
      Foundation.Thread { continuation.resume(with: Result { try body() }) }.start()
    }
  }

  func source(_ settings: KafkaSettings, _ topic: String, _ notices: Notices = Notices()) throws -> KafkaSource {
    try KafkaSource(settings, topics: [topic], clock: EndpointClock(), onNotice: notices.add)
  }

  /// The next `count` items, and no more.
  func take(_ count: Int, from source: any Source) throws -> [Item] {
    var items: [Item] = []
    while items.count < count {
      guard case .items(let batch) = try source.next(atMost: count - items.count) else { break }
      items += batch
    }
    return items
  }

  /// All until the source finishes.
  func drain(_ source: any Source) throws -> [Item] { try take(.max, from: source) }

  extension Item {
    var text: String { String(decoding: outgoingMessage.payload, as: UTF8.self) }
    func property(_ name: String) -> String? { outgoingMessage.userProperties.first { $0.key == name }?.value }
  }

  func item(_ payload: [UInt8], properties: [(String, String)] = [], topic: String = "from", id: UInt64 = 0, _ observer: (any DeliveryObserver)? = nil) -> Item {
    let timestamp = Timestamp(seconds: 1, nodeID: "test")
    let message = Message(
      timestamp: timestamp, topic: Array(topic.utf8), payload: payload, userProperties: properties.map { UserProperty(key: $0, value: $1) })
    return Item(time: timestamp, data: .message(message), origin: Origin(name: "item \(id)", topic: Array(topic.utf8)), delivery: Delivery(id: id, observer: observer))
  }

  /// What was said, to be waited for.
  final class Notices: Sendable {
    private let texts = ConditionLock<[String]>([])

    @Sendable func add(_ notice: EndpointNotice) { texts.change { $0.append(notice.message) } }
    var all: [String] { texts.read { $0 } }

    /// Blocks until a text with this part has come.
    func wait(for part: String) { _ = texts.wait { $0.contains { $0.contains(part) } ? () : nil } }
  }
#endif
