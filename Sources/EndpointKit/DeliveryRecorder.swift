public import Dataflow
internal import Synchronization

/// Remembers what became of every delivery that it observes.
public final class DeliveryRecorder: DeliveryObserver {
  private let state = Mutex<[UInt64: [Delivery.Outcome]]>([:])

  public init() {}

  public func delivery(_ id: UInt64, completed outcome: Delivery.Outcome) {
    state.withLock { $0[id, default: []].append(outcome) }
  }

  /// The outcomes by delivery, in the order in which they were heard: more than one for a delivery would be a fault.
  public var outcomes: [UInt64: [Delivery.Outcome]] {
    state.withLock { $0 }
  }
}
