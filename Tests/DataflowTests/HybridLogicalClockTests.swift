import Dataflow
import Testing

@Test func ticksAscendWhateverTheWallClockDoes() {
  var clock = HybridLogicalClock(nodeID: "n")
  var previous = clock.last
  for milliseconds in [5, 5, 5, 7, 3, 0, 7, 8, 200_000, 1] as [UInt64] {
    let stamp = clock.tick(at: WallTime(milliseconds: milliseconds))
    #expect(stamp > previous)
    #expect(Timestamp(text: stamp.text) == stamp)
    previous = stamp
  }
  #expect(previous == Timestamp(seconds: 200, counter: 1, nodeID: "n"))
}

@Test func aTickWithinOneMillisecondRaisesTheCounter() {
  var clock = HybridLogicalClock(nodeID: "n")
  #expect(clock.tick(at: WallTime(seconds: 1, nanoseconds: 100)) == Timestamp(seconds: 1, nodeID: "n"))
  #expect(clock.tick(at: WallTime(seconds: 1, nanoseconds: 999_999)) == Timestamp(seconds: 1, counter: 1, nodeID: "n"))
  #expect(clock.tick(at: WallTime(seconds: 1, nanoseconds: 1_000_000)) == Timestamp(seconds: 1, nanoseconds: 1_000_000, nodeID: "n"))
}

/// A clock that stands at this time and counter.
private func clock(at seconds: UInt64, counter: UInt64) -> HybridLogicalClock {
  var clock = HybridLogicalClock(nodeID: "mine", tolerance: .max)
  if counter == 0 {
    _ = clock.tick(at: WallTime(seconds: seconds))
  } else {
    let before = Timestamp(seconds: seconds, counter: counter - 1, nodeID: "other")
    _ = clock.update(with: before, at: WallTime(seconds: 0))
  }
  return clock
}

@Test func updateFollowsTheRuleForEveryOrderOfTheThreeTimes() {
  for mine in 1...4 as ClosedRange<UInt64> {
    for theirs in 1...4 as ClosedRange<UInt64> {
      for now in 1...4 as ClosedRange<UInt64> {
        for (myCounter, theirCounter) in [(3, 7), (7, 3), (5, 5)] as [(UInt64, UInt64)] {
          var clock = clock(at: mine, counter: myCounter)
          #expect(clock.last == Timestamp(seconds: mine, counter: myCounter, nodeID: "mine"))
          let other = Timestamp(seconds: theirs, counter: theirCounter, nodeID: "other")
          let expected: (UInt64, UInt64) =
            if now > max(mine, theirs) { (now, 0) }
            else if mine == theirs { (mine, max(myCounter, theirCounter) + 1) }
            else if mine > theirs { (mine, myCounter + 1) }
            else { (theirs, theirCounter + 1) }
          let stamp = Timestamp(seconds: expected.0, counter: expected.1, nodeID: "mine")
          #expect(clock.update(with: other, at: WallTime(seconds: now)) == .advanced(stamp))
          #expect(clock.last == stamp)
        }
      }
    }
  }
}

@Test func anUpdateFromTheSameNodeChangesNothing() {
  var clock = clock(at: 5, counter: 1)
  let before = clock.last
  #expect(clock.update(with: Timestamp(seconds: 9, nodeID: "mine"), at: WallTime(seconds: 10)) == .unchanged)
  #expect(clock.last == before)
}

@Test func anUpdateTooFarAheadIsRefused() {
  var clock = HybridLogicalClock(nodeID: "mine")
  let now = WallTime(seconds: 100)
  #expect(clock.update(with: Timestamp(seconds: 160, nanoseconds: 1_000_000, nodeID: "o"), at: now) == .tooFarAhead)
  #expect(clock.last == Timestamp(seconds: 0, nodeID: "mine"))
  #expect(clock.update(with: Timestamp(seconds: 160, nodeID: "o"), at: now) == .advanced(Timestamp(seconds: 160, counter: 1, nodeID: "mine")))
  #expect(clock.update(with: Timestamp(seconds: .max, nanoseconds: .max, nodeID: "o"), at: now) == .tooFarAhead)
}

@Test func anExhaustedCounterIsRefusedByUpdateAndSurvivedByTick() {
  var clock = clock(at: 5, counter: .max)
  let before = clock.last
  #expect(clock.update(with: Timestamp(seconds: 4, nodeID: "o"), at: WallTime(seconds: 3)) == .counterExhausted)
  #expect(clock.last == before)
  #expect(clock.tick(at: WallTime(seconds: 3)) == Timestamp(seconds: 5, nanoseconds: 1_000_000, nodeID: "mine"))
}

@Test func stampsSayWhereTheyComeFrom() {
  var clock = HybridLogicalClock(nodeID: "mine")
  let now = WallTime(seconds: 100)
  let carried = Timestamp(seconds: 90, counter: 4, nodeID: "o")
  let stamp = clock.stamp(carried: carried.text, at: now)
  #expect(stamp.timestamp == carried && stamp.basis == .carried)
  #expect(clock.stamp(carried: nil, at: now).basis == .arrival)
  #expect(clock.stamp(carried: "yesterday", at: now).basis == .malformed)
  let future = clock.stamp(carried: "161000:0:o", at: now)
  #expect(future.basis == .tooFarAhead)
  #expect(future.timestamp.seconds == 100)
}
