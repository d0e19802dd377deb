import Dataflow
import Testing

/// Random graphs, random items in random orders, random clocks, batches and workers: what comes out is what a naive implementation says.
struct RandomGraphTests {
  @Test(arguments: 0..<400 as Range<UInt64>) func `What comes out is what it should be, whatever the batches and the workers`(seed: UInt64) throws {
    var random = Random(state: seed)
    let shape = try RandomGraph(&random)
    let outcomes = Outcomes()
    let events = shape.events(&random, outcomes)
    let reference = Reference(shape, events)

    let batched = try Run(shape, [.whole], outcomes)
    var rest = events[...]
    while !rest.isEmpty {
      let count = min(rest.count, Int.random(in: 1...20, using: &random))
      batched.put(batched.workers[0].run(Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
    #expect(batched.output == reference.output)
    #expect(outcomes.all.mapValues { $0.map(\.name) } == reference.outcomes.mapValues { [$0] })
    #expect(batched.workers[0].heldCount == 0)

    let shared = try Run(shape, Array(repeating: .first, count: Int.random(in: 1...4, using: &random)) + [.rest], nil)
    shared.share(events.map(\.withoutOutcome), &random)
    #expect(shared.output == reference.output)
    for operation in shape.graph.operations where !operation.kind.isStateful {
      let counters = shared.workers.reduce(into: OperationCounters()) { $0 += $1.counters(of: operation.id) }
      #expect(counters.received == counters.emitted + counters.dropped + counters.failed)
      #expect(counters == batched.workers[0].counters(of: operation.id))
    }
  }

  @Test(arguments: 0..<100 as Range<UInt64>) func `Windows that are let out in parts, and moments that are told, are the same for any batches and workers`(seed: UInt64) throws {
    var random = Random(state: seed)
    let shape = try RandomGraph(&random)
    let sources = shape.graph.sources.map(\.id)
    var number: UInt64 = 0
    let events = shape.events(&random, Outcomes()).flatMap { event -> [Event] in
      number += 1
      let moment = Event.clock(Moment(time: WallTime(seconds: number), number: number))
      return random.chance(1, in: 8) ? [moment, .makeRoom(for: sources.randomElement(using: &random) ?? sources[0]), event] : [moment, event]
    }
    let single = try Run(shape, [.whole], nil)
    for event in events { single.put(single.workers[0].run([event.withoutOutcome])) }
    let shared = try Run(shape, Array(repeating: .first, count: Int.random(in: 1...4, using: &random)) + [.rest], nil)
    shared.share(events.map(\.withoutOutcome), &random)
    #expect(shared.output == single.output && single.workers[0].heldCount == 0)
  }
}

/// Operations decide by the payload and their own number alone. A payload tells which way its items have taken.
private struct RandomGraph {
  struct Edge {
    let from: Int
    let arm: Bool
    let to: Int
  }

  let kinds: [Graph.Operation.Kind]
  let edges: [Edge]
  let graph: Graph
  let ids: [Graph.OperationID]

  init(_ random: inout Random) throws {
    var kinds: [Graph.Operation.Kind] = Array(repeating: .source, count: Int.random(in: 1...2, using: &random))
    let others: [Graph.Operation.Kind] = [.map, .filter, .branch, .concatenate, .delay, .accumulate, .accumulate]
    kinds += (0..<Int.random(in: 1...9, using: &random)).map { _ in others.randomElement(using: &random) ?? .map }
    kinds += Array(repeating: .sink, count: Int.random(in: 1...2, using: &random))
    var edges: [Edge] = []
    for to in kinds.indices where kinds[to] != .source {
      for _ in 0..<(kinds[to] == .concatenate ? Int.random(in: 1...3, using: &random) : 1) {
        let from = kinds.indices.filter { $0 < to && kinds[$0] != .sink }.randomElement(using: &random) ?? 0
        edges.append(Edge(from: from, arm: kinds[from] == .branch && random.chance(1, in: 2), to: to))
      }
    }
    // What leads nowhere gets a sink.
    for from in kinds.indices where kinds[from] != .sink && !edges.contains(where: { $0.from == from }) {
      edges.append(Edge(from: from, arm: false, to: kinds.count))
      kinds.append(.sink)
    }
    var builder = GraphBuilder()
    ids = kinds.enumerated().map { builder.add("\($0)", $1) }
    for edge in edges { builder.connect(ids[edge.from], kinds[edge.from] == .branch ? (edge.arm ? .true : .false) : nil, to: ids[edge.to]) }
    graph = try builder.build()
    self.kinds = kinds
    self.edges = edges
  }

  /// Operators anew, as every worker has its own.
  var operators: [Int: Operator] {
    var operators: [Int: Operator] = [:]
    for (node, kind) in kinds.enumerated() {
      switch kind {
      case .map:
        operators[node] = .map(Map { (data) throws(OperatorError) in
          guard let mapped = Self.mapped(payload(data), node) else { throw OperatorError(.rejected, "\(node)") }
          return .bytes(mapped)
        })
      case .filter: operators[node] = .filter(Predicate { Self.decision(payload($0), node) })
      case .branch: operators[node] = .branch(Predicate { Self.decision(payload($0), node) })
      case .delay: operators[node] = .delay(Delay { _, time in Self.delayed(time, node) })
      case .accumulate: operators[node] = .accumulate(Join { !Self.canBeFolded($0, node) })
      case .source, .sink, .concatenate: break
      }
    }
    return operators
  }

  private static func hash(_ payload: [UInt8], _ node: Int) -> Int { payload.reduce(node * 7) { ($0 * 31 + Int($1)) % 10_007 } }

  static func mapped(_ payload: [UInt8], _ node: Int) -> [UInt8]? { hash(payload, node) % 11 == 0 ? nil : payload + [200 + UInt8(node)] }
  static func decision(_ payload: [UInt8], _ node: Int) -> Bool { hash(payload, node) % 5 > 1 }
  static func canBeFolded(_ payload: [UInt8], _ node: Int) -> Bool { hash(payload, node) % 13 != 0 }
  static func delayed(_ time: Timestamp, _ node: Int) -> Timestamp {
    switch node % 3 {
    case 0: time.rounded(up: 5)
    case 1: Timestamp(seconds: time.seconds + 3)
    default: Timestamp(seconds: time.seconds / 2)
    }
  }

  /// Items in a random order, from all sources, with the frontiers that go with them, to the end.
  func events(_ random: inout Random, _ outcomes: Outcomes) -> [Event] {
    let sources = graph.sources.map(\.id)
    let lateness = UInt64.random(in: 0...8, using: &random)
    let policy = TimeSettings.LatePolicy.allCases.randomElement(using: &random) ?? .drop
    let domain: TimeSettings.Domain = random.chance(1, in: 5) ? .processing : .event
    let partitions = random.chance(1, in: 3) ? Int.random(in: 1...3, using: &random) : nil
    // Of no node, like windows, and a millisecond apart: or else a delay behind an accumulate could move an item to just before its own time.
    var intake = Intake(graph, nodeID: "") { _ in TimeSettings(domain, allowedLateness: .seconds(lateness), late: policy, idleAfter: .seconds(4)) }
    var events: [Event] = []
    var now: UInt64 = 100
    for number in 0..<60 as Range<UInt8> {
      let source = sources.randomElement(using: &random) ?? sources[0]
      now += UInt64.random(in: 0...1, using: &random)
      if random.chance(1, in: 6), let event = intake.idle(source, at: WallTime(milliseconds: now * 1000 + UInt64(number))) { events.append(event) }
      let time = Timestamp(seconds: now - UInt64.random(in: 0...12, using: &random))
      let partition = partitions.map { Int.random(in: 0..<$0, using: &random) }
      events += intake.take([message([number], at: time, id: UInt64(number), partition: partition, outcomes)], from: source, at: WallTime(milliseconds: now * 1000 + UInt64(number)))
    }
    return events + sources.map { intake.close($0) }
  }
}

/// What must come out, worked out operation by operation: each turns the list of all that ever comes into it into the list of all that comes out of it.
private struct Reference {
  /// An item with its place in the order of all items, everywhere: first the event that it came of; then, if it was let out, its time and the operation
  /// that let it out; then the way it took since.
  private struct Element {
    var place: [Int]
    var time: Timestamp
    var payload: [UInt8]
    var ids: [UInt64]
  }

  private(set) var output: [String] = []
  private(set) var outcomes: [UInt64: String] = [:]

  /// Orders as times do, to the millisecond. Never 0.
  private static func rank(_ time: Timestamp) -> Int { 1 + Int(time.seconds) * 1000 + Int(time.nanoseconds / 1_000_000) }

  init(_ shape: RandomGraph, _ events: [Event]) {
    var gravest: [UInt64: Int] = [:]
    func end(_ ids: [UInt64], _ gravity: Int) {
      for id in ids { gravest[id] = max(gravest[id] ?? 0, gravity) }
    }

    // Per source its items, and its frontier after each event.
    var given = Array(repeating: [Element](), count: shape.kinds.count)
    var frontiers = Array(repeating: [Frontier](), count: shape.kinds.count)
    for (number, event) in events.enumerated() {
      for node in shape.kinds.indices where shape.kinds[node] == .source { frontiers[node].append(frontiers[node].last ?? .initial) }
      switch event {
      case .item(let item, let source):
        given[source.index].append(Element(place: [number, 0, 0, 0], time: item.time, payload: payload(item.data), ids: [item.delivery.id]))
      case .frontier(let frontier, let source): frontiers[source.index][number] = max(frontier, frontiers[source.index][number])
      case .deadLetter, .makeRoom, .clock, .halt: break
      }
    }

    let order = shape.graph.topologicalOrder.map(\.index)
    for (rank, node) in order.enumerated() {
      let incoming = shape.edges.filter { $0.to == node }
      if !incoming.isEmpty {
        frontiers[node] = events.indices.map { event in incoming.map { frontiers[$0.from][event] }.min() ?? .done }
      }
      let elements = given[node].sorted { $0.place.lexicographicallyPrecedes($1.place) }
      var results: [(element: Element, arm: Bool)] = []
      /// Groups of one time, each with the number of the event that lets it out.
      func groups(_ elements: [Element]) -> [(event: Int, time: Timestamp, elements: [Element])] {
        Dictionary(grouping: elements, by: \.time).map { time, elements in
          (frontiers[node].firstIndex { !$0.permits(time) } ?? .max, time, elements)
        }
      }
      switch shape.kinds[node] {
      case .source, .concatenate: results = elements.map { ($0, false) }
      case .sink:
        given[node] = elements
        continue
      case .map:
        for var element in elements {
          guard let mapped = RandomGraph.mapped(element.payload, node) else {
            end(element.ids, 2)
            continue
          }
          element.payload = mapped
          results.append((element, false))
        }
      case .filter:
        for element in elements {
          if RandomGraph.decision(element.payload, node) { results.append((element, false)) } else { end(element.ids, 0) }
        }
      case .branch: results = elements.map { ($0, RandomGraph.decision($0.payload, node)) }
      case .delay:
        let delayed = elements.map { element in
          var element = element
          let before = element.time, time = RandomGraph.delayed(before, node)
          element.time = time.wallTime < before.wallTime ? before : time
          // Windows are of no node.
          if element.time.nodeID == before.nodeID { element.time.nodeID = "" }
          return element
        }
        for (event, time, elements) in groups(delayed) {
          for (number, var element) in elements.enumerated() {
            element.place = [event, Self.rank(time), rank, number]
            results.append((element, false))
          }
        }
      case .accumulate:
        for element in elements where !RandomGraph.canBeFolded(element.payload, node) { end(element.ids, 2) }
        for (event, time, elements) in groups(elements.filter { RandomGraph.canBeFolded($0.payload, node) }) {
          results.append((Element(place: [event, Self.rank(time), rank, 0], time: time, payload: elements.flatMap(\.payload), ids: elements.flatMap(\.ids)), false))
        }
      }
      for (element, arm) in results {
        let ways = shape.edges.filter { $0.from == node && $0.arm == arm }
        if ways.isEmpty { end(element.ids, 0) }
        for (number, edge) in ways.enumerated() {
          var element = element
          element.place.append(number)
          given[edge.to].append(element)
        }
      }
    }
    let arrived = shape.kinds.indices.filter { shape.kinds[$0] == .sink }.flatMap { sink in given[sink].map { (sink, $0) } }
    for (sink, element) in arrived.sorted(by: { $0.1.place.lexicographicallyPrecedes($1.1.place) }) {
      output.append("\(sink) at \(element.time.seconds): \(element.payload)")
      end(element.ids, 1)
    }
    outcomes = gravest.mapValues { ["dropped", "delivered", "failed"][$0] }
    // Late items are dropped before there is an event.
    for id in 0..<60 as Range<UInt64> where outcomes[id] == nil { outcomes[id] = "dropped" }
  }
}

/// Workers that run a graph, and what has come out.
private final class Run {
  let workers: [Worker]
  private(set) var output: [String] = []
  /// At which the last item came out, where moments are told.
  private var moment: Moment?
  private let outcomes: Outcomes?
  private let graph: Graph

  init(_ shape: RandomGraph, _ parts: [Graph.Part], _ outcomes: Outcomes?) throws {
    graph = shape.graph
    self.outcomes = outcomes
    workers = try parts.map { part in
      var operators: [Graph.OperationID: Operator] = [:]
      for (node, given) in shape.operators { operators[shape.ids[node]] = given }
      return try Worker(graph: shape.graph, part: part, operators: operators)
    }
  }

  func put(_ events: [Event]) {
    for event in events {
      if case .clock(let moment) = event { self.moment = moment }
      guard case .item(let item, let sink) = event else { continue }
      output.append("\(sink.index) at \(item.time.seconds): \(payload(item.data))" + (moment.map { ", \($0.number)" } ?? ""))
      item.delivery.complete(.delivered)
    }
  }

  /// Shares events out among the workers, in an order of steps that threads might take.
  func share(_ events: [Event], _ random: inout Random) {
    let crew = workers.dropLast()
    var exchange = Exchange(workers: crew.count, restWorker: random.chance(1, in: 2) ? 0 : nil, sources: 1, capacity: Int.random(in: 1...10, using: &random))
    var waiting = EventQueue(events)
    /// What the workers are at.
    var works = Array(repeating: Exchange.Work?.none, count: crew.count)
    while true {
      let worker = Int.random(in: 0..<crew.count, using: &random)
      switch works[worker] {
      case nil:
        if random.chance(1, in: 2), !waiting.isEmpty {
          exchange.add(&waiting)
          if waiting.isEmpty { exchange.closeSource() }
        }
        works[worker] = exchange.next(for: worker, atMost: Int.random(in: 1...7, using: &random))
      case .first(let events, let ticket)?:
        _ = exchange.complete(ticket, workers[worker].run(events))
        works[worker] = nil
      case .rest(let events)?:
        workers[crew.count].run(events) { put($0) }
        exchange.restIsDone()
        works[worker] = nil
      case .finished?:
        return
      }
    }
  }
}

extension Event {
  /// The same with a delivery of its own.
  fileprivate var withoutOutcome: Event {
    guard case .item(let item, let operation) = self else { return self }
    return .item(Item(time: item.time, data: item.data, origin: item.origin, delivery: Delivery(id: item.delivery.id)), at: operation)
  }
}

extension Delivery.Outcome {
  fileprivate var name: String {
    switch self {
    case .delivered: "delivered"
    case .dropped: "dropped"
    case .failed: "failed"
    case .abandoned: "abandoned"
    }
  }
}
