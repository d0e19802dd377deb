import Dataflow
import Testing

struct InFlightTests {
  @Test func `Messages count until their deliveries complete, by number and by size`() {
    let inFlight = InFlight(.init(items: 3, bytes: 10_000)), outcomes = Outcomes()
    let first = inFlight.track(item([1], id: 1, outcomes)), second = inFlight.track(item(Array(repeating: 2, count: 4000), id: 2, outcomes))
    #expect(inFlight.room == 1 && inFlight.count.items == 2 && inFlight.count.bytes > 4000)
    let third = inFlight.track(item(Array(repeating: 3, count: 6000), id: 3, outcomes))
    #expect(inFlight.room == 0)
    second.delivery.complete(.delivered)
    #expect(inFlight.room == 1 && outcomes.all == [2: [.delivered]])
    // What is carried on by several counts until the last of them is through.
    first.delivery.split(into: 2)
    first.delivery.complete(.delivered)
    #expect(inFlight.count.items == 2 && outcomes.all.count == 1)
    first.delivery.complete(.dropped)
    third.delivery.complete(.abandoned)
    #expect(inFlight.count == (0, 0) && inFlight.room == 3)
    #expect(outcomes.all == [1: [.delivered], 2: [.delivered], 3: [.abandoned]])
  }

  @Test func `One message is always allowed, however large`() {
    let inFlight = InFlight(.init(items: 0, bytes: 1))
    #expect(inFlight.room == 1)
    let large = inFlight.track(item(Array(repeating: 1, count: 1000)))
    #expect(inFlight.room == 0)
    large.delivery.complete(.delivered)
    #expect(inFlight.room == 1)
  }

  @Test func `A source without room has the earliest window let out, and no more`() throws {
    let line = try Line(.delay, .accumulate)
    let worker = try line.worker(.delay(WindowDelay(10)), .accumulate(Join()))
    let output = worker.run(line.items(item([1], at: 12), item([2], at: 3), item([3], at: 15)) + [.makeRoom(for: line.source)])
    #expect(output.map(\.payload) == [[2]] && worker.heldCount == 2)
    #expect(worker.run([.makeRoom(for: line.source)]).map(\.payload) == [[1, 3]] && worker.heldCount == 0)
    #expect(worker.run([.makeRoom(for: line.source)]).isEmpty)
  }

  @Test func `With halt, a source without room ends the run`() throws {
    let line = try Line(.accumulate)
    let worker = try line.worker(.accumulate(Join()), configuration: .init(whenFull: .halt))
    guard case .halt(let failure)? = worker.run(line.items(item([1])) + [.makeRoom(for: line.source)]).last else { Issue.record("no halt"); return }
    #expect(failure.error.code == .windowFull && failure.error.message.contains("'source' may have no more messages in flight"))
  }

  @Test func `The exchange says when all that came before has run to its end, and what is held`() throws {
    let line = try Line(.accumulate)
    var exchange = Exchange(workers: 2, restWorker: 0, sources: 1, capacity: 10)
    var events = EventQueue(line.items(item([1]), item([2]), item([3])))
    exchange.add(&events)
    let position = exchange.position
    #expect(!exchange.isDone(upTo: position) && exchange.isDone(upTo: 0))
    for _ in 0..<2 {
      guard case .first(_, let ticket)? = exchange.next(for: 1, atMost: 2) else { Issue.record("no batch"); return }
      _ = exchange.complete(ticket, [])
    }
    for held in 1...2 {
      #expect(!exchange.isDone(upTo: position))
      guard case .rest? = exchange.next(for: 0, atMost: 2) else { Issue.record("no rest"); return }
      exchange.restIsDone(held: held)
    }
    #expect(exchange.isDone(upTo: position) && exchange.heldCount == 2)
    events = EventQueue([.makeRoom(for: line.source)])
    exchange.add(&events)
    #expect(exchange.position == position + 1 && !exchange.isDone(upTo: exchange.position))
    // Whoever waits for acknowledgements waits for sinks to flush.
    #expect(!exchange.isQuiet)
    exchange.block()
    #expect(exchange.isQuiet)
  }
}
