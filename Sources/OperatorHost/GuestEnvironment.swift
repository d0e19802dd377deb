/// What an operator sees of time and chance through WASI, where that is to be the same in every run.
public struct GuestEnvironment: Sendable {
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  public var wallClock: @Sendable () -> UInt64
  /// Nanoseconds since an arbitrary time.
  public var monotonicClock: @Sendable () -> UInt64
  /// Returns when the monotonic clock has reached an instant.
  public var sleep: @Sendable (_ instant: UInt64) -> Void
  /// As many random bytes as asked for.
  public var random: @Sendable (_ count: Int) -> [UInt8]

  public init(
    wallClock: @escaping @Sendable () -> UInt64, monotonicClock: @escaping @Sendable () -> UInt64, sleep: @escaping @Sendable (_ instant: UInt64) -> Void,
    random: @escaping @Sendable (_ count: Int) -> [UInt8]
  ) {
    self.wallClock = wallClock
    self.monotonicClock = monotonicClock
    self.sleep = sleep
    self.random = random
  }
}
