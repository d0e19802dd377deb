extension GraphDefinition {
  /// A configuration entry from outside the graph file: of the resource that deploys the graph, or of the command line.
  public struct Override: Sendable, Hashable {
    /// The name or the key of a parameter.
    public let key: String
    public let value: String

    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// What a module's `init` sees of one parameter.
  public struct Property: Sendable, Hashable {
    public let name: String
    public let value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The properties of every operation, and what is wrong with them.
  public struct ResolvedConfiguration: Sendable {
    /// By operation name; operations without properties are absent.
    public let properties: [String: [Property]]
    /// Errors: required parameters without a value. Warnings: overrides that no operation declares.
    public let diagnostics: [Diagnostic]

    public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }
  }

  /// The properties that an operation's module is given, in the order of their declaration.
  ///
  /// An override is graph-wide: it goes to every operation that declares a parameter with its key as the name or as the map key. Where both are
  /// given, the name wins; where one is given twice, the last. Without an override the default counts, and without a default the parameter
  /// is left out. Source: graph definition, section 5.
  public func configuration(for operation: String, overrides: [Override] = []) -> [Property] {
    let values = Dictionary(overrides.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
    return configuration(of: operation)?.parameters.compactMap { parameter in
      parameter.value(in: values).map { Property(name: parameter.name, value: $0) }
    } ?? []
  }

  /// The properties of all operations, with a diagnostic for each required parameter that has no value and each override that nobody declares.
  public func resolve(overrides: [Override] = []) -> ResolvedConfiguration {
    let values = Dictionary(overrides.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
    var properties: [String: [Property]] = [:]
    var diagnostics: [Diagnostic] = []
    for configuration in configurations {
      for parameter in configuration.parameters {
        if let value = parameter.value(in: values) {
          properties[configuration.operation, default: []].append(Property(name: parameter.name, value: value))
        } else if parameter.isRequired {
          diagnostics.append(
            source.diagnostic(
              .error, .missingParameter, at: parameter.location,
              "the operation \(quoted(configuration.operation)) needs a value for the parameter \(quoted(parameter.name)), which has no default",
              fix: "set \(quoted(parameter.name)) where the graph is run, or give it a `default`"))
        }
      }
    }
    return ResolvedConfiguration(properties: properties, diagnostics: diagnostics + undeclared(overrides))
  }

  private func undeclared(_ overrides: [Override]) -> [Diagnostic] {
    let parameters = configurations.flatMap(\.parameters)
    let declared = Set(parameters.flatMap { [$0.name, $0.key] })
    var seen: Set<String> = []
    return overrides.filter { !declared.contains($0.key) && seen.insert($0.key).inserted }.map { override in
      source.diagnostic(
        .warning, .unknownParameter, at: .file, "no operation declares a parameter \(quoted(override.key)), its value is ignored",
        found: override.key, suggestion: suggestion(for: override.key, among: parameters.lazy.map(\.name)),
        fix: parameters.isEmpty ? "declare it in `moduleConfigurations`" : nil)
    }
  }
}

extension GraphDefinition.Parameter {
  fileprivate func value(in overrides: [String: String]) -> String? {
    overrides[name] ?? overrides[key] ?? defaultValue
  }
}
