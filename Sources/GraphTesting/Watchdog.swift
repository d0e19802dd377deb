internal import EndpointKit

/// Calls a function once if it has not been cancelled in time.
final class Watchdog: Sendable {
  private struct State {
    var isCancelled = false
    var hasFired = false
  }

  private let state = ConditionLock(State())
  private let thread: Thread?

  init(milliseconds: UInt64, _ body: @escaping @Sendable () -> Void) {
    let state = state
    thread = Thread(stackSize: 64 << 10) {
      let isCancelled: Bool? = state.wait(atMost: .milliseconds(Int64(milliseconds))) { $0.isCancelled ? true : nil }
      guard isCancelled == nil else { return }
      state.change { $0.hasFired = true }
      body()
    }
  }

  var hasFired: Bool { state.read { $0.hasFired } }

  /// Afterwards the function is not called any more, nor is it running.
  func cancel() {
    state.change { $0.isCancelled = true }
    thread?.join()
  }
}
