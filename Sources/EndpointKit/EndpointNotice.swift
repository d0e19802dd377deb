/// What an endpoint goes through that people may want to know, and that neither ends it nor costs a message.
public struct EndpointNotice: Hashable, Sendable {
  public enum Level: Hashable, Sendable {
    /// Things go their way.
    case info
    /// Something is not as it should be; the endpoint goes on trying.
    case warning
  }

  public var level: Level
  /// Full sentences.
  public var message: String

  public init(_ level: Level, _ message: String) {
    self.level = level
    self.message = message
  }
}
