internal import ComponentModel

/// What a guest may see of the world outside through WASI: two clocks, random bytes, and a log for what it prints.
///
/// Everything else is denied: the environment and the arguments are empty, there are no files and there is no network.
/// Clocks and randomness can be replaced, so that a run can be repeated exactly.
public struct WASIConfiguration: Sendable {
  /// Takes every line that a guest prints, without its line end, on the thread that runs the guest.
  public var output: @Sendable (OutputKind, String) -> Void
  /// Where a longer line is split, in bytes; at least 4. Bounds what a guest can make the host keep.
  public var maximumLineLength = 16 << 10
  /// Nanoseconds since 1970-01-01T00:00:00Z.
  public var wallClock: @Sendable () -> UInt64 = { wallClockNanoseconds() }
  public var monotonicClock = MonotonicClock.system
  /// As many random bytes as asked for, fit for cryptography.
  public var random: @Sendable (_ count: Int) -> [UInt8] = SystemRandom.bytes

  public init(output: @escaping @Sendable (OutputKind, String) -> Void) { self.output = output }
}

/// Which of its two streams a guest printed to.
public enum OutputKind: String, Sendable, Hashable, CaseIterable {
  case stdout
  case stderr
}

/// A clock that only goes forward, and the way to wait for it.
public struct MonotonicClock: Sendable {
  /// Nanoseconds since an arbitrary time.
  public var now: @Sendable () -> UInt64
  /// Returns when the clock has reached `instant`.
  public var sleep: @Sendable (_ instant: UInt64) -> Void

  public init(now: @escaping @Sendable () -> UInt64, sleep: @escaping @Sendable (_ instant: UInt64) -> Void) {
    self.now = now
    self.sleep = sleep
  }

  /// The operating system's.
  public static let system = MonotonicClock(now: { monotonicNanoseconds() }, sleep: SystemClock.sleep(until:))
}
