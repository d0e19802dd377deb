/// A data flow graph as its file describes it: which operations there are, how they are connected and how they are configured.
///
/// A value of this type has passed every check that needs neither a registry nor the modules themselves, so that whoever holds one can
/// rely on it: names are unique, connections name operations that exist, there are no cycles, every operation that needs a module has one.
/// Get one from ``parse(_:file:strict:)-(String,_,_)`` or ``load(path:strict:)``.
///
/// Source: graph definition, sections 2 to 5 and 11.
public struct GraphDefinition: Sendable, Equatable {
  /// What the file says about itself; `nil` in preview files, which have no such section.
  public let metadata: Metadata?
  public let requirements: Requirements
  /// In the order of the file.
  public let operations: [Operation]
  /// In the order of the file.
  public let connections: [Connection]
  /// The entries of `moduleConfigurations`, at most one for an operation.
  public let configurations: [Configuration]
  public let schemas: [Schema]
  /// The text that the graph was read from, to point into when a later step finds a problem.
  public let source: GraphSource

  let topology: Topology
}

extension GraphDefinition {
  /// The newest `wasm-graph:processor` interface that this runtime offers to modules.
  public static let supportedAPIVersion = SemanticVersion(1, 1, 0)
  /// The runtime version that graph files may ask for at most.
  public static let supportedRuntimeVersion = SemanticVersion(1, 1, 0)
  /// The features that a graph file may ask for.
  public static let supportedFeatures = ["wasi-nn"]

  /// The `metadata` section. Nothing in it has an effect on a run.
  public struct Metadata: Sendable, Equatable {
    /// `$schema`, the JSON schema of the graph file.
    public let schema: String?
    public let name: String?
    /// The graph's own version, independent of the tag that it is published under.
    public let version: String?
    public let description: String?
    public let vendor: String?
  }

  /// The `moduleRequirements` section.
  public struct Requirements: Sendable, Equatable {
    /// The interface version that the modules were built for. What a module really imports is the truth; this is what the author believes.
    public let apiVersion: SemanticVersion
    /// The minimum runtime; in preview files the value of `hostlibVersion`.
    public let runtimeVersion: SemanticVersion
    public let features: [Feature]

    /// Whether the graph asks for a feature, such as `wasi-nn`.
    public func includes(feature name: String) -> Bool {
      features.contains { $0.name == name }
    }
  }

  public struct Feature: Sendable, Equatable {
    public let name: String
    public let value: String?
  }

  /// One entry of `operations`.
  public struct Operation: Sendable, Equatable {
    /// The `operationType`.
    public enum Kind: String, Sendable, CaseIterable {
      case source, sink, map, filter, branch, accumulate, delay, concatenate

      /// Whether a module runs the operation. The others are the runtime's own.
      public var needsModule: Bool {
        switch self {
        case .map, .filter, .branch, .accumulate, .delay: true
        case .source, .sink, .concatenate: false
        }
      }
    }

    public let kind: Kind
    /// Unique in the graph; what connections and configurations refer to.
    public let name: String
    /// Present exactly where ``Kind/needsModule`` says so.
    public let module: ModuleReference?
    public let location: GraphLocation
    /// Where the module is named.
    public let moduleLocation: GraphLocation?
  }

  /// The output of a branch that a connection starts at.
  public enum Arm: String, Sendable, CaseIterable {
    /// The module returned false.
    case `false` = "False"
    /// The module returned true.
    case `true` = "True"
  }

  /// One entry of `connections`.
  public struct Connection: Sendable, Equatable {
    /// The name of the operation that the connection starts at.
    public let from: String
    /// Present exactly where `from` is a branch.
    public let arm: Arm?
    /// The name of the operation that the connection leads to.
    public let to: String
    /// The entry of ``GraphDefinition/schemas`` that `to` is to be given, if any.
    public let schemaName: String?
    public let location: GraphLocation
  }

  /// One entry of `moduleConfigurations`.
  public struct Configuration: Sendable, Equatable {
    /// The name of the operation that it configures.
    public let operation: String
    /// In the order of the file.
    public let parameters: [Parameter]
    public let location: GraphLocation
  }

  /// A parameter that an operation's module may be given.
  public struct Parameter: Sendable, Equatable {
    /// The key that it is declared under.
    public let key: String
    /// The name that the module sees.
    public let name: String
    public let description: String?
    public let isRequired: Bool
    /// The value where nothing overrides it; without one the module does not see the parameter at all.
    public let defaultValue: String?
    public let location: GraphLocation
  }

  /// One entry of `schemas`.
  public struct Schema: Sendable, Equatable {
    public let name: String
    public let format: String
    /// The schema's text.
    public let content: String
    public let location: GraphLocation
  }
}
