#if canImport(Glibc)
internal import Glibc
#endif

/// The monotonic clock, in nanoseconds.
@inline(__always)
public func monotonicNanoseconds() -> UInt64 { nanoseconds(CLOCK_MONOTONIC) }

/// The same clock as it stood at the kernel's latest tick, some milliseconds ago at most; a quarter of the cost.
@inline(__always)
public func coarseMonotonicNanoseconds() -> UInt64 {
  #if os(Linux)
  nanoseconds(CLOCK_MONOTONIC_COARSE)
  #else
  nanoseconds(CLOCK_MONOTONIC)
  #endif
}

/// The wall clock, in nanoseconds since 1970.
public func wallClockNanoseconds() -> UInt64 { nanoseconds(CLOCK_REALTIME) }

@inline(__always)
private func nanoseconds(_ clock: clockid_t) -> UInt64 {
  var time = timespec()
  clock_gettime(clock, &time)
  return UInt64(clamping: time.tv_sec) &* 1_000_000_000 &+ UInt64(clamping: time.tv_nsec)
}
