extension GraphReader {
  func metadata(_ root: FieldReader) -> GraphDefinition.Metadata? {
    let hint = "add `metadata` with `$schema`, `name` and `version`; only preview files go without"
    guard let node = root.node("metadata", .requiredBySchema, fix: hint) else { return nil }
    let keys = ["$schema", "name", "version", "description", "vendor"]
    guard let fields = FieldReader(node, "the metadata", known: keys, report: report) else { return nil }
    let url = "https://www.schemastore.org/aio-wasm-graph-config-1.0.0.json"
    let schema = fields.string("$schema", .requiredBySchema, fix: "write `$schema: \"\(url)\"`")
    if let schema, !schema.text.hasSuffix("/aio-wasm-graph-config-1.0.0.json") {
      report.add(
        .warning, .invalidValue, at: schema.location, "\(quoted(schema.text)) is not the schema of graph files", found: schema.text, expected: url,
        fix: "write `$schema: \"\(url)\"`")
    }
    return .init(
      schema: schema?.text, name: fields.string("name", .requiredBySchema)?.text,
      version: fields.string("version", .requiredBySchema, fix: "write the graph's own version: `version: \"1.0.0\"`")?.text,
      description: fields.string("description")?.text, vendor: fields.string("vendor")?.text)
  }

  func requirements(_ root: FieldReader) -> GraphDefinition.Requirements? {
    let hint = "add `moduleRequirements` with `apiVersion: \"1.1.0\"` and `runtimeVersion: \"1.1.0\"`"
    guard let node = root.node("moduleRequirements", .required, fix: hint) else { return nil }
    let keys = ["apiVersion", "runtimeVersion", "hostlibVersion", "features"]
    guard let fields = FieldReader(node, "the section `moduleRequirements`", known: keys, report: report) else { return nil }
    let apiVersion = apiVersion(fields)
    let runtimeVersion = runtimeVersion(fields)
    let features = fields.list("features", isNullable: true)?.compactMap(feature) ?? []
    guard let apiVersion, let runtimeVersion else { return nil }
    return .init(apiVersion: apiVersion, runtimeVersion: runtimeVersion, features: features)
  }

  /// Preview files say `0.2.0`. They are accepted, because modules say themselves what they import, and a rebuilt module runs under an old
  /// header; a module of the preview's own interface is refused when it is loaded. Source: graph definition, section 8.
  private func apiVersion(_ fields: FieldReader) -> SemanticVersion? {
    let text = fields.string("apiVersion", .required, fix: "write `apiVersion: \"1.1.0\"`")
    guard let text, let version = version(text) else { return nil }
    let supported = GraphDefinition.supportedAPIVersion
    if version == SemanticVersion(0, 2, 0) {
      report.add(
        report.schemaSeverity, .legacy, at: text.location, "API version 0.2.0 is the preview's, modules built for it do not run here",
        fix: "rebuild the modules with SDK 1.1 and write `apiVersion: \"\(supported)\"`")
    } else if version.major != supported.major || version.minor > supported.minor {
      let fix = version > supported ? "use a newer runtime, or modules that are built for \(supported)" : "rebuild the modules with SDK 1.1"
      report.add(
        .error, .unsupportedVersion, at: text.location, "API version \(version) is not supported, this runtime offers 1.0.0 to \(supported)",
        found: "\(version)", expected: "1.0.0 to \(supported)", fix: fix + " and write `apiVersion: \"\(supported)\"`")
    }
    return version
  }

  /// `hostlibVersion` is what preview files call it.
  private func runtimeVersion(_ fields: FieldReader) -> SemanticVersion? {
    let legacy = fields.string("hostlibVersion")
    if let legacy {
      report.add(
        report.schemaSeverity, .legacy, at: legacy.location, "`hostlibVersion` is the preview's name for `runtimeVersion`",
        fix: "write `runtimeVersion: \"\(GraphDefinition.supportedRuntimeVersion)\"`")
    }
    let current = fields.string("runtimeVersion", legacy == nil ? .required : .optional, fix: "write `runtimeVersion: \"1.1.0\"`")
    guard let text = current ?? legacy, let version = version(text) else { return nil }
    let supported = GraphDefinition.supportedRuntimeVersion
    if version > supported {
      report.add(
        .error, .unsupportedVersion, at: text.location, "the graph needs runtime version \(version), this runtime is \(supported)",
        found: "\(version)", expected: "at most \(supported)", fix: "use a newer runtime, or lower the version if the graph does not need it")
    }
    return version
  }

  private func version(_ text: YAMLNode.Text) -> SemanticVersion? {
    if let version = SemanticVersion(text.text) { return version }
    report.add(
      .error, .invalidValue, at: text.location, "\(quoted(text.text)) is no version, expected three numbers such as `1.1.0`", found: text.text,
      expected: "three numbers such as `1.1.0`")
    return nil
  }

  private func feature(_ node: YAMLNode) -> GraphDefinition.Feature? {
    guard let fields = FieldReader(node, "a feature", known: ["name", "value"], report: report) else { return nil }
    let name = fields.name()
    let value = fields.string("value")
    guard let name else { return nil }
    let supported = GraphDefinition.supportedFeatures
    if !supported.contains(name.text) {
      let expected = supported.map(quoted).joined(separator: ", ")
      report.add(
        .error, .unsupportedFeature, at: name.location, "this runtime has no feature \(quoted(name.text)), only \(expected)", found: name.text,
        expected: expected, suggestion: suggestion(for: name.text, among: supported))
    }
    return .init(name: name.text, value: value?.text)
  }
}
