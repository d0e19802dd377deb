#if Kafka
  internal import Dataflow
  internal import EndpointKit
  internal import Kafka
  internal import Synchronization

  /// Carries out what a ``TransactionMachine`` says, on the source's thread.
  final class Transactor: Sendable {
    private let producer: KafkaProducer<Mark>
    private let topic: String
    private let notices: NoticeFilter

    /// Of a message on its way. Nobody else hears of it.
    private final class Mark: Sendable {}

    /// Milliseconds that a call may block; it is repeated if need be.
    private static let patience: Int32 = 5000

    init(_ settings: KafkaSettings, topic: String, _ notices: NoticeFilter) throws(EndpointError) {
      self.topic = topic
      self.notices = notices
      let configuration = try settings.transactionalConfiguration()
      do throws(KafkaError) {
        producer = try KafkaProducer(configuration, topic: topic, fixedPartition: settings.partitionStrategy == .fixed ? settings.instance : nil)
      } catch {
        throw error.endpointError(.unwritable, settings.host, "The transactional Kafka sink cannot be set up")
      }
    }

    /// Takes the transactional id over, once brokers are there.
    ///
    /// - Returns: whether that is done; otherwise it is to be tried again.
    func start() throws(KafkaError) -> Bool {
      do throws(KafkaError) {
        try producer.initializeTransactions(within: 1000)
        return true
      } catch {
        serve(within: 0)
        if !error.isRetriable && error.code != .timedOut { throw error }
        notices.tell(error)
        return false
      }
    }

    /// Does one step.
    ///
    /// - Parameter records: what the results are.
    func perform(_ step: TransactionMachine.Step, records: [KafkaRecord], of consumer: KafkaConsumer) -> TransactionMachine.Outcome {
      do throws(KafkaError) {
        switch step {
        case .wait, .end: break
        case .begin: try producer.beginTransaction()
        case .produce: return try produce(records)
        case .sendPositions(let positions):
          guard let group = consumer.groupMetadata() else { return .requiresAbort }
          try producer.sendPositions(positions, of: group, within: Self.patience)
        case .commit: try producer.commitTransaction(within: Self.patience)
        case .abort:
          producer.purge()
          while producer.pendingCount > 0 { serve(within: 10) }
          try producer.abortTransaction(within: Self.patience)
        }
        notices.forget()
        return .succeeded
      } catch {
        serve(within: 0)
        notices.tell(error)
        if producer.fatalError != nil || error.isFatal { return .fatal }
        if error.requiresAbort { return .requiresAbort }
        return error.isRetriable || error.code == .timedOut ? .retriable : .fatal
      }
    }

    /// Sends all and waits until brokers have them.
    private func produce(_ records: [KafkaRecord]) throws(KafkaError) -> TransactionMachine.Outcome {
      var pendingCount = 0
      var outcome = TransactionMachine.Outcome.succeeded
      func hear(within milliseconds: Int32) {
        guard case .completed(let completed) = producer.poll(within: milliseconds) else { return }
        pendingCount -= completed.count
        for case let (_, error?) in completed {
          outcome = .requiresAbort
          notices.tell(error)
        }
      }
      for record in records {
        while true {
          do throws(KafkaError) {
            try producer.send(record, Mark())
            pendingCount += 1
            break
          } catch {
            if error.code.isOfOneMessage {
              notices.tell("A message cannot be written to \(topic), and is dropped: \(error.message).")
              break
            }
            guard error.code == .queueFull else { throw error }
            hear(within: 100)
          }
        }
      }
      while pendingCount > 0 { hear(within: 100) }
      return producer.fatalError == nil ? outcome : .fatal
    }

    /// Hears what is of no interest, so that it does not pile up.
    private func serve(within milliseconds: Int32) {
      while true {
        if case .none = producer.poll(within: milliseconds) { return }
      }
    }
  }
#endif
