import Dataflow
import Testing

private func isEven(_ data: DataModel) throws(OperatorError) -> Bool {
  guard let first = payload(data).first else { throw OperatorError(.rejected, "The payload is empty.") }
  return first.isMultiple(of: 2)
}

/// What operations do with one item.
struct WorkerTests {
  @Test func `A map changes the data and nothing else`() throws {
    let line = try Line(.map)
    let worker = try line.worker(.map(Map { .bytes(payload($0).reversed()) }))
    let output = worker.run(line.items(item([1, 2], at: 4), item([3, 4], at: 3)))
    #expect(output.map(\.payload) == [[2, 1], [4, 3]])
    #expect(output.compactMap(\.item).map(\.time.seconds) == [4, 3])
    #expect(output.compactMap(\.item).map(\.delivery.pending) == [1, 1])
  }

  @Test func `A map may edit the message's timestamp: the logical time stays`() throws {
    let line = try Line(.map)
    let edit = Map { (data) throws(OperatorError) in
      guard case .message(var message) = data else { return data }
      message.timestamp.seconds += 100
      return .message(message)
    }
    let output = try line.worker(.map(edit)).run(line.items(message([1], at: Timestamp(seconds: 7, nodeID: "n"))))
    #expect(output.first?.item?.time == Timestamp(seconds: 7, nodeID: "n"))
  }

  @Test func `A filter keeps the original and completes what it drops`() throws {
    let line = try Line(.filter)
    let outcomes = Outcomes()
    let worker = try line.worker(.filter(Predicate(isEven)))
    let output = worker.run((1...4).map { .item(item([UInt8($0)], id: UInt64($0), outcomes), at: line.source) })
    #expect(output.map(\.payload) == [[2], [4]])
    #expect(outcomes.all == [1: [.dropped], 3: [.dropped]])
    let counters = worker.counters(of: line.operations[0])
    #expect((counters.received, counters.emitted, counters.dropped, counters.failed) == (4, 2, 2, 0))
  }

  @Test func `An arm that nothing is connected to drops`() throws {
    let line = try Line(.branch)
    let outcomes = Outcomes()
    let worker = try line.worker(.branch(Predicate(isEven)))
    let output = worker.run((1...2).map { .item(item([UInt8($0)], id: UInt64($0), outcomes), at: line.source) })
    #expect(output.map(\.payload) == [[2]])
    #expect(outcomes.all == [1: [.dropped]])
  }

  @Test func `A fan-out shares bytes and delivery`() throws {
    var builder = GraphBuilder()
    let source = builder.add("source", .source)
    let sinks = (0..<3).map { builder.add("sink \($0)", .sink) }
    for sink in sinks { builder.connect(source, to: sink) }
    let worker = try Worker(graph: builder.build())
    let outcomes = Outcomes()
    let sent = item(Array(repeating: 7, count: 1000), id: 1, outcomes)
    let address = payload(sent.data).withUnsafeBufferPointer(\.baseAddress)
    let output = worker.run([.item(sent, at: source)])
    #expect(output.count == 3)
    for (event, sink) in zip(output, sinks) {
      guard case .item(let item, at: sink) = event else { Issue.record("\(event)"); continue }
      #expect(payload(item.data).withUnsafeBufferPointer(\.baseAddress) == address)
      #expect(outcomes.all.isEmpty)
      item.delivery.complete(.delivered)
    }
    #expect(outcomes.all == [1: [.delivered]])
    #expect(worker.counters(of: source).emitted == 1)
  }

  @Test func `An item is through before the next one is begun, and what it takes first goes first`() throws {
    // source → a, b; a → c, d; all into one sink.
    var builder = GraphBuilder()
    let source = builder.add("source", .source), join = builder.add("join", .concatenate), sink = builder.add("sink", .sink)
    let ids = ["a", "b", "c", "d"].map { builder.add($0, .map) }
    builder.connect(source, to: ids[0])
    builder.connect(source, to: ids[1])
    builder.connect(ids[0], to: ids[2])
    builder.connect(ids[0], to: ids[3])
    for id in ids[1...] { builder.connect(id, to: join) }
    builder.connect(join, to: sink)
    var log = ""
    let operators = zip(ids, ["a", "b", "c", "d"]).map { id, name in
      (id, Operator.map(Map { (data) throws(OperatorError) in
        log += name
        return .bytes(payload(data) + Array(name.utf8))
      }))
    }
    let worker = try Worker(graph: builder.build(), operators: Dictionary(uniqueKeysWithValues: operators))
    let output = worker.run([.item(item([]), at: source), .item(item([]), at: source)])
    #expect(log == "acdbacdb")
    #expect(output.compactMap(\.payload).map { String(decoding: $0, as: UTF8.self) } == ["ac", "ad", "b", "ac", "ad", "b"])
  }

  @Test func `Output is handed over while there is more to come`() throws {
    let line = try Line(.map)
    var time: UInt64 = 0
    let map = Map { (data) throws(OperatorError) in
      time += 10
      return data
    }
    var configuration = Worker.Configuration()
    configuration.quantum = 20
    var sizes: [Int] = []
    let worker = try line.worker(.map(map), configuration: configuration, clock: { time })
    worker.run((0..<5).map { .item(item([$0]), at: line.source) }) { sizes.append($0.count) }
    #expect(sizes == [2, 2, 1])
    #expect(worker.counters(of: line.operations[0]).busyNanoseconds == 50)
    configuration = Worker.Configuration()
    configuration.outputItems = 3
    sizes = []
    try line.worker(.map(map), configuration: configuration).run((0..<7).map { .item(item([$0]), at: line.source) }) { sizes.append($0.count) }
    #expect(sizes == [3, 3, 1])
  }

  @Test func `Where output cannot be handed over, everything is abandoned`() throws {
    struct Full: Error {}
    let line = try Line(.map, .delay)
    let outcomes = Outcomes()
    let worker = try line.worker(.map(Map { $0 }), .delay(Delay { data, time throws(OperatorError) in payload(data)[0] == 1 ? time.rounded(up: 100) : time }))
    let events = line.items(item([1], at: 3, id: 1, outcomes), item([2], at: 3, id: 2, outcomes)) + [line.frontier(5)] + line.items(item([3], at: 6, id: 3, outcomes))
    var handedOver: [Event] = []
    do throws(Full) {
      try worker.run(events) { (events) throws(Full) in
        handedOver += events
        throw Full()
      }
      Issue.record("it was handed over")
    } catch {}
    #expect(handedOver.map(\.payload) == [[2]])
    #expect(outcomes.all == [1: [.abandoned], 3: [.abandoned]])
    #expect(worker.heldCount == 0)
  }

  @Test func `Waiting is on the source's account`() throws {
    let line = try Line(.map)
    let worker = try line.worker(.map(Map { $0 }), clock: { 50 })
    let given = item([1])
    let waited = Item(time: given.time, data: given.data, origin: Origin(name: "", topic: [], receivedAt: 20), delivery: given.delivery)
    _ = worker.run(line.items(waited, given))
    #expect(worker.counters(of: line.source).queueNanoseconds == 30)
  }

  @Test func `Operators must match their operations`() throws {
    let line = try Line(.map)
    for operators in [[:], [line.operations[0]: Operator.filter(Predicate(isEven))], [line.operations[0]: .map(Map { $0 }), line.sink: .map(Map { $0 })]] {
      do throws(GraphError) {
        _ = try Worker(graph: line.graph, operators: operators)
        Issue.record("a worker was made with \(operators)")
      } catch {
        #expect(error.code == .invalidOperator)
      }
    }
  }
}

/// What operations do with an item that they fail on.
struct WorkerErrorTests {
  private static let empty = OperatorError(.rejected, "The payload is empty.")

  @Test func `With drop, an error costs one item and is reported`() throws {
    let line = try Line(.filter)
    let outcomes = Outcomes()
    let worker = try line.worker(.filter(Predicate(isEven)))
    var failures: [String] = []
    worker.onFailure = { failures.append("\($0.operation.name), \($0.origin.name): \($0.error)") }
    let output = worker.run(line.items(item([], id: 1, outcomes), item([2], id: 2, outcomes)))
    #expect(output.map(\.payload) == [[2]])
    #expect(failures == ["filter 0, item 1: The payload is empty. (rejected)"])
    #expect(outcomes.all == [1: [.failed(Self.empty)]])
    #expect(worker.counters(of: line.operations[0]).failed == 1)
  }

  @Test func `With deadLetter, the source message comes out as it came in`() throws {
    let line = try Line(.map, .filter, policies: [.drop, ErrorPolicy(.deadLetter)])
    let outcomes = Outcomes()
    let worker = try line.worker(.map(Map { _ in .bytes([]) }), .filter(Predicate(isEven)))
    var intake = Intake(line.graph) { _ in TimeSettings() }
    let output = worker.run(intake.take([item([1, 2], id: 1, outcomes)], from: line.source, at: WallTime(seconds: 1)))
    guard case .deadLetter(let letter)? = output.first else { Issue.record("\(output)"); return }
    #expect(output.count == 1 && letter.data == .bytes([1, 2]) && letter.failure.error == Self.empty && letter.failure.operation.name == "filter 1")
    #expect(outcomes.all.isEmpty)
    letter.delivery.complete(.delivered)
    #expect(outcomes.all == [1: [.delivered]])
  }

  @Test func `With deadLetter behind an accumulate, each of its source messages comes out`() throws {
    let line = try Line(.accumulate, .map, policies: [.drop, ErrorPolicy(.deadLetter)])
    let outcomes = Outcomes()
    let worker = try line.worker(.accumulate(Join()), .map(Map { _ throws(OperatorError) in throw Self.empty }))
    var intake = Intake(line.graph) { _ in TimeSettings() }
    let events = intake.take([item([1], at: 3, id: 1, outcomes), item([2], at: 3, id: 2, outcomes)], from: line.source, at: WallTime(seconds: 9))
    let letters = worker.run(events + [line.end]).compactMap { if case .deadLetter(let letter) = $0 { letter } else { nil } }
    #expect(letters.map(\.data) == [.bytes([1]), .bytes([2])] && letters.map(\.failure.origin.name) == ["item 1", "item 2"])
    letters[0].delivery.complete(.delivered)
    #expect(outcomes.all.isEmpty)
    letters[1].delivery.complete(.delivered)
    #expect(outcomes.all == [1: [.delivered], 2: [.delivered]])
  }

  @Test func `With halt, what came before is out, and all else is abandoned`() throws {
    let line = try Line(.filter, .delay, policies: [ErrorPolicy(.halt)])
    let outcomes = Outcomes()
    let worker = try line.worker(.filter(Predicate(isEven)), .delay(WindowDelay(10)))
    let events = line.items(item([2], at: 1, id: 1, outcomes)) + [line.frontier(20)]
      + line.items(item([4], at: 21, id: 2, outcomes), item([], at: 22, id: 3, outcomes), item([6], at: 23, id: 4, outcomes)) + [line.end]
    let output = worker.run(events)
    #expect(output.count == 2 && output[0].payload == [2])
    guard case .halt(let failure)? = output.last else { Issue.record("\(output)"); return }
    #expect(failure.error == Self.empty && failure.origin.name == "item 3")
    #expect(outcomes.all == [2: [.abandoned], 3: [.abandoned], 4: [.abandoned]])
    #expect(worker.run(line.items(item([8], id: 5, outcomes))).isEmpty && outcomes.all[5] == [.abandoned])
  }

  @Test func `Retries come at once, and only as many as are allowed`() throws {
    let line = try Line(.map, policies: [ErrorPolicy(.drop, retries: 2)])
    var failuresLeft = 2
    let worker = try line.worker(.map(Map { (data) throws(OperatorError) in
      if failuresLeft == 0 { return data }
      failuresLeft -= 1
      throw Self.empty
    }))
    #expect(worker.run(line.items(item([1]))).count == 1)
    #expect(worker.counters(of: line.operations[0]).retried == 2 && worker.counters(of: line.operations[0]).failed == 0)
    failuresLeft = 3
    #expect(worker.run(line.items(item([1]))).isEmpty)
    #expect(worker.counters(of: line.operations[0]).failed == 1 && failuresLeft == 0)
  }
}
