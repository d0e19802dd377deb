/// Why a text is no expression.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
  /// From 1; columns are counted in Unicode scalars.
  public let line: Int, column: Int
  /// A full clause: what is wrong, and what was expected.
  public let message: String

  public var description: String { "line \(line), column \(column): \(message)" }
}

/// Why an expression has no value for its inputs.
public struct EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
