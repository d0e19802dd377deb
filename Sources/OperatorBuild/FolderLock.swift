internal import Glibc

/// Keeps other processes from building in the same folder between compiling a module and reading the result.
struct FolderLock {
  private let file: Int32

  /// Waits for the lock; calls `waiting` first if it is taken.
  init(_ folder: String, waiting: () -> Void) throws(OperatorBuildError) {
    let path = folder + "/millrace.lock"
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw Files.failure("The lock could not be opened", path) }
    if flock(file, LOCK_EX | LOCK_NB) != 0 {
      waiting()
      while flock(file, LOCK_EX) != 0, errno == EINTR {}
    }
  }

  /// Unlocks by name: a process that is just being started elsewhere may still hold a copy of the descriptor.
  func release() {
    flock(file, LOCK_UN)
    close(file)
  }
}
