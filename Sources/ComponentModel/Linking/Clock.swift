#if canImport(Glibc)
internal import Glibc
#endif

/// The monotonic clock, in nanoseconds; for measuring how long calls take.
@inline(__always)
public func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
}
