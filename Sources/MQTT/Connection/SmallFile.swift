internal import Glibc
internal import NIOCore

/// Files that are read as a whole: secrets and certificates. Blocks: not to be used on an event loop.
enum SmallFile {
  static var limit: Int { 1 << 20 }

  static func read(_ path: String) throws(MQTTError) -> ByteBuffer {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    var contents = ByteBuffer(), chunk = [UInt8](repeating: 0, count: 4096)
    while contents.readableBytes <= limit {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw failure(path) }
      if count == 0 { return contents }
      contents.writeBytes(chunk[..<count])
    }
    throw MQTTError(.unusableFile, "\(path) has more than \(limit) bytes.")
  }

  private static func failure(_ path: String) -> MQTTError {
    MQTTError(.unusableFile, "\(path) cannot be read: \(String(cString: strerror(errno))).")
  }
}
