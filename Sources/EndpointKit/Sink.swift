public import Dataflow

/// Where results go. Called by one thread at a time, and may block.
///
/// A sink completes each item's delivery as `delivered` once the item is out durably, by its own meaning of durable, at the latest when
/// ``flush()`` returns. When it throws, it completes what it has not put out as `abandoned`, and is broken for good: the caller gives it up.
public protocol Sink: AnyObject, Sendable {
  /// Writes items in order. May keep some back until ``flush()``. An empty list is allowed.
  func write(_ items: [Item]) throws(EndpointError)

  /// Puts out what was kept back, and makes it durable.
  func flush() throws(EndpointError)

  /// Flushes and lets go of what the sink holds. Afterwards writing throws `closed`; closing again does nothing.
  func close() throws(EndpointError)
}
