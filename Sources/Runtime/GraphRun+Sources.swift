internal import Dataflow
internal import EndpointKit
internal import Synchronization

/// How messages come in.
extension GraphRun {
  struct SourceState {
    var intake: Intake
    /// Sources that are asked for messages at this moment, and have none.
    var waiting: Set<Graph.OperationID> = []
    var hasToldOfLate: Set<Graph.OperationID> = []
  }

  /// Moves messages from a source to the workers until it ends.
  func feed(_ id: Graph.OperationID, _ source: any Source) {
    while true {
      let limit = exchange.read { $0.capacity }
      intake.withLock { _ = $0.waiting.insert(id) }
      do throws(EndpointError) {
        let batch = try source.next(atMost: limit)
        intake.withLock { _ = $0.waiting.remove(id) }
        switch batch {
        case .items(let items):
          meter.itemsArrived(at: items.first?.origin.receivedAt ?? clock.nanoseconds())
          push(take(items, from: id))
        case .refused(let error):
          meter.failed()
          onEvent(.refused(error))
        case .idle: intake.withLock { state in advance(id, &state) }
        case .finished: return close(id)
        }
      } catch {
        intake.withLock { _ = $0.waiting.remove(id) }
        return fail(RunError(.source, error.message))
      }
    }
  }

  private func take(_ items: [Item], from id: Graph.OperationID) -> [Event] {
    let now = clock.wallTime()
    let (events, tellsOfLate) = intake.withLock { state in
      let late = state.intake.lateCounts[id]
      let events = state.intake.take(items, from: id, at: now)
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

  private func push(_ events: [Event]) {
    var rest = events[...]
    while !rest.isEmpty {
      let isCancelled: Bool? = exchange.wait { exchange in
        let count = rest.count
        exchange.add(&rest)
        return exchange.isCancelled ? true : rest.count < count ? false : nil
      }
      if isCancelled == true { return rest.forEach { $0.abandon() } }
    }
  }

  private func close(_ id: Graph.OperationID) {
    let event = intake.withLock { $0.intake.close(id) }
    push([event])
    exchange.change { $0.closeSource() }
  }

  /// Moves the frontiers of silent sources on, four times a second, so that their windows close.
  func tick() {
    let isOver: (State) -> Bool? = { $0.isOver || $0.failure != nil ? true : nil }
    while state.wait(atMost: .milliseconds(250), until: { isOver($0) }) == nil {
      intake.withLock { state in
        for id in state.waiting { advance(id, &state) }
      }
    }
  }

  /// Within the lock, so that the frontier comes before the items that the source may be about to give.
  private func advance(_ id: Graph.OperationID, _ state: inout SourceState) {
    guard case .frontier(let frontier, let source)? = state.intake.idle(id, at: clock.wallTime()) else { return }
    exchange.change { $0.add(frontier, of: source) }
  }
}
