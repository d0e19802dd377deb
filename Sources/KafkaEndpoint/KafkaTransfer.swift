#if Kafka
  public import EndpointKit
  internal import Dataflow
  internal import Kafka
  internal import Synchronization

  /// A source and a sink between which each message counts exactly once: results are written in transactions, together with the positions of the messages that
  /// they were made of (``TransactionMachine``).
  ///
  /// Readers of the sink's topic see a result when its transaction is committed, if they read committed messages only. All results of the source's messages
  /// have to go to this sink.
  public final class KafkaTransfer: Sendable {
    public let source: any Source
    public let sink: any Sink

    /// - Parameters:
    ///   - settings: of the source, which may carry a `transactional.id`; one of the sink's cluster.
    ///   - onNotice: called on the source's thread.
    public init(
      _ settings: KafkaSettings, topics: [String], sink sinkSettings: KafkaSettings, topic: String, clock: EndpointClock,
      onNotice: @escaping @Sendable (EndpointNotice) -> Void = { _ in }
    ) throws(EndpointError) {
      guard settings.host == sinkSettings.host else {
        throw EndpointError(.invalid, sinkSettings.host, "Exactly-once delivery needs source and sink to be of one Kafka cluster, with the same address.")
      }
      if topic.isEmpty { throw EndpointError(.unwritable, settings.host, "A Kafka sink writes to one topic: name it.") }
      var settings = settings
      settings.options["enable.auto.commit"] = "false"
      let reader = try KafkaReader(settings, topics: topics, clock: clock, onNotice: onNotice) { notices throws(EndpointError) in
        try Transactor(sinkSettings, topic: topic, notices)
      }
      source = KafkaSource(reader)
      sink = TransferSink(reader, sinkSettings, topic, clock)
      try reader.start()
    }
  }

  /// Hands results to the source's thread.
  private final class TransferSink: Sink {
    private let reader: KafkaReader
    private let settings: KafkaSettings
    private let topic: String
    private let clock: EndpointClock
    private let isClosed = Atomic(false)

    init(_ reader: KafkaReader, _ settings: KafkaSettings, _ topic: String, _ clock: EndpointClock) {
      self.reader = reader
      self.settings = settings
      self.topic = topic
      self.clock = clock
    }

    func write(_ items: [Item]) throws(EndpointError) {
      var rest = items[...]
      do throws(EndpointError) {
        while let item = rest.first {
          if isClosed.load(ordering: .acquiring) { throw EndpointError(.closed, topic, "The Kafka sink is closed: nothing more can be written to it.") }
          if let record = KafkaMapping.record(item, at: clock.wallTime(), settings: settings, topic: topic) {
            try reader.stage(record, item.delivery)
          } else {
            item.delivery.complete(.dropped)
          }
          rest.removeFirst()
        }
      } catch {
        for item in rest { item.delivery.complete(.abandoned) }
        throw error
      }
    }

    /// Results are kept in transactions, by their own time.
    func flush() {}

    func close() throws(EndpointError) {
      if isClosed.exchange(true, ordering: .acquiringAndReleasing) { return }
      try reader.commitAll()
    }
  }
#endif
