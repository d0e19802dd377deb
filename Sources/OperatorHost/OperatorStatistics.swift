/// Where one operator instance's time went, in nanoseconds. The split is Triton's; queueing is the engine's to tell.
public struct OperatorStatistics: Sendable, Hashable {
  public var calls: UInt64 = 0
  public var failures: UInt64 = 0
  public var restarts: UInt64 = 0
  /// Copying data into the guest, and tensors out of it to the model.
  public var copyIn: UInt64 = 0
  /// The guest's own code.
  public var guest: UInt64 = 0
  /// Running models.
  public var infer: UInt64 = 0
  /// Copying results out of the guest, and the model's back into it.
  public var copyOut: UInt64 = 0

  public init() {}

  public static func += (left: inout OperatorStatistics, right: OperatorStatistics) {
    left.calls += right.calls
    left.failures += right.failures
    left.restarts += right.restarts
    left.copyIn += right.copyIn
    left.guest += right.guest
    left.infer += right.infer
    left.copyOut += right.copyOut
  }
}
