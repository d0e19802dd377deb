/// Why bytes are no JSON text.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where, from 0.
  public let offset: Int
  /// Half a sentence: what was found or expected there.
  public let reason: String

  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }

  public var description: String { "\(reason) at byte \(offset)" }
}
