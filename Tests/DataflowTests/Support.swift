import Dataflow
import Synchronization

/// A repeatable stream of numbers (SplitMix64).
struct Random: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func chance(_ one: Int, in total: Int) -> Bool {
    Int.random(in: 0..<total, using: &self) < one
  }
}

final class Map: MapOperator {
  let body: (DataModel) throws(OperatorError) -> DataModel

  init(_ body: @escaping (DataModel) throws(OperatorError) -> DataModel) { self.body = body }
  func map(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> DataModel { try body(data) }
}

final class Predicate: FilterOperator, BranchOperator {
  let body: (DataModel) throws(OperatorError) -> Bool

  init(_ body: @escaping (DataModel) throws(OperatorError) -> Bool) { self.body = body }
  func isIncluded(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool { try body(data) }
  func branch(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool { try body(data) }
}

/// Moves items to the end of a window of so many seconds.
final class WindowDelay: DelayOperator {
  let seconds: UInt64

  init(_ seconds: UInt64) { self.seconds = seconds }
  func delay(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Timestamp { time.rounded(up: seconds) }
}

/// Any delay.
final class Delay: DelayOperator {
  let body: (DataModel, Timestamp) throws(OperatorError) -> Timestamp

  init(_ body: @escaping (DataModel, Timestamp) throws(OperatorError) -> Timestamp) { self.body = body }
  func delay(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Timestamp { try body(data, time) }
}

/// Joins payloads: `[a, b]` and then `[c]` make `(a b)` and then `((a b) c)`, without brackets inside each other: `a b c`.
final class Join: AccumulateOperator {
  /// The payloads of each call.
  private(set) var calls: [[[UInt8]]] = []
  private(set) var firstStaged: [DataModel] = []
  private let refuses: ([UInt8]) -> Bool

  init(refusing refuses: @escaping ([UInt8]) -> Bool = { _ in false }) { self.refuses = refuses }

  func accumulate(_ items: [DataModel], into staged: DataModel) throws(OperatorError) -> DataModel {
    calls.append(items.map(payload))
    if payload(staged).isEmpty { firstStaged.append(staged) }
    if items.contains(where: { refuses(payload($0)) }) { throw OperatorError(.rejected, "It refuses one of them.") }
    return .bytes(payload(staged) + items.flatMap(payload))
  }
}

extension Timestamp {
  /// The next multiple of so many seconds.
  func rounded(up step: UInt64) -> Timestamp {
    let isOnStep = seconds.isMultiple(of: step) && nanoseconds == 0
    return Timestamp(seconds: isOnStep ? seconds : (seconds / step + 1) * step, nodeID: nodeID)
  }
}

/// Remembers every outcome, by delivery.
final class Outcomes: DeliveryObserver {
  private let state = Mutex<[UInt64: [Delivery.Outcome]]>([:])

  func delivery(_ id: UInt64, completed outcome: Delivery.Outcome) {
    state.withLock { $0[id, default: []].append(outcome) }
  }

  var all: [UInt64: [Delivery.Outcome]] { state.withLock { $0 } }
}

func payload(_ data: DataModel) -> [UInt8] {
  switch data {
  case .bytes(let bytes): bytes
  case .message(let message): message.payload
  case .snapshot(let snapshot): snapshot.frame
  }
}

func item(_ payload: [UInt8], at seconds: UInt64 = 1, id: UInt64 = 0, _ outcomes: Outcomes? = nil) -> Item {
  Item(
    time: Timestamp(seconds: seconds), data: .bytes(payload), origin: Origin(name: "item \(id)", topic: []),
    delivery: Delivery(id: id, observer: outcomes))
}

/// The same as a message, whose timestamp is the item's time.
func message(_ payload: [UInt8], at time: Timestamp, id: UInt64 = 0, isStampedOnArrival: Bool = false, partition: Int? = nil, _ outcomes: Outcomes? = nil) -> Item {
  Item(
    time: time, data: .message(Message(timestamp: time, topic: [], payload: payload)),
    origin: Origin(name: "item \(id)", topic: [], isStampedOnArrival: isStampedOnArrival, partition: partition), delivery: Delivery(id: id, observer: outcomes))
}

func frontier(_ seconds: UInt64) -> Frontier { Frontier(Timestamp(seconds: seconds)) }

extension Event {
  var item: Item? { if case .item(let item, _) = self { item } else { nil } }
  var payload: [UInt8]? { item.map { DataflowTests.payload($0.data) } }
}

/// Operations in a row, and a source and a sink at the ends.
struct Line {
  let graph: Graph
  let source, sink: Graph.OperationID
  let operations: [Graph.OperationID]

  init(_ kinds: Graph.Operation.Kind..., policies: [ErrorPolicy] = []) throws {
    var builder = GraphBuilder()
    source = builder.add("source", .source)
    var operations: [Graph.OperationID] = []
    var last = (id: source, kind: Graph.Operation.Kind.source)
    for (index, kind) in kinds.enumerated() {
      let id = builder.add("\(kind) \(index)", kind, errorPolicy: index < policies.count ? policies[index] : .drop)
      builder.connect(last.id, last.kind == .branch ? .true : nil, to: id)
      operations.append(id)
      last = (id, kind)
    }
    sink = builder.add("sink", .sink)
    builder.connect(last.id, last.kind == .branch ? .true : nil, to: sink)
    self.operations = operations
    graph = try builder.build()
  }

  func worker(_ operators: Operator..., configuration: Worker.Configuration = .init(), clock: @escaping () -> UInt64 = { 0 }) throws -> Worker {
    try Worker(graph: graph, operators: Dictionary(uniqueKeysWithValues: zip(operations, operators)), configuration: configuration, clock: clock)
  }

  func items(_ items: Item...) -> [Event] { items.map { .item($0, at: source) } }
  func frontier(_ seconds: UInt64) -> Event { .frontier(DataflowTests.frontier(seconds), of: source) }
  var end: Event { .frontier(.done, of: source) }
}
