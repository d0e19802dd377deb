public import Dataflow
internal import Glibc
internal import Synchronization

/// The clock that the sources of a run stamp their messages with. It may be shared by any number of threads.
public final class EndpointClock: Sendable {
  private let clock: Mutex<HybridLogicalClock>
  private let readWallTime: @Sendable () -> WallTime
  private let monotonic: @Sendable () -> UInt64

  /// - Parameters:
  ///   - nodeID: this node's name in timestamps; without a colon, so that their text form can be read back.
  ///   - wallTime: the wall clock.
  ///   - monotonic: nanoseconds that never go back, for ``Origin/receivedAt``.
  public init(
    nodeID: String = "millrace", wallTime: @escaping @Sendable () -> WallTime = EndpointClock.systemWallTime,
    monotonic: @escaping @Sendable () -> UInt64 = EndpointClock.systemNanoseconds
  ) {
    clock = Mutex(HybridLogicalClock(nodeID: nodeID))
    readWallTime = wallTime
    self.monotonic = monotonic
  }

  /// The timestamp of a message that arrives now and carries `text` as its `__ts`, or carries none.
  ///
  /// - Parameter now: what the wall clock shows, if the caller has just read it.
  public func stamp(carried text: String? = nil, at now: WallTime? = nil) -> HybridLogicalClock.Stamp {
    let now = now ?? readWallTime()
    return clock.withLock { $0.stamp(carried: text, at: now) }
  }

  /// When a message came in, or several that came together: on the wall clock, and in monotonic nanoseconds.
  public struct Arrival: Sendable {
    public let wallTime: WallTime, nanoseconds: UInt64
  }

  public func arrival() -> Arrival { Arrival(wallTime: readWallTime(), nanoseconds: monotonic()) }

  /// What the wall clock shows.
  public func wallTime() -> WallTime {
    readWallTime()
  }

  /// Monotonic nanoseconds.
  public func nanoseconds() -> UInt64 {
    monotonic()
  }

  /// What the system's wall clock shows.
  public static func systemWallTime() -> WallTime {
    let time = read(CLOCK_REALTIME)
    return WallTime(seconds: UInt64(max(0, time.tv_sec)), nanoseconds: UInt32(time.tv_nsec))
  }

  /// The system's monotonic clock.
  public static func systemNanoseconds() -> UInt64 {
    let time = read(CLOCK_MONOTONIC)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    clock_gettime(clock, &time)
    return time
  }
}
