#if Kafka
  import Kafka
  import KafkaEndpoint
  import Testing

  private let zero = KafkaPartition("t", 0), one = KafkaPartition("t", 1)

  struct `Offsets to be committed` {
    @Test(arguments: 0...5)
    func `for every order of acknowledgements, with every message abandoned or not, the position is the end of the acknowledged ones in front`(count: Int) {
      // Offsets have gaps, as in compacted topics and after transactions.
      let offsets = (0..<count).map { Int64($0 * 3 + $0 % 2) }
      for abandoned in 0..<(1 << count) {
        for order in permutations(count) {
          var tracker = OffsetTracker()
          tracker.assign(zero)
          let ids = offsets.map { tracker.take(zero, offset: $0) }
          var done: Set<Int> = [], last: Int64?
          for (step, index) in order.enumerated() {
            guard let id = ids[index] else { return #expect(Bool(false), "not taken") }
            let isAcknowledged = abandoned & 1 << index == 0
            tracker.complete(id, isAcknowledged: isAcknowledged)
            if isAcknowledged { done.insert(index) }
            let inFront = (0..<count).prefix { done.contains($0) }.count
            let expected = inFront == 0 ? nil : offsets[inFront - 1] + 1
            let positions = tracker.takePositions()
            #expect(positions == (expected == last ? [] : [KafkaPosition(zero, offset: expected)]))
            last = expected
            #expect(tracker.pendingCount(of: zero) == count - step - 1)
          }
        }
      }
    }

    @Test func `what is heard after a partition was revoked changes nothing, also when it is back`() {
      var tracker = OffsetTracker()
      tracker.assign(zero)
      tracker.assign(one)
      let old = tracker.take(zero, offset: 5), other = tracker.take(one, offset: 7)
      tracker.revoke(zero)
      #expect(tracker.take(zero, offset: 6) == nil)
      #expect(old.map { tracker.partition(of: $0) } == .some(nil) && other.map { tracker.partition(of: $0) } == one)
      tracker.assign(zero)
      let again = tracker.take(zero, offset: 5)
      #expect(again != old)
      for id in [old, other].compactMap(\.self) { tracker.complete(id, isAcknowledged: true) }
      #expect(tracker.takePositions() == [KafkaPosition(one, offset: 8)])
      #expect(tracker.pendingCount(of: zero) == 1)
      if let again { tracker.complete(again, isAcknowledged: true) }
      #expect(tracker.takePositions() == [KafkaPosition(zero, offset: 6)])
    }

    @Test func `nonsense is ignored: unknown ids, the same id twice, offsets that go back`() {
      var tracker = OffsetTracker()
      tracker.complete(0, isAcknowledged: true)
      tracker.complete(.max, isAcknowledged: true)
      tracker.revoke(zero)
      tracker.assign(zero)
      guard let id = tracker.take(zero, offset: 3) else { return #expect(Bool(false), "not taken") }
      #expect(tracker.take(zero, offset: 3) == nil && tracker.take(zero, offset: 2) == nil)
      tracker.complete(id + 1, isAcknowledged: true)
      tracker.complete(id, isAcknowledged: true)
      tracker.complete(id, isAcknowledged: true)
      #expect(tracker.takePositions() == [KafkaPosition(zero, offset: 4)])
      #expect(tracker.pendingCount(of: zero) == 0)
    }

    private func permutations(_ count: Int) -> [[Int]] {
      if count == 0 { return [[]] }
      return permutations(count - 1).flatMap { shorter in
        (0...shorter.count).map { place in
          var order = shorter
          order.insert(count - 1, at: place)
          return order
        }
      }
    }
  }
#endif
