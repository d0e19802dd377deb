/// How many items a worker takes at once: as many as it processes in about a millisecond.
///
/// Small messages then travel in batches, which cost less each; items that take long, such as images, come one by one, so that they spread over
/// the workers and do not wait in memory for each other.
struct BatchSize {
  private(set) var count = 1
  let maximum: Int

  /// Batches that take less are doubled, batches that take four times as long are halved.
  static let target: UInt64 = 1_000_000

  init(maximum: Int) { self.maximum = max(1, maximum) }

  /// Returns whether the size has changed. A batch that was not full says nothing about a larger one.
  mutating func adapt(processed: Int, in nanoseconds: UInt64) -> Bool {
    let before = count
    if nanoseconds > 4 * Self.target {
      count = max(1, count / 2)
    } else if nanoseconds < Self.target, processed == count {
      count = min(maximum, count * 2)
    }
    return count != before
  }
}
