internal import Dataflow
internal import Expressions
internal import JSONTree
internal import OrderedCollections

/// A map's rule for many fields: `*` → `*`, `ColorProperties.*` → `*`, or `*.Max` and `*.Min` → `Averaged.*`.
struct WildcardRule: Sendable {
  let rule: Rule
  private let output: FieldPath
  /// The input that finds the fields: the first with a `*`.
  private let leading: Int

  init(_ rule: Rule, _ output: FieldPath, _ node: ConfigurationNode) throws(TransformError) {
    guard output.wildcard != nil else { throw node.error("the output of a rule with `*` in its inputs has one too") }
    guard let leading = rule.inputs.firstIndex(where: \.hasWildcard) else { throw node.error("no input has a `*`") }
    guard rule.expression != nil || leading == 0 else { throw node.error("without an expression, the first input is copied: it is to have the `*`") }
    (self.rule, self.output, self.leading) = (rule, output, leading)
  }

  /// What the `*` stands for is looked for in there.
  var source: RuleInput.Source { rule.inputs[leading].source }

  /// Adds what the rule makes of a message.
  ///
  /// - Parameter overridden: fields that other rules are for.
  func apply(
    _ message: inout MessageReader, _ last: LastValues, overridden: OverriddenFields, to members: inout OrderedDictionary<String, JSON>
  ) throws(OperatorError) {
    guard let (root, path) = try root(of: source, &message), let wildcard = path.wildcard, let outputWildcard = output.wildcard else { return }
    guard let start = FieldPath.find(path.segments[..<wildcard], in: root) else { return }
    guard case .object(let fields) = start else {
      if wildcard == 0 { throw rule.error("the message is \(start.kind), not an object with fields") }
      return
    }
    let suffix = path.segments[(wildcard + 1)...]
    let overriddenHere = path.segments[..<wildcard].reduce(overridden) { $0.below($1) }
    if overriddenHere.isHere { return }
    // Everything below goes to one place as it is: no need to look at each field.
    if rule.expression == nil, suffix.isEmpty, outputWildcard == output.segments.count - 1 {
      for (key, value) in fields {
        guard let copy = overriddenHere.below(key).without(value) else { continue }
        FieldPath.set(output.segments[..<outputWildcard] + [key], to: copy, in: &members)
      }
      return
    }
    var captures: [[String]] = []
    Self.find(suffix, in: fields, below: [], overriddenHere, &captures)
    for capture in captures {
      guard let value = try value(&message, last, capture) else { continue }
      FieldPath.set((output.segments[..<outputWildcard] + capture + output.segments[(outputWildcard + 1)...])[...], to: value, in: &members)
    }
  }

  /// Where an input's path starts; nil if there is no record.
  private func root(of source: RuleInput.Source, _ message: inout MessageReader) throws(OperatorError) -> (JSON, FieldPath)? {
    switch source {
    case .payload(let path): return (try message.payload(), path)
    case .context(let dataset, let path): return message.records[dataset].map { ($0, path) }
    case .metadata: return nil
    }
  }

  /// What the `*` can stand for, one segment or more, in the order of the fields.
  private static func find(
    _ suffix: ArraySlice<String>, in fields: OrderedDictionary<String, JSON>, below path: [String], _ overridden: OverriddenFields, _ captures: inout [[String]]
  ) {
    for (key, value) in fields {
      let here = overridden.below(key), path = path + [key]
      if here.isHere { continue }
      if suffix.isEmpty {
        if case .object(let inner) = value, !inner.isEmpty { find(suffix, in: inner, below: path, here, &captures) } else { captures.append(path) }
      } else {
        if FieldPath.find(suffix, in: value) != nil, !suffix.reduce(here, { $0.below($1) }).isHere { captures.append(path) }
        if case .object(let inner) = value { find(suffix, in: inner, below: path, here, &captures) }
      }
    }
  }

  /// The result for one of the things that the `*` stands for; nil if one of the inputs is not there.
  private func value(_ message: inout MessageReader, _ last: LastValues, _ capture: [String]) throws(OperatorError) -> JSON? {
    var values: [Value] = []
    for (index, input) in rule.inputs.enumerated() {
      let json: JSON?
      if input.hasWildcard {
        guard let (root, path) = try root(of: input.source, &message), let wildcard = path.wildcard else { return nil }
        json = FieldPath.find((path.segments[..<wildcard] + capture + path.segments[(wildcard + 1)...])[...], in: root)
        if json == nil { return nil }
      } else {
        json = try message.value(of: input, last)
      }
      guard rule.expression != nil else { return json }
      values.append(try rule.value(json, index))
    }
    guard let expression = rule.expression else { return nil }
    do throws(EvaluationError) {
      let result = try expression.evaluate(values)
      return result == .empty ? nil : try JSON(result)
    } catch {
      throw rule.error("for `\(capture.joined(separator: "."))`: \(error)")
    }
  }
}

/// Fields that a wildcard leaves to other rules, as a tree of their names.
struct OverriddenFields: Sendable {
  /// Whether everything here and below is overridden.
  private(set) var isHere = false
  private var fields: [String: OverriddenFields] = [:]

  init(_ paths: [FieldPath] = []) {
    for path in paths { add(path.segments[...]) }
  }

  private mutating func add(_ segments: ArraySlice<String>) {
    guard let first = segments.first else { return isHere = true }
    fields[first, default: OverriddenFields()].add(segments.dropFirst())
  }

  private static let none = OverriddenFields()

  func below(_ name: String) -> OverriddenFields {
    isHere ? self : fields.isEmpty ? Self.none : fields[name] ?? Self.none
  }

  /// The value without what is overridden; nil if nothing is left of it.
  func without(_ value: JSON) -> JSON? {
    if isHere { return nil }
    guard !fields.isEmpty, case .object(let members) = value else { return value }
    var rest: OrderedDictionary<String, JSON> = [:]
    for (key, value) in members {
      if let part = below(key).without(value) { rest[key] = part }
    }
    return rest.isEmpty && !members.isEmpty ? nil : .object(rest)
  }
}
