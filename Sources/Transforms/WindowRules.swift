internal import Expressions
internal import JSONTree

/// The configuration of `window`: when windows close, and what is made of them.
struct WindowRules: Sendable {
  enum Boundary: String, CaseIterable {
    /// The message that closes the window is its last.
    case inCurrent = "messageInCurrent"
    /// It is the first of the next one.
    case inNext = "messageInNext"
  }

  struct Limit {
    let most: UInt64
    let boundary: Boundary
  }

  struct Trigger {
    let rule: Rule
    let expression: Expression
    let boundary: Boundary
    /// The state of inputs that the expression's functions look at: an index into the window's for each of its derived calls.
    let states: [Int]
  }

  struct Aggregation {
    let name: String
    let output: FieldPath
    let expression: Expression
    /// The accumulator of each of the expression's derived calls.
    let accumulators: [Int]
  }

  /// In seconds. Without one, a window stays open for a minute.
  private(set) var seconds: UInt64 = 60
  private(set) var count: Limit?
  private(set) var memory: Limit?
  private(set) var triggers: [Trigger] = []
  private(set) var aggregations: [Aggregation] = []
  /// The fields that are accumulated.
  private(set) var fields: [FieldPath] = []
  /// Trigger rules and inputs whose running state is kept, of all triggers.
  private(set) var runningInputs: [(trigger: Int, input: Int)] = []
  private(set) var datasets: [Dataset] = []
  private(set) var lastSources: [RuleInput.Source] = []

  init(_ configuration: TransformConfiguration, minorVersion: Int, _ warnings: inout [String]) throws(TransformError) {
    let delay = try configuration.node("delay"), count = try configuration.node("count")
    let memory = try configuration.node("memory"), triggers = try configuration.node("triggers")
    if minorVersion < 1, let newer = count ?? memory ?? triggers {
      throw TransformError(path: newer.path, message: "window 1.0.0 closes by `delay` alone; write `graph-dataflow-window:1.1.0`")
    }
    guard delay != nil || count != nil || memory != nil || triggers != nil else {
      throw TransformError(path: "", message: minorVersion < 1 ? "the parameter `delay` is missing" : "a window needs one of the parameters `delay`, `count`, `memory` and `triggers`")
    }
    if let delay {
      try Self.check(delay, "duration", ["type", "delaySeconds"], &warnings)
      seconds = try delay.required("delaySeconds").positiveInteger()
    }
    if let count { self.count = try Self.limit(count, "messageCount", "maxMessageCount", &warnings) }
    if let memory { self.memory = try Self.limit(memory, "bufferSize", "maxBufferBytes", &warnings) }
    if let triggers { try readTriggers(triggers, &warnings) }
    try readAggregations(try configuration.required("rules"), &warnings)
  }

  private static func check(_ node: ConfigurationNode, _ type: String, _ known: [String], _ warnings: inout [String]) throws(TransformError) {
    let typeNode = try node.required("type"), found = try typeNode.string()
    guard found == type else { throw typeNode.error("`\(type)` is expected, not `\(found)`") }
    warnings += node.unknownFields(known)
  }

  private static func limit(_ node: ConfigurationNode, _ type: String, _ key: String, _ warnings: inout [String]) throws(TransformError) -> Limit {
    try check(node, type, ["type", key, "boundaryMessage"], &warnings)
    return Limit(most: try node.required(key).positiveInteger(), boundary: try boundary(node))
  }

  private static func boundary(_ node: ConfigurationNode) throws(TransformError) -> Boundary {
    let boundaryNode = try node.required("boundaryMessage"), text = try boundaryNode.string()
    guard let boundary = Boundary(rawValue: text) else { throw boundaryNode.error("`messageInCurrent` or `messageInNext` is expected, not `\(text)`") }
    return boundary
  }

  private mutating func readTriggers(_ node: ConfigurationNode, _ warnings: inout [String]) throws(TransformError) {
    try Self.check(node, "expression", ["type", "rules", "datasets"], &warnings)
    datasets = try Dataset.read(node, &warnings)
    var scope = RuleInput.Scope(datasets: datasets.map(\.name))
    for (index, ruleNode) in try node.required("rules").elements().enumerated() {
      warnings += ruleNode.unknownFields("inputs", "trigger", "boundaryMessage", "description")
      let rule = try Rule(ruleNode, &scope, expressionKey: "trigger", dialect: .trigger)
      guard let expression = rule.expression else { throw ruleNode.error("the field `trigger` is missing") }
      guard expression.result ?? .bool == .bool else { throw ruleNode.error("the trigger is to give a boolean, not a value of type \(expression.result?.rawValue ?? "")") }
      var states: [Int] = []
      for call in expression.derived {
        guard let input = call.input else {
          states.append(-1)
          continue
        }
        let state = runningInputs.firstIndex { $0 == (index, input) } ?? runningInputs.count
        if state == runningInputs.count { runningInputs.append((index, input)) }
        states.append(state)
      }
      triggers.append(Trigger(rule: rule, expression: expression, boundary: try Self.boundary(ruleNode), states: states))
    }
    lastSources = scope.lastSources
  }

  private mutating func readAggregations(_ node: ConfigurationNode, _ warnings: inout [String]) throws(TransformError) {
    warnings += node.unknownFields("accumulate", "version")
    var scope = RuleInput.Scope(allowsMetadata: false, allowsLast: false)
    for ruleNode in try node.required("accumulate").elements() {
      warnings += ruleNode.unknownFields("inputs", "output", "expression", "description")
      let rule = try Rule(ruleNode, &scope, dialect: .aggregation)
      guard let expression = rule.expression else { throw ruleNode.error("the field `expression` is missing") }
      let outputNode = try ruleNode.required("output")
      let output = try RuleInput.path(try outputNode.string(), outputNode)
      guard output.wildcard == nil, output.segments.first?.hasPrefix("$") != true else { throw outputNode.error("the output of an accumulate rule is a field") }
      guard !aggregations.contains(where: { $0.output == output }) else { throw outputNode.error("there is another rule with the same output") }
      var accumulators: [Int] = []
      for call in expression.derived {
        guard let input = call.input, case .payload(let path) = rule.inputs[input].source else { throw ruleNode.error("an accumulate rule reads fields") }
        let accumulator = fields.firstIndex(of: path) ?? fields.count
        if accumulator == fields.count { fields.append(path) }
        accumulators.append(accumulator)
      }
      aggregations.append(Aggregation(name: rule.name, output: output, expression: expression, accumulators: accumulators))
    }
    guard !aggregations.isEmpty else { throw node.error("at least one rule is expected under `accumulate`") }
  }
}
