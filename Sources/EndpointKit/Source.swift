public import Dataflow

/// Where messages come from. One thread calls ``next(atMost:)`` and may block in it; ``stop()`` comes from any other.
///
/// Each item starts with its message's timestamp as logical time, and with a ``Delivery`` of its own. When that completes, on whatever
/// thread, the source acknowledges (an MQTT source sends its PUBACK, a Kafka source moves its offset) unless the outcome is `abandoned`;
/// a source that has nothing to acknowledge needs no observer.
public protocol Source: AnyObject, Sendable {
  /// Blocks until something can be said, and says it. After `finished`, always `finished` again.
  ///
  /// - Parameter limit: the most items to be returned; at least 1. The caller has room for that many.
  /// - Throws: when the source is broken for good. A fault that costs a single message is a `refused`.
  func next(atMost limit: Int) throws(EndpointError) -> SourceBatch

  /// Makes ``next(atMost:)`` return soon, now and from now on, with `finished` in the end. May be called at any time, and again.
  func stop()

  /// The most messages that may be unacknowledged at a time, where the other side sets a limit (MQTT's receive maximum); otherwise nil. When as many are
  /// in flight, ``next(atMost:)`` is not called. If windows hold them, they are let out in parts.
  var inFlightLimit: Int? { get }

  /// Whether messages that were not acknowledged come again, to this source or the next one. Then a run that is stopped leaves open windows
  /// unacknowledged, instead of putting out a part of them now and another part later.
  var redelivers: Bool { get }

  /// Lets go of what the source holds, when the run is over: every delivery that ever will has completed. Acknowledges what it still has to, in a
  /// bounded time. May be called again. A source that holds nothing needs none.
  func close()
}

extension Source {
  public var inFlightLimit: Int? { nil }
  public var redelivers: Bool { false }
  public func close() {}
}

/// What a source has to say.
public enum SourceBatch: Sendable {
  /// Messages, in order; at least one.
  case items([Item])
  /// The source reads from these partitions from now on, and from no others (``Origin/partition``).
  case assigned([Int])
  /// One message could not be taken in: it is reported and counted, and the run goes on.
  case refused(EndpointError)
  /// Nothing has come for a while; there may be more. A source may block for ever instead.
  case idle
  /// Nothing more will come.
  case finished
}
