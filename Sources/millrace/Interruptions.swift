import EndpointKit
import Glibc
import Synchronization

/// Ctrl-C and SIGTERM: the first one asks the run to end, the second one ends the process.
///
/// The signals are blocked in all threads but one, which waits for them: so nothing has to be safe in a signal handler.
final class Interruptions: Sendable {
  private struct State {
    var action: (@Sendable () -> Void)?
    var count = 0
  }

  private let state = Mutex(State())

  /// To be made before any thread is started.
  init() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    _ = Thread { [self, signals] in
      var signals = signals
      var signal: Int32 = 0
      while sigwait(&signals, &signal) == 0 { interrupted() }
    }
  }

  /// Sets what the first interruption does; at once, if it has come already.
  func onInterrupt(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      state.action = action
      return state.count > 0
    }
    if isLate { action() }
  }

  private func interrupted() {
    let (count, action) = state.withLock { state in
      state.count += 1
      return (state.count, state.action)
    }
    if count > 1 || action == nil { _exit(130) }
    Terminal.error.line("ending after what has been read; press Ctrl-C again to end at once")
    action?()
  }
}
