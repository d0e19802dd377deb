/// Why a module cannot serve a graph. It stops the graph before anything runs.
public struct OperatorHostError: Error, Sendable, CustomStringConvertible {
  /// An open set of kinds.
  public struct Code: Hashable, Sendable {
    public let name: String
    public init(_ name: String) { self.name = name }

    /// The file cannot be read.
    public static let unreadable = Code("unreadable")
    /// The file is not a component that can be run here.
    public static let invalidModule = Code("invalid-module")
    /// The component does not export the interface that its operation needs.
    public static let missingExport = Code("missing-export")
    /// The component imports something that nobody provides.
    public static let missingImport = Code("missing-import")
    /// `wasi-nn` is imported but not declared among the graph's features.
    public static let undeclaredFeature = Code("undeclared-feature")
    /// The operator's `init` failed or returned false.
    public static let initialization = Code("initialization")
  }

  public let code: Code
  /// A full sentence that says what to do.
  public let message: String

  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  public var description: String { message }
}
