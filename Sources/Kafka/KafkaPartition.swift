#if Kafka
  internal import CRDKafka

  /// A partition of a topic.
  public struct KafkaPartition: Hashable, Sendable, CustomStringConvertible {
    public var topic: String
    public var number: Int32

    public init(_ topic: String, _ number: Int32) {
      self.topic = topic
      self.number = number
    }

    public var description: String { "\(topic)[\(number)]" }
  }

  /// A place in a partition: the offset of the message that is to be read next.
  public struct KafkaPosition: Hashable, Sendable {
    public var partition: KafkaPartition
    /// Nil where there is none (yet).
    public var offset: Int64?
    /// What was committed with it.
    public var metadata: [UInt8]

    public init(_ partition: KafkaPartition, offset: Int64? = nil, metadata: [UInt8] = []) {
      self.partition = partition
      self.offset = offset
      self.metadata = metadata
    }
  }

  /// librdkafka's list of partitions.
  struct PartitionList: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: [KafkaPartition]) {
      self.init(partitions.map { KafkaPosition($0) })
    }

    init(_ positions: [KafkaPosition]) {
      pointer = rd_kafka_topic_partition_list_new(Int32(positions.count))
      for position in positions {
        guard let entry = rd_kafka_topic_partition_list_add(pointer, position.partition.topic, position.partition.number) else { continue }
        entry.pointee.offset = position.offset ?? Int64(RD_KAFKA_OFFSET_INVALID)
        if position.metadata.isEmpty { continue }
        // librdkafka frees it with the list.
        entry.pointee.metadata = rd_kafka_mem_malloc(nil, position.metadata.count)
        entry.pointee.metadata_size = position.metadata.count
        entry.pointee.metadata.copyMemory(from: position.metadata, byteCount: position.metadata.count)
      }
    }

    deinit {
      rd_kafka_topic_partition_list_destroy(pointer)
    }

    static func partitions(of list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> [KafkaPartition] {
      entries(of: list).map { KafkaPartition(String(cString: $0.topic), $0.partition) }
    }

    var positions: [KafkaPosition] {
      Self.entries(of: UnsafePointer(pointer)).map { entry in
        let metadata = entry.metadata.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: entry.metadata_size)) } ?? []
        return KafkaPosition(KafkaPartition(String(cString: entry.topic), entry.partition), offset: entry.offset >= 0 ? entry.offset : nil, metadata: metadata)
      }
    }

    /// Throws the first entry's error.
    func check() throws(KafkaError) {
      for entry in Self.entries(of: UnsafePointer(pointer)) { try KafkaError.check(entry.err) }
    }

    private static func entries(of list: UnsafePointer<rd_kafka_topic_partition_list_t>) -> UnsafeBufferPointer<rd_kafka_topic_partition_t> {
      UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
    }
  }
#endif
