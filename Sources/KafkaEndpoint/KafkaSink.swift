#if Kafka
  public import Dataflow
  public import EndpointKit
  internal import Kafka

  /// Writes to a topic. An item is delivered when the topic's brokers have acknowledged it, as the settings' `acks` says.
  ///
  /// A thread of its own hears the acknowledgements; nothing in librdkafka blocks the one that writes.
  public final class KafkaSink: Sink {
    private let writer: KafkaWriter

    /// Brokers that are away, and a topic that is missing, are waited for when messages are written.
    ///
    /// - Parameter onNotice: called on the sink's thread.
    public init(
      _ settings: KafkaSettings, topic: String, clock: EndpointClock = EndpointClock(), onNotice: @escaping @Sendable (EndpointNotice) -> Void = { _ in }
    ) throws(EndpointError) {
      writer = try KafkaWriter(settings, topic: topic, clock: clock, onNotice: onNotice)
      try writer.start()
    }

    deinit {
      writer.requestClose()
    }

    public func write(_ items: [Item]) throws(EndpointError) { try writer.write(items) }
    public func flush() throws(EndpointError) { try writer.flush() }
    public func close() throws(EndpointError) { try writer.close() }
  }
#endif
