/// Why a transform's configuration cannot be used.
public struct TransformError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The parameter and the place in it: `rules.map[2].expression`; empty if it is about no parameter.
  public let path: String
  /// A clause: what is wrong, and what was expected.
  public let message: String

  public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
