/// A node's hybrid logical clock: a pure machine that is told what the wall clock shows.
///
/// What it stamps ascends strictly, also when the wall clock stands still or steps back, and never falls behind what the node
/// has heard of from others. Times are kept in whole milliseconds, so that the text form loses nothing.
public struct HybridLogicalClock: Sendable {
  public let nodeID: String
  /// How far ahead of the wall clock, in seconds, another node's time may be before it is refused.
  public let tolerance: UInt64
  public private(set) var last: Timestamp

  public init(nodeID: String, tolerance: UInt64 = 60) {
    self.nodeID = nodeID
    self.tolerance = tolerance
    self.last = Timestamp(seconds: 0, nodeID: nodeID)
  }

  /// The timestamp of an event at this node, greater than every one before.
  public mutating func tick(at now: WallTime) -> Timestamp {
    let now = now.truncatedToMilliseconds
    if now > last.wallTime {
      last = Timestamp(now, nodeID: nodeID)
    } else if last.counter < .max {
      last.counter += 1
    } else {
      last = Timestamp(last.wallTime.addingMillisecond, nodeID: nodeID)
    }
    return last
  }

  public enum Update: Hashable, Sendable {
    /// The clock now stands here.
    case advanced(Timestamp)
    /// The other timestamp is this node's own: nothing to learn from it.
    case unchanged
    /// The later of the two is further ahead of the wall clock than the tolerance: the clock is left as it was.
    case tooFarAhead
    /// The counter that would be increased is at its maximum: the clock is left as it was.
    case counterExhausted
  }

  /// Takes over what another node's timestamp says (operators.md §2: the later time wins, its counter goes up by one).
  public mutating func update(with other: Timestamp, at now: WallTime) -> Update {
    if other.nodeID == nodeID { return .unchanged }
    let now = now.truncatedToMilliseconds
    let mine = last.wallTime
    let theirs = other.wallTime
    if now > mine && now > theirs {
      last = Timestamp(now, nodeID: nodeID)
      return .advanced(last)
    }
    let winner = max(mine, theirs)
    if isTooFarAhead(winner, of: now) { return .tooFarAhead }
    let counter = mine == theirs ? max(last.counter, other.counter) : mine > theirs ? last.counter : other.counter
    if counter == .max { return .counterExhausted }
    last = Timestamp(winner, counter: counter + 1, nodeID: nodeID)
    return .advanced(last)
  }

  /// A message's timestamp, and where it came from.
  public struct Stamp: Hashable, Sendable {
    public enum Basis: Hashable, Sendable {
      /// The message carried it.
      case carried
      /// The message carried none: the time of arrival.
      case arrival
      /// What it carried cannot be read: the time of arrival.
      case malformed
      /// What it carried is too far in the future: the time of arrival.
      case tooFarAhead
    }

    public var timestamp: Timestamp
    public var basis: Basis
  }

  /// Stamps a message that arrives with this `__ts` text, or with none. The caller logs and counts the two faulty cases.
  public mutating func stamp(carried text: String?, at now: WallTime) -> Stamp {
    guard let text else { return Stamp(timestamp: tick(at: now), basis: .arrival) }
    guard let carried = Timestamp(text: text) else { return Stamp(timestamp: tick(at: now), basis: .malformed) }
    if isTooFarAhead(carried.wallTime, of: now) { return Stamp(timestamp: tick(at: now), basis: .tooFarAhead) }
    _ = update(with: carried, at: now)
    return Stamp(timestamp: carried, basis: .carried)
  }

  private func isTooFarAhead(_ time: WallTime, of now: WallTime) -> Bool {
    let (limit, overflow) = now.seconds.addingReportingOverflow(tolerance)
    return !overflow && time > WallTime(seconds: limit, nanoseconds: now.nanoseconds)
  }
}

extension WallTime {
  /// The next millisecond; at the end of time, the end of time.
  fileprivate var addingMillisecond: WallTime {
    if nanoseconds < 999_000_000 { return WallTime(seconds: seconds, nanoseconds: nanoseconds + 1_000_000) }
    return seconds == .max ? WallTime(seconds: .max, nanoseconds: .max) : WallTime(seconds: seconds + 1)
  }
}
