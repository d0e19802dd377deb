internal import Dataflow
internal import Expressions
internal import JSONTree
internal import StateStore

/// A data set's definition: `{"key": "<store key> as alias", "inputs": ["$source.id", "$context.id"], "expression": "$1 == $2"}`.
struct Dataset: Sendable {
  enum Input: Sendable {
    case source(FieldPath)
    case record(FieldPath)
  }

  let key: String
  let name: String
  let inputs: [Input]
  let expression: Expression

  static func read(_ rules: ConfigurationNode, _ warnings: inout [String]) throws(TransformError) -> [Dataset] {
    var datasets: [Dataset] = []
    guard let list = try rules.member("datasets") else { return [] }
    for node in try list.elements() {
      let dataset = try Dataset(node)
      warnings += node.unknownFields("key", "inputs", "expression", "description")
      guard !datasets.contains(where: { $0.name == dataset.name }) else { throw node.error("there is another data set `\(dataset.name)`; name one with `as`") }
      datasets.append(dataset)
    }
    return datasets
  }

  private init(_ node: ConfigurationNode) throws(TransformError) {
    let keyNode = try node.required("key")
    let text = trimmed(try keyNode.string())
    let words = text.split(separator: " ").map(String.init)
    if words.count >= 3, words[words.count - 2].lowercased() == "as" {
      name = words[words.count - 1]
      key = words.dropLast(2).joined(separator: " ")
    } else {
      (key, name) = (text, text)
    }
    guard !key.isEmpty, !name.contains(")") else { throw keyNode.error("a key of the state store is expected, and perhaps ` as name`") }
    inputs = try Self.inputs(try node.required("inputs"))
    expression = try Expression(try node.required("expression"), inputs: inputs.count)
    guard expression.result ?? .bool == .bool else { throw node.error("the expression is to say whether a record matches: a boolean, not \(expression.result?.rawValue ?? "")") }
  }

  private static func inputs(_ list: ConfigurationNode) throws(TransformError) -> [Input] {
    var inputs: [Input] = []
    for node in try list.elements() {
      let text = try node.string()
      let isSource = text.hasPrefix("$source.")
      guard isSource || text.hasPrefix("$context.") else { throw node.error("`$source.<field>` or `$context.<field>` is expected, not `\(text)`") }
      let path = try RuleInput.path(text.dropFirst(isSource ? 8 : 9), node)
      guard path.wildcard == nil else { throw node.error("data sets have no wildcards") }
      inputs.append(isSource ? .source(path) : .record(path))
    }
    return inputs
  }
}

extension Expression {
  /// Reads an expression of a configuration.
  init(_ node: ConfigurationNode, inputs: Int, dialect: Dialect = .rule) throws(TransformError) {
    let text = try node.string()
    do {
      try self.init(text, inputs: inputs, dialect: dialect)
    } catch {
      throw node.error("\(error)")
    }
  }
}

/// A data set's records, kept until the state store has others.
///
/// A store in this process is asked for every message, which costs it nothing; one elsewhere at most once a second.
final class DatasetReader {
  private static let refreshNanoseconds: UInt64 = 1_000_000_000

  private let dataset: Dataset
  private let services: TransformServices
  private var version: Timestamp?
  private var readAt: UInt64?
  private var records: [JSON] = []
  /// What the expression sees of each record; `.empty` where it sees the message.
  private var values: [[Value]] = []
  /// By what the records are compared with, if the expression is `$1 == $2`: the first record with that value.
  private var index: [Value: Int]?

  init(_ dataset: Dataset, _ services: TransformServices) {
    self.dataset = dataset
    self.services = services
  }

  private func error(_ reason: String) -> OperatorError { OperatorError(.rejected, "The data set \(dataset.name) cannot be used: \(reason).") }

  /// The first record that matches; nil if none does.
  func match(_ message: inout MessageReader) throws(OperatorError) -> JSON? {
    try refresh()
    if records.isEmpty { return nil }
    var sources: [Value] = []
    for input in dataset.inputs {
      guard case .source(let path) = input else {
        sources.append(.empty)
        continue
      }
      guard let value = Value(path.find(in: try message.payload())) else { throw error("`$source.\(path.segments.joined(separator: "."))` is an object or an array of objects") }
      sources.append(value)
    }
    if let index, let (left, right) = dataset.expression.equalInputs {
      if case .source = dataset.inputs[left] { return index[sources[left]].map { records[$0] } }
      return index[sources[right]].map { records[$0] }
    }
    for (number, values) in values.enumerated() {
      var inputs = values
      for (position, input) in dataset.inputs.enumerated() { if case .source = input { inputs[position] = sources[position] } }
      do {
        let result = try dataset.expression.evaluate(inputs)
        guard case .bool(let matches) = result else { throw EvaluationError("the expression is to give a boolean, not a value of type \(result.kind.rawValue)") }
        if matches { return records[number] }
      } catch {
        throw self.error("record \(number + 1): \(error)")
      }
    }
    return nil
  }

  private func refresh() throws(OperatorError) {
    let now = services.nanoseconds()
    if let readAt, !(services.stateStore is any LocalStateStore), now - min(now, readAt) < Self.refreshNanoseconds { return }
    let found: (value: [UInt8], version: Timestamp)?
    do {
      found = try services.stateStore.get(Array(dataset.key.utf8), timeout: nil)
    } catch {
      throw self.error("the state store does not answer: \(error)")
    }
    if readAt == nil || version != found?.version { try load(found?.value ?? []) }
    (readAt, version) = (now, found?.version)
  }

  private func load(_ text: [UInt8]) throws(OperatorError) {
    readAt = nil
    (records, values, index) = ([], [], nil)
    var newRecords: [JSON] = [], newValues: [[Value]] = []
    for (number, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
      let record: JSON
      do { record = try JSON(parsing: Array(line)) } catch { throw self.error("line \(number + 1) of `\(dataset.key)` is not JSON: \(error)") }
      guard case .object = record else { throw error("line \(number + 1) of `\(dataset.key)` is to be an object, not \(record.kind)") }
      var inputs: [Value] = []
      for input in dataset.inputs {
        guard case .record(let path) = input else {
          inputs.append(.empty)
          continue
        }
        guard let value = Value(path.find(in: record)) else { throw error("line \(number + 1) of `\(dataset.key)` has an object where a value is compared") }
        inputs.append(value)
      }
      newRecords.append(record)
      newValues.append(inputs)
    }
    (records, values) = (newRecords, newValues)
    if let (left, right) = dataset.expression.equalInputs {
      switch (dataset.inputs[left], dataset.inputs[right]) {
      case (.source, .record): index = Dictionary(zip(values.map { $0[right] }, values.indices), uniquingKeysWith: { first, _ in first })
      case (.record, .source): index = Dictionary(zip(values.map { $0[left] }, values.indices), uniquingKeysWith: { first, _ in first })
      default: break
      }
    }
  }
}
