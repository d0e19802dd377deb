/// How a source's items get their logical times, and when windows may close.
public struct TimeSettings: Hashable, Sendable {
  public enum Domain: String, Hashable, Sendable, CaseIterable {
    /// A message belongs to the time that it carries (`__ts`), or else to that of its arrival.
    case event
    /// A message belongs to the time of its arrival, whatever it carries. Nothing is ever late.
    case processing
  }

  public enum LatePolicy: String, Hashable, Sendable, CaseIterable {
    /// A late item is dropped and counted, and its source message acknowledged.
    case drop
    /// A late item is counted and goes on as if it belonged to the earliest time that may still come, into the window that is open then.
    case emit
  }

  public var domain: Domain
  /// How far an item may be behind the latest one without being late. Windows close that much later. Only in event time.
  public var allowedLateness: Duration
  public var late: LatePolicy
  /// How long one of a source's partitions may give nothing, while others do, before windows no longer wait for it.
  public var idleAfter: Duration

  public init(_ domain: Domain = .event, allowedLateness: Duration = .seconds(5), late: LatePolicy = .drop, idleAfter: Duration = .seconds(10)) {
    self.domain = domain
    self.allowedLateness = max(.zero, allowedLateness)
    self.late = late
    self.idleAfter = max(.zero, idleAfter)
  }
}

/// One source's logical times and its frontier: a pure machine that is told what comes, and what the wall clock shows.
///
/// In event time the frontier is the source's event clock less the allowed lateness. The event clock shows the latest time of any item so far. While
/// the source has nothing to give it runs on with the wall clock, so that the last window of a source that falls silent closes too. It
/// does not run on while the source gives as fast as it is read: a backlog is not late, however old it is. And it is never ahead of the
/// wall clock, so that one device with a wrong clock does not make the items of all others late.
///
/// A source may be made of partitions, each with an order of its own (``Origin/partition``). Then each has an event clock, and the source's shows the least of
/// them; those that are idle do not count.
///
/// In processing time the frontier is the wall clock.
///
/// Frontiers are whole milliseconds, since that is how finely the text form of a timestamp tells times apart.
public struct EventTime: Sendable {
  public let settings: TimeSettings
  public private(set) var frontier = Frontier.initial
  private let allowedLateness: UInt64
  /// Stamps in processing time.
  private var clock: HybridLogicalClock
  /// Nil before there was anything to set it by.
  private var eventClock: WallTime?
  /// What the wall clock showed when the event clock was last looked at.
  private var observedAt = WallTime(seconds: 0)
  /// Of the source's partitions, where it says which one an item is of.
  private var partitions = PartitionClocks()

  /// - Parameter nodeID: this node's name in the timestamps of processing time.
  public init(_ settings: TimeSettings, nodeID: String = "millrace") {
    self.settings = settings
    allowedLateness = settings.allowedLateness.nanoseconds
    partitions = PartitionClocks(idleAfter: settings.idleAfter.nanoseconds)
    clock = HybridLogicalClock(nodeID: nodeID)
  }

  public enum Admission: Hashable, Sendable {
    case onTime
    /// The frontier had passed the item's time. Now it has another one, if the policy is to emit it.
    case late
  }

  /// Gives an item its logical time, and moves the frontier on.
  public mutating func admit(_ item: inout Item, at now: WallTime) -> Admission {
    switch settings.domain {
    case .processing:
      item.restamp(clock.tick(at: now))
      advance(to: now)
      return .onTime
    case .event:
      let admission = admitted(&item)
      let time = min(item.time.wallTime, now)
      if let partition = item.origin.partition {
        if let least = partitions.note(time, in: partition, at: now) { eventClock = max(eventClock ?? least, least) }
      } else {
        eventClock = max(eventClock ?? time, time)
      }
      observe(now)
      return admission
    }
  }

  /// The source reads from these partitions from now on, and from no others. Windows wait for those that are new, until they give something or are idle.
  public mutating func assign(_ assigned: [Int], at now: WallTime) {
    partitions.assign(assigned, at: now)
  }

  private func admitted(_ item: inout Item) -> Admission {
    guard let earliest = frontier.lowerBound, item.time < earliest else { return .onTime }
    if item.origin.isStampedOnArrival {
      // It came while the clock ran on for want of items.
      item.time = earliest
      return .onTime
    }
    if settings.late == .emit { item.restamp(earliest) }
    return .late
  }

  /// Moves the frontier on although nothing has come. To be called only while the source has nothing to give.
  ///
  /// - Parameter others: the frontiers of the graph's other sources. A source that has not given anything yet has no time of its own: it is as
  ///   far as the others are.
  public mutating func idle(at now: WallTime, others: [Frontier] = []) {
    if settings.domain == .processing { return advance(to: now) }
    if let least = partitions.runOn(now.nanoseconds(since: observedAt), to: now) {
      eventClock = max(eventClock ?? least, least)
    } else if let eventClock {
      self.eventClock = max(eventClock, min(eventClock.adding(now.nanoseconds(since: observedAt)), now))
    } else if let others = others.min() {
      guard others.isDone else { return frontier = max(frontier, others) }
      // What they have left behind is not to wait for ever.
      eventClock = now
    }
    observe(now)
  }

  /// Nothing comes any more.
  public mutating func close() {
    frontier = .done
  }

  private mutating func observe(_ now: WallTime) {
    observedAt = now
    if let eventClock { advance(to: eventClock.subtracting(allowedLateness)) }
  }

  private mutating func advance(to time: WallTime) {
    frontier = max(frontier, Frontier(Timestamp(time.truncatedToMilliseconds)))
  }
}

extension Item {
  /// Gives the item another logical time, and its message too, since operators find windows by that.
  fileprivate mutating func restamp(_ timestamp: Timestamp) {
    time = timestamp
    switch data {
    case .message(var message):
      message.timestamp = timestamp
      data = .message(message)
    case .snapshot(var snapshot):
      snapshot.timestamp = timestamp
      data = .snapshot(snapshot)
    case .bytes: break
    }
  }
}
