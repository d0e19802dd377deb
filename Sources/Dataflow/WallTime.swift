/// A reading of the wall clock: the time since the Unix epoch (the `timespec` of AIO's interfaces).
public struct WallTime: Hashable, Comparable, Sendable {
  public var seconds: UInt64
  /// Below 1,000,000,000 in a reading of a real clock.
  public var nanoseconds: UInt32

  public init(seconds: UInt64, nanoseconds: UInt32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  public init(milliseconds: UInt64) {
    self.init(seconds: milliseconds / 1000, nanoseconds: UInt32(milliseconds % 1000) * 1_000_000)
  }

  /// The same time without what a millisecond cannot hold: the precision of a clock's text form.
  public var truncatedToMilliseconds: WallTime {
    WallTime(seconds: seconds, nanoseconds: nanoseconds - nanoseconds % 1_000_000)
  }

  public static func < (left: WallTime, right: WallTime) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}

/// Spans are in nanoseconds, up to five centuries. Results stay between the epoch and the end of time.
extension WallTime {
  public func adding(_ span: UInt64) -> WallTime {
    let fraction = UInt64(nanoseconds) + span % 1_000_000_000
    let (sum, overflow) = seconds.addingReportingOverflow(span / 1_000_000_000 + fraction / 1_000_000_000)
    return overflow ? WallTime(seconds: .max, nanoseconds: 999_999_999) : WallTime(seconds: sum, nanoseconds: UInt32(fraction % 1_000_000_000))
  }

  public func subtracting(_ span: UInt64) -> WallTime {
    let spanSeconds = span / 1_000_000_000, spanNanoseconds = UInt32(span % 1_000_000_000)
    guard self >= WallTime(seconds: spanSeconds, nanoseconds: spanNanoseconds) else { return WallTime(seconds: 0) }
    if nanoseconds >= spanNanoseconds { return WallTime(seconds: seconds - spanSeconds, nanoseconds: nanoseconds - spanNanoseconds) }
    return WallTime(seconds: seconds - spanSeconds - 1, nanoseconds: 1_000_000_000 + nanoseconds - spanNanoseconds)
  }

  /// How much later this is than `earlier`; zero if it is not.
  public func nanoseconds(since earlier: WallTime) -> UInt64 {
    guard self > earlier else { return 0 }
    let (whole, overflow) = (seconds - earlier.seconds).multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return .max }
    let (sum, carry) = whole.addingReportingOverflow(UInt64(nanoseconds))
    return carry ? .max : sum - min(sum, UInt64(earlier.nanoseconds))
  }
}

extension Duration {
  /// Whole nanoseconds; none if negative, and at most five centuries.
  public var nanoseconds: UInt64 {
    let (seconds, attoseconds) = max(self, .zero).components
    let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
    return overflow || carry ? .max : sum
  }
}
