internal import Dataflow
internal import Expressions
internal import StateStore

/// The configuration of `filter` and `branch`: rules whose expressions give booleans.
struct ConditionRules: Sendable {
  let rules: [Rule]
  let datasets: [Dataset]
  let lastSources: [RuleInput.Source]

  init(_ kind: TransformKind, _ node: ConfigurationNode, _ warnings: inout [String]) throws(TransformError) {
    datasets = try Dataset.read(node, &warnings)
    var scope = RuleInput.Scope(datasets: datasets.map(\.name))
    var rules: [Rule] = []
    let list = try node.required(kind.rawValue)
    for ruleNode in kind == .branch ? [list] : try list.elements() {
      let rule = try Rule(ruleNode, &scope)
      guard let expression = rule.expression else { throw ruleNode.error("the field `expression` is missing") }
      guard expression.result ?? .bool == .bool else { throw ruleNode.error("the expression is to give a boolean, not a value of type \(expression.result?.rawValue ?? "")") }
      warnings += ruleNode.unknownFields("inputs", "expression", "description")
      rules.append(rule)
    }
    self.rules = rules
    lastSources = scope.lastSources
    if kind == .filter {
      warnings += node.unknownFields("filter", "datasets", "validateSchema", "version")
      if let validate = try node.member("validateSchema"), try validate.bool() {
        throw validate.error("the built-in filter does not validate messages yet; put a filter that does, such as schema-filter, in front of it")
      }
    } else {
      warnings += node.unknownFields("branch", "datasets", "version")
    }
  }
}

/// The `filter`: drops a message if any of its expressions is true, and the `branch`: true goes to the arm "True".
final class ConditionTransform: FilterOperator, BranchOperator {
  private let rules: [Rule]
  private var state: RuleState

  init(_ configuration: ConditionRules, _ services: TransformServices) {
    rules = configuration.rules
    state = RuleState(configuration.datasets, configuration.lastSources, services)
  }

  /// A rule whose data set has no record for the message is skipped.
  private func holdsAny(_ data: DataModel) throws(OperatorError) -> Bool {
    var message = try state.read(data)
    for rule in rules where !rule.isSkipped(message) {
      guard let expression = rule.expression else { continue }
      if try rule.condition(expression, try rule.values(&message, state.last, requiresFields: true)) { return true }
    }
    return false
  }

  func isIncluded(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool { !(try holdsAny(data)) }

  func branch(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool { try holdsAny(data) }
}
