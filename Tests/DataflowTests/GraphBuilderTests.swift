import Dataflow
import Testing

/// The error that building gives.
private func failure(_ fill: (inout GraphBuilder) -> Void) -> GraphError? {
  var builder = GraphBuilder()
  fill(&builder)
  do throws(GraphError) {
    _ = try builder.build()
    return nil
  } catch {
    return error
  }
}

@Test func aGraphListsOperationsBeforeTheirFollowers() throws {
  var builder = GraphBuilder()
  let sink = builder.add("sink", .sink)
  let join = builder.add("join", .concatenate)
  let map = builder.add("map", .map)
  let branch = builder.add("branch", .branch)
  let source = builder.add("source", .source)
  builder.connect(source, to: branch)
  builder.connect(branch, .true, to: map)
  builder.connect(branch, .false, to: join)
  builder.connect(map, to: join)
  builder.connect(join, to: sink)
  let graph = try builder.build()
  #expect(graph.topologicalOrder == [source, branch, map, join, sink])
  #expect(graph.sources.map(\.name) == ["source"] && graph.sinks.map(\.name) == ["sink"])
  #expect(graph.operation(named: "map")?.id == map && graph.operation(named: "nap") == nil)
  #expect(graph[join].kind == .concatenate)
}

@Test func namesMustDiffer() {
  let error = failure { builder in
    _ = builder.add("a", .source)
    _ = builder.add("a", .sink)
  }
  #expect(error?.code == .duplicateName && error?.operation == "a")
}

@Test func connectionsMustSuitTheirEnds() {
  typealias Kind = Graph.Operation.Kind
  for from in Kind.allCases {
    for to in Kind.allCases {
      for arm in [nil, .true, .false] as [Graph.Arm?] {
        let error = failure { builder in
          let source = builder.add("source", .source)
          let sink = builder.add("sink", .sink)
          let a = builder.add("a", from)
          let b = builder.add("b", to)
          if from != .source && from != .sink { builder.connect(source, to: a) } else { builder.connect(source, to: sink) }
          builder.connect(a, arm, to: b)
          if to != .sink && to != .source { builder.connect(b, to == .branch ? .true : nil, to: sink) }
        }
        let isAllowed = from != .sink && to != .source && (from == .branch) == (arm != nil)
        // Apart from the connection itself, "sink" may stand alone or be fed twice, which is found after it.
        #expect((error?.code == .invalidConnection && ["a", "b"].contains(error?.operation)) == !isAllowed, "\(from) \(to) \(String(describing: arm))")
      }
    }
  }
}

@Test func everyOperationMustBeConnected() {
  let lonelyMap = failure { builder in
    let source = builder.add("source", .source)
    let sink = builder.add("sink", .sink)
    let map = builder.add("map", .map)
    builder.connect(source, to: sink)
    _ = map
  }
  #expect(lonelyMap?.code == .unconnected && lonelyMap?.operation == "map")
  let deadEnd = failure { builder in
    let source = builder.add("source", .source)
    let map = builder.add("map", .map)
    builder.connect(source, to: map)
  }
  #expect(deadEnd?.code == .unconnected && deadEnd?.operation == "map")
}

@Test func onlyConcatenateMerges() {
  let error = failure { builder in
    let sources = [builder.add("s1", .source), builder.add("s2", .source)]
    let sink = builder.add("sink", .sink)
    for source in sources { builder.connect(source, to: sink) }
  }
  #expect(error?.code == .invalidConnection && error?.operation == "sink")
}

@Test func cyclesAreRefused() {
  let error = failure { builder in
    let source = builder.add("source", .source)
    let join = builder.add("join", .concatenate)
    let branch = builder.add("branch", .branch)
    let sink = builder.add("sink", .sink)
    builder.connect(source, to: join)
    builder.connect(join, to: branch)
    builder.connect(branch, .false, to: join)
    builder.connect(branch, .true, to: sink)
  }
  #expect(error?.code == .cycle)
}

@Test func anOperationOfAnotherGraphIsRefused() {
  var other = GraphBuilder()
  let far = (0..<9).map { other.add("\($0)", .sink) }[8]
  let error = failure { builder in
    let source = builder.add("source", .source)
    builder.connect(source, to: far)
  }
  #expect(error?.code == .unknownOperation)
}

@Test func anEmptyGraphIsAGraph() throws {
  #expect(try Worker(graph: GraphBuilder().build()).run([]).isEmpty)
}

@Test func waysThatPartAndMeetTooOftenAreRefused() throws {
  func diamonds(_ count: Int, _ kind: Graph.Operation.Kind) -> GraphError? {
    failure { builder in
      var last = builder.add("source", .source)
      for number in 0..<count {
        let fork = builder.add("fork \(number)", kind), join = builder.add("join \(number)", .concatenate)
        builder.connect(last, to: fork)
        builder.connect(fork, kind == .branch ? .true : nil, to: join)
        builder.connect(fork, kind == .branch ? .false : nil, to: join)
        last = join
      }
      builder.connect(last, to: builder.add("sink", .sink))
    }
  }
  #expect(diamonds(13, .map) == nil)
  #expect(diamonds(14, .map)?.code == .invalidConnection)
  #expect(diamonds(60, .map)?.code == .invalidConnection)
  // An item takes one arm of a branch, not both.
  #expect(diamonds(60, .branch) == nil)
}

@Test func whatFollowsAStatefulOperationIsExclusive() throws {
  var builder = GraphBuilder()
  let source = builder.add("source", .source), map = builder.add("map", .map), keeper = builder.add("keeper", .map, isExclusive: true)
  let delay = builder.add("delay", .delay), after = builder.add("after", .map), other = builder.add("other", .map), beside = builder.add("beside", .filter)
  let join = builder.add("join", .concatenate), sink = builder.add("sink", .sink)
  builder.connect(source, to: map)
  builder.connect(map, to: delay)
  builder.connect(delay, to: after)
  builder.connect(map, to: beside)
  builder.connect(map, to: keeper)
  builder.connect(keeper, to: other)
  for id in [after, beside, other] { builder.connect(id, to: join) }
  builder.connect(join, to: sink)
  let graph = try builder.build()
  #expect(graph.operations.filter(\.isExclusive).map(\.name) == ["keeper", "delay", "after", "other", "join", "sink"])
  #expect(graph.isIncluded(beside, in: .first) && !graph.isIncluded(beside, in: .rest) && graph.isIncluded(beside, in: .whole))
}
