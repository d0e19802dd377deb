/// Makes events of what sources give: a pure machine. All sources' events are in one order, the order of the calls.
public struct Intake: Sendable {
  private let tracksFrontiers: Bool
  private let keepsOriginals: Bool
  private var times: [Graph.OperationID: EventTime] = [:]
  /// Late items, by source.
  public private(set) var lateCounts: [Graph.OperationID: UInt64] = [:]

  /// The last one that was told; nil where nobody is to know.
  private var moment: Moment?

  /// - Parameters:
  ///   - start: when a run that can be repeated begins: then every event is told its ``Moment``.
  ///   - settings: of each source.
  public init(_ graph: Graph, nodeID: String = "millrace", start: WallTime? = nil, settings: (Graph.Operation) -> TimeSettings) {
    moment = start.map { Moment(time: $0) }
    tracksFrontiers = graph.operations.contains(where: \.kind.isStateful)
    keepsOriginals = graph.operations.contains { $0.errorPolicy.consequence == .deadLetter }
    for source in graph.sources { times[source.id] = EventTime(settings(source), nodeID: nodeID) }
  }

  /// Something that happens to a source.
  public enum Input: Sendable {
    /// Items have come, in order.
    case items([Item])
    /// It has nothing to give, up to now. To be said four times a second, while that is so.
    case idle
    /// It reads from these partitions from now on (``EventTime/assign(_:at:)``).
    case assign([Int])
    /// It may have no more messages in flight, and windows hold what it has.
    case makeRoom
    /// It gives nothing more.
    case close
  }

  /// What happens to a source at a time of the wall clock.
  public mutating func take(_ input: consuming Input, of source: Graph.OperationID, at now: WallTime) -> [Event] {
    switch consume input {
    case .items(let items): return take(items, from: source, at: now)
    case .idle: return idle(source, at: now).map { tellMoment(now) + [$0] } ?? []
    case .assign(let partitions):
      times[source]?.assign(partitions, at: now)
      return []
    case .makeRoom: return tellMoment(now) + [.makeRoom(for: source)]
    case .close: return tellMoment(now) + [close(source)]
    }
  }

  private mutating func tellMoment(_ now: WallTime) -> [Event] {
    moment = moment?.next(at: now)
    return moment.map { [.clock($0)] } ?? []
  }

  /// What has come from a source, in order, at a time of the wall clock.
  public mutating func take(_ items: consuming [Item], from source: Graph.OperationID, at now: WallTime) -> [Event] {
    guard var time = times[source] else { return [] }
    var events: [Event] = []
    events.reserveCapacity(tracksFrontiers ? 2 * items.count : items.count)
    // Items are taken out from the end, so that none is copied.
    items.reverse()
    while var item = items.popLast() {
      let before = time.frontier
      let admission = time.admit(&item, at: now)
      // Without windows to close, nothing depends on the order of times.
      if admission == .late, tracksFrontiers {
        lateCounts[source, default: 0] += 1
        if time.settings.late == .drop {
          item.delivery.complete(.dropped)
          continue
        }
      }
      if keepsOriginals { item = item.keepingOriginal() }
      if moment != nil { events += tellMoment(now) }
      events.append(.item(item, at: source))
      if tracksFrontiers, time.frontier > before { events.append(.frontier(time.frontier, of: source)) }
    }
    times[source] = time
    return events
  }

  /// The source has had nothing to give, up to now. To be called four times a second, while that is so.
  public mutating func idle(_ source: Graph.OperationID, at now: WallTime) -> Event? {
    guard tracksFrontiers, let before = times[source]?.frontier else { return nil }
    let others = times.filter { $0.key != source }.map(\.value.frontier)
    times[source]?.idle(at: now, others: others)
    guard let frontier = times[source]?.frontier, frontier > before else { return nil }
    return .frontier(frontier, of: source)
  }

  /// The source gives nothing more.
  public mutating func close(_ source: Graph.OperationID) -> Event {
    times[source]?.close()
    return .frontier(.done, of: source)
  }
}
