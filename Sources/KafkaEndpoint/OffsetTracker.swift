#if Kafka
  internal import DequeModule
  public import Kafka

  /// Which offsets may be committed: a pure machine.
  ///
  /// Messages of a partition are taken in the order of their offsets, and acknowledged in any. The group's position moves over those in front that
  /// are acknowledged; one that was abandoned holds it for good, so that it is read again by whoever has the partition next. What is heard of messages
  /// from before a partition was revoked changes nothing.
  public struct OffsetTracker: Sendable {
    fileprivate struct Message {
      let offset: Int64
      var isAcknowledged = false
    }

    fileprivate struct Assignment {
      let partition: KafkaPartition
      /// From the first that is not acknowledged.
      var messages: Deque<Message> = []
      /// The sequence number of the first of them.
      var firstNumber: UInt64 = 0
      var pendingCount = 0
      var position: Int64?
      var isPositionNew = false
    }

    private var assignments: [UInt64: Assignment] = [:]
    private var current: [KafkaPartition: UInt64] = [:]
    private var nextAssignment: UInt64 = 1

    /// A message's id is the number of the assignment, and below that its own within it: enough for a million a second for twelve days.
    private static let numberBits: UInt64 = 40

    public init() {}

    /// The partitions that are read at this moment.
    public var partitions: [KafkaPartition] { Array(current.keys) }

    /// Starts anew with a partition.
    public mutating func assign(_ partition: KafkaPartition) {
      revoke(partition)
      current[partition] = nextAssignment
      assignments[nextAssignment] = Assignment(partition: partition)
      nextAssignment += 1
    }

    /// Forgets a partition.
    public mutating func revoke(_ partition: KafkaPartition) {
      if let number = current.removeValue(forKey: partition) { assignments[number] = nil }
    }

    /// Takes the next message of a partition, and gives it an id; nil if the partition is not ours.
    public mutating func take(_ partition: KafkaPartition, offset: Int64) -> UInt64? {
      guard let assignment = current[partition] else { return nil }
      return assignments[assignment]?.take(offset).map { assignment << Self.numberBits | $0 }
    }

    /// Hears that everything that came of a message has ended.
    public mutating func complete(_ id: UInt64, isAcknowledged: Bool) {
      assignments[id >> Self.numberBits]?.complete(id & (1 << Self.numberBits - 1), isAcknowledged)
    }

    /// The partition of a message; nil if that was revoked since.
    public func partition(of id: UInt64) -> KafkaPartition? {
      assignments[id >> Self.numberBits]?.partition
    }

    /// How many messages of a partition have been taken and not completed.
    public func pendingCount(of partition: KafkaPartition) -> Int {
      current[partition].flatMap { assignments[$0]?.pendingCount } ?? 0
    }

    /// The positions that have moved since this was last asked.
    public mutating func takePositions() -> [KafkaPosition] {
      var positions: [KafkaPosition] = []
      for number in current.values {
        guard let assignment = assignments[number], assignment.isPositionNew else { continue }
        positions.append(KafkaPosition(assignment.partition, offset: assignment.position))
        assignments[number]?.isPositionNew = false
      }
      return positions
    }
  }

  extension OffsetTracker.Assignment {
    fileprivate mutating func take(_ offset: Int64) -> UInt64? {
      // A consumer that seeks back within an assignment would break the order.
      if let last = messages.last, offset <= last.offset { return nil }
      messages.append(OffsetTracker.Message(offset: offset))
      pendingCount += 1
      return firstNumber + UInt64(messages.count - 1)
    }

    fileprivate mutating func complete(_ number: UInt64, _ isAcknowledged: Bool) {
      guard number >= firstNumber, number - firstNumber < UInt64(messages.count) else { return }
      pendingCount -= 1
      guard isAcknowledged else { return }
      messages[Int(number - firstNumber)].isAcknowledged = true
      while let first = messages.first, first.isAcknowledged {
        messages.removeFirst()
        firstNumber += 1
        position = first.offset + 1
        isPositionNew = true
      }
    }
  }
#endif
