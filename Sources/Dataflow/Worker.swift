/// A graph, or a part of one, with operators of its own: a deterministic machine that does nothing unless called.
///
/// It is given events, and gives out others:
///
///     worker.run(events) { output in … }   // what has reached the sinks, in order
///
/// Each event runs to its end before the next one: an item through all operations that it reaches, depth first along the edges in their
/// order; a frontier through everything that it lets out, by time and then in topological order. So what comes out depends on nothing but the
/// order of the events, and nothing waits between operations: only delay and accumulate hold items, within a limit.
///
/// A worker belongs to whichever single thread calls it. Whoever takes items out completes their deliveries; the worker completes those that end inside it.
public final class Worker {
  public struct Configuration: Sendable {
    /// How much delay and accumulate may hold, together.
    public var heldItems: Int
    public var heldBytes: Int
    /// What happens when they would hold more.
    public var whenFull: FullPolicy
    /// The most that one call of an accumulate is given. A single larger item is given alone.
    public var accumulatedItems = 1024
    public var accumulatedBytes = 4 << 20
    /// How many items of output are collected before they are handed over, and for how long, in nanoseconds.
    public var outputItems = 256
    public var quantum: UInt64 = 1_000_000

    public init(heldItems: Int = .max, heldBytes: Int = 256 << 20, whenFull: FullPolicy = .split) {
      self.heldItems = heldItems
      self.heldBytes = heldBytes
      self.whenFull = whenFull
    }
  }

  /// What happens to windows that do not fit into what may be held. Either way the sources go on, or the run ends: nothing waits for ever.
  public enum FullPolicy: String, Hashable, Sendable, CaseIterable {
    /// The items of the earliest time are let out at once, and those of the same time that still come go into a further result.
    case split
    /// The run ends.
    case halt
  }

  /// Something that a user may want to know, and that nothing else tells.
  public enum Notice: Sendable {
    /// A delay returned an earlier time than the item has, which counts as the item's own. Said once for an operation.
    case delayedBackwards(Graph.Operation, Origin)
    /// An operator broke down on so many calls in a row, with nothing between them (``Worker/faultsInARow``).
    case faulting(Graph.Operation, OperatorError)
    /// An operator that did is working again.
    case recovered(Graph.Operation)
    /// A window was let out in parts (``FullPolicy/split``). Said once.
    case split(Graph.Operation, Timestamp)
  }

  /// How many faults in a row are more than bad luck with an item.
  public static let faultsInARow = 3

  /// What an operation does with an item.
  enum Step {
    case forward
    case output
    case map(any MapOperator)
    case filter(any FilterOperator)
    case branch(any BranchOperator)
    case accumulate(any AccumulateOperator)
    case window(any WindowOperator)
    case delay(any DelayOperator)
  }

  /// Where items go on, in the order of the edges. Mostly there is one edge, and no list.
  struct Ways {
    var first: Int?
    var others: [Int] = []

    mutating func add(_ node: Int) {
      if first == nil { first = node } else { others.append(node) }
    }
  }

  struct Node {
    let step: Step
    /// Whether another worker runs the operation: items that reach it are given out.
    let isElsewhere: Bool
    /// By arm; whatever is no branch has the first alone.
    var ways = (false: Ways(), true: Ways())
    /// Whether an arm has more than one.
    var hasSeveralWays: Bool { !ways.false.others.isEmpty || !ways.true.others.isEmpty }
    var counters = OperationCounters()
    var hasDelayedBackwards = false
    /// Since the last call that the operator came back from.
    var faults = 0
  }

  /// A stateful operation.
  struct Holder {
    let node: Int
    /// From where items can come to it.
    let sources: [Int]
    var held = Held()
    var frontier = Frontier.initial
  }

  public let graph: Graph
  public let part: Graph.Part
  let configuration: Configuration
  /// Monotonic nanoseconds.
  let clock: () -> UInt64
  /// Told of every item that an operator fails on, before its delivery is completed. Must not call the worker.
  public var onFailure: (Failure) -> Void = { _ in }
  public var onNotice: (Notice) -> Void = { _ in }
  /// Told when what follows was taken in, where events say so.
  public var onMoment: (Moment) -> Void = { _ in }

  // A worker belongs to one thread, and is never called while it is called: nothing need be checked at each access.
  @exclusivity(unchecked) var nodes: [Node] = []
  /// In topological order.
  var holders: [Holder] = []
  /// By node; nil where nothing is held.
  var holderIndex: [Int?]
  /// By node, of sources.
  var frontiers: [Frontier]
  @exclusivity(unchecked) var heldItems = 0
  @exclusivity(unchecked) var heldBytes = 0
  var hasSplit = false
  /// Where the current event goes on when what comes before has run to its end: the next on top.
  @exclusivity(unchecked) var pending: [(item: Item, node: Int)] = []
  @exclusivity(unchecked) var output: [Event] = []
  @exclusivity(unchecked) var isHalted = false
  /// The last reading of the clock.
  @exclusivity(unchecked) var now: UInt64 = 0

  /// - Parameters:
  ///   - part: what of the graph the worker runs. What reaches another part comes out, and so do all frontiers unless it runs the sinks.
  ///   - operators: one for each operation of the part that needs one, of its kind, and for no other operation.
  ///   - clock: monotonic nanoseconds, for counters and the quantum alone: it never decides what comes out.
  public init(
    graph: Graph, part: Graph.Part = .whole, operators: [Graph.OperationID: Operator] = [:], configuration: Configuration = Configuration(),
    clock: @escaping () -> UInt64 = { 0 }
  ) throws(GraphError) {
    self.graph = graph
    self.configuration = configuration
    self.clock = clock
    holderIndex = Array(repeating: nil, count: graph.operations.count)
    frontiers = Array(repeating: .initial, count: graph.operations.count)
    for operation in graph.operations {
      let isElsewhere = !graph.isIncluded(operation.id, in: part)
      nodes.append(Node(step: isElsewhere ? .forward : try Self.step(of: operation, operators[operation.id]), isElsewhere: isElsewhere))
    }
    for edge in graph.edges {
      if edge.arm == .true { nodes[edge.from.index].ways.true.add(edge.to.index) } else { nodes[edge.from.index].ways.false.add(edge.to.index) }
    }
    for id in graph.topologicalOrder where graph[id].kind.isStateful && !nodes[id.index].isElsewhere {
      holderIndex[id.index] = holders.count
      holders.append(Holder(node: id.index, sources: graph.sources(of: id).map(\.index)))
    }
    self.part = part
  }

  private static func step(of operation: Graph.Operation, _ given: Operator?) throws(GraphError) -> Step {
    guard let given else {
      if operation.kind == .sink { return .output }
      if !operation.kind.needsOperator { return .forward }
      throw operation.error(.invalidOperator, "'\(operation.name)' is a \(operation.kind.rawValue) and needs an operator of that kind.")
    }
    guard given.kind == operation.kind else {
      let message = "'\(operation.name)' is a \(operation.kind.rawValue), but its operator is a \(given.kind.rawValue)."
      throw operation.error(.invalidOperator, message)
    }
    switch given {
    case .map(let map): return .map(map)
    case .filter(let filter): return .filter(filter)
    case .branch(let branch): return .branch(branch)
    case .accumulate(let accumulate): return .accumulate(accumulate)
    case .window(let window): return .window(window)
    case .delay(let delay): return .delay(delay)
    }
  }

  /// What each operation has done, in the graph's order.
  public var counters: [OperationCounters] {
    nodes.map(\.counters)
  }

  public func counters(of operation: Graph.OperationID) -> OperationCounters {
    nodes[operation.index].counters
  }

  /// How many items delay and accumulate hold.
  public var heldCount: Int { heldItems }
}
