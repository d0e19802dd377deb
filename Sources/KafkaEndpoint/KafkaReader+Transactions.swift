#if Kafka
  internal import Dataflow
  internal import EndpointKit
  internal import Kafka
  internal import Synchronization

  /// Exactly-once delivery: the sink's part, and what the thread does.
  extension KafkaReader {
    /// Nanoseconds from one transaction to the next.
    private static let transactionInterval: UInt64 = 100_000_000
    /// Results that are enough for a transaction before that.
    private static let transactionSize = 1000

    // MARK: - For the sink

    /// Keeps a result for a transaction. Its delivery completes: that of its messages goes on when they are committed.
    func stage(_ record: KafkaRecord, _ delivery: Delivery) throws(EndpointError) {
      let ids = Array(Set(delivery.sourceIDs)).sorted()
      let failure: EndpointError? = state.change { state in
        if let failure = state.failure { return failure }
        if state.isClosing { return EndpointError(.closed, settings.host, "The Kafka source has been closed: nothing more can be committed.") }
        let result = state.nextResult
        state.nextResult += 1
        if state.ledger.machine?.stage(result, of: ids) == true { state.results[result] = record }
        return nil
      }
      if let failure { throw failure }
      delivery.complete(.delivered)
    }

    /// Waits until all is committed that can be.
    func commitAll() throws(EndpointError) {
      let request = state.change { state in
        state.commitRequests += 1
        return state.commitRequests
      }
      consumer.wake()
      let failure: EndpointError?? = state.wait(atMost: settings.deliveryTimeout) { state in
        if let failure = state.failure { return .some(failure) }
        return state.commitsDone >= request || state.isClosing ? .some(nil) : nil
      }
      switch failure {
      case .some(.some(let error)): throw error
      case .some(.none): break
      case nil: throw EndpointError(.unwritable, settings.host, "The last results could not be committed in \(settings.deliveryTimeout): the next run gives them.")
      }
    }

    // MARK: - On the thread

    func startTransactions() {
      guard let transactor else { return }
      do throws(KafkaError) {
        while try !transactor.start() && !state.read({ $0.isClosing }) {}
      } catch {
        fail(error)
      }
    }

    /// What the group has committed; asked for until there is an answer.
    func committedPositions(of partitions: [KafkaPartition]) -> [KafkaPosition] {
      while true {
        do throws(KafkaError) {
          return try consumer.committed(partitions, within: 5000)
        } catch {
          notices.tell(error)
          if state.read({ $0.isClosing }) || consumer.fatalError != nil { return [] }
        }
      }
    }

    /// Commits what can be, if it is time. After trouble it comes back to the group before it goes on: that may be what the trouble is about.
    func transact(_ transactor: Transactor, isUrgent: Bool) {
      let now = clock.nanoseconds()
      let isDue = state.read { $0.commitRequests > $0.commitsDone || $0.results.count >= Self.transactionSize || $0.ledger.machine?.isBusy == true }
      guard isUrgent || isDue || now - lastTransaction.load(ordering: .relaxed) >= Self.transactionInterval else { return }
      lastTransaction.store(now, ordering: .relaxed)
      while state.read({ $0.failure == nil }) {
        let (step, records) = state.change { state -> (TransactionMachine.Step, [KafkaRecord]) in
          let step = state.ledger.machine?.next() ?? .wait
          if step == .wait { state.commitsDone = state.commitRequests }
          guard case .produce(let results) = step else { return (step, []) }
          return (step, results.compactMap { state.results[$0] })
        }
        switch step {
        case .wait: return
        case .end(let reason): return end(reason)
        default: break
        }
        let outcome = transactor.perform(step, records: records, of: consumer)
        state.change { state in
          for result in state.ledger.machine?.finish(outcome).results ?? [] { state.results[result] = nil }
        }
        if step == .abort || outcome == .retriable { return }
      }
    }

    /// Before partitions go, no transaction is under way that they are part of: what cannot be finished soon is given up, with the run.
    func endTransaction() {
      guard let transactor else { return }
      var attempts = 0
      while state.read({ $0.ledger.machine?.isBusy == true && $0.failure == nil }) {
        transact(transactor, isUrgent: true)
        attempts += 1
        if attempts > 5 { state.change { _ = $0.ledger.machine?.finish(.fatal) } }
      }
    }

    private func end(_ reason: TransactionMachine.Reason) {
      let sentence =
        switch reason {
        case .fenced: "Another one has taken over, or the producer is broken: nothing more is committed. Start the run again"
        case .mixedResult: "A window holds messages of partitions that another member of the group has now, and of others. Start the run again: it goes on from what is committed"
        }
      state.change { if $0.failure == nil { $0.failure = EndpointError(.failed, settings.host, sentence + ".") } }
    }
  }
#endif
