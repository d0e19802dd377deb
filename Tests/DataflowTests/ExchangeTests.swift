import Dataflow
import Testing

/// Sharing out and bringing back into order. ``RandomGraphTests`` has workers at random.
struct ExchangeTests {
  private let line: Line
  private var exchange: Exchange

  init() throws {
    line = try Line(.map)
    exchange = Exchange(workers: 2, restWorker: nil, sources: 1, capacity: 4)
  }

  private mutating func add(_ numbers: UInt8...) -> Int {
    var events = EventQueue(numbers.map { Event.item(item([$0]), at: line.source) })
    exchange.add(&events)
    return numbers.count - events.count
  }

  /// What a worker is given, as text: `first 0: 1 2`, `rest: 1 2`.
  private mutating func next(_ worker: Int, atMost limit: Int = 2) -> String? {
    exchange.next(for: worker, atMost: limit).map { work in
      func text(_ events: [Event]) -> String { events.compactMap(\.payload).map { "\($0[0])" }.joined(separator: " ") }
      switch work {
      case .first(let events, let ticket): return "first \(ticket): \(text(events))"
      case .rest(let events): return "rest: \(text(events))"
      case .finished: return "finished"
      }
    }
  }

  private func result(_ number: UInt8) -> [Event] { [.item(item([number]), at: line.sink)] }

  @Test mutating func `Results go on in the order of the batches, one batch at a time`() {
    #expect(add(1, 2, 3, 4) == 4)
    #expect(next(0) == "first 0: 1 2" && next(1) == "first 1: 3 4" && next(1) == nil)
    #expect(exchange.complete(1, result(30)).isEmpty)
    #expect(next(1) == nil)
    #expect(exchange.complete(0, result(10)).isEmpty)
    #expect(next(1) == "rest: 10" && next(0) == nil)
    #expect(!exchange.isQuiet)
    exchange.restIsDone()
    #expect(next(0) == "rest: 30" && exchange.isQuiet)
    exchange.closeSource()
    #expect(next(1) == nil)
    exchange.restIsDone()
    #expect(next(1) == "finished" && next(0) == "finished")
  }

  @Test mutating func `Only its worker does the rest, and does it first`() {
    exchange = Exchange(workers: 2, restWorker: 0, sources: 1, capacity: 8)
    _ = add(1, 2, 3, 4, 5)
    #expect(next(1) == "first 0: 1 2" && next(1) == "first 1: 3 4")
    _ = exchange.complete(0, result(10))
    #expect(next(1) == "first 2: 5" && next(1) == nil && next(0) == "rest: 10")
  }

  @Test mutating func `No more waits than there is room for, in items and in bytes`() {
    #expect(add(1, 2, 3, 4, 5) == 4 && add(5) == 0)
    #expect(next(0) == "first 0: 1 2")
    #expect(add(5, 6, 7) == 2)
    exchange = Exchange(workers: 1, restWorker: nil, sources: 1, capacity: 100, byteCapacity: 1)
    #expect(add(1, 2) == 1)
    #expect(next(0) == "first 0: 1" && add(2) == 1)
  }

  @Test mutating func `Batches that are under way are bounded too`() {
    exchange = Exchange(workers: 2, restWorker: 0, sources: 1, capacity: 100)
    for number in 0..<20 as Range<UInt8> { #expect(add(number) == 1) }
    var given = 0
    while next(1, atMost: 1) != nil { given += 1 }
    #expect(given == 6)
    for ticket in 0..<6 { _ = exchange.complete(UInt64(ticket), result(0)) }
    #expect(next(1, atMost: 1) == nil && next(0, atMost: 1) == "rest: 0" && next(1, atMost: 1) == "first 6: 6")
  }

  @Test mutating func `A frontier always finds room, and takes the place of one that waits at the end`() {
    #expect(add(1, 2, 3, 4) == 4)
    for seconds in 1...5 as ClosedRange<UInt64> { exchange.add(frontier(seconds), of: line.source) }
    guard case .first(let events, _)? = exchange.next(for: 0, atMost: 100), case .frontier(let last, _)? = events.last else { Issue.record("nothing"); return }
    #expect(events.count == 5 && last == frontier(5))
  }

  @Test mutating func `Cancelling gives back what waits, and ends everything`() {
    #expect(add(1, 2, 3) == 3)
    #expect(next(0, atMost: 1) == "first 0: 1" && next(1, atMost: 1) == "first 1: 2")
    _ = exchange.complete(1, result(20))
    #expect(Set(exchange.cancel().compactMap(\.payload)) == [[3], [20]])
    #expect(exchange.complete(0, result(10)).count == 1)
    #expect(add(4) == 0 && next(0) == "finished")
    exchange.add(frontier(1), of: line.source)
    #expect(exchange.cancel().isEmpty)
  }
}
