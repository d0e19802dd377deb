#if Kafka
  internal import CRDKafka

  /// What librdkafka or a broker says went wrong.
  public struct KafkaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// librdkafka's number: negative for its own errors, positive for those of brokers.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
      public let rawValue: Int32

      public init(rawValue: Int32) {
        self.rawValue = rawValue
      }

      init(_ code: rd_kafka_resp_err_t) {
        rawValue = code.rawValue
      }

      var response: rd_kafka_resp_err_t { rd_kafka_resp_err_t(rawValue: rawValue) }

      /// The name, such as `_QUEUE_FULL` or `UNKNOWN_TOPIC_OR_PART`.
      public var description: String { String(cString: rd_kafka_err2name(response)) }

      public static let queueFull = Code(RD_KAFKA_RESP_ERR__QUEUE_FULL)
      public static let fatal = Code(RD_KAFKA_RESP_ERR__FATAL)
      public static let fenced = Code(RD_KAFKA_RESP_ERR__FENCED)
      public static let endOfPartition = Code(RD_KAFKA_RESP_ERR__PARTITION_EOF)
      public static let allBrokersDown = Code(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
      public static let transport = Code(RD_KAFKA_RESP_ERR__TRANSPORT)
      public static let authentication = Code(RD_KAFKA_RESP_ERR__AUTHENTICATION)
      public static let invalidConfiguration = Code(RD_KAFKA_RESP_ERR__INVALID_ARG)
      public static let timedOut = Code(RD_KAFKA_RESP_ERR__TIMED_OUT)
      public static let messageTimedOut = Code(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
      public static let messageTooLarge = Code(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
      public static let invalidMessage = Code(RD_KAFKA_RESP_ERR_INVALID_MSG)
      public static let invalidRecord = Code(RD_KAFKA_RESP_ERR_INVALID_RECORD)
      public static let invalidTimestamp = Code(RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP)
      public static let invalidMessageSize = Code(RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE)
      public static let badMessage = Code(RD_KAFKA_RESP_ERR__BAD_MSG)
      public static let badCompression = Code(RD_KAFKA_RESP_ERR__BAD_COMPRESSION)
      public static let unknownTopic = Code(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
      public static let unknownPartition = Code(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
      public static let unknownTopicOrPartition = Code(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
      public static let topicAuthorizationFailed = Code(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
      public static let groupAuthorizationFailed = Code(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
      public static let pollIntervalExceeded = Code(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    }

    public var code: Code
    /// librdkafka's text.
    public var message: String
    /// The client cannot be used any more.
    public var isFatal = false
    /// The same call may succeed later.
    public var isRetriable = false
    /// The transaction cannot be committed any more: it is to be aborted.
    public var requiresAbort = false

    public init(_ code: Code, _ message: String? = nil) {
      self.code = code
      self.message = message ?? String(cString: rd_kafka_err2str(code.response))
    }

    init(_ code: rd_kafka_resp_err_t) {
      self.init(Code(code))
    }

    /// Takes an error object over.
    init(consuming error: OpaquePointer) {
      self.init(Code(rd_kafka_error_code(error)), String(cString: rd_kafka_error_string(error)))
      isFatal = rd_kafka_error_is_fatal(error) != 0
      isRetriable = rd_kafka_error_is_retriable(error) != 0
      requiresAbort = rd_kafka_error_txn_requires_abort(error) != 0
      rd_kafka_error_destroy(error)
    }

    static func check(_ code: rd_kafka_resp_err_t) throws(KafkaError) {
      if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(code) }
    }

    static func check(_ error: OpaquePointer?) throws(KafkaError) {
      if let error { throw KafkaError(consuming: error) }
    }

    public var description: String { "\(message) (\(code))" }
  }
#endif
