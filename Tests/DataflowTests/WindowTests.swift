import Dataflow
import Testing

/// What delay and accumulate hold, and when they let it go.
struct WindowTests {
  @Test func `A delay forwards the original at its new time, once the frontier has passed that`() throws {
    let line = try Line(.delay)
    let worker = try line.worker(.delay(WindowDelay(10)))
    let sent = message([1], at: Timestamp(seconds: 3, counter: 4, nodeID: "n"))
    #expect(worker.run(line.items(sent) + [line.frontier(10)]).isEmpty)
    #expect(worker.heldCount == 1)
    let output = worker.run([.frontier(Frontier(Timestamp(seconds: 10, counter: 1)), of: line.source)]).compactMap(\.item)
    #expect(output.count == 1 && output[0].data == sent.data)
    // What is left of the node that stamped it would keep the nodes' windows apart.
    #expect(output[0].time == Timestamp(seconds: 10))
    #expect(worker.heldCount == 0)
  }

  @Test func `Items right on a window's end belong to it, whatever node they are of`() throws {
    let line = try Line(.delay, .accumulate)
    let join = Join()
    let worker = try line.worker(.delay(WindowDelay(10)), .accumulate(join))
    let times = [Timestamp(seconds: 3, nodeID: "a"), Timestamp(seconds: 10, nodeID: "b"), Timestamp(seconds: 10, counter: 5, nodeID: "a")]
    let output = worker.run(times.enumerated().map { .item(message([UInt8($0)], at: $1), at: line.source) } + [line.end])
    #expect(output.map(\.payload) == [[0, 1, 2]] && output.first?.item?.time == Timestamp(seconds: 10))
  }

  @Test func `Delayed items come out by time, and by arrival within a time`() throws {
    let line = try Line(.delay)
    let worker = try line.worker(.delay(WindowDelay(10)))
    let times: [UInt64] = [15, 3, 12, 8, 20, 10]
    let events = times.enumerated().map { Event.item(item([UInt8($0)], at: $1), at: line.source) }
    #expect(worker.run(events + [line.end]).map(\.payload) == [[1], [3], [5], [0], [2], [4]])
  }

  @Test func `A delay into the past counts as none, and is told once`() throws {
    let line = try Line(.delay)
    let worker = try line.worker(.delay(Delay { _, _ in Timestamp(seconds: 1) }))
    var notices = 0
    worker.onNotice = { if case .delayedBackwards = $0 { notices += 1 } }
    let output = worker.run(line.items(item([1], at: 5), item([2], at: 4)) + [line.end]).compactMap(\.item)
    #expect(output.map(\.time.seconds) == [4, 5] && notices == 1)
  }

  @Test func `An accumulate folds the items of one time in one call, from an empty message, when the frontier has passed it`() throws {
    let line = try Line(.accumulate)
    let join = Join()
    let worker = try line.worker(.accumulate(join))
    #expect(worker.run(line.items(item([1], at: 5), item([2], at: 7), item([3], at: 5)) + [line.frontier(5)]).isEmpty)
    let output = worker.run([line.frontier(6)]).compactMap(\.item)
    #expect(output.map(\.time) == [Timestamp(seconds: 5)] && output.map { payload($0.data) } == [[1, 3]])
    #expect(join.calls == [[[1], [3]]])
    #expect(join.firstStaged == [.message(Message(timestamp: Timestamp(seconds: 5), topic: [], payload: []))])
    #expect(worker.run([line.end]).map(\.payload) == [[2]])
    let counters = worker.counters(of: line.operations[0])
    #expect((counters.received, counters.emitted) == (3, 2))
  }

  @Test func `A window without items calls nothing and gives nothing`() throws {
    let line = try Line(.accumulate)
    let join = Join()
    let worker = try line.worker(.accumulate(join))
    #expect(worker.run([line.frontier(100), line.end]).isEmpty && join.calls.isEmpty)
  }

  @Test func `A large window takes as many calls as its limits ask for, in order`() throws {
    let line = try Line(.accumulate)
    var configuration = Worker.Configuration()
    configuration.accumulatedItems = 4
    configuration.accumulatedBytes = 10
    let join = Join()
    let worker = try line.worker(.accumulate(join), configuration: configuration)
    let sizes = [1, 1, 1, 1, 1, 8, 3, 20, 1, 1]
    let events = sizes.enumerated().map { Event.item(item(Array(repeating: UInt8($0), count: $1), at: 5), at: line.source) }
    let output = worker.run(events + [line.end])
    #expect(join.calls.map { $0.map(\.count) } == [[1, 1, 1, 1], [1, 8], [3], [20], [1, 1]])
    #expect(join.firstStaged.count == 1)
    #expect(output.first?.payload == sizes.enumerated().flatMap { Array(repeating: UInt8($0), count: $1) })
  }

  @Test func `An item that cannot be folded costs itself alone`() throws {
    let line = try Line(.accumulate)
    let outcomes = Outcomes()
    let join = Join { $0 == [5] }
    let worker = try line.worker(.accumulate(join))
    let output = worker.run((0..<9).map { .item(item([$0], at: 3, id: UInt64($0), outcomes), at: line.source) } + [line.end])
    #expect(output.map(\.payload) == [[0, 1, 2, 3, 4, 6, 7, 8]])
    #expect(outcomes.all == [5: [.failed(OperatorError(.rejected, "It refuses one of them."))]])
    output[0].item?.delivery.complete(.delivered)
    #expect(outcomes.all.count == 9 && outcomes.all[0] == [.delivered])
  }

  @Test func `A window of which nothing can be folded gives nothing`() throws {
    let line = try Line(.accumulate)
    let outcomes = Outcomes()
    let worker = try line.worker(.accumulate(Join { _ in true }))
    #expect(worker.run(line.items(item([1], id: 1, outcomes), item([2], id: 2, outcomes)) + [line.end]).isEmpty)
    #expect(outcomes.all.count == 2 && outcomes.all.values.allSatisfy { $0.count == 1 && $0[0].isAcknowledged })
  }

  @Test func `A window's messages are acknowledged when its result is out, and not before`() throws {
    let line = try Line(.delay, .accumulate)
    let outcomes = Outcomes()
    let worker = try line.worker(.delay(WindowDelay(10)), .accumulate(Join()))
    let output = worker.run(line.items(item([1], at: 3, id: 1, outcomes), item([2], at: 4, id: 2, outcomes)) + [line.frontier(11)])
    #expect(output.map(\.payload) == [[1, 2]] && outcomes.all.isEmpty)
    output[0].item?.delivery.complete(.delivered)
    #expect(outcomes.all == [1: [.delivered], 2: [.delivered]])
  }

  @Test func `Branches between delay and accumulate close a window together`() throws {
    var builder = GraphBuilder()
    let source = builder.add("source", .source), delay = builder.add("delay", .delay), branch = builder.add("branch", .branch)
    let even = builder.add("even", .accumulate), odd = builder.add("odd", .accumulate), none = builder.add("none", .filter)
    let third = builder.add("third", .accumulate), join = builder.add("join", .concatenate), all = builder.add("all", .accumulate), sink = builder.add("sink", .sink)
    builder.connect(source, to: delay)
    builder.connect(delay, to: branch)
    builder.connect(branch, .true, to: even)
    builder.connect(branch, .false, to: odd)
    builder.connect(branch, .false, to: none)
    builder.connect(none, to: third)
    for way in [even, odd, third] { builder.connect(way, to: join) }
    builder.connect(join, to: all)
    builder.connect(all, to: sink)
    let first = Join()
    let worker = try Worker(graph: builder.build(), operators: [
      delay: .delay(WindowDelay(10)), branch: .branch(Predicate { payload($0)[0].isMultiple(of: 2) }), even: .accumulate(Join()), odd: .accumulate(Join()),
      none: .filter(Predicate { _ in false }), third: .accumulate(Join()), all: .accumulate(first),
    ])
    let times: [UInt64] = [1, 12, 3, 14, 5, 16, 27]
    let events = times.enumerated().map { Event.item(item([UInt8($0)], at: $1), at: source) }
    let output = worker.run(events + [.frontier(frontier(21), of: source)]).compactMap(\.item)
    #expect(output.map { payload($0.data) } == [[0, 2, 4], [1, 3, 5]] && output.map(\.time.seconds) == [10, 20])
    #expect(first.calls == [[[0, 2, 4]], [[1, 3, 5]]])
  }

  @Test func `A window of two sources waits for the slower one`() throws {
    var builder = GraphBuilder()
    let a = builder.add("a", .source), b = builder.add("b", .source), join = builder.add("join", .concatenate)
    let all = builder.add("all", .accumulate), sink = builder.add("sink", .sink)
    builder.connect(a, to: join)
    builder.connect(b, to: join)
    builder.connect(join, to: all)
    builder.connect(all, to: sink)
    let worker = try Worker(graph: builder.build(), operators: [all: .accumulate(Join())])
    #expect(worker.run([.item(item([1], at: 5), at: a), .frontier(frontier(9), of: a), .item(item([2], at: 5), at: b)]).isEmpty)
    #expect(worker.run([.frontier(frontier(5), of: b)]).isEmpty)
    #expect(worker.run([.frontier(frontier(6), of: b)]).map(\.payload) == [[1, 2]])
    #expect(worker.run([.frontier(frontier(3), of: b), .item(item([3], at: 8), at: a), .frontier(.done, of: b)]).map(\.payload) == [[3]])
  }

  // MARK: More than may be held

  @Test(arguments: [1, 3, 10]) func `What may not be held is let out in parts, and nothing is lost`(limit: Int) throws {
    let line = try Line(.delay, .map, .accumulate)
    let outcomes = Outcomes()
    let worker = try line.worker(
      .delay(WindowDelay(10)), .map(Map { $0 }), .accumulate(Join()), configuration: .init(heldItems: limit))
    var notices = 0
    worker.onNotice = { if case .split = $0 { notices += 1 } }
    var output: [Event] = []
    for number in 0..<40 as Range<UInt8> {
      output += worker.run(line.items(item([number], at: 1 + UInt64(number) % 20, id: UInt64(number), outcomes)))
      #expect(worker.heldCount <= limit)
    }
    #expect(!output.isEmpty && notices == 1)
    output += worker.run([line.end])
    #expect(output.compactMap(\.payload).flatMap { $0 }.sorted() == Array(0..<40))
    for event in output { event.item?.delivery.complete(.delivered) }
    #expect(outcomes.all.count == 40 && outcomes.all.values.allSatisfy { $0 == [.delivered] })
    // Each part is of one window, and the earliest goes first.
    for event in output { #expect(Set((event.payload ?? []).map { (1 + $0 % 20 + 9) / 10 }).count == 1) }
  }

  @Test func `Bytes count as well as items`() throws {
    let line = try Line(.accumulate)
    let worker = try line.worker(.accumulate(Join()), configuration: .init(heldBytes: 10_000))
    #expect(worker.run(line.items(item(Array(repeating: 1, count: 4000), at: 1), item(Array(repeating: 2, count: 4000), at: 2))).isEmpty)
    let output = worker.run(line.items(item(Array(repeating: 3, count: 4000), at: 3)))
    #expect(output.map { $0.payload?.first } == [1] && worker.heldCount == 2)
  }

  @Test func `With halt, more than may be held ends the run`() throws {
    let line = try Line(.accumulate)
    let outcomes = Outcomes()
    let worker = try line.worker(.accumulate(Join()), configuration: .init(heldItems: 1, whenFull: .halt))
    let output = worker.run(line.items(item([1], id: 1, outcomes), item([2], id: 2, outcomes)))
    guard case .halt(let failure)? = output.last else { Issue.record("\(output)"); return }
    #expect(failure.error.code == .windowFull && failure.operation.name == "accumulate 0")
    #expect(outcomes.all == [1: [.abandoned], 2: [.abandoned]])
  }
}

/// Windows that say themselves where items belong, and when they close.
struct WindowOperatorTests {
  /// Ends of ten seconds; the first byte of an item's payload says whether it closes its window. The result is a byte for each item.
  private final class Window: WindowOperator {
    var open: [Timestamp: [UInt8]] = [:]
    var closed: [Timestamp: [UInt8]] = [:]
    var refuses = false

    func admit(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> WindowAdmission {
      let bytes = payload(data), end = Timestamp(seconds: (time.seconds + 9) / 10 * 10)
      if bytes[0] == 9 { throw OperatorError(.rejected, "no") }
      let closing: WindowAdmission.Closing = bytes[0] == 1 ? .before : bytes[0] == 2 ? .after : .none
      if closing == .before { closed[end] = open.removeValue(forKey: end) }
      open[end, default: []].append(bytes[1])
      if closing == .after { closed[end] = open.removeValue(forKey: end) }
      return WindowAdmission(time: end, closing: closing)
    }

    func close(_ time: Timestamp) throws(OperatorError) -> DataModel {
      if refuses { throw OperatorError(.rejected, "no result") }
      return .bytes(closed.removeValue(forKey: time) ?? open.removeValue(forKey: time) ?? [255])
    }
  }

  @Test func `Items close windows before or after themselves, and the frontier closes the others`() throws {
    let line = try Line(.accumulate)
    let worker = try line.worker(.window(Window()))
    let first = worker.run(line.items(item([0, 1], at: 3), item([2, 2], at: 4), item([0, 3], at: 15), item([0, 4], at: 5), item([1, 5], at: 6), item([2, 6], at: 16)))
    #expect(first.map(\.payload) == [[1, 2], [4], [3, 6]])
    #expect(first.compactMap(\.item).map(\.time.seconds) == [10, 10, 20] && worker.heldCount == 1)
    #expect(worker.run([line.frontier(10)]).isEmpty)
    #expect(worker.run([line.frontier(11)]).map(\.payload) == [[5]] && worker.heldCount == 0)
    #expect(worker.run(line.items(item([0, 7], at: 17)) + [line.end]).map(\.payload) == [[7]])
  }

  @Test func `What closes early leaves nothing behind`() throws {
    let line = try Line(.accumulate)
    let worker = try line.worker(.window(Window()))
    // The later window closes again and again while the earlier one is open.
    var output = worker.run(line.items(item([0, 1], at: 3)))
    for _ in 0..<100 { output += worker.run(line.items(item([2, 2], at: 15))) }
    #expect(output.count == 100 && worker.heldCount == 1)
    #expect(worker.run([line.end]).map(\.payload) == [[1]] && worker.heldCount == 0)
  }

  @Test func `An item that is not admitted fails alone; a window without a result fails all of its items`() throws {
    let line = try Line(.accumulate)
    let window = Window()
    let worker = try line.worker(.window(window))
    var failures = 0
    worker.onFailure = { _ in failures += 1 }
    #expect(worker.run(line.items(item([0, 1], at: 3), item([9, 0], at: 4), item([2, 3], at: 5))).map(\.payload) == [[1, 3]] && failures == 1)
    window.refuses = true
    #expect(worker.run(line.items(item([0, 1], at: 3), item([2, 2], at: 4)) + [line.end]).isEmpty && failures == 3 && worker.heldCount == 0)
  }
}
