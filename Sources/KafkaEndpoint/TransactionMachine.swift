#if Kafka
  public import Kafka

  /// Exactly once, from Kafka through a graph to Kafka: which results are written in one transaction with which positions. A pure machine.
  ///
  /// A transaction must hold, of every message, all results or none, and of every result, all messages that it was made of: a window's with all the
  /// window's messages. So messages and results make a graph of their own; a part of it that is connected can be committed when all its messages are
  /// through. Messages come through in any order, but a partition has one position: what is done behind it is noted in the metadata that is committed with
  /// the position, and is skipped when the partition is read again.
  public struct TransactionMachine: Hashable, Sendable {
    public typealias MessageID = UInt64
    public typealias ResultID = UInt64

    /// What is to be done next. All of it blocks, so that a thread of its own does it, and then says how that went.
    public enum Step: Hashable, Sendable {
      /// Nothing can be committed at this moment.
      case wait
      case begin
      /// Write these results, in this order, and wait until brokers have them.
      case produce([ResultID])
      case sendPositions([KafkaPosition])
      case commit
      case abort
      /// The run has to end, and nothing more may be committed; a new one goes on from the last commit.
      case end(Reason)
    }

    public enum Outcome: Hashable, Sendable {
      case succeeded
      /// It is not known, or may succeed the next time.
      case retriable
      /// The transaction cannot be committed.
      case requiresAbort
      /// Another one has taken over, or the producer is broken.
      case fatal
    }

    public enum Reason: Hashable, Sendable {
      case fenced
      /// A result was made of messages of a partition that went to another member, and of others.
      case mixedResult
    }

    private struct Message: Hashable {
      let partition: KafkaPartition
      let offset: Int64
      var isComplete = false
    }

    private struct Result: Hashable {
      let id: ResultID
      let messages: [MessageID]
    }

    fileprivate struct Place: Hashable {
      let offset: Int64
      /// Nil once committed.
      var id: MessageID?
    }

    fileprivate struct Partition: Hashable {
      /// What was taken, from the position on.
      var places: [Place] = []
      /// The next offset that may come.
      var next: Int64
      /// Behind the position, committed by an earlier run, and not read yet.
      var skipped: [Int64]
    }

    private struct Transaction: Hashable {
      var messages: Set<MessageID>
      var results: [ResultID]
      var positions: [KafkaPosition]
    }

    private enum Phase: Hashable {
      case idle, beginning(Transaction), producing(Transaction), sendingPositions(Transaction), committing(Transaction), aborting, ended(Reason)
    }

    private var partitions: [KafkaPartition: Partition] = [:]
    private var messages: [MessageID: Message] = [:]
    private var results: [Result] = []
    private var phase = Phase.idle
    private var nextMessage: MessageID = 0
    private let metadataLimit: Int

    /// - Parameter metadataLimit: bytes that the brokers keep with a position (`offset.metadata.max.bytes`).
    public init(metadataLimit: Int = 4096) {
      self.metadataLimit = metadataLimit
    }

    // MARK: - What happens

    /// Starts to read a partition, at what its group has committed.
    public mutating func assign(_ committed: KafkaPosition) {
      let position = committed.offset ?? 0
      partitions[committed.partition] = Partition(next: position, skipped: SkippedOffsets.decode(committed.metadata, from: position))
    }

    /// Takes a message in; nil if it is to be skipped, since its results are committed.
    public mutating func take(_ partition: KafkaPartition, offset: Int64) -> MessageID? {
      guard var state = partitions[partition], offset >= state.next else { return nil }
      defer { partitions[partition] = state }
      state.next = offset + 1
      if let index = state.skipped.firstIndex(of: offset) {
        state.skipped.remove(at: index)
        if !state.places.isEmpty { state.places.append(Place(offset: offset, id: nil)) }
        return nil
      }
      let id = nextMessage
      nextMessage += 1
      state.places.append(Place(offset: offset, id: id))
      messages[id] = Message(partition: partition, offset: offset)
      return id
    }

    /// A result of these messages is there, before any of them is complete.
    ///
    /// - Returns: whether it is to be kept for a transaction; not if the messages have gone to another member.
    public mutating func stage(_ result: ResultID, of ids: [MessageID]) -> Bool {
      let known = ids.filter { messages[$0] != nil }
      if known.isEmpty { return false }
      if known.count < ids.count {
        end(.mixedResult)
        return false
      }
      results.append(Result(id: result, messages: ids))
      return true
    }

    /// All that comes of a message has been staged, or there is nothing more to come.
    public mutating func complete(_ id: MessageID) {
      messages[id]?.isComplete = true
    }

    /// Partitions belong to another member now. To be called between transactions, and, if there is still time, when nothing more can be committed.
    ///
    /// - Returns: the results that are to be forgotten.
    public mutating func revoke(_ revoked: Set<KafkaPartition>) -> [ResultID] {
      for partition in revoked { partitions[partition] = nil }
      messages = messages.filter { !revoked.contains($0.value.partition) }
      let isKnown = { [messages] (id: MessageID) in messages[id] != nil }
      let stale = results.filter { !$0.messages.allSatisfy(isKnown) }
      if stale.contains(where: { $0.messages.contains(where: isKnown) }) { end(.mixedResult) }
      let forgotten = stale.map(\.id)
      results.removeAll { forgotten.contains($0.id) }
      return forgotten
    }

    /// The partitions that are read at this moment.
    public var assignedPartitions: [KafkaPartition] { Array(partitions.keys) }

    /// The partition of a message that is neither committed nor revoked.
    public func partition(of id: MessageID) -> KafkaPartition? { messages[id]?.partition }

    /// How many messages of a partition are on their way through the graph.
    public func pendingCount(of partition: KafkaPartition) -> Int {
      messages.values.count { $0.partition == partition && !$0.isComplete }
    }

    // MARK: - What is to be done

    /// The next step; the same until it is answered.
    public mutating func next() -> Step {
      if case .idle = phase, let transaction = largestTransaction() { phase = .beginning(transaction) }
      switch phase {
      case .idle: return .wait
      case .beginning: return .begin
      case .producing(let transaction): return .produce(transaction.results)
      case .sendingPositions(let transaction): return .sendPositions(transaction.positions)
      case .committing: return .commit
      case .aborting: return .abort
      case .ended(let reason): return .end(reason)
      }
    }

    /// Whether a transaction is under way.
    public var isBusy: Bool {
      switch phase {
      case .idle, .ended: false
      default: true
      }
    }

    /// How the step went that ``next()`` gave.
    ///
    /// - Returns: the messages that are done, and whose results can be forgotten.
    public mutating func finish(_ outcome: Outcome) -> (messages: [MessageID], results: [ResultID]) {
      switch (phase, outcome) {
      case (.idle, _), (.ended, _), (_, .retriable): break
      case (_, .fatal): end(.fenced)
      case (.aborting, _): phase = .idle
      // What has not begun needs no end.
      case (.beginning, .requiresAbort): phase = .idle
      case (_, .requiresAbort): phase = .aborting
      case (.beginning(let transaction), .succeeded): phase = .producing(transaction)
      case (.producing(let transaction), .succeeded): phase = .sendingPositions(transaction)
      case (.sendingPositions(let transaction), .succeeded): phase = .committing(transaction)
      case (.committing(let transaction), .succeeded):
        phase = .idle
        settle(transaction)
        return (transaction.messages.sorted(), transaction.results)
      }
      return ([], [])
    }

    private mutating func end(_ reason: Reason) {
      if case .ended = phase { return }
      phase = .ended(reason)
    }

    private mutating func settle(_ transaction: Transaction) {
      for id in transaction.messages { messages[id] = nil }
      let done = Set(transaction.results)
      results.removeAll { done.contains($0.id) }
      for partition in partitions.keys { partitions[partition]?.settle(transaction.messages) }
    }

    // MARK: - Transactions

    /// All that can be committed, as far as it can be noted.
    private func largestTransaction() -> Transaction? {
      var chosen: Set<MessageID> = []
      var state = partitions
      for part in closedParts() {
        var trial = state
        for partition in Set(part.compactMap { messages[$0]?.partition }) { trial[partition]?.settle(part) }
        // The first part that does not fit waits until others make the position move on.
        guard trial.values.allSatisfy({ SkippedOffsets.encode($0.done, from: $0.position).count <= metadataLimit }) else { break }
        state = trial
        chosen.formUnion(part)
      }
      if chosen.isEmpty { return nil }
      let positions = state.filter { $0.value != partitions[$0.key] }.map { name, partition in
        KafkaPosition(name, offset: partition.position, metadata: SkippedOffsets.encode(partition.done, from: partition.position))
      }
      return Transaction(
        messages: chosen, results: results.filter { $0.messages.allSatisfy(chosen.contains) }.map(\.id),
        positions: positions.sorted { ($0.partition.topic, $0.partition.number) < ($1.partition.topic, $1.partition.number) })
    }

    /// Sets of messages that share results with each other and with no others, all of which are complete; those in front first.
    private func closedParts() -> [Set<MessageID>] {
      var parents: [MessageID: MessageID] = [:]
      func root(_ id: MessageID) -> MessageID {
        var id = id
        while let parent = parents[id] { id = parent }
        return id
      }
      for result in results {
        for pair in zip(result.messages, result.messages.dropFirst()) {
          let (one, other) = (root(pair.0), root(pair.1))
          if one != other { parents[max(one, other)] = min(one, other) }
        }
      }
      let parts = Dictionary(grouping: messages.keys) { root($0) }
      return parts.filter { $0.value.allSatisfy { messages[$0]?.isComplete == true } }.sorted { $0.key < $1.key }.map { Set($0.value) }
    }
  }

  extension TransactionMachine.Partition {
    /// The first offset that is not done.
    fileprivate var position: Int64 { places.first?.offset ?? next }

    /// The offsets behind the position that are done, in order.
    fileprivate var done: [Int64] { places.filter { $0.id == nil }.map(\.offset) + skipped }

    fileprivate mutating func settle(_ ids: Set<TransactionMachine.MessageID>) {
      for index in places.indices {
        if let id = places[index].id, ids.contains(id) { places[index].id = nil }
      }
      places.removeFirst(places.prefix { $0.id == nil }.count)
    }
  }

  /// Offsets behind a position, as text: ranges of distances from it, such as `millrace:2-5,9-9`.
  enum SkippedOffsets {
    private static let prefix = Array("millrace:".utf8)

    static func encode(_ offsets: [Int64], from position: Int64) -> [UInt8] {
      if offsets.isEmpty { return [] }
      var ranges: [ClosedRange<Int64>] = []
      for offset in offsets.map({ $0 - position }) {
        if let last = ranges.last, last.upperBound + 1 == offset { ranges[ranges.count - 1] = last.lowerBound...offset } else { ranges.append(offset...offset) }
      }
      return prefix + Array(ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",").utf8)
    }

    /// None for what is no such text: other clients may have committed it.
    static func decode(_ metadata: [UInt8], from position: Int64) -> [Int64] {
      guard metadata.starts(with: prefix) else { return [] }
      var offsets: [Int64] = []
      for range in metadata.dropFirst(prefix.count).split(separator: UInt8(ascii: ",")) {
        let ends = range.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map { Int64(String(decoding: $0, as: UTF8.self)) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, first <= last, last - first < 1 << 20, last < 1 << 40, offsets.count < 1 << 20 else { return [] }
        offsets += (first...last).map { position + $0 }
      }
      return offsets
    }
  }
#endif
