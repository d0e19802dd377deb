#if Kafka
  internal import Kafka

  /// What a source knows of the messages that it has given, by either of two machines.
  struct Ledger {
    private var offsets = OffsetTracker()
    /// With exactly-once delivery.
    var machine: TransactionMachine?

    mutating func take(_ partition: KafkaPartition, offset: Int64) -> UInt64? {
      machine == nil ? offsets.take(partition, offset: offset) : machine?.take(partition, offset: offset)
    }

    /// A message that is not acknowledged is never complete: it comes again.
    mutating func complete(_ id: UInt64, isAcknowledged: Bool) {
      if machine == nil { offsets.complete(id, isAcknowledged: isAcknowledged) } else if isAcknowledged { machine?.complete(id) }
    }

    mutating func assign(_ position: KafkaPosition) {
      if machine == nil { offsets.assign(position.partition) } else { machine?.assign(position) }
    }

    /// - Returns: the results that are to be forgotten.
    mutating func revoke(_ partitions: [KafkaPartition]) -> [TransactionMachine.ResultID] {
      for partition in partitions { offsets.revoke(partition) }
      return machine?.revoke(Set(partitions)) ?? []
    }

    mutating func takePositions() -> [KafkaPosition] { offsets.takePositions() }

    var partitions: [KafkaPartition] { machine?.assignedPartitions ?? offsets.partitions }
    func partition(of id: UInt64) -> KafkaPartition? { machine == nil ? offsets.partition(of: id) : machine?.partition(of: id) }
    func pendingCount(of partition: KafkaPartition) -> Int { machine?.pendingCount(of: partition) ?? offsets.pendingCount(of: partition) }
  }
#endif
