import Dataflow
import Testing

/// source → operation → sink
private struct Line {
  let graph: Graph
  let source, operation, sink: Graph.OperationID

  init(_ kind: Graph.Operation.Kind) throws {
    var builder = GraphBuilder()
    source = builder.add("source", .source)
    operation = builder.add("operation", kind)
    sink = builder.add("sink", .sink)
    builder.connect(source, to: operation)
    builder.connect(operation, kind == .branch ? .true : nil, to: sink)
    graph = try builder.build()
  }
}

private func isEven(_ data: DataModel) throws(OperatorError) -> Bool {
  guard let first = bytes(data).first else { throw OperatorError(.rejected, "The payload is empty.") }
  return first.isMultiple(of: 2)
}

@Test func mapChangesTheDataAndNothingElse() throws {
  let line = try Line(.map)
  let worker = try Worker(graph: line.graph, operators: [line.operation: .map(Map { .bytes(bytes($0).reversed()) })])
  #expect(worker.enqueue([item([1, 2], at: 4), item([3, 4], at: 3)], at: line.source) == 2)
  #expect(worker.run() == .idle)
  let output = worker.takeOutput(of: line.sink)
  #expect(output.map { bytes($0.data) } == [[2, 1], [4, 3]])
  #expect(output.map(\.time.seconds) == [4, 3])
  #expect(output.map(\.delivery.pending) == [1, 1])
}

@Test func filterKeepsTheOriginalAndCompletesWhatItDrops() throws {
  let line = try Line(.filter)
  let outcomes = Outcomes()
  let worker = try Worker(graph: line.graph, operators: [line.operation: .filter(Predicate(isEven))])
  _ = worker.enqueue((1...4).map { item([UInt8($0)], id: UInt64($0), outcomes) }, at: line.source)
  _ = worker.run()
  #expect(worker.takeOutput(of: line.sink).map { bytes($0.data) } == [[2], [4]])
  #expect(outcomes.all == [1: [.dropped], 3: [.dropped]])
  let counters = worker.counters(of: line.operation)
  #expect((counters.received, counters.emitted, counters.dropped, counters.failed) == (4, 2, 2, 0))
}

@Test func anArmThatNothingIsConnectedToDrops() throws {
  let line = try Line(.branch)
  let outcomes = Outcomes()
  let worker = try Worker(graph: line.graph, operators: [line.operation: .branch(Predicate(isEven))])
  _ = worker.enqueue((1...2).map { item([UInt8($0)], id: UInt64($0), outcomes) }, at: line.source)
  _ = worker.run()
  #expect(worker.takeOutput(of: line.sink).map { bytes($0.data) } == [[2]])
  #expect(outcomes.all == [1: [.dropped]])
}

@Test func anOperatorErrorCostsOneItemAndIsReported() throws {
  let line = try Line(.filter)
  let outcomes = Outcomes()
  let worker = try Worker(graph: line.graph, operators: [line.operation: .filter(Predicate(isEven))])
  var failures: [String] = []
  worker.onFailure = { failures.append("\($0.operation.name), \($0.origin.name): \($0.error)") }
  _ = worker.enqueue([item([], id: 1, outcomes), item([2], id: 2, outcomes)], at: line.source)
  _ = worker.run()
  #expect(worker.takeOutput(of: line.sink).map { bytes($0.data) } == [[2]])
  #expect(failures == ["operation, item 1: The payload is empty. (rejected)"])
  #expect(outcomes.all == [1: [.failed(OperatorError(.rejected, "The payload is empty."))]])
  #expect(worker.counters(of: line.operation).failed == 1)
}

@Test func fanOutSharesBytesAndDelivery() throws {
  var builder = GraphBuilder()
  let source = builder.add("source", .source)
  let sinks = (0..<3).map { builder.add("sink \($0)", .sink) }
  for sink in sinks { builder.connect(source, to: sink) }
  let worker = try Worker(graph: builder.build())
  let outcomes = Outcomes()
  let sent = item(Array(repeating: 7, count: 1000), id: 1, outcomes)
  _ = worker.enqueue([sent], at: source)
  _ = worker.run()
  let address = bytes(sent.data).withUnsafeBufferPointer(\.baseAddress)
  for sink in sinks {
    let output = worker.takeOutput(of: sink)
    #expect(output.map { bytes($0.data).withUnsafeBufferPointer(\.baseAddress) } == [address])
    #expect(outcomes.all.isEmpty)
    output[0].delivery.complete(.delivered)
  }
  #expect(outcomes.all == [1: [.delivered]])
  #expect(worker.counters(of: source).emitted == 1)
}

@Test func aFullSinkBlocksUpToTheSourceAndNothingIsLost() throws {
  let line = try Line(.map)
  let worker = try Worker(
    graph: line.graph, operators: [line.operation: .map(Map { $0 })], configuration: .init(edgeCapacity: 2, batchSize: 3))
  var sent: UInt8 = 0
  while true {
    let accepted = worker.enqueue([item([sent])], at: line.source)
    let state = worker.run()
    if accepted == 0 {
      #expect(state == .blocked)
      break
    }
    sent += 1
  }
  #expect(sent == 8)
  #expect(worker.room(at: line.source) == 0)
  worker.close(line.source)
  var received: [UInt8] = []
  worker.run { sink, items in
    #expect(sink == line.sink && items.count <= 2)
    received += items.flatMap { bytes($0.data) }
  }
  #expect(received == Array(0..<8))
  #expect(worker.isFinished && worker.run() == .idle)
}

@Test func anItemIsThroughBeforeTheNextBatchIsBegun() throws {
  let line = try Line(.map)
  var log: [String] = []
  let map = Map { (data) throws(OperatorError) in
    log.append("map \(bytes(data)[0])")
    return data
  }
  let worker = try Worker(graph: line.graph, operators: [line.operation: .map(map)], configuration: .init(batchSize: 2))
  _ = worker.enqueue((0..<4).map { item([$0]) }, at: line.source)
  worker.run { _, items in log.append("out \(items.map { bytes($0.data)[0] })") }
  #expect(log == ["map 0", "map 1", "out [0, 1]", "map 2", "map 3", "out [2, 3]"])
}

@Test func aSlowOperatorHandsOnWhatIsDone() throws {
  let line = try Line(.map)
  var time: UInt64 = 0
  var sizes: [Int] = []
  let map = Map { (data) throws(OperatorError) in
    time += 10
    return data
  }
  let worker = try Worker(
    graph: line.graph, operators: [line.operation: .map(map)], configuration: .init(quantum: 20), clock: { time })
  _ = worker.enqueue((0..<5).map { item([$0]) }, at: line.source)
  worker.run { _, items in sizes.append(items.count) }
  #expect(sizes == [2, 2, 1])
  let counters = worker.counters(of: line.operation)
  #expect(counters.busyNanoseconds == 50)
  #expect(counters.queueNanoseconds == 0 + 10 + 20 + 30 + 40)
}

@Test func aLateItemGoesOnAtTheFrontiersTime() throws {
  let line = try Line(.map)
  let worker = try Worker(graph: line.graph, operators: [line.operation: .map(Map { $0 })])
  worker.advance(line.source, to: Frontier(Timestamp(seconds: 9)))
  _ = worker.enqueue([item([1], at: 3), item([2], at: 12)], at: line.source)
  _ = worker.run()
  #expect(worker.takeOutput(of: line.sink).map(\.time.seconds) == [9, 12])
  #expect(worker.counters(of: line.source).late == 1)
}

@Test func aSinksFrontierWaitsForItsOutputToBeTaken() throws {
  let line = try Line(.filter)
  let worker = try Worker(graph: line.graph, operators: [line.operation: .filter(Predicate(isEven))])
  let nine = Frontier(Timestamp(seconds: 9))
  _ = worker.enqueue([item([1], at: 3), item([2], at: 4)], at: line.source)
  worker.advance(line.source, to: nine)
  #expect(worker.frontier(of: line.operation) == .initial)
  _ = worker.run()
  #expect(worker.frontier(of: line.operation) == nine)
  #expect(worker.frontier(of: line.sink) == .initial)
  _ = worker.takeOutput(of: line.sink)
  #expect(worker.frontier(of: line.sink) == nine)
  worker.close(line.source)
  #expect(!worker.isFinished)
  _ = worker.run()
  #expect(worker.isFinished)
  #expect(worker.enqueue([item([2])], at: line.source) == 0)
}

@Test func concatenateIsAsFarAsTheInputFurthestBehind() throws {
  var builder = GraphBuilder()
  let a = builder.add("a", .source)
  let b = builder.add("b", .source)
  let join = builder.add("join", .concatenate)
  let sink = builder.add("sink", .sink)
  builder.connect(a, to: join)
  builder.connect(b, to: join)
  builder.connect(join, to: sink)
  let worker = try Worker(graph: builder.build())
  worker.advance(a, to: Frontier(Timestamp(seconds: 9)))
  _ = worker.run()
  #expect(worker.frontier(of: sink) == .initial)
  worker.advance(b, to: Frontier(Timestamp(seconds: 5)))
  _ = worker.run()
  #expect(worker.frontier(of: sink) == Frontier(Timestamp(seconds: 5)))
  worker.close(b)
  _ = worker.run()
  #expect(worker.frontier(of: sink) == Frontier(Timestamp(seconds: 9)))
}

@Test func concatenateServesItsInputsInTurn() throws {
  var builder = GraphBuilder()
  let sources = [builder.add("a", .source), builder.add("b", .source)]
  let join = builder.add("join", .concatenate)
  let sink = builder.add("sink", .sink)
  for source in sources { builder.connect(source, to: join) }
  builder.connect(join, to: sink)
  let worker = try Worker(graph: builder.build(), configuration: .init(edgeCapacity: 2, batchSize: 2))
  var received: [UInt8] = []
  for _ in 0..<20 {
    for (index, source) in sources.enumerated() { _ = worker.enqueue([item([UInt8(index)]), item([UInt8(index)])], at: source) }
    _ = worker.run()
    received += worker.takeOutput(of: sink, atMost: 1).flatMap { bytes($0.data) }
  }
  #expect(received.count == 20)
  #expect((8...12).contains(received.filter { $0 == 0 }.count))
}

@Test func abandoningCompletesWhatIsUnderWay() throws {
  let line = try Line(.map)
  let outcomes = Outcomes()
  let worker = try Worker(graph: line.graph, operators: [line.operation: .map(Map { $0 })], configuration: .init(edgeCapacity: 2))
  _ = worker.enqueue([item([1], id: 1, outcomes), item([2], id: 2, outcomes)], at: line.source)
  _ = worker.run()
  _ = worker.enqueue([item([3], id: 3, outcomes)], at: line.source)
  worker.abandon()
  #expect(outcomes.all == [1: [.abandoned], 2: [.abandoned], 3: [.abandoned]])
  #expect(worker.run() == .idle)
  #expect(worker.takeOutput(of: line.sink).isEmpty)
}

@Test func operatorsMustMatchTheirOperations() throws {
  let line = try Line(.map)
  for operators in [[:], [line.operation: Operator.filter(Predicate(isEven))], [line.operation: .map(Map { $0 }), line.sink: .map(Map { $0 })]] {
    do throws(GraphError) {
      _ = try Worker(graph: line.graph, operators: operators)
      Issue.record("a worker was made with \(operators)")
    } catch {
      #expect(error.code == .invalidOperator)
    }
  }
}
