internal import Glibc

/// Tells which files have been written to a folder, or moved there (inotify).
struct FolderWatch: ~Copyable {
  enum Event: Hashable {
    case file(FileName)
    /// More happened than the system could note: the folder is to be listed again.
    case overflow
    /// The folder itself was removed.
    case folderRemoved
  }

  private let inotify: FileDescriptor
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(_ folder: FileName) throws(SystemError) {
    let raw = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    if raw < 0 { throw SystemError() }
    let inotify = FileDescriptor(owning: raw)
    if inotify_add_watch(raw, folder.terminated, UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_ONLYDIR)) < 0 { throw SystemError() }
    self.inotify = inotify
  }

  /// Becomes readable when there is something to read.
  var descriptor: Int32 { inotify.raw }

  /// What has happened since the last call, in order; does not block.
  mutating func read() throws(SystemError) -> [Event] {
    var events: [Event] = []
    while true {
      let count = Glibc.read(inotify.raw, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN { return events }
      if count <= 0 { throw SystemError() }
      Self.parse(buffer[..<count], into: &events)
    }
  }

  /// The system's records: watch, mask, cookie and the length of the name, 32 bits each, then the name, padded with zeros.
  static func parse(_ records: ArraySlice<UInt8>, into events: inout [Event]) {
    var rest = records
    while rest.count >= 16 {
      let (mask, length) = rest.withUnsafeBytes { bytes in
        (bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self), bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
      }
      rest = rest.dropFirst(16)
      let name = Array(rest.prefix(Int(length)).prefix { $0 != 0 })
      rest = rest.dropFirst(Int(length))
      if mask & UInt32(IN_Q_OVERFLOW) != 0 {
        events.append(.overflow)
      } else if mask & UInt32(IN_DELETE_SELF | IN_IGNORED) != 0 {
        if events.last != .folderRemoved { events.append(.folderRemoved) }
      } else if mask & UInt32(IN_ISDIR) == 0 && !name.isEmpty {
        events.append(.file(FileName(bytes: name)))
      }
    }
  }
}
