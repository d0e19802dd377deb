import EndpointKit
import Synchronization
import Testing

private func elements<Element>(_ batch: BoundedQueue<Element>.Batch) -> [Element]? {
  if case .elements(let elements) = batch { elements } else { nil }
}

private func isFinished<Element>(_ batch: BoundedQueue<Element>.Batch) -> Bool {
  if case .finished = batch { true } else { false }
}

@Test func aQueueGivesElementsInOrderUpToTheLimit() {
  let queue = BoundedQueue<Int>(capacity: 4)
  #expect(queue.push([1, 2, 3]) == 3)
  #expect(queue.count == 3)
  #expect(elements(queue.pop(atMost: 2)) == [1, 2])
  #expect(elements(queue.pop(atMost: 2)) == [3])
  #expect(queue.push([]) == 0)
}

@Test func anEmptyQueueTimesOut() {
  let queue = BoundedQueue<Int>(capacity: 1)
  for timeout in [Duration.zero, .milliseconds(1), .seconds(-5)] {
    if case .timedOut = queue.pop(atMost: 1, within: timeout) { continue }
    Issue.record("no timeout after \(timeout)")
  }
  #expect(queue.push([1]) == 1)
  #expect(elements(queue.pop(atMost: 1, within: .seconds(Int64.max))) == [1])
}

@Test func aClosedQueueGivesWhatItHoldsAndEnds() {
  let queue = BoundedQueue<Int>(capacity: 2)
  #expect(queue.push([1, 2]) == 2)
  queue.close()
  #expect(queue.push([3]) == 0)
  #expect(elements(queue.pop(atMost: 9)) == [1, 2])
  #expect(isFinished(queue.pop(atMost: 9)) && isFinished(queue.pop(atMost: 9, within: .zero)))
}

@Test func aCancelledQueueHandsBackWhatItHeld() {
  let queue = BoundedQueue<Int>(capacity: 2)
  #expect(queue.push([1, 2]) == 2)
  #expect(queue.cancel() == [1, 2])
  #expect(queue.push([3]) == 0)
  #expect(isFinished(queue.pop(atMost: 1)))
  #expect(queue.cancel().isEmpty)
}

@Test func aQueueHasRoomForOneAtLeast() {
  let queue = BoundedQueue<Int>(capacity: 0)
  #expect(queue.capacity == 1 && queue.push([1]) == 1)
  #expect(elements(queue.pop(atMost: 0)) == [1])
}

/// Runs bodies on threads of their own, and waits for them.
private func onThreads(_ bodies: [@Sendable () -> Void]) async {
  await withTaskGroup { group in
    for body in bodies { group.addTask { await onThread(body) } }
  }
}

@Test(.timeLimit(.minutes(10)))
func aWriterWaitsForRoomAndCloseLetsItGo() async {
  let queue = BoundedQueue<Int>(capacity: 1)
  let added = Atomic(0)
  await onThreads([
    { added.store(queue.push([1, 2, 3, 4]), ordering: .relaxed) },
    {
      // Two have been taken, so a third is in, and the fourth waits.
      #expect(elements(queue.pop(atMost: 1)) == [1])
      #expect(elements(queue.pop(atMost: 1)) == [2])
      queue.close()
      while let batch = elements(queue.pop(atMost: 1)) { #expect(batch == [3]) }
    },
  ])
  #expect((2...3).contains(added.load(ordering: .relaxed)))
}

@Test(.timeLimit(.minutes(10)), arguments: [1, 3, 64])
func nothingIsLostOrRepeatedBetweenManyThreads(capacity: Int) async {
  let queue = BoundedQueue<Int>(capacity: capacity)
  let taken = Mutex<[Int]>([])
  let writersLeft = Atomic(3)
  let writers = (0..<3).map { writer -> @Sendable () -> Void in
    {
      for start in stride(from: 0, to: 500, by: 5) { #expect(queue.push((start..<start + 5).map { writer * 500 + $0 }) == 5) }
      if writersLeft.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { queue.close() }
    }
  }
  let readers = (0..<2).map { reader -> @Sendable () -> Void in
    {
      // Whatever one reader sees of one writer, it sees in order.
      var last = [-1, -1, -1]
      while let batch = elements(queue.pop(atMost: 1 + reader * 6)) {
        for element in batch {
          #expect(element > last[element / 500])
          last[element / 500] = element
        }
        taken.withLock { $0 += batch }
      }
    }
  }
  await onThreads(writers + readers)
  #expect(taken.withLock { $0.sorted() } == Array(0..<1500))
}
