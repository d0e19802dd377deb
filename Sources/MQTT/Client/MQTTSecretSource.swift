internal import NIOCore

/// Where a password comes from.
public enum MQTTSecretSource: Sendable {
  case value(MQTTSecret)
  /// The path of a file, which is read again for each connection. A line break at its end does not count.
  case file(String)

  func read() throws(MQTTError) -> MQTTSecret {
    switch self {
    case .value(let secret): secret
    case .file(let path): try MQTTSecret(file: path)
    }
  }
}

extension MQTTSecret {
  /// - Throws: `unusable-file`.
  init(file path: String) throws(MQTTError) {
    var bytes = try SmallFile.read(path)
    if bytes.readableBytesView.last == UInt8(ascii: "\n") { bytes.moveWriterIndex(to: bytes.writerIndex - 1) }
    if bytes.readableBytesView.last == UInt8(ascii: "\r") { bytes.moveWriterIndex(to: bytes.writerIndex - 1) }
    if bytes.readableBytes > 65_535 { throw MQTTError(.unusableFile, "A secret has at most 65,535 bytes, \(path) has \(bytes.readableBytes).") }
    self.init(bytes: bytes)
  }
}
