/// The rules that look at more than one field. Source: graph definition, sections 3 to 5 and 11.
///
/// What a field's own check has reported is skipped here, so that one mistake makes one message.
struct GraphRules {
  let draft: Draft
  let report: Report
  var index: [String: Int] = [:]
  var topology: Topology

  init(draft: Draft, report: Report) {
    self.draft = draft
    self.report = report
    for (position, operation) in (draft.operations ?? []).enumerated() {
      if let name = operation.name, index[name.text] == nil { index[name.text] = position }
    }
    topology = Topology(operationCount: draft.operations?.count ?? 0, index: index, edges: [])
  }

  /// Applies every rule; the graph, unless something is missing that a graph needs.
  mutating func check() -> GraphDefinition? {
    checkNames()
    checkSourcesAndSinks()
    checkSchemas()
    if draft.operations != nil, let connections = draft.connections {
      let edges = checkEnds(of: connections)
      topology = Topology(operationCount: draft.operations?.count ?? 0, index: index, edges: edges)
      checkArms(of: connections)
      checkRepetitionAndFanIn(of: connections)
      checkCycles(in: connections)
      checkReachability(of: connections)
    }
    checkConfigurations()
    return graph
  }

  var operations: [Draft.Operation] { draft.operations ?? [] }

  private func checkNames() {
    for (position, operation) in operations.enumerated() {
      guard let name = operation.name, let first = index[name.text], first != position else { continue }
      report.add(
        .error, .duplicateName, at: name.location,
        "the name \(quoted(name.text)) is already that of operations[\(first)] in line \(operations[first].location.line)",
        fix: "give every operation a name of its own; two operations may still run the same module")
    }
  }

  private func checkSourcesAndSinks() {
    // An operation whose type is misspelt may be the one.
    guard draft.operations != nil, !operations.contains(where: { $0.kind == nil }) else { return }
    if !operations.contains(where: { $0.kind == .source }) {
      report.add(
        .error, .noSource, at: draft.operationsLocation, "the graph has no source, expected at least one",
        fix: "add `- operationType: source` with a name, and connect it")
    }
    if !operations.contains(where: { $0.kind == .sink }) {
      report.add(
        .error, .noSink, at: draft.operationsLocation, "the graph has no sink, expected at least one",
        fix: "add `- operationType: sink` with a name, and connect it")
    }
  }

  private func checkSchemas() {
    var names: Set<String> = []
    for schema in draft.schemas where !names.insert(schema.name).inserted {
      report.add(.error, .duplicateName, at: schema.location, "there is already a schema with the name \(quoted(schema.name))")
    }
    for connection in draft.connections ?? [] {
      guard let name = connection.schemaName, !names.contains(name.text) else { continue }
      report.add(
        .warning, .unknownName, at: name.location, "no entry of `schemas` has the name \(quoted(name.text))", found: name.text,
        suggestion: suggestion(for: name.text, among: draft.schemas.map(\.name)))
    }
  }

  private func checkConfigurations() {
    guard draft.operations != nil else { return }
    var lines: [String: Int] = [:]
    for configuration in draft.configurations {
      guard let name = configuration.name else { continue }
      if let first = lines[name.text] {
        report.add(
          .error, .duplicateName, at: name.location, "the operation \(quoted(name.text)) is already configured in line \(first)",
          fix: "move the parameters to one entry")
      }
      lines[name.text] = lines[name.text] ?? name.location.line
      guard let position = index[name.text] else {
        report.add(
          .error, .unknownName, at: name.location, "no operation has the name \(quoted(name.text))", found: name.text,
          suggestion: meantOperation(name.text), fix: "write the name of an operation, not that of its module")
        continue
      }
      if let kind = operations[position].kind, !kind.needsModule {
        report.add(
          .warning, .module, at: name.location, "the \(kind.rawValue) operation \(quoted(name.text)) runs no module, its parameters are ignored")
      }
    }
  }

  /// The operation that a wrong name probably means: one with a similar name, or the only one that runs the module of that name.
  func meantOperation(_ name: String) -> String? {
    if let similar = suggestion(for: name, among: operations.lazy.compactMap { $0.name?.text }) { return similar }
    let running = operations.filter { $0.module?.name == name }.compactMap { $0.name?.text }
    return running.count == 1 ? running[0] : nil
  }

  /// The checked graph. Only called on to fill it in: whether it may be used depends on the report.
  private var graph: GraphDefinition? {
    guard !report.hasErrors, let requirements = draft.requirements else { return nil }
    return GraphDefinition(
      metadata: draft.metadata, requirements: requirements,
      operations: operations.compactMap { operation in
        guard let kind = operation.kind, let name = operation.name else { return nil }
        return .init(
          kind: kind, name: name.text, module: kind.needsModule ? operation.module : nil, location: operation.location,
          moduleLocation: kind.needsModule ? operation.moduleLocation : nil)
      },
      connections: (draft.connections ?? []).compactMap { connection in
        guard let from = connection.from, let to = connection.to else { return nil }
        var arm: GraphDefinition.Arm?
        if case .arm(let named) = connection.arm { arm = named }
        return .init(from: from.text, arm: arm, to: to.text, schemaName: connection.schemaName?.text, location: connection.location)
      },
      configurations: draft.configurations.map(\.value), schemas: draft.schemas, source: report.source, topology: topology)
  }
}
