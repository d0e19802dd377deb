/// Reads the shape of a graph file: every field, its type and its own values. Source: graph definition, sections 2 to 5.
struct GraphReader {
  let report: Report

  func read(_ root: YAMLNode) -> Draft? {
    let keys = ["metadata", "moduleRequirements", "moduleConfigurations", "operations", "connections", "schemas"]
    guard let fields = FieldReader(root, "a graph", known: keys, report: report) else { return nil }
    var draft = Draft()
    draft.metadata = metadata(fields)
    draft.requirements = requirements(fields)
    draft.operations = fields.list("operations", .required)?.compactMap(operation)
    draft.operationsLocation = fields.node("operations")?.location ?? fields.location
    draft.connections = fields.list("connections", .required)?.compactMap(connection)
    draft.configurations = fields.list("moduleConfigurations")?.compactMap(configuration) ?? []
    draft.schemas = fields.list("schemas")?.compactMap(schema) ?? []
    return draft
  }

  // MARK: Operations

  private func operation(_ node: YAMLNode) -> Draft.Operation? {
    guard let fields = FieldReader(node, "an operation", known: ["operationType", "name", "module"], report: report) else { return nil }
    let kind = kind(fields)
    let module = fields.string("module")
    let operation = Draft.Operation(
      kind: kind, name: fields.name(), module: module.flatMap(moduleReference), location: fields.location, moduleLocation: module?.location)
    guard let kind else { return operation }
    // A module of the wrong type is reported already.
    if kind.needsModule, fields.node("module")?.isNull ?? true {
      report.add(
        .error, .module, at: fields.location, "the key `module` is missing, a \(kind.rawValue) operation runs a module",
        fix: "add `module: <repository>:<tag>`, or `module: <folder>` for a local one")
    } else if !kind.needsModule, let module, !(kind == .concatenate && module.text.contains("azureiotoperations/graph-dataflow-concatenate")) {
      report.add(
        .warning, .module, at: module.location, "a \(kind.rawValue) operation runs no module, \(quoted(module.text)) is ignored",
        fix: "remove the key `module`")
    }
    return operation
  }

  private func kind(_ fields: FieldReader) -> GraphDefinition.Operation.Kind? {
    guard let type = fields.string("operationType", .required) else { return nil }
    if let kind = GraphDefinition.Operation.Kind(rawValue: type.text) { return kind }
    let kinds = GraphDefinition.Operation.Kind.allCases.map(\.rawValue)
    let expected = kinds.dropLast().map(quoted).joined(separator: ", ") + " or " + quoted(kinds[kinds.count - 1])
    report.add(
      .error, .invalidValue, at: type.location, "\(quoted(type.text)) is no operation type, expected \(expected)", found: type.text,
      expected: expected, suggestion: suggestion(for: type.text, among: kinds))
    return nil
  }

  private func moduleReference(_ text: YAMLNode.Text) -> ModuleReference? {
    do {
      return try ModuleReference(text.text)
    } catch {
      report.add(.error, .module, at: text.location, "the reference \(quoted(text.text)) \(error.reason)", found: text.text, fix: error.fix)
      return nil
    }
  }

  // MARK: Connections

  private func connection(_ node: YAMLNode) -> Draft.Connection? {
    guard let fields = FieldReader(node, "a connection", known: ["from", "to"], report: report) else { return nil }
    let from = fields.node("from", .required).flatMap {
      FieldReader($0, "the start of a connection", known: ["name", "arm", "schemaName"], report: report)
    }
    let to = fields.node("to", .required).flatMap { FieldReader($0, "the end of a connection", known: ["name"], report: report) }
    let armNode = from?.node("arm")
    return Draft.Connection(
      from: from?.name(), arm: armNode.map(arm) ?? (from == nil ? .invalid : .none), armLocation: armNode?.location, to: to?.name(),
      schemaName: from?.string("schemaName"), location: fields.location)
  }

  /// Exactly `"True"` or `"False"`, as strings: without the quotes YAML makes booleans of them, which is the most frequent mistake of all.
  private func arm(_ node: YAMLNode) -> Draft.Connection.Arm {
    if node.isNull { return .none }
    if case .string(let text) = node.value, let arm = GraphDefinition.Arm(rawValue: text) { return .arm(arm) }
    let meant = GraphDefinition.Arm.allCases.first { $0.rawValue.lowercased() == node.text.lowercased() }
    report.mismatch(
      node, expected: "the string `True` or `False`", .arm,
      fix: meant.map { node.isPlainScalar ? "quote it: `arm: \"\($0.rawValue)\"`" : "write `arm: \"\($0.rawValue)\"`" })
    return meant.map { .arm($0) } ?? .invalid
  }

  // MARK: Schemas

  private func schema(_ node: YAMLNode) -> GraphDefinition.Schema? {
    guard let fields = FieldReader(node, "a schema", known: ["name", "format", "schema"], report: report) else { return nil }
    let name = fields.name()
    let format = fields.string("format", .required)
    let content = fields.string("schema", .required)
    guard let name, let format, let content else { return nil }
    return .init(name: name.text, format: format.text, content: content.text, location: fields.location)
  }
}
