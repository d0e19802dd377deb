internal import ComponentModel
internal import Dataflow
internal import EndpointKit
internal import Inference
internal import Synchronization

/// What the workers' threads do.
extension GraphRun {
  func work(_ index: Int) {
    let crew: Crew
    do throws(RunError) {
      crew = try Crew(
        plan, hasRest: index == 0 || !plan.hasExclusiveOperators, services: services, origin: origin, clock: clock,
        onFailure: { [meter, onEvent] failure in
          meter.failed()
          onEvent(.failed(operation: failure.operation.name, item: failure.origin.name, error: failure.error))
        },
        onNotice: { [monitor, onEvent] notice in
          if let event = RunEvent(notice) { onEvent(event) }
          if let health = monitor.note(notice, of: index) { onEvent(.health(health)) }
        })
    } catch {
      return fail(error)
    }
    state.change { state in
      state.modelNanoseconds = max(state.modelNanoseconds, crew.modelLoadNanoseconds)
      state.startingWorkers -= 1
    }
    do throws(RunError) {
      try process(with: crew, index)
      if let held = crew.rest?.heldCount, held > 0 { tellOfOpenWindows(held) }
    } catch {
      fail(error)
    }
    crew.rest?.abandon()
    // Counted while the instances, which hold them, are alive.
    let liveSessions = sessions.liveSessionCount, operations = crew.operations(of: plan.graph)
    state.change { state in
      state.liveSessions = max(state.liveSessions, liveSessions)
      for index in operations.indices { state.operations[index] += operations[index] }
    }
  }

  private func tellOfOpenWindows(_ count: Int) {
    guard let operation = plan.graph.operations.first(where: \.kind.isStateful), state.read({ $0.failure == nil }) else { return }
    let fate = isReplay ? "so were they when the recording ended" : "they are not acknowledged, and will come again"
    onEvent(.notice(operation: operation.name, message: "\(count) items are in windows that are still open: \(fate)"))
  }

  private func process(with crew: Crew, _ index: Int) throws(RunError) {
    var batch = BatchSize(maximum: plan.options.maximumBatch)
    while true {
      switch exchange.wait(until: { $0.next(for: index, atMost: batch.count) }) ?? .finished {
      case .first(let events, let ticket):
        let start = monotonicNanoseconds()
        let results = crew.first.run(events)
        let hasChanged = batch.adapt(processed: events.count, in: monotonicNanoseconds() - start)
        let capacity = 2 * batch.count * plan.options.workers
        let refused = exchange.change { exchange in
          if hasChanged { exchange.capacity = capacity }
          return exchange.complete(ticket, results)
        }
        for event in refused { event.abandon() }
      case .rest(let events):
        try finish(events, crew)
        let held = crew.rest?.heldCount ?? 0
        exchange.change { $0.restIsDone(held: held) }
      case .finished:
        return
      }
    }
  }

  /// Runs what has come through the first part through the rest, and puts it out.
  private func finish(_ events: [Event], _ crew: Crew) throws(RunError) {
    guard let rest = crew.rest else { return }
    try outlet.withLock { outlet throws(RunError) in
      try rest.run(events) { results throws(RunError) in try outlet.put(results) }
      try outlet.flush(isQuiet: exchange.read { $0.isQuiet })
    }
  }
}
