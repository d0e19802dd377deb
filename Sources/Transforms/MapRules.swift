internal import Expressions
internal import JSONTree

/// The configuration of `map`.
struct MapRules: Sendable {
  enum Output {
    case payload(FieldPath)
    case metadata(MetadataField)
    /// The rule only takes its inputs away from the wildcard.
    case nothing
  }

  struct MapRule {
    let rule: Rule
    let output: Output
  }

  let wildcard: WildcardRule?
  let rules: [MapRule]
  let datasets: [Dataset]
  let lastSources: [RuleInput.Source]

  init(_ node: ConfigurationNode, _ warnings: inout [String]) throws(TransformError) {
    warnings += node.unknownFields("map", "datasets", "version")
    datasets = try Dataset.read(node, &warnings)
    var scope = RuleInput.Scope(datasets: datasets.map(\.name))
    var rules: [MapRule] = []
    var wildcard: WildcardRule?
    for (index, ruleNode) in try node.required("map").elements().enumerated() {
      warnings += ruleNode.unknownFields("inputs", "output", "expression", "description")
      scope.allowsWildcard = index == 0
      let rule = try Rule(ruleNode, &scope)
      let outputNode = try ruleNode.required("output"), text = try outputNode.string()
      if rule.inputs.contains(where: \.hasWildcard) {
        wildcard = try WildcardRule(rule, try RuleInput.path(text, outputNode), outputNode)
      } else {
        rules.append(MapRule(rule: rule, output: try Self.output(text, rule, outputNode)))
      }
    }
    (self.wildcard, self.rules) = (wildcard, rules)
    lastSources = scope.lastSources
  }

  private static func output(_ text: String, _ rule: Rule, _ node: ConfigurationNode) throws(TransformError) -> Output {
    if text.isEmpty {
      guard rule.expression == nil else { throw node.error("a rule that removes fields, with an empty output, has no expression") }
      return .nothing
    }
    guard rule.expression != nil || !rule.inputs.isEmpty else { throw node.error("a rule without inputs needs an expression") }
    if text.hasPrefix("$metadata") { return .metadata(try MetadataField(text, node)) }
    guard !text.hasPrefix("$context"), !text.hasPrefix("$source") else { throw node.error("an output is a field or `$metadata.…`, not `\(text)`") }
    let path = try RuleInput.path(text, node)
    guard path.wildcard == nil else { throw node.error("an output has a `*` only where an input has one") }
    return .payload(path)
  }
}

extension MapRules.MapRule {
  /// The fields that the rule takes from a wildcard that would copy them too: those of rules that make fields of them, or nothing. What goes into the
  /// metadata stays in the payload as well.
  func overrides(_ wildcard: RuleInput.Source) -> [FieldPath] {
    if case .metadata = output { return [] }
    return rule.inputs.compactMap { input in
      switch (input.source, wildcard) {
      case (.payload(let path), .payload): path
      case (.context(let dataset, let path), .context(let wanted, _)) where dataset == wanted: path
      default: nil
      }
    }
  }
}
