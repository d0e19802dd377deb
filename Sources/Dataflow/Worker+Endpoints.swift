/// Where items come in and go out.
extension Worker {
  /// How many items a source takes now.
  public func room(at source: Graph.OperationID) -> Int {
    channels[input(of: source)].room
  }

  /// Puts items in front of a source, in order, as far as there is room, and returns how many were taken.
  ///
  /// An item behind the source's frontier is late: it is counted and goes on at the frontier's time, so that the frontier's promise holds.
  /// A closed source takes nothing.
  public func enqueue(_ items: [Item], at source: Graph.OperationID) -> Int {
    let channel = input(of: source)
    guard let earliest = channels[channel].promised.lowerBound else { return 0 }
    let accepted = min(items.count, channels[channel].room)
    if accepted == 0 { return 0 }
    now = clock()
    for var item in items.prefix(accepted) {
      if item.time < earliest {
        item.time = earliest
        nodes[source.index].counters.late += 1
      }
      channels[channel].push(item, at: now)
    }
    nodes[source.index].isActive = true
    return accepted
  }

  /// Promises that everything enqueued at this source from now on has a time that `frontier` permits. Going back is ignored.
  public func advance(_ source: Graph.OperationID, to frontier: Frontier) {
    channels[input(of: source)].advance(to: frontier)
    nodes[source.index].isActive = true
  }

  /// Promises that nothing more will be enqueued at this source.
  public func close(_ source: Graph.OperationID) {
    advance(source, to: .done)
  }

  /// Takes what has arrived at a sink, in order. The caller completes the items' deliveries.
  public func takeOutput(of sink: Graph.OperationID, atMost limit: Int = .max) -> [Item] {
    let channel = output(of: sink)
    var items: [Item] = []
    items.reserveCapacity(min(limit, channels[channel].count))
    while items.count < limit, let entry = channels[channel].pop() {
      items.append(entry.item)
    }
    return items
  }

  /// What may still come out of an operation; of a sink, what may still be taken from it.
  public func frontier(of operation: Graph.OperationID) -> Frontier {
    graph[operation].kind == .sink ? channels[output(of: operation)].frontier : nodes[operation.index].frontier
  }

  /// Whether all sources are closed and all that came of them has been taken from the sinks.
  public var isFinished: Bool {
    nodes.indices.allSatisfy { frontier(of: Graph.OperationID(index: $0)).isDone }
  }

  /// Gives up everything that is under way: completes its deliveries as abandoned, and empties the queues. Frontiers stay promised.
  public func abandon() {
    for channel in channels.indices {
      while let entry = channels[channel].pop() { entry.item.delivery.complete(.abandoned) }
    }
  }

  private func input(of source: Graph.OperationID) -> Int {
    precondition(graph[source].kind == .source, "'\(graph[source].name)' is not a source")
    return nodes[source.index].inputs[0]
  }

  private func output(of sink: Graph.OperationID) -> Int {
    precondition(graph[sink].kind == .sink, "'\(graph[sink].name)' is not a sink")
    return nodes[sink.index].outputs[0][0]
  }
}
