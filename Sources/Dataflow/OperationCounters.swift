/// What an operation has done so far. Every item received ends in exactly one of emitted, dropped and failed, once it is no longer held;
/// but an accumulate emits one item for many.
public struct OperationCounters: Hashable, Sendable {
  public var received: UInt64 = 0
  /// Items that went on; one that went on along several edges counts once.
  public var emitted: UInt64 = 0
  /// Items that ended here as intended: filtered out, or sent to an arm that nothing is connected to.
  public var dropped: UInt64 = 0
  /// Items that the operator failed on.
  public var failed: UInt64 = 0
  /// Calls that failed and were made again.
  public var retried: UInt64 = 0
  /// Items of a source whose time its frontier had passed when they came.
  public var late: UInt64 = 0
  /// How long items waited between their arrival at a source and its turn, summed.
  public var queueNanoseconds: UInt64 = 0
  /// How long the operator took, summed.
  public var busyNanoseconds: UInt64 = 0

  public init() {}

  public static func += (left: inout OperationCounters, right: OperationCounters) {
    left.received += right.received
    left.emitted += right.emitted
    left.dropped += right.dropped
    left.failed += right.failed
    left.retried += right.retried
    left.late += right.late
    left.queueNanoseconds += right.queueNanoseconds
    left.busyNanoseconds += right.busyNanoseconds
  }
}
