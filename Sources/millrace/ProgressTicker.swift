import EndpointKit
import Glibc
import Synchronization

/// Shows a line of progress four times a second.
final class ProgressTicker: Sendable {
  private let isStopped = Mutex(false)

  /// - Parameter line: is called from a thread of the ticker's; nil shows what was there before.
  init(_ line: @escaping @Sendable () -> String?) {
    _ = Thread { [self] in
      while true {
        // Under the lock, so that nothing appears after `stop()`.
        let isOver = isStopped.withLock { isStopped in
          if !isStopped, let line = line() { Terminal.error.progress(line) }
          return isStopped
        }
        if isOver { return }
        usleep(250_000)
      }
    }
  }

  func stop() {
    isStopped.withLock { $0 = true }
    Terminal.error.clearProgress()
  }
}
