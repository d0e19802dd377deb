/// Events in order, each of which is taken out rather than copied: to copy one is to count a reference for every part of its message.
public struct EventQueue: Sendable {
  /// The next one is the last.
  private var events: [Event]

  public init(_ events: consuming [Event] = []) {
    self.events = events
    self.events.reverse()
  }

  public var isEmpty: Bool { events.isEmpty }
  public var count: Int { events.count }

  /// Whether the next event is an item that is to go on at this operation, moments aside.
  public func continues(at operation: Graph.OperationID) -> Bool {
    var index = events.count - 1
    while index >= 0, case .clock = events[index] { index -= 1 }
    guard index >= 0, case .item(_, at: operation) = events[index] else { return false }
    return true
  }

  /// Takes out the next event.
  public mutating func next() -> Event? { events.popLast() }

  /// Completes the deliveries of all that is left as abandoned.
  public mutating func abandon() {
    while let event = next() { event.abandon() }
  }
}
