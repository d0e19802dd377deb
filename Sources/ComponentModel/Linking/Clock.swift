#if canImport(Glibc)
internal import Glibc
#endif

/// The monotonic clock, in nanoseconds.
@inline(__always)
public func monotonicNanoseconds() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

/// The wall clock, in nanoseconds since 1970.
public func wallClockNanoseconds() -> UInt64 { nanoseconds(CLOCK_REALTIME) }

@inline(__always)
private func nanoseconds(_ clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
}
