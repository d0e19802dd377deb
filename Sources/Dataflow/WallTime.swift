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
