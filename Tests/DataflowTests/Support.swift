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

/// Remembers every outcome, by delivery.
final class Outcomes: DeliveryObserver {
  private let state = Mutex<[UInt64: [Delivery.Outcome]]>([:])

  func delivery(_ id: UInt64, completed outcome: Delivery.Outcome) {
    state.withLock { $0[id, default: []].append(outcome) }
  }

  var all: [UInt64: [Delivery.Outcome]] { state.withLock { $0 } }
}

func bytes(_ data: DataModel) -> [UInt8] {
  guard case .bytes(let bytes) = data else { return [] }
  return bytes
}

func item(_ payload: [UInt8], at seconds: UInt64 = 1, id: UInt64 = 0, _ outcomes: Outcomes? = nil) -> Item {
  Item(
    time: Timestamp(seconds: seconds), data: .bytes(payload), origin: Origin(name: "item \(id)", topic: []),
    delivery: Delivery(id: id, observer: outcomes))
}
