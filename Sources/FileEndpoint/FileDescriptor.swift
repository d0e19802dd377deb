internal import Glibc

/// An open file, closed when it goes out of scope.
struct FileDescriptor: ~Copyable {
  let raw: Int32
  private let isOwned: Bool

  init(owning raw: Int32) {
    self.raw = raw
    isOwned = true
  }

  /// One that somebody else closes, such as standard output.
  init(borrowing raw: Int32) {
    self.raw = raw
    isOwned = false
  }

  deinit {
    if isOwned { close(raw) }
  }

  /// Opens a file; a relative name is looked up in an open folder, by default the working directory.
  static func open(_ name: FileName, in folder: Int32 = AT_FDCWD, _ flags: Int32) throws(SystemError) -> FileDescriptor {
    while true {
      let raw = openat(folder, name.terminated, flags | O_CLOEXEC | O_NOCTTY, 0o644)
      if raw >= 0 { return FileDescriptor(owning: raw) }
      if errno != EINTR { throw SystemError() }
    }
  }

  func status() throws(SystemError) -> stat {
    var status = stat()
    if fstat(raw, &status) != 0 { throw SystemError() }
    return status
  }

  /// Reads what is there, at most as much as the buffer holds; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    while true {
      let count = Glibc.read(raw, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw SystemError() }
    }
  }
}

extension stat {
  var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
  var isFolder: Bool { st_mode & S_IFMT == S_IFDIR }
}
