extension GraphRules {
  /// Both ends exist, nothing leads into a source or out of a sink. The connections that do are the edges.
  func checkEnds(of connections: [Draft.Connection]) -> [Topology.Edge] {
    var edges: [Topology.Edge] = []
    for (position, connection) in connections.enumerated() {
      let from = end(connection.from)
      let to = end(connection.to)
      var isPossible = true
      if let from, let name = connection.from, operations[from].kind == .sink {
        isPossible = false
        report.add(
          .error, .connection, at: name.location, "the sink \(quoted(name.text)) has no output, a connection cannot start there",
          fix: connection.to.map { "to lead into the sink, swap `from` and `to`, or connect \(quoted($0.text)) to what comes before the sink" })
      }
      if let to, let name = connection.to, operations[to].kind == .source {
        isPossible = false
        report.add(
          .error, .connection, at: name.location, "the source \(quoted(name.text)) has no input, a connection cannot lead there",
          fix: "to start at the source, swap `from` and `to`")
      }
      if isPossible, let from, let to { edges.append(.init(from: from, to: to, connection: position)) }
    }
    return edges
  }

  private func end(_ name: YAMLNode.Text?) -> Int? {
    guard let name else { return nil }
    if let position = index[name.text] { return position }
    report.add(
      .error, .unknownName, at: name.location, "no operation has the name \(quoted(name.text))", found: name.text,
      suggestion: meantOperation(name.text))
    return nil
  }

  /// Connections out of a branch name an arm, others do not; both arms of a branch lead somewhere.
  func checkArms(of connections: [Draft.Connection]) {
    for (operation, edges) in zip(operations, topology.outgoing) {
      guard let kind = operation.kind, let name = operation.name else { continue }
      var connected: Set<GraphDefinition.Arm> = []
      var hasUnknownArm = false
      for edge in edges {
        let connection = connections[edge.connection]
        switch connection.arm {
        case .none where kind == .branch:
          hasUnknownArm = true
          report.add(
            .error, .arm, at: connection.from?.location ?? connection.location,
            "\(quoted(name.text)) is a branch, a connection from it needs an arm", fix: "add `arm: \"True\"` or `arm: \"False\"` below the name")
        case .arm where kind != .branch:
          report.add(
            .error, .arm, at: connection.armLocation ?? connection.location,
            "\(quoted(name.text)) is a \(kind.rawValue) operation, only a branch has arms", fix: "remove the key `arm`")
        case .arm(let arm): connected.insert(arm)
        case .none: break
        case .invalid: hasUnknownArm = true
        }
      }
      guard kind == .branch, !edges.isEmpty, !hasUnknownArm else { continue }
      for arm in GraphDefinition.Arm.allCases where !connected.contains(arm) {
        report.add(
          .warning, .arm, at: name.location,
          "the arm `\(arm.rawValue)` of \(quoted(name.text)) is not connected, what the module sends there is dropped",
          fix: "connect it with `arm: \"\(arm.rawValue)\"`, or use a filter")
      }
    }
  }

  /// No connection twice; several streams meet only in a concatenate.
  func checkRepetitionAndFanIn(of connections: [Draft.Connection]) {
    for (position, edges) in topology.incoming.enumerated() {
      let operation = operations[position]
      var distinct: [Topology.Edge] = []
      var first: [Int: [Topology.Edge]] = [:]
      for edge in edges {
        if let same = first[edge.from]?.first(where: { connections[$0.connection].hasSameArm(as: connections[edge.connection]) }) {
          report.add(
            .error, .connection, at: connections[edge.connection].location,
            "this connection is already made in line \(connections[same.connection].location.line)", fix: "remove one of the two")
        } else {
          first[edge.from, default: []].append(edge)
          distinct.append(edge)
        }
      }
      guard distinct.count > 1, let kind = operation.kind, kind != .concatenate, let name = operation.name else { continue }
      let connection = connections[distinct[1].connection]
      let froms = distinct.prefix(3).map { edge in
        let name = quoted(operations[edge.from].name?.text ?? "")
        if case .arm(let arm) = connections[edge.connection].arm { return "\(name) \(arm.rawValue)" }
        return name
      }
      let list = froms.joined(separator: ", ") + (distinct.count > 3 ? " and \(distinct.count - 3) more" : "")
      report.add(
        .error, .fanIn, at: connection.to?.location ?? connection.location,
        "\(quoted(name.text)) receives from several connections (\(list)), only a concatenate operation merges streams",
        fix: "add a concatenate operation, lead them all into it, and connect it to \(quoted(name.text))")
    }
  }

  func checkCycles(in connections: [Draft.Connection]) {
    for cycle in topology.cycles() {
      guard let last = cycle.last else { continue }
      var names = cycle.map { quoted(operations[$0.from].name?.text ?? "") }
      names.append(names[0])
      if names.count > 12 { names.replaceSubrange(8..<(names.count - 2), with: ["…"]) }
      report.add(
        .error, .cycle, at: connections[last.connection].location, "the connections form a cycle: \(names.joined(separator: " -> "))",
        fix: "remove one of these connections, data flows in one direction only")
    }
  }

  /// Warns of operations that nothing arrives at, or whose results go nowhere. Only asked once the connections themselves are right:
  /// otherwise a misspelt name would make a dozen warnings.
  func checkReachability(of connections: [Draft.Connection]) {
    guard topology.order.count == operations.count, connections.count == topology.outgoing.reduce(0, { $0 + $1.count }),
      !operations.contains(where: { $0.kind == nil || $0.name == nil }), index.count == operations.count
    else { return }
    let fed = topology.reachable(from: operations.indices.filter { operations[$0].kind == .source })
    let drained = topology.reachable(from: operations.indices.filter { operations[$0].kind == .sink }, backwards: true)
    for (position, operation) in operations.enumerated() {
      guard let name = operation.name, let kind = operation.kind else { continue }
      let subject = "the \(kind.rawValue) operation \(quoted(name.text))"
      if topology.incoming[position].isEmpty, topology.outgoing[position].isEmpty {
        report.add(.warning, .unreachable, at: name.location, "\(subject) is not connected to anything", fix: "connect it, or remove it")
      } else if !fed.contains(position) {
        report.add(.warning, .unreachable, at: name.location, "\(subject) cannot be reached from any source, it never receives anything")
      } else if !drained.contains(position) {
        report.add(.warning, .unreachable, at: name.location, "\(subject) leads to no sink, its results are dropped")
      }
    }
  }
}

extension Draft.Connection {
  fileprivate func hasSameArm(as other: Self) -> Bool {
    switch (arm, other.arm) {
    case (.none, .none): true
    case (.arm(let a), .arm(let b)): a == b
    default: false
    }
  }
}
