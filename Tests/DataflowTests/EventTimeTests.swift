import Dataflow
import Testing

/// Logical times, frontiers and lateness of one source.
struct EventTimeTests {
  private static func time(_ seconds: UInt64, _ domain: TimeSettings.Domain = .event, late: TimeSettings.LatePolicy = .drop) -> EventTime {
    EventTime(TimeSettings(domain, allowedLateness: .seconds(seconds), late: late), nodeID: "here")
  }

  private static func at(_ milliseconds: UInt64) -> Timestamp { Timestamp(WallTime(milliseconds: milliseconds), nodeID: "device") }

  @Test func `The frontier follows the latest time, by the allowed lateness`() {
    var time = Self.time(2)
    for (sent, expected) in [(5000, 3000), (4000, 3000), (3000, 3000), (9500, 7500), (8000, 7500)] as [(UInt64, UInt64)] {
      var item = message([], at: Self.at(sent))
      #expect(time.admit(&item, at: WallTime(seconds: 1000)) == .onTime)
      #expect(item.time == Self.at(sent))
      #expect(time.frontier == Frontier(Timestamp(WallTime(milliseconds: expected))))
    }
  }

  @Test func `Before the first item nothing is closed, whatever the time`() {
    var time = Self.time(2)
    time.idle(at: WallTime(seconds: 1_000_000))
    #expect(time.frontier == .initial)
    // So what was recorded long ago is not late.
    var item = message([], at: Timestamp(seconds: 7))
    #expect(time.admit(&item, at: WallTime(seconds: 1_000_001)) == .onTime)
  }

  @Test func `While nothing comes, the event clock runs on with the wall clock`() {
    var time = Self.time(2)
    var item = message([], at: Timestamp(seconds: 50))
    _ = time.admit(&item, at: WallTime(seconds: 1000))
    time.idle(at: WallTime(seconds: 1000, nanoseconds: 250_000_000))
    time.idle(at: WallTime(seconds: 1000, nanoseconds: 500_000_000))
    #expect(time.frontier == Frontier(Timestamp(seconds: 48, nanoseconds: 500_000_000)))
    // A backlog is not late: the time that it took to get this item does not count.
    var next = message([], at: Timestamp(seconds: 51))
    #expect(time.admit(&next, at: WallTime(seconds: 2000)) == .onTime)
    #expect(time.frontier == frontier(49))
  }

  @Test func `A clock that is set back stops nothing and moves nothing back`() {
    var time = Self.time(0)
    var item = message([], at: Timestamp(seconds: 50))
    _ = time.admit(&item, at: WallTime(seconds: 1000))
    time.idle(at: WallTime(seconds: 500))
    #expect(time.frontier == frontier(50))
    time.idle(at: WallTime(seconds: 501))
    #expect(time.frontier == frontier(51))
  }

  @Test func `One device that is ahead makes no other late`() {
    var time = Self.time(1)
    var ahead = message([], at: Timestamp(seconds: 1059)), right = message([], at: Timestamp(seconds: 1000))
    #expect(time.admit(&ahead, at: WallTime(seconds: 1000)) == .onTime)
    #expect(time.admit(&right, at: WallTime(seconds: 1000)) == .onTime)
    #expect(time.frontier == frontier(999))
  }

  @Test func `With emit, a late item belongs to the earliest open time, and so does its message`() {
    var time = Self.time(1, late: .emit)
    var first = message([], at: Timestamp(seconds: 50)), late = message([1], at: Timestamp(seconds: 48, nodeID: "n"))
    _ = time.admit(&first, at: WallTime(seconds: 60))
    #expect(time.admit(&late, at: WallTime(seconds: 60)) == .late)
    #expect(late.time == Timestamp(seconds: 49))
    #expect(late.data == .message(Message(timestamp: Timestamp(seconds: 49), topic: [], payload: [1])))
  }

  @Test func `What is stamped on arrival is never late`() {
    var time = Self.time(0)
    var first = message([], at: Timestamp(seconds: 50)), second = message([], at: Timestamp(seconds: 50, nanoseconds: 500_000_000), isStampedOnArrival: true)
    _ = time.admit(&first, at: WallTime(seconds: 50))
    time.idle(at: WallTime(seconds: 51))
    #expect(time.admit(&second, at: WallTime(seconds: 51)) == .onTime)
    #expect(second.time == Timestamp(seconds: 51))
  }

  @Test func `A silent source that has no time of its own is as far as the others are`() {
    var time = Self.time(2)
    time.idle(at: WallTime(seconds: 1000), others: [frontier(50), frontier(40), .done])
    #expect(time.frontier == frontier(40))
    time.idle(at: WallTime(seconds: 1000), others: [.initial, .done])
    #expect(time.frontier == frontier(40))
    time.idle(at: WallTime(seconds: 1000), others: [.done, .done])
    #expect(time.frontier == frontier(998))
  }

  @Test func `In processing time, items belong to the time of their arrival`() {
    var time = Self.time(60, .processing)
    for (sent, now) in [(1, 100), (900, 100), (2, 101)] as [(UInt64, UInt64)] {
      var item = message([], at: Timestamp(seconds: sent, nodeID: "n"))
      #expect(time.admit(&item, at: WallTime(seconds: now)) == .onTime)
      #expect(item.time.seconds == now && item.time.nodeID == "here")
      guard case .message(let message) = item.data else { continue }
      #expect(message.timestamp == item.time)
      #expect(time.frontier == frontier(now) && time.frontier.permits(item.time))
    }
    time.idle(at: WallTime(seconds: 105))
    #expect(time.frontier == frontier(105))
  }

  // MARK: Partitions

  /// Admits an item of a partition, in seconds.
  private static func admit(_ seconds: UInt64, _ partition: Int, to time: inout EventTime, at now: UInt64) -> EventTime.Admission {
    var item = message([], at: Timestamp(seconds: seconds), partition: partition)
    return time.admit(&item, at: WallTime(seconds: now))
  }

  @Test func `The frontier follows the partition that is furthest behind`() {
    var time = EventTime(TimeSettings(allowedLateness: .seconds(1), idleAfter: .seconds(10)))
    time.assign([0, 1], at: WallTime(seconds: 1000))
    // Partition 1 may have older ones.
    #expect(Self.admit(50, 0, to: &time, at: 1000) == .onTime && time.frontier == .initial)
    #expect(Self.admit(20, 1, to: &time, at: 1000) == .onTime && time.frontier == frontier(19))
    #expect(Self.admit(90, 0, to: &time, at: 1001) == .onTime && time.frontier == frontier(19))
    #expect(Self.admit(60, 1, to: &time, at: 1001) == .onTime && time.frontier == frontier(59))
    #expect(Self.admit(58, 0, to: &time, at: 1001) == .late)
  }

  @Test func `A partition that falls silent alone holds up the others only so long`() {
    var time = EventTime(TimeSettings(allowedLateness: .zero, idleAfter: .seconds(10)))
    _ = Self.admit(50, 0, to: &time, at: 1000)
    _ = Self.admit(40, 1, to: &time, at: 1000)
    #expect(Self.admit(60, 0, to: &time, at: 1010) == .onTime && time.frontier == frontier(50))
    #expect(Self.admit(61, 0, to: &time, at: 1011) == .onTime && time.frontier == frontier(61))
    // When it gives something again, windows wait for it again; what they did not wait for is late.
    #expect(Self.admit(60, 1, to: &time, at: 1012) == .late && Self.admit(62, 1, to: &time, at: 1012) == .onTime)
    #expect(Self.admit(70, 0, to: &time, at: 1012) == .onTime && time.frontier == frontier(62))
  }

  @Test func `Partitions that are taken away hold up nothing, and those that are all silent run on together`() {
    var time = EventTime(TimeSettings(allowedLateness: .zero, idleAfter: .seconds(10)))
    time.assign([1, 2, 3], at: WallTime(seconds: 1000))
    _ = Self.admit(50, 1, to: &time, at: 1000)
    _ = Self.admit(40, 2, to: &time, at: 1000)
    #expect(time.frontier == .initial)
    time.assign([1, 2], at: WallTime(seconds: 1000))
    _ = Self.admit(51, 1, to: &time, at: 1000)
    #expect(time.frontier == frontier(40))
    time.idle(at: WallTime(seconds: 1030))
    #expect(time.frontier == frontier(70))
    time.assign([1], at: WallTime(seconds: 1030))
    time.idle(at: WallTime(seconds: 1031))
    #expect(time.frontier == frontier(82))
    time.assign([], at: WallTime(seconds: 1031))
    time.idle(at: WallTime(seconds: 1033))
    #expect(time.frontier == frontier(84))
  }

  /// The frontier of partitions by its definition: worked out anew from all that has happened, after everything that happened.
  private struct PartitionHistory {
    enum Happening {
      case item(partition: Int, time: UInt64)
      case idle
      case assign([Int])
    }

    private var past: [(Happening, now: UInt64)] = []
    private let lateness: UInt64, idleAfter: UInt64
    /// The source's clock, in milliseconds.
    private var clock: UInt64?

    init(lateness: UInt64, idleAfter: UInt64) { (self.lateness, self.idleAfter) = (lateness, idleAfter) }

    var frontier: UInt64? { clock.map { $0 - min($0, lateness) } }

    mutating func add(_ happening: Happening, at now: UInt64) {
      let observedAt = past.last { if case .assign = $0.0 { false } else { true } }?.now ?? 0
      past.append((happening, now))
      if case .assign = happening { return }
      if let least = leastClock(after: happening) {
        clock = max(clock ?? 0, least)
      } else if case .idle = happening, let clock {
        // No partition has a clock: the source's own runs on.
        self.clock = max(clock, min(clock + now - observedAt, now))
      }
    }

    /// The least clock of the partitions that count after all that has happened; nil if one may still have anything, or there is none.
    private func leastClock(after last: Happening) -> UInt64? {
      var known: [Int: UInt64] = [:], clocks: [Int: UInt64] = [:], activeAt: UInt64 = 0, observedAt: UInt64 = 0
      for (happening, now) in past {
        switch happening {
        case .item(let partition, let time):
          known[partition] = now
          clocks[partition] = max(clocks[partition] ?? 0, min(time, now))
          (activeAt, observedAt) = (now, now)
        case .idle:
          for (partition, clock) in clocks { clocks[partition] = max(clock, min(clock + now - observedAt, now)) }
          observedAt = now
        case .assign(let partitions):
          known = Dictionary(uniqueKeysWithValues: partitions.map { ($0, known[$0] ?? now) })
          clocks = clocks.filter { partitions.contains($0.key) }
        }
      }
      let counting = known.filter { activeAt < $0.value + idleAfter || activeAt - $0.value <= idleAfter }.keys
      if case .item = last, counting.contains(where: { clocks[$0] == nil }) { return nil }
      return counting.compactMap { clocks[$0] }.min()
    }
  }

  @Test(arguments: 0..<50 as Range<UInt64>) func `Frontiers of partitions follow their definition, and no admitted item is behind them`(seed: UInt64) {
    var random = Random(state: seed)
    let lateness = UInt64.random(in: 0...3000, using: &random), idleAfter = UInt64.random(in: 0...4000, using: &random)
    var time = EventTime(TimeSettings(allowedLateness: .milliseconds(lateness), idleAfter: .milliseconds(idleAfter)))
    var history = PartitionHistory(lateness: lateness, idleAfter: idleAfter)
    var now: UInt64 = 1_000_000
    func wall() -> WallTime { WallTime(milliseconds: now) }
    for _ in 0..<80 {
      now += UInt64.random(in: 100...900, using: &random)
      let before = time.frontier
      switch Int.random(in: 0..<10, using: &random) {
      case 0:
        let partitions = (0..<4).filter { _ in random.chance(2, in: 3) }
        guard !partitions.isEmpty else { continue }
        time.assign(partitions, at: wall())
        history.add(.assign(partitions), at: now)
      case 1, 2:
        guard history.frontier != nil else { continue }
        time.idle(at: wall())
        history.add(.idle, at: now)
      default:
        let partition = Int.random(in: 0..<4, using: &random)
        let stamp = now - UInt64.random(in: 0...5000, using: &random) + UInt64.random(in: 0...500, using: &random)
        var item = message([], at: Timestamp(WallTime(milliseconds: stamp)), partition: partition)
        let admission = time.admit(&item, at: wall())
        #expect((admission == .late) == !before.permits(Timestamp(WallTime(milliseconds: stamp))))
        history.add(.item(partition: partition, time: stamp), at: now)
      }
      #expect(time.frontier == history.frontier.map { Frontier(Timestamp(WallTime(milliseconds: $0))) } ?? .initial)
    }
  }

  // MARK: By definition

  /// The frontier by its definition, from all that has happened.
  private struct History {
    var items: [(time: WallTime, idleAfter: UInt64)] = []
    var observedAt = WallTime(seconds: 0)
    let lateness: UInt64

    var frontier: Frontier {
      guard let clock = items.map({ $0.time.adding($0.idleAfter) }).max() else { return .initial }
      return Frontier(Timestamp(clock.subtracting(lateness).truncatedToMilliseconds))
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>) func `Frontiers follow their definition, and no admitted item is behind them`(seed: UInt64) {
    var random = Random(state: seed)
    let lateness = UInt64.random(in: 0...3000, using: &random)
    var time = EventTime(TimeSettings(allowedLateness: .milliseconds(lateness)))
    var history = History(lateness: lateness * 1_000_000)
    var now = WallTime(milliseconds: 1_000_000)
    var lateCount = 0
    for _ in 0..<200 {
      now = now.adding(UInt64.random(in: 0...400_000_000, using: &random))
      if random.chance(1, in: 3) {
        time.idle(at: now)
        for index in history.items.indices { history.items[index].idleAfter += now.nanoseconds(since: history.observedAt) }
      } else {
        let before = time.frontier
        let stamp = Timestamp(now.subtracting(UInt64.random(in: 0...5_000_000_000, using: &random)).adding(UInt64.random(in: 0...500_000_000, using: &random)))
        var item = message([], at: stamp)
        let admission = time.admit(&item, at: now)
        #expect((admission == .late) == !before.permits(stamp))
        if admission == .late { lateCount += 1 }
        history.items.append((min(stamp.wallTime, now), 0))
      }
      history.observedAt = now
      #expect(time.frontier == history.frontier)
    }
    #expect(lateCount > 0 || lateness > 0)
  }
}

struct WallTimeTests {
  @Test func `Spans are added, subtracted and measured`() {
    let time = WallTime(seconds: 10, nanoseconds: 400_000_000)
    #expect(time.adding(700_000_000) == WallTime(seconds: 11, nanoseconds: 100_000_000))
    #expect(time.subtracting(700_000_000) == WallTime(seconds: 9, nanoseconds: 700_000_000))
    #expect(time.adding(2_600_000_000).nanoseconds(since: time) == 2_600_000_000)
    #expect(time.nanoseconds(since: time.adding(1)) == 0)
  }

  @Test func `Times are written as RFC 3339 has it`() {
    let times: [UInt64: String] = [
      0: "1970-01-01T00:00:00.000Z", 951_782_399: "2000-02-28T23:59:59.000Z", 951_782_400: "2000-02-29T00:00:00.000Z", 951_868_800: "2000-03-01T00:00:00.000Z",
      4_107_542_399: "2100-02-28T23:59:59.000Z", 4_107_542_400: "2100-03-01T00:00:00.000Z", 1_798_761_599: "2026-12-31T23:59:59.000Z",
      253_402_300_799: "9999-12-31T23:59:59.000Z", 253_402_300_800: "253402300800",
    ]
    for (seconds, text) in times { #expect(WallTime(seconds: seconds).text == text) }
    #expect(WallTime(seconds: 0, nanoseconds: 7_999_999).text == "1970-01-01T00:00:00.007Z")
  }

  @Test func `There is no time before the epoch and none after the end`() {
    #expect(WallTime(seconds: 1).subtracting(1_000_000_001) == WallTime(seconds: 0))
    #expect(WallTime(seconds: .max).adding(5_000_000_000) == WallTime(seconds: .max, nanoseconds: 999_999_999))
    #expect(WallTime(seconds: .max).nanoseconds(since: WallTime(seconds: 0)) == .max)
    #expect(Duration.seconds(-1).nanoseconds == 0 && Duration.seconds(Int64.max).nanoseconds == .max && Duration.milliseconds(1500).nanoseconds == 1_500_000_000)
  }
}
