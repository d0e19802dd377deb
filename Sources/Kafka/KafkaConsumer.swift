#if Kafka
  internal import CRDKafka

  /// A member of a consumer group. To be polled by one thread; ``wake()`` and ``store(_:)`` may come from others.
  public final class KafkaConsumer: Sendable {
    private let client: KafkaClient

    /// What polling gives.
    public enum Event: ~Copyable {
      case message(KafkaMessage)
      /// To be answered with ``KafkaConsumer/assign(_:)``.
      case assigned([KafkaPartition])
      /// To be answered with ``KafkaConsumer/unassign(_:)``; until then, the group waits.
      case revoked([KafkaPartition])
      case notice(KafkaNotice)
      /// Nothing came in time.
      case none
    }

    public init(_ configuration: KafkaConfiguration) throws(KafkaError) {
      client = try KafkaClient(RD_KAFKA_CONSUMER, configuration, events: RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_REBALANCE)
    }

    /// Joins the group for these topics.
    public func subscribe(_ topics: [String]) throws(KafkaError) {
      let list = PartitionList(topics.map { KafkaPartition($0, Int32(RD_KAFKA_PARTITION_UA)) })
      try KafkaError.check(rd_kafka_subscribe(client.pointer, list.pointer))
    }

    public func poll(within milliseconds: Int32) -> Event {
      guard let event = client.nextEvent(within: milliseconds) else { return .none }
      switch rd_kafka_event_type(event) {
      case RD_KAFKA_EVENT_FETCH:
        if let message = KafkaMessage(consuming: event) { return .message(message) }
        return .none
      case RD_KAFKA_EVENT_REBALANCE:
        defer { rd_kafka_event_destroy(event) }
        let partitions = rd_kafka_event_topic_partition_list(event).map { PartitionList.partitions(of: UnsafePointer($0)) } ?? []
        return rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? .assigned(partitions) : .revoked(partitions)
      default:
        if let notice = client.notice(consuming: event) { return .notice(notice) }
        return .none
      }
    }

    public func wake() {
      client.wake()
    }

    /// Starts reading assigned partitions, from where the group is.
    public func assign(_ partitions: [KafkaPartition]) throws(KafkaError) {
      let list = PartitionList(partitions)
      if isCooperative {
        try KafkaError.check(rd_kafka_incremental_assign(client.pointer, list.pointer))
      } else {
        try KafkaError.check(rd_kafka_assign(client.pointer, list.pointer))
      }
    }

    /// Gives revoked partitions up. What is stored for them is committed.
    public func unassign(_ partitions: [KafkaPartition]) throws(KafkaError) {
      if isCooperative {
        let list = PartitionList(partitions)
        try KafkaError.check(rd_kafka_incremental_unassign(client.pointer, list.pointer))
      } else {
        try KafkaError.check(rd_kafka_assign(client.pointer, nil))
      }
    }

    /// Whether partitions are moved one by one, while the others are read on.
    public var isCooperative: Bool { String(cString: rd_kafka_rebalance_protocol(client.pointer)) == "COOPERATIVE" }

    /// Whether the partitions that are being revoked belong to others already.
    public var hasLostAssignment: Bool { rd_kafka_assignment_lost(client.pointer) != 0 }

    public func pause(_ partitions: [KafkaPartition]) throws(KafkaError) {
      let list = PartitionList(partitions)
      try KafkaError.check(rd_kafka_pause_partitions(client.pointer, list.pointer))
    }

    public func resume(_ partitions: [KafkaPartition]) throws(KafkaError) {
      let list = PartitionList(partitions)
      try KafkaError.check(rd_kafka_resume_partitions(client.pointer, list.pointer))
    }

    /// Keeps positions for the next commit (`auto.commit.interval.ms`). Does not block.
    public func store(_ positions: [KafkaPosition]) throws(KafkaError) {
      let list = PartitionList(positions)
      let code = rd_kafka_offsets_store(client.pointer, list.pointer)
      try list.check()
      try KafkaError.check(code)
    }

    /// The positions that the group has committed. Blocks.
    public func committed(_ partitions: [KafkaPartition], within milliseconds: Int32) throws(KafkaError) -> [KafkaPosition] {
      let list = PartitionList(partitions)
      try KafkaError.check(rd_kafka_committed(client.pointer, list.pointer, milliseconds))
      return list.positions
    }

    /// The group's memory of this member, for transactions.
    public func groupMetadata() -> KafkaGroupMetadata? {
      rd_kafka_consumer_group_metadata(client.pointer).map { KafkaGroupMetadata(consuming: $0) }
    }

    /// Starts to leave the group: polling goes on until ``isClosed``, and partitions are revoked in between.
    public func startClosing() throws(KafkaError) {
      try KafkaError.check(rd_kafka_consumer_close_queue(client.pointer, client.queue))
    }

    public var isClosed: Bool { rd_kafka_consumer_closed(client.pointer) != 0 }
    public var fatalError: KafkaError? { client.fatalError }

    /// Answers ``KafkaNotice/tokenIsWanted``.
    public func setToken(_ token: OAuthToken) throws(KafkaError) { try client.setToken(token) }
    public func setTokenFailure(_ reason: String) { client.setTokenFailure(reason) }
  }

  /// Which member of which generation of a group one is.
  public struct KafkaGroupMetadata: ~Copyable {
    let pointer: OpaquePointer

    init(consuming pointer: OpaquePointer) {
      self.pointer = pointer
    }

    deinit {
      rd_kafka_consumer_group_metadata_destroy(pointer)
    }
  }
#endif
