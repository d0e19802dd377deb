/// The event clocks of a source's partitions: each shows the latest time of any of its items.
///
/// A partition is idle when it has given nothing for some time longer than the one that gave something last. So partitions that fall silent together stay
/// as they are, and one that falls silent alone holds up the others only so long.
struct PartitionClocks: Sendable {
  private struct Partition {
    /// Nil while it has not given anything.
    var clock: WallTime?
    /// What the wall clock showed when it last gave something, or was assigned.
    var activeAt: WallTime
  }

  private var partitions: [Int: Partition] = [:]
  private let idleAfter: UInt64
  /// When any of them last gave something.
  private var activeAt = WallTime(seconds: 0)
  private var least: WallTime?
  /// When `least` is to be worked out again even if nothing speaks for it.
  private var dueAt = WallTime(seconds: 0)

  /// How much time may pass before it is noticed that a partition has become idle, in nanoseconds.
  private static let patience: UInt64 = 100_000_000

  init(idleAfter: UInt64 = 0) { self.idleAfter = idleAfter }

  /// Takes note of an item. Returns the least clock of those that are not idle; nil while one of them has not given anything.
  mutating func note(_ time: WallTime, in number: Int, at now: WallTime) -> WallTime? {
    let before = partitions[number]?.clock, after = max(before ?? time, time)
    partitions[number] = Partition(clock: after, activeAt: now)
    activeAt = max(activeAt, now)
    // With many partitions, mostly another one is behind.
    if let least, let before, before > least, now < dueAt { return least }
    dueAt = now.adding(min(Self.patience, idleAfter))
    least = leastClock { $0 == nil }
    return least
  }

  mutating func assign(_ numbers: [Int], at now: WallTime) {
    let known = partitions
    partitions = [:]
    for number in numbers { partitions[number] = known[number] ?? Partition(clock: nil, activeAt: now) }
    least = nil
  }

  /// Sets all clocks forward while the source has nothing to give, but none beyond the wall clock. Returns the least of those that are not idle and have given
  /// something; nil if there are none.
  mutating func runOn(_ span: UInt64, to now: WallTime) -> WallTime? {
    guard !partitions.isEmpty else { return nil }
    for (number, partition) in partitions {
      if let clock = partition.clock { partitions[number]?.clock = max(clock, min(clock.adding(span), now)) }
    }
    least = nil
    return leastClock { _ in false }
  }

  /// - Parameter holds: whether a partition with this clock holds up all others.
  private func leastClock(_ holds: (WallTime?) -> Bool) -> WallTime? {
    var least: WallTime?
    for partition in partitions.values where activeAt.nanoseconds(since: partition.activeAt) <= idleAfter {
      if holds(partition.clock) { return nil }
      if let clock = partition.clock { least = min(least ?? clock, clock) }
    }
    return least
  }
}
