/// The interfaces of `wasm-graph:processor` that an operator can export (operators.md §1).
public enum OperatorKind: String, Sendable, CaseIterable, CustomStringConvertible {
  case map, filter, branch, accumulate, delay

  public static let packageVersion = "1.1.0"
  public var interface: String { "wasm-graph:processor/\(rawValue)@\(Self.packageVersion)" }
  public var description: String { rawValue }
}
