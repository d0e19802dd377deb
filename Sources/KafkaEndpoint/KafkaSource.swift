#if Kafka
  public import EndpointKit

  /// Reads topics as a member of a consumer group.
  ///
  /// A message's offset is committed when it and all before it in its partition are acknowledged. A thread of its own reads ahead, and answers the group
  /// while the run is busy; partitions are paused when it is too far ahead.
  public final class KafkaSource: Source {
    private let reader: KafkaReader

    /// Joins the group. Brokers that are away, and topics that are missing, are waited for.
    ///
    /// - Parameter onNotice: called on the source's thread.
    public init(
      _ settings: KafkaSettings, topics: [String], clock: EndpointClock, onNotice: @escaping @Sendable (EndpointNotice) -> Void = { _ in }
    ) throws(EndpointError) {
      reader = try KafkaReader(settings, topics: topics, clock: clock, onNotice: onNotice)
      try reader.start()
    }

    init(_ reader: KafkaReader) {
      self.reader = reader
    }

    deinit {
      reader.requestClose()
    }

    public func next(atMost limit: Int) throws(EndpointError) -> SourceBatch { try reader.next(atMost: limit) }
    public func stop() { reader.stop() }
    public func close() { reader.close() }

    /// Blocks until the run is so far behind that partitions are paused; for tests.
    func waitUntilPaused() { reader.waitUntilPaused() }
    public var redelivers: Bool { true }
  }
#endif
