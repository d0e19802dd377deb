/// Why operations cannot be wired, or run, in this way.
public struct GraphError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An open set: compare with the known ones, and expect others.
  public struct Code: Hashable, Sendable {
    public let name: String

    public init(_ name: String) {
      self.name = name
    }

    public static let duplicateName = Code("duplicate-name")
    public static let unknownOperation = Code("unknown-operation")
    /// A connection that one of its ends does not allow.
    public static let invalidConnection = Code("invalid-connection")
    public static let unconnected = Code("unconnected")
    public static let cycle = Code("cycle")
    /// The operator that an operation needs is missing, or of another kind.
    public static let invalidOperator = Code("invalid-operator")
  }

  public var code: Code
  /// The operation concerned.
  public var operation: String
  /// A full sentence.
  public var message: String

  public var description: String { message }
}
