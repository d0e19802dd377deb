internal import DequeModule

/// Shares events out to workers, and brings what they make of them back into order: a pure machine, to be kept behind a lock.
///
/// Batches of events go to whichever worker asks, and run there through the first part of the graph (``Graph/Part/first``). The results go on in the order of the
/// batches, so that the rest of the graph sees what one worker alone would have made. The rest is done by one worker at a time:
/// always the same one, if it has operators of its own.
///
/// Bounded are the events that wait, and the batches that are under way.
public struct Exchange: Sendable {
  /// What a worker is to do next.
  public enum Work: Sendable {
    /// To run events through the first part, and to give back what comes out with ``complete(_:_:)``.
    case first([Event], ticket: UInt64)
    /// To run events through the rest, and to say when it is done with ``restIsDone()``.
    case rest([Event])
    /// Nothing is left to do, or the exchange was cancelled.
    case finished
  }

  private let workers: Int
  /// The worker that does the rest; nil if any may.
  private let restWorker: Int?
  /// The most events that wait to be shared out; at least 1.
  public var capacity: Int
  /// The most bytes that they have together, about; a single event may have more.
  private let byteCapacity: Int
  private var waiting: Deque<Event> = []
  private var waitingBytes = 0
  private var openSources: Int
  private var nextTicket: UInt64 = 0
  /// Results that came before their turn.
  private var results: [UInt64: [Event]] = [:]
  private var nextResult: UInt64 = 0
  private var restIsBusy = false
  /// How many events were taken, in all, with each ticket whose rest is not done, and with those whose rest is.
  private var takenCount: UInt64 = 0
  private var ends: Deque<UInt64> = []
  private var doneCount: UInt64 = 0
  /// How many items delay and accumulate held when the rest was last done.
  public private(set) var heldCount = 0
  /// Sources that wait for their messages to be acknowledged.
  private var blockedSources = 0
  /// The last one that was taken: each batch of a run that can be repeated begins with one.
  private var moment: Moment?
  public private(set) var isCancelled = false

  public init(workers: Int, restWorker: Int?, sources: Int, capacity: Int, byteCapacity: Int = 64 << 20) {
    self.workers = workers
    self.restWorker = restWorker
    self.openSources = sources
    self.capacity = max(1, capacity)
    self.byteCapacity = byteCapacity
  }

  // MARK: Sources

  /// Takes events of a source, in order, as far as there is room, and removes them. Nothing is taken once the exchange is cancelled.
  public mutating func add(_ events: inout EventQueue) {
    if isCancelled { return }
    while waiting.isEmpty || waiting.count < capacity && waitingBytes < byteCapacity, let event = events.next() {
      waitingBytes += event.byteCount
      waiting.append(event)
    }
  }

  /// Adds a frontier, whether there is room or not: it takes the place of one that waits at the end.
  public mutating func add(_ frontier: Frontier, of source: Graph.OperationID) {
    if isCancelled { return }
    if case .frontier(_, of: source)? = waiting.last { waiting.removeLast() } else { waitingBytes += MemoryLayout<Event>.size }
    waiting.append(.frontier(frontier, of: source))
  }

  /// How many events there have been: ``isDone(upTo:)`` says when they have run to their end.
  public var position: UInt64 { takenCount + UInt64(waiting.count) }

  /// Whether so many events have run to their end, and what came out of them was put out, but for what delay and accumulate hold.
  public func isDone(upTo position: UInt64) -> Bool { doneCount >= position }

  /// A source waits for messages to be acknowledged, so that nothing is to be kept back.
  public mutating func block() { blockedSources += 1 }
  public mutating func unblock() { blockedSources -= 1 }

  /// A source gives nothing more.
  public mutating func closeSource() {
    openSources -= 1
  }

  // MARK: Workers

  /// What a worker is to do now; nil if there is nothing yet.
  public mutating func next(for worker: Int, atMost limit: Int) -> Work? {
    if isCancelled { return .finished }
    if !restIsBusy, restWorker == nil || restWorker == worker, let events = results.removeValue(forKey: nextResult) {
      nextResult += 1
      restIsBusy = true
      return .rest(events)
    }
    if !waiting.isEmpty, nextTicket - nextResult < 2 * workers + 2 { return .first(take(atMost: limit), ticket: issueTicket()) }
    let isFinished = openSources == 0 && waiting.isEmpty && nextResult == nextTicket && !restIsBusy
    return isFinished ? .finished : nil
  }

  private mutating func issueTicket() -> UInt64 {
    defer { nextTicket += 1 }
    return nextTicket
  }

  private mutating func take(atMost limit: Int) -> [Event] {
    let count = min(waiting.count, max(1, limit))
    var events: [Event] = []
    events.reserveCapacity(count)
    for _ in 0..<count {
      let event = waiting.removeFirst()
      waitingBytes -= event.byteCount
      events.append(event)
    }
    takenCount += UInt64(count)
    ends.append(takenCount)
    if moment != nil || events.first?.moment != nil { beginWithMoment(&events) }
    return events
  }

  private mutating func beginWithMoment(_ events: inout [Event]) {
    if events.first?.moment == nil, let moment { events.insert(.clock(moment), at: 0) }
    moment = events.last { $0.moment != nil }?.moment
  }

  /// Takes what came of a batch. Returns it if the exchange was cancelled meanwhile.
  public mutating func complete(_ ticket: UInt64, _ events: [Event]) -> [Event] {
    if isCancelled { return events }
    results[ticket] = events
    return []
  }

  /// - Parameter held: how many items delay and accumulate hold now.
  public mutating func restIsDone(held: Int = 0) {
    restIsBusy = false
    heldCount = held
    doneCount = ends.popFirst() ?? doneCount
  }

  /// Whether what is written is to be made durable now: nothing waits and nothing is under way besides what the caller does of the rest, or a source
  /// waits for just that.
  public var isQuiet: Bool { blockedSources > 0 || waiting.isEmpty && nextResult == nextTicket }

  /// Ends all work at once, and returns what was waiting, so that it can be abandoned.
  public mutating func cancel() -> [Event] {
    isCancelled = true
    defer { (waiting, results, waitingBytes) = ([], [:], 0) }
    return Array(waiting) + results.values.joined()
  }
}

extension Event {
  fileprivate var moment: Moment? { if case .clock(let moment) = self { moment } else { nil } }
}
