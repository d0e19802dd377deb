/// Reads the fields of one mapping and reports what is missing, of another type, or unknown.
package struct FieldReader {
  /// What it means that a field is not there.
  package enum Requirement {
    case required
    /// The published schema requires it, a run does not.
    case requiredBySchema
    case optional
  }

  package let location: GraphLocation
  private let report: Report
  private var fields: [String: YAMLNode] = [:]

  /// `nil`, and reported, unless the node is a mapping.
  ///
  /// A misspelt key is reported and then read as the one that it resembles, so that one slip makes one message.
  ///
  /// - Parameters:
  ///   - known: the keys that the mapping may have.
  ///   - isOpen: whether other keys are allowed and ignored; those that resemble a known one get a warning.
  package init?(_ node: YAMLNode, _ what: String, known: [String], isOpen: Bool = false, report: Report) {
    guard case .mapping(let entries) = node.value else {
      report.mismatch(node, expected: "\(what), a mapping with the keys \(known.map(quoted).joined(separator: ", "))")
      return nil
    }
    self.report = report
    location = node.location
    for entry in entries where known.contains(entry.key) { fields[entry.key] = entry.value }
    for entry in entries where !known.contains(entry.key) {
      let meant = suggestion(for: entry.key, among: known.filter { fields[$0] == nil }) ?? suggestion(for: entry.key, among: known)
      if !isOpen {
        report.add(
          .error, .unknownKey, at: entry.keyLocation, "unknown key, \(what) has no such key", suggestion: meant,
          fix: meant == nil ? "remove it; the keys are \(known.map(quoted).joined(separator: ", "))" : nil)
        if let meant, fields[meant] == nil { fields[meant] = entry.value }
      } else if let meant {
        report.add(.warning, .unknownKey, at: entry.keyLocation, "unknown key, it is ignored", suggestion: meant)
      }
    }
  }

  /// The field's value, whatever its type; reported where it is missing and must not be.
  package func node(_ key: String, _ requirement: Requirement = .optional, fix: @autoclosure () -> String? = nil) -> YAMLNode? {
    if let node = fields[key] { return node }
    switch requirement {
    case .required: report.add(.error, .missingKey, at: location, "the key \(quoted(key)) is missing", fix: fix())
    case .requiredBySchema: report.add(report.schemaSeverity, .missingKey, at: location, "the key \(quoted(key)) is missing", fix: fix())
    case .optional: break
    }
    return nil
  }

  /// A string; where it is optional, `null` is the same as nothing. `fix` tells what to write where it is missing or of another type.
  package func string(_ key: String, _ requirement: Requirement = .optional, fix: @autoclosure () -> String? = nil) -> YAMLNode.Text? {
    guard let node = node(key, requirement, fix: fix()) else { return nil }
    if case .string(let text) = node.value { return .init(text: text, location: node.location) }
    if node.isNull, requirement == .optional { return nil }
    report.mismatch(node, expected: "a string", fix: fix() ?? (node.isPlainScalar ? "quote it: `\(key): \"\(printable(node.text))\"`" : nil))
    return nil
  }

  /// A string with something in it, for names.
  func name(_ key: String = "name") -> YAMLNode.Text? {
    guard let name = string(key, .required) else { return nil }
    guard name.text.utf8.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A }) else {
      report.add(.error, .invalidValue, at: name.location, "the name is empty, expected a name", found: "an empty string", expected: "a name")
      return nil
    }
    return name
  }

  package func boolean(_ key: String) -> Bool? {
    guard let node = node(key) else { return nil }
    if case .boolean = node.value { return node.text.lowercased() == "true" }
    let meant = ["true", "false"].first { $0 == node.text.lowercased() }
    report.mismatch(node, expected: "the boolean `true` or `false`", fix: meant.map { "remove the quotes: `\(key): \($0)`" })
    return nil
  }

  /// The elements of a list. A key without a value is an empty list with a warning, because commenting out all elements leaves one behind.
  func list(_ key: String, _ requirement: Requirement = .optional, isNullable: Bool = false) -> [YAMLNode]? {
    guard let node = node(key, requirement) else { return nil }
    if case .sequence(let elements) = node.value { return elements }
    guard node.isNull, requirement == .optional else {
      report.mismatch(node, expected: "a list")
      return nil
    }
    if !isNullable {
      report.add(
        report.schemaSeverity, .wrongType, at: node.location, "found nothing, expected a list", found: "nothing", expected: "a list",
        fix: "remove the key, or write `\(key): []`")
    }
    return []
  }
}

extension YAMLNode {
  /// A string of the document with its place.
  package struct Text {
    package let text: String
    package let location: GraphLocation
  }

  /// A scalar that is a string as soon as it is in quotes.
  var isPlainScalar: Bool {
    switch value {
    case .boolean, .number: true
    default: false
    }
  }
}
