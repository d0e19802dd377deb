/// What happens to one item.
extension Worker {
  func process(_ item: consuming Item, at node: Int) {
    do throws(OperatorError) {
      switch nodes[node].step {
      case .forward:
        emit(item, from: node)
      case .map(let map):
        let data = try timed(node) { () throws(OperatorError) in try map.map(item.data, at: item.time) }
        item.data = data
        emit(item, from: node)
      case .filter(let filter):
        let isIncluded = try timed(node) { () throws(OperatorError) in try filter.isIncluded(item.data, at: item.time) }
        if isIncluded { emit(item, from: node) } else { drop(item, at: node) }
      case .branch(let branch):
        let arm = try timed(node) { () throws(OperatorError) in try branch.branch(item.data, at: item.time) }
        emit(item, from: node, arm: arm ? 1 : 0)
      }
    } catch {
      fail(item, at: node, with: error)
    }
  }

  /// Calls an operator, and puts the time it took on the operation's account.
  private func timed<Result>(_ node: Int, _ call: () throws(OperatorError) -> Result) throws(OperatorError) -> Result {
    let started = now
    defer {
      now = clock()
      nodes[node].counters.busyNanoseconds += now - min(now, started)
    }
    return try call()
  }

  /// Hands an item to everything connected to the arm. The copies share their bytes and their delivery.
  private func emit(_ item: consuming Item, from node: Int, arm: Int = 0) {
    let outputs = nodes[node].outputs[arm]
    guard let last = outputs.last else { return drop(item, at: node) }
    nodes[node].counters.emitted += 1
    if outputs.count > 1 {
      item.delivery.split(into: outputs.count)
      for output in outputs.dropLast() { push(copy item, to: output) }
    }
    push(item, to: last)
  }

  private func push(_ item: consuming Item, to channel: Int) {
    channels[channel].push(item, at: now)
    if let reader = readers[channel] { nodes[reader].isActive = true }
  }

  private func drop(_ item: consuming Item, at node: Int) {
    nodes[node].counters.dropped += 1
    item.delivery.complete(.dropped)
  }

  private func fail(_ item: consuming Item, at node: Int, with error: OperatorError) {
    nodes[node].counters.failed += 1
    onFailure(Failure(operation: graph.operations[node], origin: item.origin, error: error))
    switch graph.operations[node].errorPolicy {
    case .drop: item.delivery.complete(.failed(error))
    }
  }
}
