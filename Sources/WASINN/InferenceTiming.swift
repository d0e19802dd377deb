/// Where the time of an operator's inference goes, in nanoseconds; the split is Triton's.
public struct InferenceTiming: Sendable, Hashable {
  /// Copying tensors out of the guest.
  public var copyIn: UInt64 = 0
  /// Running the model.
  public var infer: UInt64 = 0
  /// Copying results into the guest.
  public var copyOut: UInt64 = 0
  /// How many times the model ran.
  public var runs: UInt64 = 0

  public init() {}
}
