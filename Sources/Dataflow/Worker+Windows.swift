/// What delay and accumulate hold, and when it goes on.
extension Worker {
  func hold(_ item: Item, at node: Int) {
    guard let index = holderIndex[node] else { return }
    let byteCount = item.byteCount
    heldItems += 1
    heldBytes += byteCount
    holders[index].held.add(item, of: byteCount)
  }

  /// The time that a delay moves an item to: never an earlier one, but that of a window rather than of a node. Windows hold the items of all nodes
  /// together, also those that are right on a window's end.
  func delayed(_ item: Item, to time: Timestamp, at node: Int) -> Timestamp {
    var time = time
    if time.wallTime < item.time.wallTime {
      time = item.time
      if !nodes[node].hasDelayedBackwards { onNotice(.delayedBackwards(graph.operations[node], item.origin)) }
      nodes[node].hasDelayedBackwards = true
    }
    if time.nodeID == item.time.nodeID { time.nodeID = "" }
    return time
  }

  /// Takes note of a source's frontier, and lets out everything whose time it has passed.
  func advance(_ source: Int, to frontier: Frontier) {
    if part == .first { output.append(.frontier(frontier, of: Graph.OperationID(index: source))) }
    guard frontier > frontiers[source] else { return }
    frontiers[source] = frontier
    for index in holders.indices where holders[index].sources.contains(source) {
      holders[index].frontier = holders[index].sources.reduce(.done) { min($0, frontiers[$1]) }
    }
    while let index = nextToLetOut() { letOut(index) }
  }

  /// Among what frontiers have passed, the earliest; of one time, what comes first in the graph. So what is let out is complete: all that could
  /// still have come to it was let out before.
  private func nextToLetOut() -> Int? {
    var next: Int?
    var earliest: Timestamp?
    for index in holders.indices {
      guard let time = holders[index].held.earliest, !holders[index].frontier.permits(time) else { continue }
      if let earliest, earliest <= time { continue }
      (next, earliest) = (index, time)
    }
    return next
  }

  /// Lets out windows, the earliest first, until there is as little held as is allowed.
  func makeRoom() {
    while heldItems > configuration.heldItems || heldBytes > configuration.heldBytes {
      letOutEarliest(because: "more than may be held")
    }
  }

  /// Lets out the earliest window, so that messages of a source are acknowledged that may have no more in flight.
  func makeRoom(for source: Graph.OperationID) {
    letOutEarliest(because: "and source '\(graph[source].name)' may have no more messages in flight")
  }

  /// Lets out what is held of the earliest time, or ends the run, as the policy says.
  private func letOutEarliest(because reason: String) {
    guard let time = holders.compactMap(\.held.earliest).min(), let index = holders.firstIndex(where: { $0.held.earliest == time }) else { return }
    let operation = graph.operations[holders[index].node]
    if configuration.whenFull == .halt { return haltFull(operation, holders[index].held.firstOfEarliest, reason) }
    if !hasSplit { onNotice(.split(operation, time)) }
    hasSplit = true
    // In topological order, so that a delay's items are at its accumulate when that follows.
    for index in holders.indices where holders[index].held.earliest == time { letOut(index) }
  }

  private func haltFull(_ operation: Graph.Operation, _ item: Item?, _ reason: String) {
    guard let item else { return }
    let message = "\(heldItems) items in \(heldBytes) bytes wait for their windows to end, \(reason)."
    halt(Failure(operation: operation, origin: item.origin, error: OperatorError(.windowFull, message)))
  }

  /// Lets go of the items of the earliest time that an operation holds.
  private func letOut(_ index: Int) {
    guard let time = holders[index].held.earliest, let group = holders[index].held.removeEarliest() else { return }
    heldItems -= group.items.count
    heldBytes -= group.byteCount
    let node = holders[index].node
    if case .accumulate(let accumulate) = nodes[node].step {
      if let item = fold(group.items, at: time, with: accumulate, node) { run(item, after: node) }
      return
    }
    if case .window(let window) = nodes[node].step { return close(group.items, at: time, with: window, node) }
    for item in group.items {
      if isHalted { item.delivery.complete(.abandoned) } else { run(item, after: node) }
    }
  }

  // MARK: Windows that say themselves when they close

  /// Holds an item, and lets out the window that it closes.
  func close(around item: Item, _ closing: WindowAdmission.Closing, at node: Int) {
    guard let index = holderIndex[node], case .window(let window) = nodes[node].step else { return hold(item, at: node) }
    let time = item.time
    // What comes out may lead other items to the same window: by then the item is in its place.
    let before = closing == .before ? takeOut(time, index) : []
    hold(item, at: node)
    close(closing == .before ? before : takeOut(time, index), at: time, with: window, node)
  }

  private func takeOut(_ time: Timestamp, _ index: Int) -> [Item] {
    guard let group = holders[index].held.remove(time) else { return [] }
    heldItems -= group.items.count
    heldBytes -= group.byteCount
    return group.items
  }

  /// Makes one item of a window's.
  private func close(_ items: [Item], at time: Timestamp, with window: any WindowOperator, _ node: Int) {
    guard let last = items.last else { return }
    if isHalted {
      for item in items { item.delivery.complete(.abandoned) }
      return
    }
    do throws(OperatorError) {
      let data = try call(node) { () throws(OperatorError) in try window.close(time) }
      run(Item(time: time, data: data, origin: .combining(items.map(\.origin), last: last.origin), delivery: .combining(items.map(\.delivery))), after: node)
    } catch {
      for item in items {
        if isHalted { item.delivery.complete(.abandoned) } else { fail(item, at: node, with: error) }
      }
    }
  }

  // MARK: Accumulating

  /// Makes one item of those of one time; nil if none of them could be folded.
  private func fold(_ items: [Item], at time: Timestamp, with accumulate: any AccumulateOperator, _ node: Int) -> Item? {
    var fold = Fold(staged: .message(Message(timestamp: time, topic: [], payload: [])))
    var rest = items[...]
    while !rest.isEmpty {
      let part = rest.prefix(partCount(rest))
      rest = rest.dropFirst(part.count)
      add(part, to: &fold, with: accumulate, node)
    }
    guard let last = fold.items.last else { return nil }
    if isHalted {
      for item in fold.items { item.delivery.complete(.abandoned) }
      return nil
    }
    return Item(time: time, data: fold.staged, origin: .combining(fold.items.map(\.origin), last: last.origin), delivery: .combining(fold.items.map(\.delivery)))
  }

  private struct Fold {
    var staged: DataModel
    /// What has become part of it.
    var items: [Item] = []
  }

  /// How many of the items go into one call.
  private func partCount(_ items: ArraySlice<Item>) -> Int {
    var byteCount = 0
    for (count, item) in items.prefix(configuration.accumulatedItems).enumerated() {
      byteCount += item.data.byteCount
      if count > 0, byteCount > configuration.accumulatedBytes { return count }
    }
    return min(items.count, max(1, configuration.accumulatedItems))
  }

  /// Adds items with one call. Where that fails it adds one half after the other, so that an item that cannot be added costs nothing but itself.
  private func add(_ items: ArraySlice<Item>, to fold: inout Fold, with accumulate: any AccumulateOperator, _ node: Int) {
    if isHalted {
      for item in items { item.delivery.complete(.abandoned) }
      return
    }
    do throws(OperatorError) {
      let data = items.map(\.data), staged = fold.staged
      fold.staged = try call(node) { () throws(OperatorError) in try accumulate.accumulate(data, into: staged) }
      fold.items += items
    } catch {
      if let only = items.first, items.count == 1 { return fail(only, at: node, with: error) }
      let half = items.startIndex + items.count / 2
      add(items[..<half], to: &fold, with: accumulate, node)
      add(items[half...], to: &fold, with: accumulate, node)
    }
  }
}
