#if Kafka
  internal import CRDKafka

  /// Writes messages to one topic. Its calls do not block, except those that say so. To be polled by one thread, used by any.
  public final class KafkaProducer<Token: AnyObject & Sendable>: Sendable {
    private let client: KafkaClient
    private let topic: Topic

    /// Owns librdkafka's object for a topic.
    private final class Topic: @unchecked Sendable {
      let pointer: OpaquePointer
      init(_ pointer: OpaquePointer) { self.pointer = pointer }
      deinit { rd_kafka_topic_destroy(pointer) }
    }

    public enum Event {
      /// The message sent with the token is in its topic, or is not to be had there.
      case completed([(token: Token, error: KafkaError?)])
      case notice(KafkaNotice)
      /// Nothing came in time.
      case none
    }

    /// - Parameter fixedPartition: all messages go to the partition of this number, modulo how many there are.
    public init(_ configuration: KafkaConfiguration, topic name: String, fixedPartition: Int? = nil) throws(KafkaError) {
      client = try KafkaClient(RD_KAFKA_PRODUCER, configuration, events: RD_KAFKA_EVENT_DR)
      var topicConfiguration: OpaquePointer?
      if let fixedPartition {
        topicConfiguration = rd_kafka_default_topic_conf_dup(client.pointer)
        rd_kafka_topic_conf_set_opaque(topicConfiguration, UnsafeMutableRawPointer(bitPattern: max(0, fixedPartition)))
        rd_kafka_topic_conf_set_partitioner_cb(topicConfiguration, millrace_fixed_partition)
      }
      guard let pointer = rd_kafka_topic_new(client.pointer, name, topicConfiguration) else { throw KafkaError(rd_kafka_last_error()) }
      topic = Topic(pointer)
    }

    /// Hands a message over; the token comes back in ``Event/completed(_:)``, unless this throws.
    ///
    /// - Throws: `queueFull` when there is no room at this moment.
    public func send(_ record: KafkaRecord, _ token: Token) throws(KafkaError) {
      var headers: OpaquePointer?
      if !record.headers.isEmpty {
        headers = rd_kafka_headers_new(record.headers.count)
        for header in record.headers { rd_kafka_header_add(headers, header.name, -1, header.value, header.value?.count ?? 0) }
      }
      let opaque = Unmanaged.passRetained(token)
      // An empty key or payload has an address all the same: none at all means something else.
      let code = withAddress(record.payload) { payload in
        withAddress(record.key) { key in
          millrace_produce(
            client.pointer, topic.pointer, record.partition ?? Int32(RD_KAFKA_PARTITION_UA), payload, record.payload?.count ?? 0, key, record.key?.count ?? 0,
            record.timestamp ?? 0, headers, opaque.toOpaque())
        }
      }
      if code == RD_KAFKA_RESP_ERR_NO_ERROR { return }
      opaque.release()
      if let headers { rd_kafka_headers_destroy(headers) }
      throw client.fatalError ?? KafkaError(code)
    }

    private func withAddress(_ bytes: [UInt8]?, _ body: (UnsafeRawPointer?) -> rd_kafka_resp_err_t) -> rd_kafka_resp_err_t {
      guard let bytes else { return body(nil) }
      var none: UInt8 = 0
      if bytes.isEmpty { return withUnsafePointer(to: &none) { body(UnsafeRawPointer($0)) } }
      return bytes.withUnsafeBytes { body($0.baseAddress) }
    }

    public func poll(within milliseconds: Int32) -> Event {
      guard let event = client.nextEvent(within: milliseconds) else { return .none }
      guard rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR else {
        return client.notice(consuming: event).map { .notice($0) } ?? .none
      }
      defer { rd_kafka_event_destroy(event) }
      var completed: [(token: Token, error: KafkaError?)] = []
      while let message = rd_kafka_event_message_next(event) {
        guard let opaque = message.pointee._private else { continue }
        let error = message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(message.pointee.err)
        completed.append((Unmanaged<Token>.fromOpaque(opaque).takeRetainedValue(), error))
      }
      return .completed(completed)
    }

    public func wake() {
      client.wake()
    }

    /// Sends what was kept back for a larger batch. Blocks until all is out, or for so long; events are to be polled meanwhile or afterwards.
    @discardableResult
    public func flush(within milliseconds: Int32) -> Bool {
      rd_kafka_flush(client.pointer, milliseconds) == RD_KAFKA_RESP_ERR_NO_ERROR
    }

    /// Gives up all that is not out: the tokens come back with an error.
    public func purge() {
      rd_kafka_purge(client.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    }

    /// Messages and events that are on their way.
    public var pendingCount: Int { Int(rd_kafka_outq_len(client.pointer)) }
    public var fatalError: KafkaError? { client.fatalError }

    /// Answers ``KafkaNotice/tokenIsWanted``.
    public func setToken(_ token: OAuthToken) throws(KafkaError) { try client.setToken(token) }
    public func setTokenFailure(_ reason: String) { client.setTokenFailure(reason) }
  }

  /// Transactions. Each call blocks for at most the time given, and may be repeated when its error is retriable.
  extension KafkaProducer {
    /// Takes the configured `transactional.id` over: a producer that had it before is fenced.
    public func initializeTransactions(within milliseconds: Int32) throws(KafkaError) {
      try KafkaError.check(rd_kafka_init_transactions(client.pointer, milliseconds))
    }

    public func beginTransaction() throws(KafkaError) {
      try KafkaError.check(rd_kafka_begin_transaction(client.pointer))
    }

    /// Makes the group's new positions a part of the transaction.
    public func sendPositions(_ positions: [KafkaPosition], of group: borrowing KafkaGroupMetadata, within milliseconds: Int32) throws(KafkaError) {
      let list = PartitionList(positions)
      try KafkaError.check(rd_kafka_send_offsets_to_transaction(client.pointer, list.pointer, group.pointer, milliseconds))
    }

    public func commitTransaction(within milliseconds: Int32) throws(KafkaError) {
      try KafkaError.check(rd_kafka_commit_transaction(client.pointer, milliseconds))
    }

    public func abortTransaction(within milliseconds: Int32) throws(KafkaError) {
      try KafkaError.check(rd_kafka_abort_transaction(client.pointer, milliseconds))
    }
  }
#endif
