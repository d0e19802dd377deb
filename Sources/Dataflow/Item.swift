/// What moves along an edge: data, the logical time it belongs to, and the source message it came from.
///
/// A value, kept in one place in memory: an item goes through a dozen hands, and to hand it on is to count one reference.
public struct Item: Sendable {
  private final class Storage: @unchecked Sendable {
    // Changed only while nobody else has the storage, by whoever changes the item.
    @exclusivity(unchecked) var time: Timestamp
    @exclusivity(unchecked) var data: DataModel
    let origin: Origin
    let delivery: Delivery

    init(time: Timestamp, data: DataModel, origin: Origin, delivery: Delivery) {
      self.time = time
      self.data = data
      self.origin = origin
      self.delivery = delivery
    }
  }

  private var storage: Storage

  public init(time: Timestamp, data: DataModel, origin: Origin, delivery: Delivery) {
    storage = Storage(time: time, data: data, origin: origin, delivery: delivery)
  }

  /// The logical time, which frontiers speak of. It starts as the message's own timestamp; only a delay changes it.
  public var time: Timestamp {
    _read { yield storage.time }
    _modify {
      makeUnique()
      yield &storage.time
    }
  }

  public var data: DataModel {
    _read { yield storage.data }
    _modify {
      makeUnique()
      yield &storage.data
    }
  }

  public var origin: Origin { storage.origin }
  public var delivery: Delivery { storage.delivery }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) {
      storage = Storage(time: storage.time, data: storage.data, origin: storage.origin, delivery: storage.delivery)
    }
  }

  /// The item with an origin that keeps its data as it is now.
  func keepingOriginal() -> Item {
    let origin = Origin(
      name: origin.base, number: origin.number, topic: origin.topic, receivedAt: origin.receivedAt, isStampedOnArrival: origin.isStampedOnArrival,
      partition: origin.partition, envelope: origin.envelope, original: data)
    return Item(time: time, data: data, origin: origin, delivery: delivery)
  }

  /// About how much memory the item takes, in bytes.
  var byteCount: Int { Self.ownByteCount + data.byteCount }
  private static let ownByteCount = MemoryLayout<Timestamp>.size + MemoryLayout<DataModel>.size + 64
}

/// The source message that an item came from; shared by everything that came of it.
public final class Origin: Sendable {
  /// The name without its number.
  public let base: String
  /// The number of the message within a file or topic, if its name has one.
  public let number: UInt64?
  /// The topic of the source message.
  public let topic: [UInt8]
  /// When the source took the message in: nanoseconds of the run's monotonic clock, for measuring how long results take; 0 when unknown.
  public let receivedAt: UInt64
  /// Whether the message's timestamp is the time of its arrival, because it carried none. Such a message is never late.
  public let isStampedOnArrival: Bool
  /// Which of the source's partitions it is of, where those have times of their own (``EventTime``).
  public let partition: Int?
  /// What came around the source message; nil where the source has nothing of the kind.
  public let envelope: Envelope?
  /// The source message as it came, where it is kept for dead letters.
  public let original: DataModel?
  /// The origins of the items that an accumulate made one of; empty otherwise.
  public let parts: [Origin]

  public init(
    name: String, number: UInt64? = nil, topic: [UInt8], receivedAt: UInt64 = 0, isStampedOnArrival: Bool = false, partition: Int? = nil, envelope: Envelope? = nil,
    original: DataModel? = nil, parts: [Origin] = []
  ) {
    base = name
    self.number = number
    self.topic = topic
    self.receivedAt = receivedAt
    self.isStampedOnArrival = isStampedOnArrival
    self.partition = partition
    self.envelope = envelope
    self.original = original
    self.parts = parts
  }

  /// For people: a file's name, a topic, and perhaps a number: `readings.jsonl:7`. Made when it is asked for, which is seldom.
  public var name: String {
    if let number { "\(base):\(number)" } else { base }
  }

  /// The origin of what was made of several items. As people see it, it is the last one's.
  static func combining(_ parts: [Origin], last: Origin) -> Origin {
    let keepsOriginals = parts.contains { $0.original != nil || !$0.parts.isEmpty }
    return Origin(name: last.base, number: last.number, topic: last.topic, receivedAt: last.receivedAt, envelope: last.envelope, parts: keepsOriginals ? parts : [])
  }

  /// The source messages that were kept, of all parts.
  func originals() -> [(Origin, DataModel)] {
    if let original { return [(self, original)] }
    return parts.flatMap { $0.originals() }
  }
}
