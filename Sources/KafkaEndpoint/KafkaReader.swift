#if Kafka
  internal import Dataflow
  internal import DequeModule
  internal import EndpointKit
  internal import Kafka
  internal import Synchronization

  /// What a source's thread does.
  final class KafkaReader: DeliveryObserver {
    struct State {
      /// Read, and not handed on.
      var items: Deque<Item> = []
      var byteCount = 0
      var ledger = Ledger()
      /// With exactly-once delivery: what is to be written, by its number.
      var results: [TransactionMachine.ResultID: KafkaRecord] = [:]
      var nextResult: TransactionMachine.ResultID = 0
      /// How often all was to be committed that could be, and how often it was.
      var commitRequests = 0, commitsDone = 0
      /// Partitions that were read to their end, as far as that is of interest.
      var ended: Set<KafkaPartition> = []
      var isAtEnd = false
      var isPaused = false
      var isStopped = false
      var isClosing = false
      var failure: EndpointError?
    }

    let consumer: KafkaConsumer
    let settings: KafkaSettings
    private let topics: [String]
    let clock: EndpointClock
    let notices: NoticeFilter
    let state = ConditionLock(State())
    private let thread = Mutex<Thread?>(nil)
    /// With exactly-once delivery.
    let transactor: Transactor?
    let lastTransaction = Atomic<UInt64>(0)

    /// Bytes of payloads that are read ahead.
    private static let byteLimit = 16 << 20
    /// Partitions that are paused lose what was read ahead of them: that is only worth it when the run has stood still for so long.
    private static let patienceBeforePause = Duration.seconds(1)

    init(_ settings: KafkaSettings, topics: [String], clock: EndpointClock, onNotice: @escaping @Sendable (EndpointNotice) -> Void, makeTransactor: ((NoticeFilter) throws(EndpointError) -> Transactor)? = nil) throws(EndpointError) {
      guard !topics.isEmpty, topics.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("^") }) else {
        throw EndpointError(.unreadable, settings.host, "A Kafka source reads topics by their names: name at least one, and no patterns.")
      }
      self.settings = settings
      self.topics = topics
      self.clock = clock
      notices = NoticeFilter(settings.host, onNotice)
      transactor = try makeTransactor?(notices)
      let configuration = try settings.consumerConfiguration()
      do throws(KafkaError) {
        consumer = try KafkaConsumer(configuration)
        try consumer.subscribe(topics)
      } catch {
        throw error.endpointError(.unreadable, settings.host, "The Kafka source cannot be set up")
      }
      if transactor != nil { state.change { $0.ledger.machine = TransactionMachine() } }
    }

    func start() throws(EndpointError) {
      let thread = Thread { [self] in run() }
      if thread == nil { throw EndpointError(.failed, settings.host, "The system refused to start a thread for the Kafka source.") }
      self.thread.withLock { $0 = thread }
    }

    // MARK: - For the run

    func next(atMost limit: Int) throws(EndpointError) -> SourceBatch {
      enum Answer { case items([Item], wasPaused: Bool), failure(EndpointError), finished }
      let answer: Answer? = state.wait { state in
        if let failure = state.failure { return .failure(failure) }
        if state.isStopped || state.isClosing { return .finished }
        if state.items.isEmpty { return state.isAtEnd ? .finished : nil }
        let items = Array(state.items.prefix(max(1, limit)))
        state.items.removeFirst(items.count)
        state.byteCount -= items.reduce(0) { $0 + $1.data.byteCount }
        return .items(items, wasPaused: state.isPaused)
      }
      switch answer {
      case .items(let items, let wasPaused):
        if wasPaused { consumer.wake() }
        return .items(items)
      case .failure(let error): throw error
      case .finished, nil: return .finished
      }
    }

    func stop() {
      state.change { state in
        state.isStopped = true
        state.items = []
        state.byteCount = 0
      }
      consumer.wake()
    }

    func requestClose() {
      state.change { $0.isClosing = true }
      consumer.wake()
    }

    func close() {
      requestClose()
      thread.withLock { thread in
        thread?.join()
        thread = nil
      }
    }

    func waitUntilPaused() {
      _ = state.wait { $0.isPaused ? () : nil }
    }

    func delivery(_ id: UInt64, completed outcome: Delivery.Outcome) {
      state.change { $0.ledger.complete(id, isAcknowledged: outcome.isAcknowledged) }
    }

    // MARK: - On the thread

    private func run() {
      startTransactions()
      while !state.read({ $0.isClosing }) {
        waitForRoom()
        read()
        storePositions(isUrgent: false)
        if let error = consumer.fatalError {
          fail(error)
          break
        }
      }
      leave()
    }

    private func hasRoom(_ state: State) -> Bool {
      state.isStopped ? false : state.items.count < settings.readAhead && state.byteCount < Self.byteLimit
    }

    /// Pauses when the run does not come after, and goes on when it does.
    private func waitForRoom() {
      let hasRoom: Bool? = state.wait(atMost: state.read { $0.isStopped || $0.isPaused } ? .zero : Self.patienceBeforePause) { state in
        if state.isClosing { return false }
        return self.hasRoom(state) ? true : state.isStopped ? false : nil
      }
      let (isPaused, partitions) = state.read { ($0.isPaused, $0.ledger.partitions) }
      if isPaused == (hasRoom != true) { return }
      do throws(KafkaError) {
        if hasRoom == true { try consumer.resume(partitions) } else { try consumer.pause(partitions) }
        state.change { $0.isPaused = hasRoom != true }
      } catch {
        notices.tell(error)
      }
    }

    /// Reads what there is, up to a batch.
    private func read() {
      var records: [Record] = []
      reading: while records.count < 500 {
        switch consumer.poll(within: records.isEmpty ? 100 : 0) {
        case .message(let message): records.append(Record(message))
        case .none: break reading
        case .notice(let notice):
          take(records)
          records = []
          hear(notice)
          break reading
        case .assigned(let partitions):
          take(records)
          records = []
          assign(partitions)
          break reading
        case .revoked(let partitions):
          take(records)
          records = []
          revoke(partitions)
          break reading
        }
      }
      take(records)
    }

    private func take(_ records: [Record]) {
      if records.isEmpty { return }
      notices.forget()
      let arrival = clock.arrival()
      state.change { state in
        for record in records {
          guard let id = state.ledger.take(record.partition, offset: record.offset), !state.isStopped else { continue }
          let item = item(record, id, arrival)
          state.byteCount += item.data.byteCount
          state.items.append(item)
        }
      }
    }

    private func item(_ record: Record, _ id: UInt64, _ arrival: EndpointClock.Arrival) -> Item {
      let incoming = KafkaMapping.incoming(
        key: record.key, timestamp: record.timestamp, headers: record.headers, cloudEvents: settings.cloudEventAttributes != nil)
      let recordTime = settings.usesRecordTime ? record.timestamp.map { Timestamp(WallTime(milliseconds: UInt64(clamping: $0)), nodeID: "kafka").text } : nil
      let stamp = clock.stamp(carried: incoming.timestamp ?? recordTime, at: arrival.wallTime)
      let topic = Array(record.partition.topic.utf8)
      let message = Message(
        timestamp: stamp.timestamp, topic: topic, contentType: incoming.contentType, payload: record.payload ?? [], userProperties: incoming.userProperties)
      let origin = Origin(
        name: record.partition.description, number: UInt64(record.offset), topic: topic, receivedAt: arrival.nanoseconds, isStampedOnArrival: stamp.basis != .carried)
      return Item(time: stamp.timestamp, data: .message(message), origin: origin, delivery: Delivery(id: id, observer: self))
    }

    private func storePositions(isUrgent: Bool) {
      if let transactor { return transact(transactor, isUrgent: isUrgent) }
      let positions = state.change { $0.ledger.takePositions() }
      if positions.isEmpty { return }
      do throws(KafkaError) { try consumer.store(positions) } catch { notices.tell(error) }
    }

    private func assign(_ partitions: [KafkaPartition]) {
      let positions = transactor == nil ? partitions.map { KafkaPosition($0) } : committedPositions(of: partitions)
      let isPaused = state.change { state in
        for position in positions { state.ledger.assign(position) }
        state.ended.subtract(partitions)
        checkEnd(&state)
        return state.isPaused
      }
      do throws(KafkaError) {
        try consumer.assign(partitions)
        if isPaused { try consumer.pause(partitions) }
      } catch {
        notices.tell(error)
      }
      notices.tell(partitions.isEmpty ? "The group gave it no partition." : "The group gave it \(partitions.text).", .info)
    }

    /// Gives partitions up: what was not handed on is dropped, what is in flight is waited for, but not for ever.
    private func revoke(_ partitions: [KafkaPartition]) {
      let given = Set(partitions)
      let mayWait = !consumer.hasLostAssignment
      state.change { state in
        state.items.removeAll { item in
          guard state.ledger.partition(of: item.delivery.id).map(given.contains) ?? true else { return false }
          state.ledger.complete(item.delivery.id, isAcknowledged: false)
          return true
        }
        state.byteCount = state.items.reduce(0) { $0 + $1.data.byteCount }
      }
      let patience = mayWait && !state.read({ $0.isClosing }) ? settings.revocationPatience : .zero
      _ = state.wait(atMost: patience) { state in
        partitions.allSatisfy { state.ledger.pendingCount(of: $0) == 0 } ? () : nil
      }
      if mayWait { storePositions(isUrgent: true) }
      endTransaction()
      let pending = state.change { state in
        let pending = partitions.reduce(0) { $0 + state.ledger.pendingCount(of: $1) }
        for result in state.ledger.revoke(partitions) { state.results[result] = nil }
        state.ended.subtract(partitions)
        return pending
      }
      do throws(KafkaError) { try consumer.unassign(partitions) } catch { notices.tell(error) }
      if state.read({ $0.isClosing }) { return }
      notices.tell(
        "The group took \(partitions.text) away" + (mayWait ? "." : ", as it had not heard from it in time.")
          + (pending > 0 ? " \(pending) messages in flight are not acknowledged: whoever has them now reads them again." : ""),
        mayWait && pending == 0 ? .info : .warning)
    }

    private func hear(_ notice: KafkaNotice) {
      switch notice {
      case .error(let error, let partition):
        if error.code == .endOfPartition, let partition {
          return state.change { state in
            state.ended.insert(partition)
            checkEnd(&state)
          }
        }
        if error.isFatal { fail(error) } else { notices.tell(error, partition) }
      case .tokenIsWanted:
        settings.answerToken(set: consumer.setToken, fail: consumer.setTokenFailure, notices)
      case .statistics, .log: break
      }
    }

    private func checkEnd(_ state: inout State) {
      if settings.stopsAtEnd && state.ledger.partitions.allSatisfy(state.ended.contains) { state.isAtEnd = true }
    }

    func fail(_ error: KafkaError) {
      state.change { if $0.failure == nil { $0.failure = error.endpointError(.unreadable, settings.host, "The Kafka source cannot go on") } }
    }

    /// Commits what is stored and leaves the group; gives up after a while, which the group sees by itself.
    private func leave() {
      storePositions(isUrgent: true)
      do throws(KafkaError) { try consumer.startClosing() } catch { return notices.tell(error) }
      let start = clock.nanoseconds()
      while !consumer.isClosed && clock.nanoseconds() - start < 10_000_000_000 {
        switch consumer.poll(within: 100) {
        case .revoked(let partitions): revoke(partitions)
        case .assigned(let partitions): try? consumer.unassign(partitions)
        case .message: break
        case .notice: break
        case .none: break
        }
      }
    }
  }

  /// A copy of what was read.
  private struct Record {
    let partition: KafkaPartition
    let offset: Int64
    let payload: [UInt8]?
    let key: [UInt8]?
    let timestamp: Int64?
    let headers: [KafkaHeader]

    init(_ message: borrowing KafkaMessage) {
      partition = KafkaPartition(message.topic, message.partition)
      offset = message.offset
      payload = message.payload
      key = message.key
      timestamp = message.timestamp
      headers = message.headers
    }
  }

  extension [KafkaPartition] {
    /// For people.
    fileprivate var text: String { map(\.description).sorted().joined(separator: ", ") }
  }
#endif
