internal import Dataflow
internal import EndpointKit
internal import InputLog
internal import Synchronization

/// How messages come in.
extension GraphRun {
  struct SourceState {
    var intake: Intake
    /// Sources that are asked for messages at this moment, and have none.
    var waiting: Set<Graph.OperationID> = []
    var hasToldOfLate: Set<Graph.OperationID> = []
    var hasToldOfLimit: Set<Graph.OperationID> = []
  }

  /// Moves messages from a source to the workers until it ends.
  func feed(_ id: Graph.OperationID, _ source: any Source) {
    let inFlight = inFlight[id]
    while true {
      var limit = exchange.read { $0.capacity }
      if let inFlight {
        waitForRoom(id, inFlight)
        limit = max(1, min(limit, inFlight.room))
      }
      intake.withLock { _ = $0.waiting.insert(id) }
      do throws(EndpointError) {
        let batch = try source.next(atMost: limit)
        intake.withLock { _ = $0.waiting.remove(id) }
        switch batch {
        case .items(let items):
          meter.itemsArrived(at: items.first?.origin.receivedAt ?? clock.nanoseconds())
          enter(.items(inFlight.map { items.map($0.track) } ?? items), of: id)
        case .assigned(let partitions): enter(.assign(partitions), of: id)
        case .refused(let error):
          meter.failed()
          onEvent(.refused(error))
        case .idle: isSilent(id)
        case .finished: return close(id, leavesWindows: source.redelivers && state.read { $0.isStopped })
        }
      } catch {
        intake.withLock { _ = $0.waiting.remove(id) }
        return fail(RunError(.source, error.message))
      }
    }
  }

  /// Gives the workers what comes of something that happens to a source, and has it recorded before, if it is to be.
  private func enter(_ input: consuming Intake.Input, of id: Graph.OperationID) {
    if isRecording { record(input, of: id) } else { push(take(input, of: id, at: clock.wallTime())) }
  }

  /// - Parameter onlyIfWaiting: does nothing if the source is not waiting any more.
  private func record(_ input: Intake.Input, of id: Graph.OperationID, onlyIfWaiting: Bool = false) {
    recorder.withLock { recorder in
      if onlyIfWaiting, intake.withLock({ !$0.waiting.contains(id) }) { return }
      let now = clock.wallTime()
      do throws(InputLogError) {
        try recorder?.append(input, of: sourceNumbers[id] ?? 0, at: now)
        // Before anything else is recorded, so that the workers get everything in the same order as a replay.
        push(take(input, of: id, at: now))
      } catch {
        if case .items(let items) = input { for item in items { item.delivery.complete(.abandoned) } }
        fail(RunError(.recording, error.description))
      }
    }
  }

  func take(_ input: consuming Intake.Input, of id: Graph.OperationID, at now: WallTime) -> [Event] {
    // For the closure to take it over.
    var input: Intake.Input? = consume input
    let (events, tellsOfLate) = intake.withLock { state in
      let late = state.intake.lateCounts[id]
      let events = state.intake.take(input.take() ?? .idle, of: id, at: now)
      return (events, state.intake.lateCounts[id] != late && state.hasToldOfLate.insert(id).inserted)
    }
    if tellsOfLate {
      let policy = plan.options.time(of: plan.graph[id].name)
      let fate = policy.late == .drop ? "it is dropped" : "it goes into the window that is open now"
      onEvent(.notice(
        operation: plan.graph[id].name,
        message: "a message is later than the allowed \(policy.allowedLateness): \(fate), and so will others; said once, the summary has their number"))
    }
    return events
  }

  func push(_ events: consuming [Event]) {
    var rest = EventQueue(events)
    while !rest.isEmpty {
      let isCancelled: Bool? = exchange.wait { exchange in
        let count = rest.count
        exchange.add(&rest)
        return exchange.isCancelled ? true : rest.count < count ? false : nil
      }
      if isCancelled == true { return rest.abandon() }
    }
  }

  /// - Parameter leavesWindows: whether windows that are open stay so, and what they hold is not acknowledged.
  private func close(_ id: Graph.OperationID, leavesWindows: Bool) {
    if !leavesWindows { enter(.close, of: id) }
    exchange.change { $0.closeSource() }
  }

  // MARK: Silence

  /// Moves the frontiers of silent sources on, four times a second, so that their windows close.
  func tick() {
    let isOver: (State) -> Bool? = { $0.isOver || $0.failure != nil ? true : nil }
    while state.wait(atMost: .milliseconds(250), until: { isOver($0) }) == nil {
      if isRecording {
        for id in intake.withLock({ $0.waiting }) { record(.idle, of: id, onlyIfWaiting: true) }
      } else {
        intake.withLock { state in
          for id in state.waiting { advance(id, &state) }
        }
      }
    }
  }

  private func isSilent(_ id: Graph.OperationID) {
    if isRecording { enter(.idle, of: id) } else { intake.withLock { state in advance(id, &state) } }
  }

  /// Within the lock, so that the frontier comes before the items that the source may be about to give.
  private func advance(_ id: Graph.OperationID, _ state: inout SourceState) {
    guard case .frontier(let frontier, let source)? = state.intake.idle(id, at: clock.wallTime()) else { return }
    exchange.change { $0.add(frontier, of: source) }
  }

  // MARK: Limits

  /// Waits until a source may have more messages in flight, or is to end. If all that it has is held by windows, it would be waiting for itself: then the
  /// windows are let out, the earliest first.
  private func waitForRoom(_ id: Graph.OperationID, _ inFlight: InFlight) {
    enum Change { case hasRoom, isStuck }
    if inFlight.room > 0 { return }
    var position = exchange.change { exchange in
      exchange.block()
      return exchange.position
    }
    defer { exchange.change { $0.unblock() } }
    while true {
      let change: Change? = exchange.wait { exchange in
        if exchange.isCancelled || inFlight.room > 0 || state.read({ $0.isStopped }) { return .hasRoom }
        return exchange.isDone(upTo: position) && exchange.heldCount > 0 ? .isStuck : nil
      }
      guard change == .isStuck else { return }
      tellOfLimit(id, inFlight.limit)
      enter(.makeRoom, of: id)
      position = exchange.read { $0.position }
    }
  }

  private func tellOfLimit(_ id: Graph.OperationID, _ limit: InFlight.Limit) {
    guard intake.withLock({ $0.hasToldOfLimit.insert(id).inserted }), plan.options.whenFull == .split else { return }
    onEvent(.notice(
      operation: plan.graph[id].name,
      message: "windows hold as many of its messages as may be unacknowledged (\(limit)): they are let out in parts; allow more with maxInFlight, or make windows shorter; said once"))
  }
}
