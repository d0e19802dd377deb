internal import Glibc
internal import Synchronization

/// What wakes a thread that waits for files, and tells it to end.
final class StopSignal: Sendable {
  private let isSet = Atomic(false)
  private let readEnd: Int32
  private let writeEnd: Int32

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) != 0 { throw SystemError() }
    (readEnd, writeEnd) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  var isStopped: Bool { isSet.load(ordering: .acquiring) }

  func stop() {
    if isSet.exchange(true, ordering: .acquiringAndReleasing) { return }
    var byte: UInt8 = 0
    _ = write(writeEnd, &byte, 1)
  }

  /// Blocks until the descriptor can be read, or the signal is given.
  func wait(for descriptor: Int32) throws(SystemError) {
    var wanted = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)]
    while poll(&wanted, nfds_t(wanted.count), -1) < 0 {
      if errno != EINTR { throw SystemError() }
    }
  }
}
