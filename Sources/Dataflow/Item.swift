/// What moves along an edge: data, the logical time it belongs to, and the source message it came from.
public struct Item: Sendable {
  /// The logical time, which frontiers speak of. It starts as the message's own timestamp; only a delay changes it.
  public var time: Timestamp
  public var data: DataModel
  public let origin: Origin
  public let delivery: Delivery

  public init(time: Timestamp, data: DataModel, origin: Origin, delivery: Delivery) {
    self.time = time
    self.data = data
    self.origin = origin
    self.delivery = delivery
  }
}

/// The source message that an item came from; shared by everything that came of it.
public final class Origin: Sendable {
  /// For people: a file's name, a topic with an offset.
  public let name: String
  /// The topic of the source message.
  public let topic: [UInt8]
  /// When the source took the message in: nanoseconds of the run's monotonic clock, for measuring how long results take; 0 when unknown.
  public let receivedAt: UInt64

  public init(name: String, topic: [UInt8], receivedAt: UInt64 = 0) {
    self.name = name
    self.topic = topic
    self.receivedAt = receivedAt
  }
}
