internal import Synchronization

/// The messages of a source that have not been acknowledged, and how many there may be.
///
/// Messages are counted before they go on, and no longer when their deliveries complete, on whatever thread.
public final class InFlight: Sendable {
  public struct Limit: Hashable, Sendable, CustomStringConvertible {
    public var items: Int
    /// About; the last message may go beyond it.
    public var bytes: Int

    public init(items: Int = .max, bytes: Int = .max) {
      self.items = max(1, items)
      self.bytes = max(1, bytes)
    }

    public var description: String {
      let parts = [items == .max ? nil : "\(items) messages", bytes == .max ? nil : "\(bytes) bytes"].compactMap { $0 }
      return parts.isEmpty ? "no limit" : parts.joined(separator: ", ")
    }
  }

  private struct State {
    var items = 0
    var bytes = 0
  }

  public let limit: Limit
  private let state = Mutex(State())

  public init(_ limit: Limit) {
    self.limit = limit
  }

  /// How many messages are in flight, and about how many bytes they have.
  public var count: (items: Int, bytes: Int) { state.withLock { ($0.items, $0.bytes) } }

  /// How many more messages there may be.
  public var room: Int { state.withLock { $0.bytes < limit.bytes ? max(0, limit.items - $0.items) : 0 } }

  /// Counts a message, until its delivery completes.
  public func track(_ item: Item) -> Item {
    let byteCount = item.byteCount
    state.withLock { state in
      state.items += 1
      state.bytes += byteCount
    }
    let tracked = Delivery(id: item.delivery.id, observer: Tracked(item.delivery, byteCount, self))
    return Item(time: item.time, data: item.data, origin: item.origin, delivery: tracked)
  }

  private final class Tracked: DeliveryObserver {
    private let delivery: Delivery
    private let byteCount: Int
    private let inFlight: InFlight

    init(_ delivery: Delivery, _ byteCount: Int, _ inFlight: InFlight) {
      self.delivery = delivery
      self.byteCount = byteCount
      self.inFlight = inFlight
    }

    func delivery(_ id: UInt64, completed outcome: Delivery.Outcome) {
      // The source first: what it has room for, it has acknowledged.
      delivery.complete(outcome)
      inFlight.state.withLock { state in
        state.items -= 1
        state.bytes -= byteCount
      }
    }
  }
}
