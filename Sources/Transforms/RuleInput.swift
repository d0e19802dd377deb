internal import Expressions
internal import JSONTree

/// One of a rule's `inputs`: `temperature ? $last ?? 0`.
struct RuleInput {
  enum Source: Hashable {
    case payload(FieldPath)
    case metadata(MetadataField)
    /// A field of a data set's record.
    case context(Int, FieldPath)
  }

  /// As it is written, for messages.
  let text: String
  let source: Source
  /// Where the last value is kept (``LastValues``).
  var last: Int?
  let defaultValue: JSON?

  var hasWildcard: Bool {
    switch source {
    case .payload(let path), .context(_, let path): path.wildcard != nil
    case .metadata: false
    }
  }

  var dataset: Int? { if case .context(let dataset, _) = source { dataset } else { nil } }

  /// What inputs may refer to beside fields.
  struct Scope {
    /// The names of the data sets.
    var datasets: [String] = []
    var allowsMetadata = true
    var allowsLast = true
    var allowsWildcard = false
    /// Where `? $last` is kept, in the order of its first use.
    var lastSources: [Source] = []
  }

  init(_ node: ConfigurationNode, _ scope: inout Scope) throws(TransformError) {
    text = try node.string()
    let (name, keepsLast, fallback) = try Self.parts(text, node)
    source = try Self.source(name, scope, node)
    defaultValue = fallback
    if keepsLast || fallback != nil, !scope.allowsLast { throw node.error("`? $last` and `??` are not available in accumulate rules") }
    if hasWildcard {
      guard scope.allowsWildcard else { throw node.error("wildcards are not available here: only the first rule of a map has them") }
      guard !keepsLast, fallback == nil else { throw node.error("an input with `*` has no `? $last` and no `??`") }
    }
    guard keepsLast else { return }
    last = scope.lastSources.firstIndex(of: source) ?? scope.lastSources.count
    if last == scope.lastSources.count { scope.lastSources.append(source) }
  }

  /// Splits off `? $last` and `?? default`.
  private static func parts(_ text: String, _ node: ConfigurationNode) throws(TransformError) -> (String, Bool, JSON?) {
    let scalars = Array(text.unicodeScalars)
    func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }
    var end = scalars.count, position = 0, startsSegment = true
    while position < scalars.count {
      if startsSegment, scalars[position] == "\"" || scalars[position] == "'", let close = scalars[(position + 1)...].firstIndex(of: scalars[position]) { position = close }
      startsSegment = scalars[position] == "."
      if scalars[position] == "?" {
        let rest = string(position..<scalars.count)
        if rest.hasPrefix("??") || isLast(rest) {
          end = position
          break
        }
      }
      position += 1
    }
    let name = trimmed(string(0..<end))
    var rest = string(end..<scalars.count)
    var keepsLast = false
    if isLast(rest) {
      keepsLast = true
      rest = trimmed(String(trimmed(String(rest.dropFirst())).dropFirst(5)))
    }
    guard !rest.isEmpty else { return (name, keepsLast, nil) }
    guard rest.hasPrefix("??") else { throw node.error("after `? $last`, `?? default` or the end is expected, not `\(rest)`") }
    let literal = trimmed(String(rest.dropFirst(2)))
    guard let value = try? JSON(parsing: literal) else { throw node.error("a default is a number, true, false, null or a string in double quotes, not `\(literal)`") }
    switch value {
    case .array, .object: throw node.error("a default is a number, true, false, null or a string in double quotes, not \(value.kind)")
    default: return (name, keepsLast, value)
    }
  }

  private static func isLast(_ text: String) -> Bool {
    guard text.hasPrefix("?"), !text.hasPrefix("??") else { return false }
    let word = trimmed(String(text.dropFirst())).prefix(5).lowercased()
    return word == "$last"
  }

  private static func source(_ name: String, _ scope: Scope, _ node: ConfigurationNode) throws(TransformError) -> Source {
    if name == "$metadata" || name.hasPrefix("$metadata.") {
      guard scope.allowsMetadata else { throw node.error("metadata is not available in accumulate rules") }
      return .metadata(try MetadataField(name, node))
    }
    guard name.hasPrefix("$context(") else {
      if name.hasPrefix("$context.") || name.hasPrefix("$source.") { throw node.error("`\(name)` has no meaning here: write `$context(name).field`, or the field alone") }
      return .payload(try path(name, node))
    }
    guard let close = name.firstIndex(of: ")"), name[name.index(after: close)...].hasPrefix(".") else {
      throw node.error("a field of a data set is `$context(name).field`, not `\(name)`")
    }
    let dataset = String(name[name.index(name.startIndex, offsetBy: 9)..<close])
    guard let index = scope.datasets.firstIndex(of: dataset) else {
      throw node.error("there is no data set `\(dataset)`" + (scope.datasets.isEmpty ? "; there are none here" : "; there is \(scope.datasets.joined(separator: ", "))"))
    }
    return .context(index, try path(name[name.index(close, offsetBy: 2)...], node))
  }

  static func path(_ text: some StringProtocol, _ node: ConfigurationNode) throws(TransformError) -> FieldPath {
    do {
      return try FieldPath(parsing: text)
    } catch {
      throw node.error(error.message)
    }
  }
}

/// A field of a message's metadata.
enum MetadataField: Hashable {
  case topic, contentType
  /// A user property, or a header of Kafka's, which is the same here.
  case property(String)

  init(_ name: String, _ node: ConfigurationNode) throws(TransformError) {
    let segments = try RuleInput.path(name, node).segments.dropFirst()
    switch (segments.first, segments.count) {
    case ("topic", 1): self = .topic
    case ("user_property", 2), ("header", 2): self = .property(segments[segments.startIndex + 1])
    // A key with dots need not be quoted: nothing can follow it.
    case ("user_property", 3...), ("header", 3...): self = .property(segments.dropFirst().joined(separator: "."))
    case ("system_property", 2) where segments.last == "content_type": self = .contentType
    default:
      throw node.error("there is no `\(name)`; there are $metadata.topic, $metadata.user_property.<key>, $metadata.header.<key> and $metadata.system_property.content_type")
    }
  }
}

func trimmed(_ text: String) -> String {
  let scalars = text.unicodeScalars
  guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }), let end = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
  return String(scalars[start...end])
}

extension Value {
  /// What an expression sees of a field; nil of objects and of arrays with other than plain values, which can only be copied.
  init?(_ json: JSON?) {
    switch json {
    case nil, .null?: self = .empty
    case .bool(let value)?: self = .bool(value)
    case .string(let value)?: self = .string(value)
    case .number(let number)?: self = number.int64.map { .int($0) } ?? .float(number.double)
    case .object?: return nil
    case .array(let elements)?:
      var values: [Value] = []
      values.reserveCapacity(elements.count)
      for element in elements {
        if case .array = element { return nil }
        guard let value = Value(element) else { return nil }
        values.append(value)
      }
      self = .tuple(values)
    }
  }
}

extension JSON {
  /// What an expression's result is in a message. Throws for a number that JSON has not.
  init(_ value: Value) throws(EvaluationError) {
    switch value {
    case .int(let value): self = .number(JSONNumber(value))
    case .float(let value):
      guard let number = JSONNumber(value) else { throw EvaluationError("the result is \(value.isNaN ? "not a number" : "infinite"), which JSON cannot express") }
      self = .number(number)
    case .string(let value): self = .string(value)
    case .bool(let value): self = .bool(value)
    case .empty: self = .null
    case .tuple(let values):
      var elements: [JSON] = []
      for value in values { elements.append(try JSON(value)) }
      self = .array(elements)
    }
  }
}
