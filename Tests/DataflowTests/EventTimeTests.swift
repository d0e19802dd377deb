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
