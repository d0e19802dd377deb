public import NIOCore

/// Bytes that are never printed: a password or a token.
public struct MQTTSecret: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public let bytes: ByteBuffer

  public init(bytes: ByteBuffer) {
    self.bytes = bytes
  }

  public init(_ text: String) {
    bytes = ByteBuffer(string: text)
  }

  public init(stringLiteral text: String) {
    self.init(text)
  }

  public var description: String { "<secret>" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
