/// Why an endpoint cannot go on, or why it refused one message.
public struct EndpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An open set: compare with the known ones, and expect others.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    public let name: String

    public init(_ name: String) {
      self.name = name
    }

    /// What is to be read or written does not exist (any more).
    public static let notFound = Code("not-found")
    /// It exists, but cannot be read.
    public static let unreadable = Code("unreadable")
    /// It exists, but cannot be written.
    public static let unwritable = Code("unwritable")
    /// A message is larger than the endpoint's limit.
    public static let tooLarge = Code("too-large")
    /// The other side has gone: nothing more can be written.
    public static let closed = Code("closed")
    /// A setting, or what a message makes of it, cannot be used.
    public static let invalid = Code("invalid")
    /// Anything else that the system reported.
    public static let failed = Code("failed")

    public var description: String { name }
  }

  public var code: Code
  /// What it is about: a path, a topic, an address.
  public var subject: String
  /// A full sentence.
  public var message: String

  public init(_ code: Code, _ subject: String, _ message: String) {
    self.code = code
    self.subject = subject
    self.message = message
  }

  public var description: String { "\(message) (\(subject))" }
}
