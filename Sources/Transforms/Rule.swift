internal import Dataflow
internal import Expressions
internal import JSONTree

/// What all rules have: inputs, and mostly an expression.
struct Rule {
  /// For messages: `rules.map[2] (Convert)`.
  let name: String
  let inputs: [RuleInput]
  let expression: Expression?
  /// The data sets that it reads without a default: without their records it is skipped.
  let datasets: Set<Int>

  init(_ node: ConfigurationNode, _ scope: inout RuleInput.Scope, expressionKey: String = "expression", dialect: Expression.Dialect = .rule) throws(TransformError) {
    let description = try node.member("description")?.string()
    name = node.path + (description.map { " (\($0))" } ?? "")
    var inputs: [RuleInput] = []
    for input in try node.required("inputs").elements() { inputs.append(try RuleInput(input, &scope)) }
    self.inputs = inputs
    if let text = try node.member(expressionKey) { expression = try Expression(text, inputs: inputs.count, dialect: dialect) } else { expression = nil }
    datasets = Set(inputs.compactMap { $0.defaultValue == nil ? $0.dataset : nil })
  }

  func error(_ reason: String) -> OperatorError { OperatorError(.rejected, "\(name): \(reason).") }

  /// Whether the rule needs a record that there is not for this message.
  func isSkipped(_ message: MessageReader) -> Bool {
    datasets.contains { message.records[$0] == nil }
  }

  /// The expression's inputs.
  ///
  /// - Parameter requiresFields: whether a missing field is an error, rather than an empty value.
  func values(_ message: inout MessageReader, _ last: LastValues, requiresFields: Bool) throws(OperatorError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(inputs.count)
    for (index, input) in inputs.enumerated() {
      let json = try message.value(of: input, last)
      if json == nil, requiresFields { throw error("the message has no `\(input.text)`; `?? default` gives it a value") }
      values.append(try value(json, index))
    }
    return values
  }

  /// What the expression sees of an input's value.
  func value(_ json: JSON?, _ index: Int) throws(OperatorError) -> Value {
    guard let value = Value(json) else { throw error("`\(inputs[index].text)` is \(json?.kind ?? "") with more than plain values in it, which can only be copied") }
    return value
  }

  /// Evaluates a rule's expression that gives a boolean.
  func condition(_ expression: Expression, _ values: [Value], _ derived: some DerivedValues = NoDerived()) throws(OperatorError) -> Bool {
    do throws(EvaluationError) {
      let result = try expression.evaluate(values, derived)
      guard case .bool(let holds) = result else { throw EvaluationError("the result is to be a boolean, not a value of type \(result.kind.rawValue)") }
      return holds
    } catch {
      throw self.error(error.description)
    }
  }
}

struct NoDerived: DerivedValues {
  func value(at index: Int) throws(EvaluationError) -> Value { .empty }
}

/// The data sets and last values of one operator instance.
struct RuleState {
  private let datasets: [DatasetReader]
  private(set) var last: LastValues

  init(_ datasets: [Dataset], _ lastSources: [RuleInput.Source], _ services: TransformServices) {
    self.datasets = datasets.map { DatasetReader($0, services) }
    last = LastValues(lastSources)
  }

  /// A message with the records that match it; its fields become last values.
  mutating func read(_ data: DataModel) throws(OperatorError) -> MessageReader {
    var message = MessageReader(data)
    for dataset in datasets { message.records.append(try dataset.match(&message)) }
    try last.note(&message)
    return message
  }
}
