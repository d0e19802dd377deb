internal import JSONTree
internal import OrderedCollections

/// A value of a transform's configuration, and where it stands.
struct ConfigurationNode {
  let value: JSON
  /// `rules.map[2].expression`.
  let path: String

  /// The value of a parameter: a JSON text.
  init(parsing text: String, of parameter: String) throws(TransformError) {
    path = parameter
    do {
      value = try JSON(parsing: text)
    } catch {
      throw TransformError(path: parameter, message: "this is not JSON: \(error)")
    }
  }

  private init(_ value: JSON, _ path: String) {
    self.value = value
    self.path = path
  }

  func error(_ message: String) -> TransformError { TransformError(path: path, message: message) }

  /// The value of a member; nil if it is absent or null.
  func member(_ name: String) throws(TransformError) -> ConfigurationNode? {
    guard case .object(let members) = value else { throw error("an object is expected, not \(value.kind)") }
    guard let member = members[name], member != .null else { return nil }
    return ConfigurationNode(member, "\(path).\(name)")
  }

  func required(_ name: String) throws(TransformError) -> ConfigurationNode {
    guard let member = try member(name) else { throw error("the field `\(name)` is missing") }
    return member
  }

  func elements() throws(TransformError) -> [ConfigurationNode] {
    guard case .array(let elements) = value else { throw error("an array is expected, not \(value.kind)") }
    return elements.enumerated().map { ConfigurationNode($1, "\(path)[\($0)]") }
  }

  func string() throws(TransformError) -> String {
    guard case .string(let text) = value else { throw error("a string is expected, not \(value.kind)") }
    return text
  }

  func bool() throws(TransformError) -> Bool {
    guard case .bool(let bool) = value else { throw error("a boolean is expected, not \(value.kind)") }
    return bool
  }

  func number() throws(TransformError) -> Double {
    guard case .number(let number) = value, number.double.isFinite else { throw error("a number is expected, not \(value.kind)") }
    return number.double
  }

  func positiveInteger() throws(TransformError) -> UInt64 {
    guard case .number(let number) = value, number.isInteger, let integer = UInt64(number.text), integer > 0 else {
      throw error("a whole number above 0 is expected, not \(value.text)")
    }
    return integer
  }

  /// What nobody reads, which is probably misspelt: a warning for each.
  func unknownFields(_ known: String...) -> [String] { unknownFields(known) }

  func unknownFields(_ known: [String]) -> [String] {
    guard case .object(let members) = value else { return [] }
    return members.keys.filter { !known.contains($0) }.map { "\(path): there is no field `\($0)`; it is ignored; there are \(known.joined(separator: ", "))" }
  }
}
