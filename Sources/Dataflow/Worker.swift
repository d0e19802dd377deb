/// One copy of a graph, with operators of its own: a deterministic machine that does nothing unless called.
///
/// A worker belongs to whichever single thread calls it. Items go in at sources and are taken out at sinks:
///
///     let accepted = worker.enqueue(items, at: source)   // as many as there is room for
///     worker.advance(source, to: Frontier(time))         // nothing earlier will come
///     while worker.run() == .blocked { … takeOutput … }  // a full sink makes room upstream wait
///     let results = worker.takeOutput(of: sink)
///     worker.close(source)                               // nothing more will come
///
/// Every queue is bounded, and what is nearest to the sinks runs first, so that an item is through before the next batch is begun.
/// Whoever takes items out of a sink completes their deliveries; the worker completes those that end inside it.
public final class Worker {
  public struct Configuration: Sendable {
    /// The most items waiting on one edge, in front of a source, or behind a sink.
    public var edgeCapacity: Int
    /// The most items that an operation processes before others have their turn.
    public var batchSize: Int
    /// The longest, in nanoseconds, that an operation goes on with a batch: what took longer is handed on at once.
    public var quantum: UInt64

    public init(edgeCapacity: Int = 256, batchSize: Int = 64, quantum: UInt64 = 1_000_000) {
      self.edgeCapacity = max(1, edgeCapacity)
      self.batchSize = max(1, batchSize)
      self.quantum = quantum
    }
  }

  /// An item that an operator failed on.
  public struct Failure {
    public let operation: Graph.Operation
    public let origin: Origin
    public let error: OperatorError
  }

  /// What an operation does with an item.
  enum Step {
    case forward
    case map(any MapOperator)
    case filter(any FilterOperator)
    case branch(any BranchOperator)
  }

  /// An operation while it runs. Channels are named by their index.
  struct Node {
    let step: Step
    var inputs: [Int] = []
    /// By arm, false first; whatever is no branch has the first alone.
    var outputs: [[Int]] = [[], []]
    /// Nothing earlier will be pushed to the outputs.
    var frontier = Frontier.initial
    /// Whether something has come in since the node last found nothing to do.
    var isActive = false
    /// The input to be served first next time.
    var firstInput = 0
    var counters = OperationCounters()
  }

  public let graph: Graph
  let configuration: Configuration
  /// Monotonic nanoseconds.
  let clock: () -> UInt64
  /// Told of every item that an operator fails on, before its delivery is completed. Must not call the worker.
  public var onFailure: (Failure) -> Void = { _ in }

  var nodes: [Node]
  /// The edges in the graph's order, then one in front of each source, then one behind each sink.
  var channels: [Channel] = []
  /// The node that reads a channel; nil behind a sink.
  var readers: [Int?] = []
  /// Downstream first.
  let schedule: [Int]
  /// The last reading of the clock.
  var now: UInt64 = 0

  /// - Parameters:
  ///   - operators: one for each map, filter and branch, of that kind, and for no other operation.
  ///   - clock: monotonic nanoseconds, for counters and the quantum alone: it never decides what comes out.
  public init(
    graph: Graph, operators: [Graph.OperationID: Operator] = [:], configuration: Configuration = Configuration(),
    clock: @escaping () -> UInt64 = { 0 }
  ) throws(GraphError) {
    self.graph = graph
    self.configuration = configuration
    self.clock = clock
    schedule = graph.topologicalOrder.reversed().map(\.index)
    nodes = []
    for operation in graph.operations {
      nodes.append(Node(step: try Self.step(of: operation, operators[operation.id])))
    }
    for edge in graph.edges {
      let channel = addChannel(reader: edge.to.index)
      nodes[edge.to.index].inputs.append(channel)
      nodes[edge.from.index].outputs[edge.arm == .true ? 1 : 0].append(channel)
    }
    for source in graph.sources {
      nodes[source.id.index].inputs = [addChannel(reader: source.id.index)]
    }
    for sink in graph.sinks {
      nodes[sink.id.index].outputs[0] = [addChannel(reader: nil)]
    }
  }

  private func addChannel(reader: Int?) -> Int {
    channels.append(Channel(capacity: configuration.edgeCapacity))
    readers.append(reader)
    return channels.count - 1
  }

  private static func step(of operation: Graph.Operation, _ given: Operator?) throws(GraphError) -> Step {
    guard let given else {
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
    }
  }

  /// What each operation has done, in the graph's order.
  public var counters: [OperationCounters] {
    nodes.map(\.counters)
  }

  public func counters(of operation: Graph.OperationID) -> OperationCounters {
    nodes[operation.index].counters
  }
}
