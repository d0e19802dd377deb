import Dataflow
import Synchronization
import Testing

/// A run that loses everything in the middle of its work, at any step, and is started again from what was not acknowledged: nothing is lost, and twice out is
/// nothing but what was not acknowledged.
///
/// The engine's machines are stepped here as threads might step them, by a seed. What survives a crash is the broker, which knows what was acknowledged, and
/// what the sinks have made durable.
struct CrashSimulationTests {
  @Test(arguments: 0..<10 as Range<UInt64>) func `After a crash at any step, nothing is lost, and only what was not acknowledged comes out twice`(seed: UInt64) throws {
    let whole = try Simulation(seed: seed)
    try whole.run(crashes: [])
    #expect(whole.violations.isEmpty && whole.duplicates.isEmpty && whole.steps > 60, "\(whole.violations) \(whole.duplicates)")
    for step in 0..<whole.steps {
      let simulation = try Simulation(seed: seed)
      try simulation.run(crashes: [step])
      #expect(simulation.violations.isEmpty, "crash at step \(step): \(simulation.violations)")
      #expect(simulation.duplicates.isSubset(of: simulation.unacknowledgedAtCrash), "crash at step \(step)")
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>) func `Crashes again and again change nothing of that`(seed: UInt64) throws {
    var random = Random(state: seed)
    let simulation = try Simulation(seed: seed)
    try simulation.run(crashes: Set((0..<6).map { _ in Int.random(in: 0..<150, using: &random) }))
    #expect(simulation.violations.isEmpty, "\(simulation.violations)")
    #expect(simulation.duplicates.isSubset(of: simulation.unacknowledgedAtCrash))
  }

  /// So that the checks above are known to find what they look for.
  @Test func `Acknowledging before everything is out would be found`() throws {
    let simulation = try Simulation(seed: 1, acknowledgesEarly: true)
    try simulation.run(crashes: [])
    #expect(!simulation.violations.isEmpty)
    var losses = 0
    for step in 0..<simulation.steps {
      let crashed = try Simulation(seed: 1, acknowledgesEarly: true)
      try crashed.run(crashes: [step])
      losses += crashed.violations.contains { $0.hasPrefix("lost") } ? 1 : 0
    }
    #expect(losses > 0)
  }
}

/// `in` → `filter` → `map` → `every` (a sink), and → `delay` → `accumulate` → `window` (a sink).
private final class Simulation {
  static let messageCount = 16 as UInt8

  private let graph: Graph
  private let ids: [String: Graph.OperationID]
  private let world: World
  private var random: Random
  private var engine: Engine?
  private(set) var steps = 0
  private(set) var unacknowledgedAtCrash: Set<UInt8> = []
  private let acknowledgesEarly: Bool

  init(seed: UInt64, acknowledgesEarly: Bool = false) throws {
    random = Random(state: seed)
    self.acknowledgesEarly = acknowledgesEarly
    var builder = GraphBuilder()
    let kinds: [(String, Graph.Operation.Kind)] = [
      ("in", .source), ("filter", .filter), ("map", .map), ("every", .sink), ("delay", .delay), ("accumulate", .accumulate), ("window", .sink),
    ]
    let ids = Dictionary(uniqueKeysWithValues: kinds.map { ($0, builder.add($0, $1)) })
    for (from, to) in [("in", "filter"), ("filter", "map"), ("map", "every"), ("map", "delay"), ("delay", "accumulate"), ("accumulate", "window")] {
      if let from = ids[from], let to = ids[to] { builder.connect(from, to: to) }
    }
    graph = try builder.build()
    self.ids = ids
    world = World(messageCount: Self.messageCount, windowSink: ids["window"])
  }

  /// Which messages come to the sinks: the filter drops some, and the map fails on others.
  static func isDropped(_ number: UInt8) -> Bool { number % 5 == 3 }
  static func fails(_ number: UInt8) -> Bool { number % 7 == 6 }

  /// Runs to the end, with crashes before these steps.
  func run(crashes: Set<Int>) throws {
    engine = try makeEngine()
    while let engine {
      if crashes.contains(steps) {
        unacknowledgedAtCrash.formUnion(world.unacknowledged)
        self.engine = try makeEngine()
      }
      steps += 1
      guard steps < 5000 else { return world.note("the run does not come to its end") }
      guard let isDone = (self.engine ?? engine).step(&random) else { return world.note("deadlock") }
      if isDone { break }
    }
    world.checkEnd()
  }

  var violations: [String] { world.violations }
  /// Messages that came out more than once at one of the sinks.
  var duplicates: Set<UInt8> { world.duplicates }

  private func makeEngine() throws -> Engine {
    try Engine(graph: graph, ids: ids, world: world, acknowledgesEarly: acknowledgesEarly, &random)
  }
}

/// What a crash leaves as it is.
private final class World: DeliveryObserver {
  private struct State {
    var acknowledged: Set<UInt8> = []
    /// What came out, with how often, by whether it was in a window.
    var durable: [Bool: [UInt8: Int]] = [:]
    var violations: [String] = []
    /// Which of the deliveries of this life have ended.
    var ended: Set<UInt64> = []
  }

  private let messageCount: UInt8
  private let windowSink: Graph.OperationID?
  private let state = Mutex(State())

  init(messageCount: UInt8, windowSink: Graph.OperationID?) {
    self.messageCount = messageCount
    self.windowSink = windowSink
  }

  func note(_ violation: String) { state.withLock { $0.violations.append(violation) } }
  var violations: [String] { state.withLock { $0.violations } }
  var unacknowledged: [UInt8] { state.withLock { state in (0..<messageCount).filter { !state.acknowledged.contains($0) } } }
  var duplicates: Set<UInt8> { state.withLock { state in Set(state.durable.values.flatMap { $0.filter { $0.value > 1 }.keys }) } }

  func begin() { state.withLock { $0.ended = [] } }

  func persist(_ item: Item, at sink: Graph.OperationID) {
    state.withLock { state in
      for number in payload(item.data) { state.durable[sink == windowSink, default: [:]][number, default: 0] += 1 }
    }
  }

  private static func isExpected(_ number: UInt8) -> Bool { !Simulation.isDropped(number) && !Simulation.fails(number) }

  /// An end of a source message: once in each life, and not before all that comes of it is out.
  func delivery(_ id: UInt64, completed outcome: Delivery.Outcome) {
    let number = UInt8(id)
    state.withLock { state in
      if !state.ended.insert(id).inserted { state.violations.append("\(number) was acknowledged twice") }
      guard outcome.isAcknowledged else { return }
      state.acknowledged.insert(number)
      for isWindow in [false, true] where Self.isExpected(number) && state.durable[isWindow]?[number] == nil {
        state.violations.append("\(number) was acknowledged before it was out")
      }
    }
  }

  func checkEnd() {
    state.withLock { state in
      for number in 0..<messageCount {
        if !state.acknowledged.contains(number) { state.violations.append("\(number) was never acknowledged") }
        for isWindow in [false, true] {
          let count = state.durable[isWindow]?[number] ?? 0
          if Self.isExpected(number), count == 0 { state.violations.append("lost: \(number)") }
          if !Self.isExpected(number), count > 0 { state.violations.append("\(number) should not have come out") }
        }
      }
    }
  }
}

/// One life of the engine: everything that a crash takes away.
private final class Engine {
  private let source: Graph.OperationID
  private let world: World
  private let acknowledgesEarly: Bool
  private var intake: Intake
  private var exchange: Exchange
  private let inFlight: InFlight
  private let workers: [Worker]
  private let rest: Worker
  /// What the source will give, in order.
  private var messages: ArraySlice<UInt8>
  private var queue = EventQueue()
  private var isClosed = false
  private var now: UInt64 = 1000
  /// What each worker is at.
  private var works: [Exchange.Work?]
  /// What the sinks were given, and then what they have made durable and not yet said so.
  private var written: [(Item, Graph.OperationID)] = []
  private var durable: [Item] = []

  init(graph: Graph, ids: [String: Graph.OperationID], world: World, acknowledgesEarly: Bool, _ random: inout Random) throws {
    self.world = world
    self.acknowledgesEarly = acknowledgesEarly
    source = graph.sources[0].id
    let count = Int.random(in: 1...3, using: &random), lateness = Int.random(in: 0...8, using: &random)
    intake = Intake(graph) { _ in TimeSettings(allowedLateness: .seconds(lateness), late: .emit) }
    exchange = Exchange(workers: count, restWorker: 0, sources: 1, capacity: Int.random(in: 1...6, using: &random))
    inFlight = InFlight(.init(items: random.chance(1, in: 2) ? Int.random(in: 2...6, using: &random) : .max))
    func worker(_ part: Graph.Part) throws -> Worker {
      let given: [String: Operator] = [
        "filter": .filter(Predicate { !Simulation.isDropped(payload($0)[0]) }),
        "map": .map(Map { (data) throws(OperatorError) in
          if Simulation.fails(payload(data)[0]) { throw OperatorError(.rejected, "No.") }
          return data
        }), "delay": .delay(WindowDelay(10)), "accumulate": .accumulate(Join()),
      ]
      var operators: [Graph.OperationID: Operator] = [:]
      for (name, given) in given { if let id = ids[name] { operators[id] = given } }
      return try Worker(graph: graph, part: part, operators: operators)
    }
    workers = try (0..<count).map { _ in try worker(.first) }
    rest = try worker(.rest)
    works = Array(repeating: nil, count: count)
    messages = world.unacknowledged[...]
    world.begin()
  }

  /// Does one of the things that can be done now. Returns whether all is done; nil if nothing can be done and not all is.
  func step(_ random: inout Random) -> Bool? {
    let actions: [(inout Random) -> Bool] = [give, push, close, tick, persist, acknowledge, makeRoom] + workers.indices.map { worker in { self.work(worker, &$0) } }
    for action in actions.shuffled(using: &random) where action(&random) { return false }
    return isClosed && works.allSatisfy { if case .finished? = $0 { true } else { false } } ? true : nil
  }

  private func give(_ random: inout Random) -> Bool {
    let count = min(Int.random(in: 1...3, using: &random), messages.count, inFlight.room)
    guard queue.isEmpty, count > 0 else { return false }
    now += UInt64.random(in: 0...1, using: &random)
    let items = messages.prefix(count).map { number in
      // Three seconds apart, and some out of order.
      let time = Timestamp(seconds: 100 + 3 * UInt64(number) - UInt64(number % 3) * 4)
      return inFlight.track(Item(
        time: time, data: .message(Message(timestamp: time, topic: [], payload: [number])), origin: Origin(name: "\(number)", topic: []),
        delivery: Delivery(id: UInt64(number), observer: world)))
    }
    messages = messages.dropFirst(count)
    queue = EventQueue(intake.take(items, from: source, at: WallTime(seconds: now)))
    return true
  }

  private func push(_ random: inout Random) -> Bool {
    let before = queue.count
    exchange.add(&queue)
    return queue.count < before
  }

  private func close(_ random: inout Random) -> Bool {
    guard messages.isEmpty, queue.isEmpty, !isClosed else { return false }
    isClosed = true
    queue = EventQueue([intake.close(source)])
    exchange.add(&queue)
    guard queue.isEmpty else {
      isClosed = false
      queue = EventQueue()
      return false
    }
    exchange.closeSource()
    return true
  }

  private func tick(_ random: inout Random) -> Bool {
    guard random.chance(1, in: 6), !isClosed, queue.isEmpty else { return false }
    now += 1
    guard case .frontier(let frontier, let source)? = intake.idle(source, at: WallTime(seconds: now)) else { return false }
    exchange.add(frontier, of: source)
    return true
  }

  private func work(_ worker: Int, _ random: inout Random) -> Bool {
    switch works[worker] {
    case nil: works[worker] = exchange.next(for: worker, atMost: Int.random(in: 1...4, using: &random))
    case .first(let events, let ticket)?:
      _ = exchange.complete(ticket, workers[worker].run(events))
      works[worker] = nil
      return true
    case .rest(let events)?:
      for case .item(let item, let sink) in rest.run(events) {
        written.append((item, sink))
        if acknowledgesEarly { item.delivery.complete(.delivered) }
      }
      exchange.restIsDone(held: rest.heldCount)
      works[worker] = nil
      return true
    case .finished?: return false
    }
    return works[worker] != nil
  }

  private func persist(_ random: inout Random) -> Bool {
    guard !written.isEmpty else { return false }
    let (item, sink) = written.removeFirst()
    world.persist(item, at: sink)
    durable.append(item)
    return true
  }

  private func acknowledge(_ random: inout Random) -> Bool {
    guard !durable.isEmpty else { return false }
    let item = durable.removeFirst()
    if !acknowledgesEarly { item.delivery.complete(.delivered) }
    return true
  }

  /// As a run does it: when all that the source has in flight is held by windows.
  private func makeRoom(_ random: inout Random) -> Bool {
    guard inFlight.room == 0, queue.isEmpty, written.isEmpty, durable.isEmpty, exchange.heldCount > 0, exchange.isDone(upTo: exchange.position)
    else { return false }
    queue = EventQueue([.makeRoom(for: source)])
    exchange.add(&queue)
    return true
  }
}
