/// Which operation runs next.
extension Worker {
  public enum State: Hashable, Sendable {
    /// All that came in has reached the sinks or ended.
    case idle
    /// Nothing can move until output is taken from a sink.
    case blocked
  }

  /// Runs until nothing moves any more.
  public func run() -> State {
    while step() {}
    return nodes.contains(where: \.isActive) ? .blocked : .idle
  }

  /// Runs until the worker is idle, handing over what arrives at a sink after each step, before anything upstream goes on.
  public func run<Stop: Error>(output: (Graph.OperationID, [Item]) throws(Stop) -> Void) throws(Stop) {
    let sinks = graph.sinks
    var isMoving = true
    while isMoving {
      isMoving = step()
      for sink in sinks {
        let items = takeOutput(of: sink.id)
        if items.isEmpty { continue }
        isMoving = true
        try output(sink.id, items)
      }
    }
  }

  /// Lets the operation nearest to the sinks that can go on process one batch. False when none can: idle, or blocked.
  public func step() -> Bool {
    for node in schedule where nodes[node].isActive {
      if activate(node) { return true }
    }
    return false
  }

  /// Lets one operation process what it can. Returns whether anything moved.
  private func activate(_ node: Int) -> Bool {
    let processed = processBatch(at: node)
    let advanced = advanceFrontier(of: node)
    if nodes[node].inputs.allSatisfy({ channels[$0].isEmpty }) { nodes[node].isActive = false }
    return processed > 0 || advanced
  }

  /// Processes items from the inputs in turn, while every output has room: until the batch is full, its time is up, or none is left.
  private func processBatch(at node: Int) -> Int {
    let limit = min(configuration.batchSize, room(behind: node))
    if limit == 0 { return 0 }
    now = clock()
    let started = now
    var processed = 0
    let inputs = nodes[node].inputs
    let first = nodes[node].firstInput
    for offset in inputs.indices {
      let input = inputs[(first + offset) % inputs.count]
      while processed < limit, now &- started < configuration.quantum || processed == 0, let entry = channels[input].pop() {
        nodes[node].counters.received += 1
        nodes[node].counters.queueNanoseconds += now - min(now, entry.pushedAt)
        process(entry.item, at: node)
        processed += 1
      }
    }
    nodes[node].firstInput = (first + 1) % inputs.count
    return processed
  }

  private func room(behind node: Int) -> Int {
    var room = Int.max
    for arm in nodes[node].outputs {
      for output in arm { room = min(room, channels[output].room) }
    }
    return room
  }

  /// What may still come out of an operation is what may still come in, by the input that is furthest behind.
  private func advanceFrontier(of node: Int) -> Bool {
    var frontier = Frontier.done
    for input in nodes[node].inputs { frontier = min(frontier, channels[input].frontier) }
    guard frontier > nodes[node].frontier else { return false }
    nodes[node].frontier = frontier
    for arm in nodes[node].outputs {
      for output in arm {
        channels[output].advance(to: frontier)
        if let reader = readers[output] { nodes[reader].isActive = true }
      }
    }
    return true
  }
}
