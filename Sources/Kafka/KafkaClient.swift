#if Kafka
  internal import CRDKafka

  /// A librdkafka client and the queue that all its events come from.
  ///
  /// librdkafka is thread-safe; that its object lives as long as it is used is what this class is for.
  final class KafkaClient: @unchecked Sendable {
    let pointer: OpaquePointer
    let queue: OpaquePointer

    init(_ kind: rd_kafka_type_t, _ configuration: KafkaConfiguration, events: Int32) throws(KafkaError) {
      let handle = try configuration.makeHandle(events: events | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH)
      rd_kafka_conf_set(handle, "log.queue", "true", nil, 0)
      var text = [CChar](repeating: 0, count: 512)
      guard let pointer = rd_kafka_new(kind, handle, &text, text.count) else {
        rd_kafka_conf_destroy(handle)
        throw KafkaError(.invalidConfiguration, String(terminated: text))
      }
      self.pointer = pointer
      if kind == RD_KAFKA_CONSUMER { rd_kafka_poll_set_consumer(pointer) }
      queue = kind == RD_KAFKA_CONSUMER ? rd_kafka_queue_get_consumer(pointer) : rd_kafka_queue_get_main(pointer)
      rd_kafka_set_log_queue(pointer, nil)
    }

    deinit {
      rd_kafka_queue_destroy(queue)
      // A consumer that was not closed is not to wait for its group.
      rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    /// The error that made the client unusable, if there is one.
    var fatalError: KafkaError? {
      var text = [CChar](repeating: 0, count: 512)
      let code = rd_kafka_fatal_error(pointer, &text, text.count)
      guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
      var error = KafkaError(KafkaError.Code(code), String(terminated: text))
      error.isFatal = true
      return error
    }

    /// The next event, to be destroyed by the caller; nil if none comes in time, or after ``wake()``.
    func nextEvent(within milliseconds: Int32) -> OpaquePointer? {
      rd_kafka_queue_poll(queue, milliseconds)
    }

    /// Ends a wait for events. From any thread.
    func wake() {
      rd_kafka_queue_yield(queue)
    }

    /// What both kinds of client may say; takes the event over.
    func notice(consuming event: OpaquePointer) -> KafkaNotice? {
      defer { rd_kafka_event_destroy(event) }
      switch rd_kafka_event_type(event) {
      case RD_KAFKA_EVENT_ERROR:
        if let fatalError { return .error(fatalError, nil) }
        var error = KafkaError(KafkaError.Code(rd_kafka_event_error(event)), rd_kafka_event_error_string(event).map { String(cString: $0) })
        error.isFatal = rd_kafka_event_error_is_fatal(event) != 0
        var partition: KafkaPartition?
        if let place = rd_kafka_event_topic_partition(event) {
          partition = KafkaPartition(String(cString: place.pointee.topic), place.pointee.partition)
          rd_kafka_topic_partition_destroy(place)
        }
        return .error(error, partition)
      case RD_KAFKA_EVENT_STATS:
        return rd_kafka_event_stats(event).map { .statistics(String(cString: $0)) }
      case RD_KAFKA_EVENT_LOG:
        var facility: UnsafePointer<CChar>?, text: UnsafePointer<CChar>?, level: Int32 = 0
        guard rd_kafka_event_log(event, &facility, &text, &level) == 0, let facility, let text else { return nil }
        return .log(level: level, facility: String(cString: facility), text: String(cString: text))
      case RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH: return .tokenIsWanted
      default: return nil
      }
    }

    func setToken(_ token: OAuthToken) throws(KafkaError) {
      var text = [CChar](repeating: 0, count: 512)
      let code = rd_kafka_oauthbearer_set_token(pointer, token.value, token.expiry, token.principal, nil, 0, &text, text.count)
      if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(KafkaError.Code(code), String(terminated: text)) }
    }

    func setTokenFailure(_ reason: String) {
      rd_kafka_oauthbearer_set_token_failure(pointer, reason)
    }
  }

  /// What a client says besides messages.
  public enum KafkaNotice: Sendable {
    /// An error: of a partition, or of the client. Most pass by themselves; see ``KafkaError/isFatal``.
    case error(KafkaError, KafkaPartition?)
    /// JSON, every `statistics.interval.ms`: https://github.com/confluentinc/librdkafka/blob/master/STATISTICS.md
    case statistics(String)
    /// With a syslog level, 0 to 7.
    case log(level: Int32, facility: String, text: String)
    /// A new OAuth token is to be set, or that there is none.
    case tokenIsWanted
  }

  /// A token for SASL's mechanism OAUTHBEARER.
  public struct OAuthToken: Hashable, Sendable {
    public var value: String
    /// When it ends: milliseconds since the epoch.
    public var expiry: Int64
    public var principal: String

    public init(value: String, expiry: Int64, principal: String) {
      self.value = value
      self.expiry = expiry
      self.principal = principal
    }
  }
#endif
