internal import ComponentModel

/// `wasi:io/poll.pollable`: ready from some time on. Streams are always ready.
final class Pollable: HostResource {
  static let resourceType = ResourceType(name: "pollable")
  /// On the monotonic clock.
  let readyAt: UInt64

  init(readyAt: UInt64) { self.readyAt = readyAt }

  static var ready: Pollable { Pollable(readyAt: 0) }
}

/// Waits for pollables, but never for longer than the guest may sleep.
struct Poller {
  let clock: MonotonicClock
  let maximumSleep: Duration

  func isReady(_ pollable: Pollable) -> Bool { pollable.readyAt <= clock.now() }

  /// Returns the places of those that are ready, once at least one is.
  func wait(for pollables: [Borrow<Pollable>]) throws(ComponentError) -> [UInt32] {
    guard let first = pollables.lazy.map(\.resource.readyAt).min() else {
      throw ComponentError(.trap, "the guest polled an empty list, which would never end")
    }
    let now = clock.now()
    if first > now {
      let limit = maximumSleep / .nanoseconds(1)
      guard Double(first - now) <= limit else {
        throw ComponentError(
          .deadline, "the guest wanted to sleep for \(Duration.nanoseconds(Int64(clamping: first - now))); an operator may sleep at most \(maximumSleep) at once")
      }
      clock.sleep(first)
    }
    let end = max(clock.now(), first)
    return pollables.indices.filter { pollables[$0].resource.readyAt <= end }.map { UInt32($0) }
  }
}
