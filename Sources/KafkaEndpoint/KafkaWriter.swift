#if Kafka
  internal import Dataflow
  internal import EndpointKit
  internal import Kafka
  internal import Synchronization

  /// What a sink's threads do.
  final class KafkaWriter: Sendable {
    struct State {
      /// Handed to librdkafka, and not heard of.
      var pendingCount = 0
      var wantsFlush = false
      /// Nothing more is taken.
      var isClosed = false
      /// The threads are to end.
      var isEnding = false
      var failure: EndpointError?
    }

    private let producer: KafkaProducer<Delivery>
    private let settings: KafkaSettings
    private let topic: String
    private let clock: EndpointClock
    private let notices: NoticeFilter
    private let state = ConditionLock(State())
    private let threads = Mutex<[Thread]>([])

    init(_ settings: KafkaSettings, topic: String, clock: EndpointClock, onNotice: @escaping @Sendable (EndpointNotice) -> Void) throws(EndpointError) {
      if topic.isEmpty { throw EndpointError(.unwritable, settings.host, "A Kafka sink writes to one topic: name it.") }
      self.settings = settings
      self.topic = topic
      self.clock = clock
      notices = NoticeFilter(settings.host, onNotice)
      let configuration = try settings.producerConfiguration()
      do throws(KafkaError) {
        producer = try KafkaProducer(configuration, topic: topic, fixedPartition: settings.partitionStrategy == .fixed ? settings.instance : nil)
      } catch {
        throw error.endpointError(.unwritable, settings.host, "The Kafka sink cannot be set up")
      }
    }

    func start() throws(EndpointError) {
      var bodies: [@Sendable () -> Void] = [{ [self] in hearAcknowledgements() }]
      // Shorter ones are not worth hurrying.
      if settings.batching.isEnabled && settings.batching.latency > 10 { bodies.append { [self] in hurryFlushes() } }
      let started = bodies.compactMap { Thread($0) }
      threads.withLock { $0 = started }
      if started.count < bodies.count {
        requestClose()
        throw EndpointError(.failed, settings.host, "The system refused to start a thread for the Kafka sink.")
      }
    }

    // MARK: - For the run

    func write(_ items: [Item]) throws(EndpointError) {
      var rest = items[...]
      do throws(EndpointError) {
        while let item = rest.first {
          let (failure, isClosed) = state.read { ($0.failure, $0.isClosed) }
          if let failure { throw failure }
          if isClosed { throw EndpointError(.closed, topic, "The Kafka sink is closed: nothing more can be written to it.") }
          try send(item)
          rest.removeFirst()
        }
      } catch {
        for item in rest { item.delivery.complete(.abandoned) }
        throw giveUp(error)
      }
    }

    private func send(_ item: Item) throws(EndpointError) {
      guard let record = KafkaMapping.record(item, at: clock.wallTime(), settings: settings, topic: topic) else {
        return item.delivery.complete(.dropped)
      }
      state.change { $0.pendingCount += 1 }
      while true {
        do throws(KafkaError) {
          return try producer.send(record, item.delivery)
        } catch {
          if error.code == .queueFull {
            let count = state.read { $0.pendingCount }
            _ = state.wait(atMost: .milliseconds(100)) { $0.pendingCount < count || $0.failure != nil ? () : nil }
            if let failure = state.read({ $0.failure }) {
              state.change { $0.pendingCount -= 1 }
              throw failure
            }
            continue
          }
          state.change { $0.pendingCount -= 1 }
          if error.code.isOfOneMessage { return refuse(item.delivery, error, item.origin.name) }
          throw error.endpointError(.unwritable, topic, "The topic \(topic) cannot be written to")
        }
      }
    }

    /// Lets a message go that no broker will ever take.
    private func refuse(_ delivery: Delivery, _ error: KafkaError, _ name: String? = nil) {
      notices.tell("A message\(name.map { " (\($0))" } ?? "") cannot be written to \(topic), and is dropped: \(error.message).")
      delivery.complete(.failed(OperatorError(OperatorError.Code("refused"), "\(topic) does not take the message: \(error.message)")))
    }

    func flush() throws(EndpointError) {
      let failure: EndpointError?? = state.wait { state in
        if let failure = state.failure { return .some(failure) }
        if state.pendingCount == 0 {
          state.wantsFlush = false
          return .some(nil)
        }
        state.wantsFlush = true
        return nil
      }
      if case .some(.some(let error)) = failure { throw giveUp(error) }
    }

    /// Takes nothing more, and waits until every delivery has completed.
    private func giveUp(_ error: EndpointError) -> EndpointError {
      let isFirst = state.change { state in
        defer { if state.failure == nil && !state.isClosed { state.failure = error } }
        return !state.isClosed
      }
      if isFirst {
        producer.purge()
        _ = state.wait { $0.pendingCount == 0 ? () : nil }
      }
      return error
    }

    func close() throws(EndpointError) {
      if state.read({ $0.isClosed }) { return }
      defer {
        requestClose()
        threads.withLock { threads in
          for thread in threads { thread.join() }
          threads = []
        }
      }
      if state.read({ $0.failure == nil }) { try flush() }
    }

    func requestClose() {
      state.change { state in
        state.isClosed = true
        state.isEnding = true
      }
      producer.wake()
    }

    // MARK: - On the threads

    private func hearAcknowledgements() {
      while true {
        switch producer.poll(within: 100) {
        case .completed(let completed): complete(completed)
        case .notice(.error(let error, _)):
          if error.isFatal { fail(error) } else { notices.tell(error) }
        case .notice(.tokenIsWanted): settings.answerToken(set: producer.setToken, fail: producer.setTokenFailure, notices)
        case .notice: break
        case .none:
          let (isEnding, pendingCount) = state.read { ($0.isEnding, $0.pendingCount) }
          if isEnding && pendingCount == 0 { return }
          // Closed without a flush: what is not out is given up.
          if isEnding { producer.purge() }
        }
      }
    }

    private func complete(_ completed: [(token: Delivery, error: KafkaError?)]) {
      var failure: KafkaError?
      for (delivery, error) in completed {
        guard let error else {
          delivery.complete(.delivered)
          continue
        }
        if error.code.isOfOneMessage {
          refuse(delivery, error)
        } else {
          delivery.complete(.abandoned)
          failure = failure ?? error
        }
      }
      if failure == nil { notices.forget() }
      if let failure { fail(failure) }
      state.change { $0.pendingCount -= completed.count }
    }

    private func fail(_ error: KafkaError) {
      let sentence =
        error.code == .messageTimedOut ? "No broker has taken a message for \(topic) in \(settings.deliveryTimeout)" : "The topic \(topic) cannot be written to"
      state.change { if $0.failure == nil { $0.failure = error.endpointError(.unwritable, topic, sentence) } }
    }

    /// Sends what waits for a larger batch, when the run waits for it.
    private func hurryFlushes() {
      while true {
        let goesOn: Bool? = state.wait { $0.isEnding ? false : $0.wantsFlush && $0.pendingCount > 0 ? true : nil }
        guard goesOn == true else { return }
        producer.flush(within: 100)
      }
    }
  }

  extension KafkaError.Code {
    /// Whether the message is at fault, so that others may fare better.
    var isOfOneMessage: Bool {
      [.messageTooLarge, .invalidMessage, .invalidRecord, .invalidMessageSize, .invalidTimestamp].contains(self)
    }
  }
#endif
