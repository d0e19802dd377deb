internal import Dataflow
internal import Expressions
internal import JSONTree

/// What rules read of one item: its fields, its metadata, and what data sets say about it. The payload is parsed when it is first asked for.
struct MessageReader {
  let data: DataModel
  /// By data set; nil where no record matches.
  var records: [JSON?] = []
  private var parsed: JSON?

  init(_ data: DataModel) { self.data = data }

  mutating func payload() throws(OperatorError) -> JSON {
    if let parsed { return parsed }
    do {
      let payload = try JSON(parsing: data.payload)
      parsed = payload
      return payload
    } catch {
      throw OperatorError(.rejected, "The payload is not JSON: \(error).")
    }
  }

  /// Nil where there is nothing: no field, no record, no such metadata.
  mutating func value(of source: RuleInput.Source) throws(OperatorError) -> JSON? {
    switch source {
    case .payload(let path): return path.find(in: try payload())
    case .context(let dataset, let path): return records[dataset].flatMap(path.find)
    case .metadata(let field):
      guard case .message(let message) = data else { return nil }
      switch field {
      case .topic: return .string(String(decoding: message.topic, as: UTF8.self))
      case .contentType: return message.contentType.map { .string($0) }
      case .property(let key): return message.userProperties.first { $0.key == key }.map { .string($0.value) }
      }
    }
  }

  /// The value of an input: the message's, the last one, or the default. Nil where there is none of these.
  mutating func value(of input: RuleInput, _ last: LastValues) throws(OperatorError) -> JSON? {
    let value = try value(of: input.source)
    // A field that is null counts as missing for both.
    if let value, value != .null { return value }
    if let index = input.last, let last = last.values[index] { return last }
    return input.defaultValue ?? value
  }
}

/// The last values of inputs with `? $last`, in memory alone.
struct LastValues {
  private let sources: [RuleInput.Source]
  fileprivate(set) var values: [JSON?]

  init(_ sources: [RuleInput.Source]) {
    self.sources = sources
    values = Array(repeating: nil, count: sources.count)
  }

  /// Notes what a message has, whichever rules use it afterwards.
  mutating func note(_ message: inout MessageReader) throws(OperatorError) {
    for (index, source) in sources.enumerated() {
      if let value = try message.value(of: source), value != .null { values[index] = value }
    }
  }
}

extension DataModel {
  /// What rules read fields of.
  var payload: [UInt8] {
    switch self {
    case .bytes(let bytes): bytes
    case .message(let message): message.payload
    case .snapshot(let snapshot): snapshot.frame
    }
  }
}
