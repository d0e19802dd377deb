public import Dataflow
public import StateStore

/// What transforms use of the run that they are part of.
public struct TransformServices: Sendable {
  /// Where data sets are.
  public var stateStore: any KeyValueStore
  /// Monotonic nanoseconds, of the clock that messages are processed by.
  public var nanoseconds: @Sendable () -> UInt64

  public init(stateStore: any KeyValueStore, nanoseconds: @escaping @Sendable () -> UInt64) {
    self.stateStore = stateStore
    self.nanoseconds = nanoseconds
  }
}

/// A built-in transform with its configuration, checked: what an operation runs instead of a module.
public struct Transform: Sendable {
  private enum Rules: Sendable {
    case map(MapRules)
    case filter(ConditionRules)
    case branch(ConditionRules)
    case window(WindowRules)
    case throttle(ThrottleRules)
    case none
  }

  public let kind: TransformKind
  private let rules: Rules
  /// What is odd about the configuration, although it can be used.
  public let warnings: [String]

  /// - Parameter configuration: the operation's parameters, whose values are JSON texts.
  public init(_ artifact: TransformArtifact, configuration: [(name: String, value: String)]) throws(TransformError) {
    kind = artifact.kind
    let parameters = TransformConfiguration(configuration)
    var warnings: [String] = []
    let known: [String]
    switch kind {
    case .map:
      known = ["rules"]
      rules = .map(try MapRules(try parameters.required("rules"), &warnings))
    case .filter:
      known = ["rules"]
      rules = .filter(try ConditionRules(.filter, try parameters.required("rules"), &warnings))
    case .branch:
      known = ["rules"]
      rules = .branch(try ConditionRules(.branch, try parameters.required("rules"), &warnings))
    case .window:
      known = ["rules", "delay", "count", "memory", "triggers"]
      rules = .window(try WindowRules(parameters, minorVersion: artifact.minorVersion, &warnings))
    case .throttle:
      known = ["throttle"]
      rules = .throttle(try ThrottleRules(try parameters.required("throttle"), &warnings))
    case .concatenate:
      known = []
      rules = .none
    }
    for name in parameters.names where !known.contains(name) {
      warnings.append("the built-in `\(kind.rawValue)` has no parameter `\(name)`; it is ignored" + (known.isEmpty ? "" : "; there is \(known.joined(separator: ", "))"))
    }
    self.warnings = warnings
  }

  /// Whether it keeps something from one message to the next, so that one instance is to see all of them.
  public var isStateful: Bool {
    switch rules {
    case .map(let rules): !rules.lastSources.isEmpty
    case .filter(let rules), .branch(let rules): !rules.lastSources.isEmpty
    case .window, .throttle: true
    case .none: false
    }
  }

  /// A new instance; nil for `concatenate`, which the engine has itself.
  public func makeOperator(_ services: TransformServices) -> Operator? {
    switch rules {
    case .map(let rules): .map(MapTransform(rules, services))
    case .filter(let rules): .filter(ConditionTransform(rules, services))
    case .branch(let rules): .branch(ConditionTransform(rules, services))
    case .window(let rules): .window(WindowTransform(rules, services))
    case .throttle(let rules): .filter(ThrottleTransform(rules, services))
    case .none: nil
    }
  }
}

/// The parameters of an operation.
struct TransformConfiguration {
  private let parameters: [(name: String, value: String)]

  init(_ parameters: [(name: String, value: String)]) { self.parameters = parameters }

  var names: [String] { parameters.map(\.name) }

  func node(_ name: String) throws(TransformError) -> ConfigurationNode? {
    guard let value = parameters.last(where: { $0.name == name })?.value else { return nil }
    return try ConfigurationNode(parsing: value, of: name)
  }

  func required(_ name: String) throws(TransformError) -> ConfigurationNode {
    guard let node = try node(name) else {
      throw TransformError(path: "", message: "the parameter `\(name)` is missing; its value is a JSON text")
    }
    return node
  }
}
