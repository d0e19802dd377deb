internal import Dataflow
internal import Expressions
internal import JSONTree
internal import OrderedCollections

/// The `map`: makes a message of another one's fields.
final class MapTransform: MapOperator {
  private let rules: MapRules
  private var state: RuleState
  /// What no rule is skipped for.
  private let overridden: OverriddenFields

  init(_ rules: MapRules, _ services: TransformServices) {
    self.rules = rules
    state = RuleState(rules.datasets, rules.lastSources, services)
    overridden = Self.overridden(rules) { _ in true }
  }

  private static func overridden(_ rules: MapRules, where applies: (MapRules.MapRule) -> Bool) -> OverriddenFields {
    guard let wildcard = rules.wildcard else { return OverriddenFields() }
    return OverriddenFields(rules.rules.filter(applies).flatMap { $0.overrides(wildcard.source) })
  }

  func map(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> DataModel {
    var message = try state.read(data)
    var members: OrderedDictionary<String, JSON> = [:]
    if let wildcard = rules.wildcard, !wildcard.rule.isSkipped(message) {
      let skipsSome = !rules.datasets.isEmpty && rules.rules.contains { $0.rule.isSkipped(message) }
      // A rule that is skipped leaves its fields to the wildcard.
      let overridden = skipsSome ? Self.overridden(rules) { !$0.rule.isSkipped(message) } : overridden
      try wildcard.apply(&message, state.last, overridden: overridden, to: &members)
    }
    var metadata = MetadataChanges()
    for rule in rules.rules where !rule.rule.isSkipped(message) {
      switch rule.output {
      case .nothing: break
      case .payload(let path):
        if let value = try value(of: rule.rule, &message) { FieldPath.set(path.segments[...], to: value, in: &members) }
      case .metadata(let field):
        try metadata.set(field, to: try value(of: rule.rule, &message), by: rule.rule)
      }
    }
    return metadata.apply(to: data, payload: JSON.object(members).utf8)
  }

  /// Nil if the result is empty: a field that is not there is not made.
  private func value(of rule: Rule, _ message: inout MessageReader) throws(OperatorError) -> JSON? {
    guard let expression = rule.expression else { return rule.inputs.isEmpty ? nil : try message.value(of: rule.inputs[0], state.last) }
    let values = try rule.values(&message, state.last, requiresFields: false)
    do throws(EvaluationError) {
      let result = try expression.evaluate(values)
      return result == .empty ? nil : try JSON(result)
    } catch {
      throw rule.error(error.description)
    }
  }
}

/// What a map's rules write into the metadata.
private struct MetadataChanges {
  private var topic: String?
  /// Nil inside: removed.
  private var contentType: String??
  private var properties: [(key: String, value: String?)] = []

  mutating func set(_ field: MetadataField, to value: JSON?, by rule: Rule) throws(OperatorError) {
    let text: String?
    switch value {
    case nil, .null?: text = nil
    case .string(let value)?: text = value
    case .number(let number)?: text = number.text
    case .bool(let value)?: text = String(value)
    case .array?, .object?: throw rule.error("metadata is text; it cannot hold \(value?.kind ?? "")")
    }
    switch field {
    case .topic:
      guard let text, !text.isEmpty else { throw rule.error("a message cannot be without a topic") }
      topic = text
    case .contentType: contentType = .some(text)
    case .property(let key): properties.append((key, text))
    }
  }

  /// A property replaces those of the same key that the message came with; several that rules write stand side by side, as keys may repeat.
  func apply(to data: DataModel, payload: [UInt8]) -> DataModel {
    switch data {
    case .bytes: return .bytes(payload)
    case .snapshot(var snapshot):
      snapshot.frame = payload
      return .snapshot(snapshot)
    case .message(var message):
      message.payload = payload
      if let topic { message.topic = Array(topic.utf8) }
      if let contentType { message.contentType = contentType }
      if !properties.isEmpty {
        message.userProperties.removeAll { old in properties.contains { $0.key == old.key } }
        for (key, value) in properties { if let value { message.userProperties.append(UserProperty(key: key, value: value)) } }
      }
      return .message(message)
    }
  }
}
