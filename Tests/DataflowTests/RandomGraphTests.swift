import Dataflow
import Testing

/// A random graph in which a map on every edge writes the edge's number to the payload, so that a payload tells the path it took.
///
/// Whatever decides (filters, branches, failing maps) decides by the item's number and the operation alone, so that what
/// must come out can be told by walking the graph once per item.
private struct RandomGraph {
  enum Node {
    case source, sink, filter, branch, concatenate
  }

  struct Edge {
    let from: Int
    let arm: Bool
    let to: Int
  }

  let nodes: [Node]
  let edges: [Edge]
  let graph: Graph
  let ids: [Graph.OperationID]
  var operators: [Graph.OperationID: Operator] = [:]

  init(_ random: inout Random) throws {
    var nodes: [Node] = Array(repeating: .source, count: Int.random(in: 1...2, using: &random))
    nodes += (0..<Int.random(in: 1...6, using: &random)).map { _ in [.filter, .branch, .concatenate].randomElement(using: &random) ?? .filter }
    nodes += Array(repeating: .sink, count: Int.random(in: 1...2, using: &random))
    var edges: [Edge] = []
    for to in nodes.indices where nodes[to] != .source {
      for _ in 0..<(nodes[to] == .concatenate ? Int.random(in: 1...3, using: &random) : 1) {
        let candidates = nodes.indices.filter { $0 < to && nodes[$0] != .sink }
        let from = candidates.randomElement(using: &random) ?? 0
        edges.append(Edge(from: from, arm: nodes[from] == .branch && random.chance(1, in: 2), to: to))
      }
    }
    // What leads nowhere gets a sink.
    for from in nodes.indices where nodes[from] != .sink && !edges.contains(where: { $0.from == from }) {
      edges.append(Edge(from: from, arm: false, to: nodes.count))
      nodes.append(.sink)
    }
    var builder = GraphBuilder()
    var ids: [Graph.OperationID] = []
    for (index, node) in nodes.enumerated() {
      let kind: Graph.Operation.Kind =
        switch node {
        case .source: .source
        case .sink: .sink
        case .filter: .filter
        case .branch: .branch
        case .concatenate: .concatenate
        }
      let id = builder.add("\(index)", kind)
      ids.append(id)
      let decide = Predicate { decision($0, index) }
      if node == .filter { operators[id] = .filter(decide) }
      if node == .branch { operators[id] = .branch(decide) }
    }
    for (index, edge) in edges.enumerated() {
      let map = builder.add("edge \(index)", .map)
      operators[map] = .map(
        Map { (data) throws(OperatorError) in
          if fails(bytes(data)[0], edge: index) { throw OperatorError(.rejected, "Edge \(index) fails.") }
          return .bytes(bytes(data) + [UInt8(index)])
        })
      builder.connect(ids[edge.from], nodes[edge.from] == .branch ? (edge.arm ? .true : .false) : nil, to: map)
      builder.connect(map, to: ids[edge.to])
    }
    graph = try builder.build()
    self.ids = ids
    self.nodes = nodes
    self.edges = edges
  }

  /// What must come out of an item at a node: the payload by sink.
  func expect(_ payload: [UInt8], at node: Int, into results: inout [Int: [[UInt8]]], failed: inout Bool) {
    var arm = false
    switch nodes[node] {
    case .sink:
      results[node, default: []].append(payload)
      return
    case .filter: if !decision(.bytes(payload), node) { return }
    case .branch: arm = decision(.bytes(payload), node)
    case .source, .concatenate: break
    }
    for (index, edge) in edges.enumerated() where edge.from == node && edge.arm == arm {
      if fails(payload[0], edge: index) {
        failed = true
      } else {
        expect(payload + [UInt8(index)], at: edge.to, into: &results, failed: &failed)
      }
    }
  }
}

private func decision(_ data: DataModel, _ node: Int) -> Bool {
  (Int(bytes(data)[0]) &* 7 &+ node &* 13) % 5 > 1
}

private func fails(_ number: UInt8, edge: Int) -> Bool {
  (Int(number) &* 11 &+ edge &* 17) % 23 == 0
}

@Test(arguments: 0..<300 as Range<UInt64>)
func everyItemArrivesOnceOnEveryPathInOrderAndNeverBehindTheFrontier(seed: UInt64) throws {
  var random = Random(state: seed)
  let shape = try RandomGraph(&random)
  let (graph, ids) = (shape.graph, shape.ids)
  var time: UInt64 = 0
  let worker = try Worker(
    graph: graph, operators: shape.operators,
    configuration: .init(
      edgeCapacity: Int.random(in: 1...4, using: &random), batchSize: Int.random(in: 1...5, using: &random),
      quantum: UInt64.random(in: 0...4, using: &random)),
    clock: {
      time += 1
      return time
    })
  var failures = 0
  worker.onFailure = { _ in failures += 1 }

  let outcomes = Outcomes()
  var expected: [Int: [[UInt8]]] = [:]
  var expectedOutcomes: [UInt64: String] = [:]
  var received: [Int: [[UInt8]]] = [:]
  let sources = shape.nodes.indices.filter { shape.nodes[$0] == .source }
  let sinks = shape.nodes.indices.filter { shape.nodes[$0] == .sink }

  func take(_ sink: Int, atMost limit: Int) {
    let frontier = worker.frontier(of: ids[sink])
    for item in worker.takeOutput(of: ids[sink], atMost: limit) {
      #expect(frontier.permits(item.time))
      received[sink, default: []].append(bytes(item.data))
      item.delivery.complete(.delivered)
    }
    #expect(worker.frontier(of: ids[sink]) >= frontier)
  }

  // Items with random times, random advances of the frontiers, random steps, random takes.
  var promises = Dictionary(uniqueKeysWithValues: sources.map { ($0, UInt64(0)) })
  var number: UInt8 = 0
  while number < 60 {
    let source = sources.randomElement(using: &random) ?? 0
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      let seconds = (promises[source] ?? 0) + UInt64.random(in: 0...5, using: &random)
      let accepted = worker.enqueue([item([number], at: seconds, id: UInt64(number), outcomes)], at: ids[source])
      if accepted == 0 { break }
      var results: [Int: [[UInt8]]] = [:]
      var failed = false
      shape.expect([number], at: source, into: &results, failed: &failed)
      for (sink, payloads) in results { expected[sink, default: []] += payloads }
      expectedOutcomes[UInt64(number)] = failed ? "failed" : results.isEmpty ? "dropped" : "delivered"
      number += 1
    case 1:
      promises[source, default: 0] += UInt64.random(in: 0...3, using: &random)
      worker.advance(ids[source], to: Frontier(Timestamp(seconds: promises[source] ?? 0)))
    case 2:
      for _ in 0..<Int.random(in: 0...6, using: &random) { _ = worker.step() }
    default:
      take(sinks.randomElement(using: &random) ?? 0, atMost: Int.random(in: 1...3, using: &random))
    }
  }
  for source in sources { worker.close(ids[source]) }
  while !worker.isFinished {
    let state = worker.run()
    let before = received.values.reduce(0) { $0 + $1.count }
    for sink in sinks { take(sink, atMost: .max) }
    let isMoving = received.values.reduce(0) { $0 + $1.count } > before
    #expect(isMoving || state == .idle, "the worker is blocked with nothing to take")
    if !isMoving && state == .blocked { return }
  }

  for sink in sinks {
    let arrived = received[sink] ?? []
    #expect(arrived.sorted { $0.lexicographicallyPrecedes($1) } == (expected[sink] ?? []).sorted { $0.lexicographicallyPrecedes($1) })
    // What took the same path has kept its order.
    for path in Dictionary(grouping: arrived, by: { $0.dropFirst() }).values {
      #expect(zip(path, path.dropFirst()).allSatisfy { $0[0] < $1[0] })
    }
  }
  let actualOutcomes = outcomes.all.mapValues { ended in
    ended.map { outcome in
      switch outcome {
      case .delivered: "delivered"
      case .dropped: "dropped"
      case .failed: "failed"
      case .abandoned: "abandoned"
      }
    }
  }
  #expect(actualOutcomes == expectedOutcomes.mapValues { [$0] })
  for operation in worker.counters {
    #expect(operation.received == operation.emitted + operation.dropped + operation.failed)
    #expect(operation.late == 0)
  }
  #expect(worker.counters.reduce(0) { $0 + $1.failed } == UInt64(failures))
}
