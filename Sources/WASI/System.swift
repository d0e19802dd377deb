#if canImport(Glibc)
internal import Glibc
#endif

/// The operating system's clocks, in nanoseconds.
enum SystemClock {
  @Sendable static func wallTime() -> UInt64 { time(CLOCK_REALTIME) }
  @Sendable static func monotonicTime() -> UInt64 { time(CLOCK_MONOTONIC) }

  @Sendable static func sleep(until instant: UInt64) {
    var deadline = timespec(tv_sec: Int(instant / 1_000_000_000), tv_nsec: Int(instant % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nil) == EINTR {}
  }

  private static func time(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
  }
}

enum SystemRandom {
  @Sendable static func bytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 7)
    while bytes.count < count {
      withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }
}
