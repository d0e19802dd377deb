public import Dataflow

/// AIO's built-in transforms (tooling.md §6).
public enum TransformKind: String, Sendable, CaseIterable {
  case map, filter, branch, concatenate, window, throttle

  /// The kind of operation that it is.
  public var operation: Graph.Operation.Kind {
    switch self {
    case .map: .map
    case .filter, .throttle: .filter
    case .branch: .branch
    case .concatenate: .concatenate
    case .window: .accumulate
    }
  }

  /// The minor versions that there are, of version 1.
  var minorVersions: ClosedRange<Int> { self == .window ? 0...1 : 0...0 }
}

/// The name of a built-in transform: `azureiotoperations/graph-dataflow-map:1.0.0`, with any registry in front.
public struct TransformArtifact: Hashable, Sendable {
  public let kind: TransformKind
  /// Of version 1.
  let minorVersion: Int

  /// Nil if the repository is none of the transforms'. Throws if there is no such transform, or no such version of it.
  ///
  /// - Parameter tag: the version; without one, the newest.
  public init?(repository: String, tag: String?) throws(TransformError) {
    guard let name = Self.name(repository) else { return nil }
    guard let kind = TransformKind(rawValue: String(name.dropFirst(Self.prefix.count))) else {
      throw TransformError(path: "", message: "there is no built-in transform `\(name)`; there are \(TransformKind.allCases.map { Self.prefix + $0.rawValue }.joined(separator: ", "))")
    }
    self.kind = kind
    guard let tag else {
      minorVersion = kind.minorVersions.upperBound
      return
    }
    let parts = tag.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, parts[0] == 1, let minor = parts[1], kind.minorVersions.contains(minor), parts[2] != nil else {
      throw TransformError(path: "", message: "there is no version \(tag) of the built-in transform `\(name)`; there is \(kind.minorVersions.map { "1.\($0).0" }.joined(separator: " and "))")
    }
    minorVersion = minor
  }

  /// Whether the name is that of a built-in transform, known or not.
  public static func isTransform(repository: String) -> Bool { name(repository) != nil }

  private static let prefix = "graph-dataflow-"

  /// The last segment.
  private static func name(_ repository: String) -> Substring? {
    let segments = repository.split(separator: "/", omittingEmptySubsequences: false)
    guard segments.count >= 2, segments[segments.count - 2] == "azureiotoperations", let name = segments.last, name.hasPrefix(prefix) else { return nil }
    return name
  }
}
