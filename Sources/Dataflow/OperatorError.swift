/// Why an operator did not process an item. It costs that item, never the graph.
public struct OperatorError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An open set: compare with the known ones, and expect others.
  public struct Code: Hashable, Sendable, CustomStringConvertible {
    public let name: String

    public init(_ name: String) {
      self.name = name
    }

    /// The operator returned an error.
    public static let rejected = Code("rejected")
    /// The operator's code trapped.
    public static let trapped = Code("trapped")
    /// The operator's code ended its process instead of returning.
    public static let exited = Code("exited")
    /// The call took longer than its deadline.
    public static let timedOut = Code("timed-out")
    /// The operator reached its memory limit.
    public static let outOfMemory = Code("out-of-memory")
    /// The items that wait for a window's end are more than may be held.
    public static let windowFull = Code("window-full")
    /// The host could not carry out the call.
    public static let hostFailure = Code("host-failure")

    public var description: String { name }
  }

  /// Whether the operator's code broke down, rather than that it returned an error: it was replaced by a fresh instance.
  public var isFault: Bool { code != .rejected && code != .windowFull }

  public var code: Code
  /// A full sentence.
  public var message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { "\(message) (\(code))" }
}
