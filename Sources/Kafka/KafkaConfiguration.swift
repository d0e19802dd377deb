#if Kafka
  internal import CRDKafka

  /// A client's settings, by librdkafka's names: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
  public struct KafkaConfiguration: Sendable {
    public private(set) var values: [String: String] = [:]

    public init() {}

    /// The value of a setting; nil leaves librdkafka's default.
    public subscript(name: String) -> String? {
      get { values[name] }
      set { values[name] = newValue }
    }

    /// librdkafka's object, which creating a client takes over.
    ///
    /// - Throws: `invalidConfiguration` with librdkafka's text for what it does not know or accept.
    func makeHandle(events: Int32) throws(KafkaError) -> OpaquePointer {
      guard let handle = rd_kafka_conf_new() else { throw KafkaError(.invalidConfiguration, "librdkafka gives no configuration") }
      for (name, value) in values.sorted(by: { $0.key < $1.key }) {
        var text = [CChar](repeating: 0, count: 512)
        if rd_kafka_conf_set(handle, name, value, &text, text.count) != RD_KAFKA_CONF_OK {
          rd_kafka_conf_destroy(handle)
          throw KafkaError(.invalidConfiguration, String(terminated: text))
        }
      }
      // All that librdkafka has to say comes as events of a queue: it calls nobody from its own threads.
      rd_kafka_conf_set_events(handle, events)
      return handle
    }
  }

  extension String {
    /// The text up to the first zero.
    init(terminated text: [CChar]) {
      self.init(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
#endif
