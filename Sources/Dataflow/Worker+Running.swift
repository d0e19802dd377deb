/// How events run.
extension Worker {
  /// Runs events to their end, one after the other, and hands over what comes out, in order: at the end, and in between so that little is kept.
  ///
  /// If `handOver` throws, everything under way is abandoned, what was handed over excepted. After a ``Event/halt(_:)`` all that is given is abandoned.
  public func run<Stop: Error>(_ events: consuming [Event], handOver: ([Event]) throws(Stop) -> Void) throws(Stop) {
    now = clock()
    var handedOverAt = now
    var queue = EventQueue(events)
    do throws(Stop) {
      while let event = queue.next() {
        run(event)
        if output.count >= configuration.outputItems || now &- handedOverAt >= configuration.quantum && !output.isEmpty {
          try handOver(takeOutput())
          handedOverAt = now
        }
      }
      if !output.isEmpty { try handOver(takeOutput()) }
    } catch {
      queue.abandon()
      abandon()
      throw error
    }
  }

  /// Runs events to their end, one after the other, and returns what comes out.
  public func run(_ events: consuming [Event]) -> [Event] {
    now = clock()
    var queue = EventQueue(events)
    output.reserveCapacity(queue.count)
    while let event = queue.next() { run(event) }
    return takeOutput()
  }

  private func takeOutput() -> [Event] {
    var events: [Event] = []
    swap(&events, &output)
    return events
  }

  private func run(_ event: consuming Event) {
    if isHalted { return event.abandon() }
    switch consume event {
    case .item(let item, let operation):
      if part != .rest, item.origin.receivedAt != 0 { nodes[operation.index].counters.queueNanoseconds += now - min(now, item.origin.receivedAt) }
      run(item, at: operation.index)
      if heldItems > configuration.heldItems || heldBytes > configuration.heldBytes { makeRoom() }
    case .frontier(let frontier, let source): advance(source.index, to: frontier)
    case .makeRoom(let source):
      if part == .first { output.append(.makeRoom(for: source)) } else { makeRoom(for: source) }
    case .clock(let moment):
      onMoment(moment)
      output.append(.clock(moment))
    case .deadLetter(let letter): output.append(.deadLetter(letter))
    case .halt(let failure): halt(failure)
    }
  }

  /// Gives up everything that is under way or held: completes its deliveries as abandoned.
  public func abandon() {
    for event in takeOutput() { event.abandon() }
    for (item, _) in pending { item.delivery.complete(.abandoned) }
    pending = []
    for index in holders.indices {
      for item in holders[index].held.removeAll() { item.delivery.complete(.abandoned) }
    }
    (heldItems, heldBytes) = (0, 0)
  }

  /// What came before is put out; everything else is abandoned, now and from now on.
  func halt(_ failure: Failure) {
    let before = takeOutput()
    abandon()
    output = before + [.halt(failure)]
    isHalted = true
  }

  // MARK: Items

  /// Runs an item to its end at an operation and all that follow it.
  func run(_ first: consuming Item, at start: Int) {
    var item = first
    var node = start
    while true {
      switch step(&item, at: node) {
      case .on(let next):
        node = next
        continue
      case .out: output.append(.item(item, at: Graph.OperationID(index: node)))
      case .held: hold(item, at: node)
      case .closing(let closing): close(around: item, closing, at: node)
      case .ended: break
      }
      guard let (next, place) = pending.popLast() else { return }
      (item, node) = (next, place)
    }
  }

  /// Runs an item to its end at all that follows an operation.
  func run(_ first: consuming Item, after node: Int) {
    var item = first
    if case .on(let next) = goOn(&item, from: node) { run(item, at: next) }
  }

  /// What becomes of an item at an operation.
  private enum Fate {
    /// It goes on at this one at once.
    case on(Int)
    case out
    case held
    /// It is held, and closes a window.
    case closing(WindowAdmission.Closing)
    /// Its delivery is completed, or somebody else's to complete.
    case ended
  }

  /// Lets one operation have an item.
  private func step(_ item: inout Item, at node: Int) -> Fate {
    if nodes[node].isElsewhere { return .out }
    nodes[node].counters.received += 1
    do throws(OperatorError) {
      switch nodes[node].step {
      case .forward:
        return goOn(&item, from: node)
      case .output:
        nodes[node].counters.emitted += 1
        return .out
      case .map(let map):
        item.data = try mapped(item, by: map, node)
        return goOn(&item, from: node)
      case .filter(let filter):
        return try isIncluded(item, by: filter, node) ? goOn(&item, from: node) : drop(item, at: node)
      case .branch(let branch):
        let arm = try call(node) { () throws(OperatorError) in try branch.branch(item.data, at: item.time) }
        return goOn(&item, arm, from: node)
      case .delay(let delay):
        let time = try call(node) { () throws(OperatorError) in try delay.delay(item.data, at: item.time) }
        item.time = delayed(item, to: time, at: node)
        return .held
      case .accumulate:
        return .held
      case .window(let window):
        let admission = try call(node) { () throws(OperatorError) in try window.admit(item.data, at: item.time) }
        item.time = delayed(item, to: admission.time, at: node)
        return admission.closing == .none ? .held : .closing(admission.closing)
      }
    } catch {
      fail(item, at: node, with: error)
      return .ended
    }
  }

  // The item is lent to these, so that it need not be copied for the call.

  private func mapped(_ item: borrowing Item, by map: any MapOperator, _ node: Int) throws(OperatorError) -> DataModel {
    try call(node) { () throws(OperatorError) in try map.map(item.data, at: item.time) }
  }

  private func isIncluded(_ item: borrowing Item, by filter: any FilterOperator, _ node: Int) throws(OperatorError) -> Bool {
    try call(node) { () throws(OperatorError) in try filter.isIncluded(item.data, at: item.time) }
  }

  /// Calls an operator, again if it fails and its policy says so, and puts the time it took on the operation's account.
  func call<Result>(_ node: Int, _ body: () throws(OperatorError) -> Result) throws(OperatorError) -> Result {
    let started = now
    defer {
      now = clock()
      nodes[node].counters.busyNanoseconds += now - min(now, started)
    }
    var retriesLeft = graph.operations[node].errorPolicy.retries
    while true {
      do throws(OperatorError) {
        let result = try body()
        if nodes[node].faults > 0 { noteReturn(node) }
        return result
      } catch {
        if error.isFault { noteFault(node, error) } else if nodes[node].faults > 0 { noteReturn(node) }
        if retriesLeft == 0 { throw error }
        retriesLeft -= 1
        nodes[node].counters.retried += 1
      }
    }
  }

  private func noteFault(_ node: Int, _ error: OperatorError) {
    nodes[node].faults += 1
    if nodes[node].faults == Self.faultsInARow { onNotice(.faulting(graph.operations[node], error)) }
  }

  private func noteReturn(_ node: Int) {
    if nodes[node].faults >= Self.faultsInARow { onNotice(.recovered(graph.operations[node])) }
    nodes[node].faults = 0
  }

  /// Sends an item along all edges of an arm: along the first at once, along the others afterwards. The copies share their bytes and their delivery.
  private func goOn(_ item: inout Item, _ arm: Bool = false, from node: Int) -> Fate {
    guard let first = arm ? nodes[node].ways.true.first : nodes[node].ways.false.first else { return drop(item, at: node) }
    nodes[node].counters.emitted += 1
    if nodes[node].hasSeveralWays {
      let others = arm ? nodes[node].ways.true.others : nodes[node].ways.false.others
      item.delivery.split(into: 1 + others.count)
      for other in others.reversed() { pending.append((item, other)) }
    }
    return .on(first)
  }

  private func drop(_ item: borrowing Item, at node: Int) -> Fate {
    nodes[node].counters.dropped += 1
    item.delivery.complete(.dropped)
    return .ended
  }

  func fail(_ item: Item, at node: Int, with error: OperatorError) {
    nodes[node].counters.failed += 1
    let failure = Failure(operation: graph.operations[node], origin: item.origin, error: error)
    onFailure(failure)
    switch graph.operations[node].errorPolicy.consequence {
    case .drop: item.delivery.complete(.failed(error))
    case .deadLetter: bury(item, failure)
    case .halt:
      item.delivery.complete(.abandoned)
      halt(failure)
    }
  }

  /// Gives out the source messages that came to nothing.
  private func bury(_ item: Item, _ failure: Failure) {
    let originals = item.origin.originals()
    guard !originals.isEmpty else { return output.append(.deadLetter(DeadLetter(failure: failure, data: item.data, delivery: item.delivery))) }
    item.delivery.split(into: originals.count)
    for (origin, data) in originals {
      let part = Failure(operation: failure.operation, origin: origin, error: failure.error)
      output.append(.deadLetter(DeadLetter(failure: part, data: data, delivery: item.delivery)))
    }
  }
}
