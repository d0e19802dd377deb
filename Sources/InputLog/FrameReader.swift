internal import Glibc

/// Reads the frames of a recording's entries, with little more than one of them in memory.
struct FrameReader: ~Copyable, Sendable {
  struct Frame {
    let kind: InputLog.Kind
    let content: ArraySlice<UInt8>
    /// Where in the file it begins.
    let offset: UInt64
  }

  private static let chunkSize = 256 << 10

  let path: String
  /// Of the file, in bytes.
  let size: UInt64
  private let file: Int32
  /// What has been read of the file and not been taken.
  private var buffer: [UInt8] = []
  private var taken = 0
  /// Where in the file that begins.
  private(set) var offset: UInt64 = 0

  /// Opens a file and reads its signature.
  init(path: String) throws(InputLogError) {
    self.path = path
    file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    var status = stat()
    let isOpen = file >= 0 && fstat(file, &status) == 0, message = systemMessage()
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    size = isRegular ? UInt64(max(0, status.st_size)) : 0
    guard isOpen else { throw InputLogError(.unavailable, path, "The recording cannot be opened: \(message).") }
    guard isRegular else { throw InputLogError(.notARecording, path, "This is not a regular file: name one that `millrace run --record` wrote.") }
    try readSignature()
  }

  deinit {
    if file >= 0 { close(file) }
  }

  private mutating func readSignature() throws(InputLogError) {
    let signature = InputLog.signature
    try fill(signature.count)
    let found = take(min(signature.count, buffer.count - taken))
    guard found.dropLast().elementsEqual(signature.dropLast()), found.count == signature.count else {
      throw InputLogError(.notARecording, path, at: 0, "This is no recording: it does not begin as one that `millrace run --record` wrote.")
    }
    guard found.last == signature.last else {
      let version = String(decoding: found.suffix(1), as: UTF8.self)
      throw InputLogError(.notARecording, path, at: 0, "This is a recording of version \(version), which this program does not know: it knows version 1.")
    }
  }

  /// The next entry; nil where the file ends in the middle of one, or before the next one.
  mutating func next() throws(InputLogError) -> Frame? {
    let start = offset
    try fill(InputLog.frameSize)
    guard buffer.count - taken >= InputLog.frameSize else { return nil }
    let length = number(at: 0), checksum = number(at: 4)
    // A length that is damaged looks the same, unless the file goes on for long enough.
    guard UInt64(length) + UInt64(InputLog.frameSize) <= size - min(size, start) else { return nil }
    try fill(InputLog.frameSize + Int(length))
    guard buffer.count - taken >= InputLog.frameSize + Int(length) else { return nil }
    _ = take(InputLog.frameSize)
    let body = take(Int(length))
    guard Checksum.of(body) == checksum else {
      throw InputLogError(.damaged, path, at: start, "The entry is damaged: its checksum is not that of its \(length) bytes.")
    }
    guard let kind = body.first.flatMap(InputLog.Kind.init) else {
      throw InputLogError(.damaged, path, at: start, "The entry is of a kind that this program does not know\(body.first.map { ", \($0)" } ?? "").")
    }
    return Frame(kind: kind, content: body.dropFirst(), offset: start)
  }

  private func number(at place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(buffer[taken + place + $1]) << UInt32(8 * $1) }
  }

  private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    defer {
      taken += count
      offset += UInt64(count)
    }
    return buffer[taken..<(taken + count)]
  }

  /// Reads until so many bytes are there to be taken, or the file ends.
  private mutating func fill(_ count: Int) throws(InputLogError) {
    if buffer.count - taken >= count { return }
    buffer.removeSubrange(..<taken)
    taken = 0
    while buffer.count < count {
      let wanted = max(count - buffer.count, Self.chunkSize), file = file
      var got = 0
      buffer.append(contentsOf: [UInt8](unsafeUninitializedCapacity: wanted) { chunk, filled in
        repeat { got = read(file, chunk.baseAddress, wanted) } while got < 0 && errno == EINTR
        filled = max(0, got)
      })
      if got < 0 { throw InputLogError(.unavailable, path, at: offset, "The recording cannot be read: \(systemMessage()).") }
      if got == 0 { return }
    }
  }
}
