public import Dataflow
internal import Glibc

/// Writes a recording. What it has returned from survives the end of the process; of a power failure, what the system had not yet written to the disk is lost.
public struct InputLogWriter: ~Copyable, Sendable {
  /// The most bytes that are kept before they are written.
  private static let bufferSize = 256 << 10

  private let path: String
  private let file: Int32
  private var encoder = Encoder()
  /// The size of the file, up to the last whole entry.
  public private(set) var size: UInt64 = 0
  private var isBroken = false

  /// Makes the file, which must not be there yet.
  public init(path: String, _ header: LogHeader) throws(InputLogError) {
    self.path = path
    file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      let reason = errno == EEXIST ? "The file is there already: name another one, or remove it." : "The recording cannot be begun: \(systemMessage())."
      throw InputLogError(.unavailable, path, reason)
    }
    var first = Encoder()
    first.entry(.header) { header.encode(to: &$0) }
    try write(InputLog.signature + first.bytes)
  }

  deinit {
    if file >= 0 { close(file) }
  }

  /// Writes entries of one source and one time, before what they say takes effect.
  public mutating func append(_ input: Intake.Input, of source: Int, at time: WallTime) throws(InputLogError) {
    if isBroken { throw InputLogError(.unavailable, path, "The recording is broken off.") }
    encoder.removeAll()
    func head(_ encoder: inout Encoder) {
      encoder.write(UInt32(source))
      encoder.write(time)
    }
    switch input {
    case .items(let items):
      for item in items {
        encoder.entry(.item) { encoder in
          head(&encoder)
          encoder.write(item)
        }
        if encoder.bytes.count >= Self.bufferSize { try writeBuffer() }
      }
    case .idle: encoder.entry(.idle, head)
    case .assign(let partitions):
      encoder.entry(.assign) { encoder in
        head(&encoder)
        encoder.write(partitions) { $1.write(Int64($0)) }
      }
    case .makeRoom: encoder.entry(.makeRoom, head)
    case .close: encoder.entry(.close, head)
    }
    try writeBuffer()
  }

  /// Says that the run ended in order, and has the file written to its disk.
  public mutating func finish() throws(InputLogError) {
    if isBroken { return }
    encoder.removeAll()
    encoder.entry(.end) { _ in }
    try writeBuffer()
    // A pipe or a device has no disk.
    if fsync(file) != 0, errno != EINVAL, errno != EROFS { throw InputLogError(.unavailable, path, at: size, "The recording cannot be written: \(systemMessage()).") }
  }

  private mutating func writeBuffer() throws(InputLogError) {
    try write(encoder.bytes)
    encoder.removeAll()
  }

  private mutating func write(_ bytes: [UInt8]) throws(InputLogError) {
    var written = 0
    let error: Int32? = bytes.withUnsafeBytes { buffer in
      while written < buffer.count {
        let count = Glibc.write(file, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        if count >= 0 { written += count } else if errno != EINTR { return errno }
      }
      return nil
    }
    guard let error else { return size += UInt64(bytes.count) }
    isBroken = true
    // So that the file ends with a whole entry, or at least not in the middle of more than one.
    _ = ftruncate(file, off_t(size))
    throw InputLogError(.unavailable, path, at: size, "The recording cannot be written: \(systemMessage(error)).")
  }
}

func systemMessage(_ number: Int32 = errno) -> String { String(cString: strerror(number)) }
