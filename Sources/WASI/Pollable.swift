internal import ComponentModel

/// `wasi:io/poll.pollable`: ready from some time on. Streams are always ready.
final class Pollable: HostResource {
  static let resourceType = ResourceType(name: "pollable")
  /// On the monotonic clock.
  let readyAt: UInt64

  init(readyAt: UInt64) { self.readyAt = readyAt }

  static var ready: Pollable { Pollable(readyAt: 0) }
}

/// Waits for pollables, but never past the end of the guest's call.
struct Poller {
  let clock: MonotonicClock
  let timeLeft: () -> UInt64

  func isReady(_ pollable: Pollable) -> Bool { pollable.readyAt <= clock.now() }

  /// Returns the places of those that are ready, once at least one is.
  ///
  /// Nothing but the clock makes a pollable ready, so that a wait which would be too long fails at once.
  func wait(for pollables: [Borrow<Pollable>]) throws(ComponentError) -> [UInt32] {
    guard let first = pollables.lazy.map(\.resource.readyAt).min() else {
      throw ComponentError(.trap, "the guest polled an empty list, which would never end")
    }
    let now = clock.now()
    if first > now {
      let left = timeLeft()
      guard first - now <= left else {
        throw ComponentError(.deadline, "the guest wanted to sleep for \(Self.text(first - now)) when \(Self.text(left)) of its call's time limit were left")
      }
      clock.sleep(first)
    }
    let end = max(clock.now(), first)
    return pollables.indices.filter { pollables[$0].resource.readyAt <= end }.map { UInt32($0) }
  }

  private static func text(_ nanoseconds: UInt64) -> String {
    nanoseconds >= 1_000_000_000 ? "\((nanoseconds / 1_000_000 + 500) / 1000) s" : "\(nanoseconds / 1_000_000) ms"
  }
}
