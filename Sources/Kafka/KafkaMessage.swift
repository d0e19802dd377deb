#if Kafka
  internal import CRDKafka

  /// A message that was read, held by librdkafka as long as this lives.
  public struct KafkaMessage: ~Copyable {
    private let event: OpaquePointer
    private let message: UnsafePointer<rd_kafka_message_t>

    /// Takes the event over; nil if it has no message.
    init?(consuming event: OpaquePointer) {
      guard let message = rd_kafka_event_message_next(event) else {
        rd_kafka_event_destroy(event)
        return nil
      }
      self.event = event
      self.message = message
    }

    deinit {
      rd_kafka_event_destroy(event)
    }

    public var topic: String { message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? "" }
    public var partition: Int32 { message.pointee.partition }
    public var offset: Int64 { message.pointee.offset }

    /// A copy of the payload; nil for a tombstone.
    public var payload: [UInt8]? { bytes(message.pointee.payload, message.pointee.len) }
    /// A copy of the key; nil if it has none.
    public var key: [UInt8]? { bytes(message.pointee.key, message.pointee.key_len) }

    private func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8]? {
      start.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: count)) }
    }

    /// Milliseconds since the epoch; nil if the broker keeps none.
    public var timestamp: Int64? {
      var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
      let time = rd_kafka_message_timestamp(message, &kind)
      return kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || time < 0 ? nil : time
    }

    /// The headers, in order; names may repeat.
    public var headers: [KafkaHeader] {
      var list: OpaquePointer?
      guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
      var headers: [KafkaHeader] = []
      var name: UnsafePointer<CChar>?, value: UnsafeRawPointer?, size = 0
      while rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name {
        headers.append(KafkaHeader(String(cString: name), value.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: size)) }))
      }
      return headers
    }
  }

  public struct KafkaHeader: Hashable, Sendable {
    public var name: String
    /// Nil for a header without a value.
    public var value: [UInt8]?

    public init(_ name: String, _ value: [UInt8]?) {
      self.name = name
      self.value = value
    }
  }

  /// A message to be written.
  public struct KafkaRecord: Hashable, Sendable {
    /// Nil for a tombstone.
    public var payload: [UInt8]?
    public var key: [UInt8]?
    public var headers: [KafkaHeader]
    /// Milliseconds since the epoch; nil for now.
    public var timestamp: Int64?
    /// Nil leaves it to the partitioner.
    public var partition: Int32?

    public init(payload: [UInt8]?, key: [UInt8]? = nil, headers: [KafkaHeader] = [], timestamp: Int64? = nil, partition: Int32? = nil) {
      self.payload = payload
      self.key = key
      self.headers = headers
      self.timestamp = timestamp
      self.partition = partition
    }
  }
#endif
