internal import DequeModule

/// A queue between threads, first in first out, that blocks who writes while it is full and who reads while it is empty.
///
/// Any number of threads may write and read. ``close()`` ends it after what it holds; ``cancel()`` ends it at once.
public final class BoundedQueue<Element: Sendable>: Sendable {
  private struct State {
    var elements: Deque<Element> = []
    var isClosed = false
    var capacity: Int
  }

  /// What a reader gets.
  public enum Batch: Sendable {
    /// At least one.
    case elements([Element])
    /// Nothing came in time.
    case timedOut
    /// The queue is closed and empty: nothing more will come.
    case finished
  }

  private let state: ConditionLock<State>

  /// - Parameter capacity: the most elements to be held; at least 1.
  public init(capacity: Int) {
    state = ConditionLock(State(capacity: max(1, capacity)))
  }

  /// The most elements that the queue holds, at least 1. Lowering it drops nothing: writers wait until there is room.
  public var capacity: Int {
    get { state.read { $0.capacity } }
    set { state.change { $0.capacity = max(1, newValue) } }
  }

  /// How many elements are in the queue at this moment.
  public var count: Int {
    state.read { $0.elements.count }
  }

  /// Adds elements in order, waiting for room as often as needed; other writers' elements may come in between.
  ///
  /// - Returns: how many were added: all, unless the queue was closed or cancelled.
  public func push(_ elements: [Element]) -> Int {
    var added = 0
    while added < elements.count {
      let accepted: Int? = state.wait { state in
        if state.isClosed { return 0 }
        let room = state.capacity - state.elements.count
        if room <= 0 { return nil }
        let part = elements[added...].prefix(room)
        state.elements.append(contentsOf: part)
        return part.count
      }
      guard let accepted, accepted > 0 else { break }
      added += accepted
    }
    return added
  }

  /// Takes up to `limit` elements (at least 1), as soon as there is one.
  ///
  /// - Parameter timeout: how long to wait for the first; without one, for ever.
  public func pop(atMost limit: Int, within timeout: Duration? = nil) -> Batch {
    let batch: Batch? = state.wait(atMost: timeout) { state in
      if state.elements.isEmpty { return state.isClosed ? .finished : nil }
      let count = min(max(1, limit), state.elements.count)
      let batch = Array(state.elements.prefix(count))
      state.elements.removeFirst(count)
      return .elements(batch)
    }
    return batch ?? .timedOut
  }

  /// Ends the queue: nothing more can be added; what it holds can still be taken.
  public func close() {
    state.change { $0.isClosed = true }
  }

  /// Ends the queue at once, and returns what it held, so that its deliveries can be completed.
  public func cancel() -> [Element] {
    state.change { state in
      state.isClosed = true
      let held = Array(state.elements)
      state.elements = []
      return held
    }
  }
}
