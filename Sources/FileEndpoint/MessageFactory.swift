internal import Dataflow
internal import EndpointKit

/// Makes items out of payloads: stamps them, numbers them, and gives them their topic.
struct MessageFactory {
  private let topic: [UInt8]?
  private let clock: EndpointClock
  private let observer: (any DeliveryObserver)?
  private var nextID: UInt64 = 0

  private static let jsonTopic = Array("probe/1".utf8)
  private static let otherTopic = Array("snapshot_simulation".utf8)

  init(topic: String?, clock: EndpointClock, observer: (any DeliveryObserver)?) {
    self.topic = topic.map { Array($0.utf8) }
    self.clock = clock
    self.observer = observer
  }

  /// What the clocks show.
  func arrival() -> EndpointClock.Arrival { clock.arrival() }

  /// - Parameter number: of the line, if the message is one.
  mutating func item(_ payload: [UInt8], name: String, number: UInt64? = nil, isJSON: Bool, arrival: EndpointClock.Arrival) -> Item {
    let topic = topic ?? (isJSON ? Self.jsonTopic : Self.otherTopic)
    let timestamp = clock.stamp(at: arrival.wallTime).timestamp
    let origin = Origin(name: name, number: number, topic: topic, receivedAt: arrival.nanoseconds, isStampedOnArrival: true)
    let delivery = Delivery(id: nextID, observer: observer)
    nextID += 1
    return Item(time: timestamp, data: .message(Message(timestamp: timestamp, topic: topic, payload: payload)), origin: origin, delivery: delivery)
  }
}

/// A batch of items that is full when it has as many as asked for, or holds enough bytes to be worth handing on.
struct BatchBuilder {
  private(set) var items: [Item] = []
  private let limit: Int
  private var bytes = 0

  init(limit: Int) {
    self.limit = max(1, limit)
  }

  var isFull: Bool { items.count >= limit || bytes >= 1 << 20 }

  mutating func append(_ item: Item, size: Int) {
    items.append(item)
    bytes += size
  }
}
