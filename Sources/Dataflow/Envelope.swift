/// What came around a source message and is no part of what operators see; sinks may pass it on (resources.md §6).
public struct Envelope: Hashable, Sendable {
  /// The broker had kept the message for later subscribers.
  public var isRetained: Bool
  /// Whether the payload is said to be UTF-8 text; nil if nothing is said.
  public var isText: Bool?
  /// When the message is of no use any more.
  public var expiry: WallTime?
  /// Where the sender expects an answer, and what the answer is to carry.
  public var responseTopic: [UInt8]?
  public var correlationData: [UInt8]?

  public init(
    isRetained: Bool = false, isText: Bool? = nil, expiry: WallTime? = nil, responseTopic: [UInt8]? = nil, correlationData: [UInt8]? = nil
  ) {
    self.isRetained = isRetained
    self.isText = isText
    self.expiry = expiry
    self.responseTopic = responseTopic
    self.correlationData = correlationData
  }
}
