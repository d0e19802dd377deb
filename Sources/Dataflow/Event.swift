/// What a worker is given and what it gives out, one after the other. The order is all that matters: workers know no other time.
public enum Event: Sendable {
  /// An item that is to go on at an operation; at a sink, one that is to be put out.
  case item(Item, at: Graph.OperationID)
  /// Nothing earlier comes from a source any more.
  case frontier(Frontier, of: Graph.OperationID)
  /// A source may have no more messages in flight, and windows hold what it has: the earliest of them is let out (``Worker/FullPolicy``).
  case makeRoom(for: Graph.OperationID)
  /// What comes next was taken in at this moment. Only in runs that are recorded or replayed.
  case clock(Moment)
  /// An item that an operator failed on, to be kept for people to look at.
  indirect case deadLetter(DeadLetter)
  /// An operator failed, and the graph says that the run is to end. Nothing comes after it.
  indirect case halt(Failure)

  /// Completes the deliveries of what the event carries as abandoned.
  public func abandon() {
    switch self {
    case .item(let item, _): item.delivery.complete(.abandoned)
    case .deadLetter(let letter): letter.delivery.complete(.abandoned)
    case .frontier, .makeRoom, .clock, .halt: break
    }
  }

  /// About how much memory the event takes, in bytes.
  public var byteCount: Int {
    if case .item(let item, _) = self { item.byteCount } else { MemoryLayout<Event>.size }
  }
}

/// An item that an operator failed on.
public struct Failure: Sendable {
  public let operation: Graph.Operation
  public let origin: Origin
  public let error: OperatorError
}

/// A source message whose item an operator failed on. Whoever keeps it completes its delivery.
public struct DeadLetter: Sendable {
  public let failure: Failure
  /// What the source gave; if that was not kept, what the operator was given.
  public let data: DataModel
  public let delivery: Delivery
}

/// When a run that can be repeated took something in: what its operators see of the time, whenever and wherever they run.
public struct Moment: Hashable, Sendable {
  /// A reading of the wall clock. Each moment is at least a microsecond after the one before.
  public let time: WallTime
  /// Counts from 1; 0 is the start of the run.
  public let number: UInt64

  public init(time: WallTime, number: UInt64 = 0) {
    self.time = time
    self.number = number
  }

  /// The moment of what is taken in next.
  func next(at now: WallTime) -> Moment { Moment(time: max(now, time.adding(1000)), number: number + 1) }
}
