internal import Synchronization

/// Hears once from each delivery it was given to; a source acknowledges from here.
public protocol DeliveryObserver: AnyObject, Sendable {
  /// Everything that came of the source message `id` has ended. Called on whichever thread completed the last part.
  func delivery(_ id: UInt64, completed outcome: Delivery.Outcome)
}

/// The token of one source message, carried by every item that came of it.
///
/// Each carrier completes it once; a fan-out first splits it, once for every further carrier. When the last one is through, the
/// observer hears the combined outcome, and the source acknowledges or does not (DESIGN.md §1.7). A token whose carriers vanish without
/// completing never calls back, which means what it should: not acknowledged.
public final class Delivery: Sendable {
  /// What became of a carrier. The combined outcome is the gravest, in this order; of several failures the first.
  public enum Outcome: Hashable, Sendable {
    /// Nothing was to come out: a filter refused it, or nobody is connected.
    case dropped
    /// A sink has put it out durably.
    case delivered
    /// An operator refused it and the graph's error policy let it go: acknowledged all the same.
    case failed(OperatorError)
    /// The run ended, or a sink broke, before it was out: not acknowledged.
    case abandoned

    /// Whether the source may forget the message.
    public var isAcknowledged: Bool { self != .abandoned }
  }

  private struct State {
    var pending = 1
    var outcome = Outcome.dropped
  }

  /// The source's own number for the message.
  public let id: UInt64
  let observer: (any DeliveryObserver)?
  private let state = Mutex(State())

  /// A token with one carrier. Without an observer, nobody hears of its end.
  public init(id: UInt64 = 0, observer: (any DeliveryObserver)? = nil) {
    self.id = id
    self.observer = observer
  }

  /// How many carriers have not completed yet.
  public var pending: Int {
    state.withLock { $0.pending }
  }

  /// Turns one carrier into several, each of which is to complete. One changes nothing.
  public func split(into carriers: Int) {
    assert(carriers > 0, "a delivery that nobody carries on is to be completed, not split")
    state.withLock { state in
      assert(state.pending > 0, "a completed delivery cannot be split")
      state.pending += carriers - 1
    }
  }

  /// Ends one carrier. To do so more often than there are carriers is a programming error, found in debug builds and ignored in others.
  public func complete(_ outcome: Outcome) {
    let combined: Outcome? = state.withLock { state in
      assert(state.pending > 0, "a delivery was completed twice")
      guard state.pending > 0 else { return nil }
      state.pending -= 1
      if outcome.gravity > state.outcome.gravity { state.outcome = outcome }
      return state.pending == 0 ? state.outcome : nil
    }
    if let combined { observer?.delivery(id, completed: combined) }
  }
}

extension Delivery.Outcome {
  fileprivate var gravity: Int {
    switch self {
    case .dropped: 0
    case .delivered: 1
    case .failed: 2
    case .abandoned: 3
    }
  }
}
