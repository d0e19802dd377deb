public import GraphDefinition

/// Why a graph cannot be run, or why a run ended early.
public struct RunError: Error, Sendable, CustomStringConvertible {
  /// An open set of kinds.
  public struct Code: Hashable, Sendable {
    public let name: String
    public init(_ name: String) { self.name = name }

    /// The graph file has errors; `diagnostics` lists them all.
    public static let graph = Code("graph")
    /// The run's configuration has errors; `diagnostics` lists them all.
    public static let configuration = Code("configuration")
    /// A module cannot serve the graph; `diagnostics` says where it is used.
    public static let module = Code("module")
    /// An operator refused to start.
    public static let initialization = Code("initialization")
    /// A source broke.
    public static let source = Code("source")
    /// A sink broke.
    public static let sink = Code("sink")
    /// A source or sink cannot be opened.
    public static let endpoint = Code("endpoint")
    /// An operator failed on an item, and its error policy is to end the run.
    public static let halted = Code("halted")
    /// A recording cannot be written or read.
    public static let recording = Code("recording")
    /// The system refused something the run needs.
    public static let system = Code("system")
  }

  public let code: Code
  public let message: String
  /// In the order of the file.
  public let diagnostics: [Diagnostic]

  public init(_ code: Code, _ message: String, diagnostics: [Diagnostic] = []) {
    self.code = code
    self.message = message
    self.diagnostics = diagnostics
  }

  public var description: String { (diagnostics.map(\.description) + (message.isEmpty ? [] : [message])).joined(separator: "\n") }
}
