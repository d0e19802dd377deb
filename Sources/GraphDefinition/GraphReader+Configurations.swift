extension GraphReader {
  /// One entry of `moduleConfigurations`: the one place where the schema leaves other keys open.
  func configuration(_ node: YAMLNode) -> Draft.Configuration? {
    guard let fields = FieldReader(node, "a module configuration", known: ["name", "parameters"], isOpen: true, report: report) else { return nil }
    let name = fields.name()
    var parameters: [GraphDefinition.Parameter] = []
    if let node = fields.node("parameters", .required) {
      if case .mapping(let entries) = node.value {
        parameters = entries.compactMap(parameter)
        checkNames(of: parameters)
      } else {
        report.mismatch(node, expected: "a mapping of parameters", fix: node.isNull ? "write `parameters: {}` if there are none" : nil)
      }
    }
    return .init(name: name, value: .init(operation: name?.text ?? "", parameters: parameters, location: fields.location))
  }

  private func parameter(_ entry: YAMLNode.Entry) -> GraphDefinition.Parameter? {
    let keys = ["name", "description", "required", "default"]
    guard let fields = FieldReader(entry.value, "a parameter", known: keys, isOpen: true, report: report) else { return nil }
    let name = fields.name()
    let description = fields.string("description")
    let isRequired = fields.boolean("required") ?? false
    let defaultValue = fields.string("default")
    guard let name else { return nil }
    return .init(
      key: entry.key, name: name.text, description: description?.text, isRequired: isRequired, defaultValue: defaultValue?.text,
      location: entry.keyLocation)
  }

  /// A module that sees one name twice picks a value at random.
  private func checkNames(of parameters: [GraphDefinition.Parameter]) {
    var keys: [String: String] = [:]
    for parameter in parameters {
      guard let first = keys[parameter.name] else {
        keys[parameter.name] = parameter.key
        continue
      }
      report.add(
        .error, .duplicateName, at: parameter.location,
        "the parameter name \(quoted(parameter.name)) is already that of the parameter \(quoted(first))", fix: "give one of the two another name")
    }
  }
}
