internal import Glibc

/// Writing whole buffers.
enum FileWriting {
  struct Failure: Error {
    /// How many bytes are out all the same.
    var written: Int
    var error: SystemError
  }

  /// Writes all of the bytes, however many calls it takes. A reader that has gone is an error (EPIPE), never the signal SIGPIPE.
  static func write(_ bytes: [UInt8], to file: borrowing FileDescriptor) throws(Failure) {
    let raw = file.raw
    var written = 0
    let failure: SystemError? = withoutPipeSignal {
      bytes.withUnsafeBytes { buffer in
        while written < buffer.count {
          let count = Glibc.write(raw, buffer.baseAddress.map { $0 + written }, buffer.count - written)
          if count >= 0 {
            written += count
          } else if errno == EAGAIN {
            // Somebody has made the descriptor non-blocking: wait for room.
            var wanted = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
            _ = poll(&wanted, 1, -1)
          } else if errno != EINTR {
            return SystemError()
          }
        }
        return nil
      }
    }
    if let failure { throw Failure(written: written, error: failure) }
  }

  /// Runs `body` with SIGPIPE held back on this thread alone, and takes away one that `body` caused; how the process treats it stays.
  private static func withoutPipeSignal<Result>(_ body: () -> Result) -> Result {
    var pipeSignal = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    var pending = sigset_t()
    sigpending(&pending)
    if sigismember(&pending, SIGPIPE) == 1 { return body() }
    var previous = sigset_t()
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &previous)
    let result = body()
    var noTime = timespec()
    while sigtimedwait(&pipeSignal, nil, &noTime) < 0 && errno == EINTR {}
    pthread_sigmask(SIG_SETMASK, &previous, nil)
    return result
  }
}
