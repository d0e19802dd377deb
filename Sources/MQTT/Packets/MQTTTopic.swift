public import NIOCore

/// A topic name, as its bytes: taken out of a packet without a copy, and put into one likewise.
public struct MQTTTopic: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// UTF-8.
  public let bytes: ByteBuffer

  public init(_ text: some StringProtocol) {
    bytes = ByteBuffer(string: String(text))
  }

  /// - Parameter bytes: UTF-8; what is not is refused when a message is published.
  public init(bytes: ByteBuffer) {
    self.bytes = bytes
  }

  public init(stringLiteral text: String) {
    self.init(text)
  }

  public var description: String { String(buffer: bytes) }

  static let empty = MQTTTopic(bytes: ByteBuffer())

  /// What is wrong with it as the topic of a message, if anything (§4.7).
  package var problem: String? {
    if bytes.readableBytes == 0 { return "a topic must not be empty" }
    if bytes.readableBytes > 65_535 { return "a topic has at most 65,535 bytes, this one has \(bytes.readableBytes)" }
    switch bytes.utf8Check(forbidding: (UInt8(ascii: "#"), UInt8(ascii: "+"))) {
    case .valid: return nil
    case .forbidden: return "the topic of a message must not contain '#' or '+'"
    case .invalid: return "a topic must be UTF-8 without U+0000"
    }
  }
}

enum UTF8Check { case valid, invalid, forbidden }

extension ByteBuffer {
  /// Whether what is readable is UTF-8 without U+0000 and without two further ASCII characters (§1.5.4).
  func utf8Check(forbidding forbidden: (UInt8, UInt8)) -> UTF8Check {
    withUnsafeReadableBytes { bytes in
      var isASCII = true, hasForbidden = false
      for byte in bytes {
        if byte == 0 { return .invalid }
        if byte >= 0x80 { isASCII = false }
        if byte == forbidden.0 || byte == forbidden.1 { hasForbidden = true }
      }
      if !isASCII, String(validating: bytes, as: UTF8.self) == nil { return .invalid }
      return hasForbidden ? .forbidden : .valid
    }
  }
}
