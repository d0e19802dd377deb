import Dataflow
import EndpointKit
import GraphDefinition
import OperatorFixtures
import Runtime
import Synchronization
import Telemetry
import Testing
import WebAssembly

/// A graph file in short: `map moody` is an operation whose module is `moody:1.0.0`; `b True -> out` is a connection.
struct GraphText {
  var operations: [String]
  var connections: [String]
  var usesNeuralNetworks = false
  /// The `moduleConfigurations`, in YAML's flow style.
  var configurations: [String] = []

  /// Operations in a row, between a source `in` and a sink `out`.
  init(chain operations: String...) {
    let names = ["in"] + operations.map { String($0.split(separator: " ")[1]) } + ["out"]
    self.init(["source in"] + operations + ["sink out"], zip(names, names.dropFirst()).map { "\($0) -> \($1)" })
  }

  init(_ operations: [String], _ connections: [String]) {
    self.operations = operations
    self.connections = connections
  }

  private static let schema = "https://www.schemastore.org/aio-wasm-graph-config-1.0.0.json"

  var yaml: String {
    var lines = ["metadata: { $schema: \(Self.schema), name: Test, version: 1.0.0 }", "moduleRequirements:", "  apiVersion: 1.1.0", "  runtimeVersion: 1.1.0"]
    if usesNeuralNetworks { lines += ["  features: [{ name: wasi-nn }]"] }
    lines.append("operations:")
    for operation in operations {
      let words = operation.split(separator: " ")
      let module = ["source", "sink", "concatenate"].contains(words[0]) ? "" : ", module: \(words.count > 2 ? words[2] : "\(words[1]):1.0.0")"
      lines.append("  - { operationType: \(words[0]), name: \(words[1])\(module) }")
    }
    lines.append("connections:")
    for connection in connections {
      let words = connection.split(separator: " ")
      let arm = words[1] == "->" ? "" : ", arm: \"\(words[1])\""
      lines.append("  - { from: { name: \(words[0])\(arm) }, to: { name: \(words[words.count - 1]) } }")
    }
    if !configurations.isEmpty { lines += ["moduleConfigurations:"] + configurations.map { "  - \($0)" } }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// A graph and its modules in a folder.
struct TestGraph {
  let folder: TestFolder
  var options: RunOptions

  init(_ text: GraphText, _ modules: [String: OperatorFixture] = [:]) throws {
    folder = try TestFolder()
    options = RunOptions(graph: try folder.write("graph.yaml", text.yaml))
    options.codeCache = CodeCache(directory: nil)
    options.workers = 1
    for (name, fixture) in modules { try folder.write("modules/\(name)-1.0.0.wasm", fixture) }
  }

  /// Runs the graph over items with these payloads.
  func run(_ payloads: [String], events: EventRecorder = EventRecorder()) throws -> RunResult {
    try RunResult(options, MemorySource(payloads.map { Array($0.utf8) }), events)
  }

  func planError() throws -> RunError { try #require(throws: RunError.self) { try RunPlan(options) } }
}

/// A run that is over, with all that is known about it.
struct RunResult {
  let summary: RunSummary
  let sink: MemorySink
  let events: EventRecorder
  let outcomes: [UInt64: [Delivery.Outcome]]

  init(_ options: RunOptions, _ source: MemorySource, _ events: EventRecorder = EventRecorder()) throws {
    sink = MemorySink()
    self.events = events
    summary = try GraphRun(try RunPlan(options), source: source, sink: sink, onEvent: events.record).run()
    outcomes = source.recorder.outcomes
  }
}

extension RunSummary {
  func operation(_ name: String) -> Operation? { operations.first { $0.name == name } }
}

/// Gives its items in small batches, as messages `0`, `1`, … of the topic `test`.
final class MemorySource: Source {
  let recorder = DeliveryRecorder()
  private let state: Mutex<(payloads: [[UInt8]], next: Int, isStopped: Bool)>
  private let repeats: Bool

  /// - Parameter repeats: whether it starts again and again, until it is stopped.
  init(_ payloads: [[UInt8]], repeats: Bool = false) {
    state = Mutex((payloads, 0, false))
    self.repeats = repeats
  }

  /// How many items it has given.
  var given: Int { state.withLock { $0.next } }

  func next(atMost limit: Int) -> SourceBatch {
    state.withLock { state in
      let count = min(limit, 7, repeats ? .max : state.payloads.count - state.next)
      guard count > 0, !state.isStopped else { return .finished }
      let items = (state.next..<(state.next + count)).map { item($0, state.payloads[$0 % state.payloads.count]) }
      state.next += count
      return .items(items)
    }
  }

  func stop() { state.withLock { $0.isStopped = true } }

  private func item(_ index: Int, _ payload: [UInt8]) -> Item {
    let time = Timestamp(seconds: UInt64(index), nodeID: "node \(index % 2)"), topic = Array("test".utf8)
    return Item(
      time: time, data: .message(Message(timestamp: time, topic: topic, payload: payload)),
      origin: Origin(name: "\(index)", topic: topic, receivedAt: EndpointClock.systemNanoseconds()),
      delivery: Delivery(id: UInt64(index), observer: recorder))
  }
}

/// Keeps what it is given; breaks after so many items, if wanted.
final class MemorySink: Sink {
  private let state = Mutex<(items: [Item], isClosed: Bool)>(([], false))
  private let capacity: Int
  private let onWrite: @Sendable (_ count: Int) -> Void

  init(capacity: Int = .max, onWrite: @escaping @Sendable (_ count: Int) -> Void = { _ in }) {
    self.capacity = capacity
    self.onWrite = onWrite
  }

  var items: [Item] { state.withLock { $0.items } }
  var names: [String] { items.map(\.origin.name) }
  var payloads: [String] { items.map { String(decoding: $0.outgoingMessage.payload, as: UTF8.self) } }
  var isClosed: Bool { state.withLock { $0.isClosed } }

  func write(_ items: [Item]) throws(EndpointError) {
    for (index, item) in items.enumerated() {
      let count: Int? = state.withLock { state in
        guard state.items.count < capacity else { return nil }
        state.items.append(item)
        return state.items.count
      }
      guard let count else {
        for item in items[index...] { item.delivery.complete(.abandoned) }
        throw EndpointError(.unwritable, "memory", "The sink is full.")
      }
      item.delivery.complete(.delivered)
      onWrite(count)
    }
  }

  func flush() {}
  func close() { state.withLock { $0.isClosed = true } }
}

/// What a run tells.
final class EventRecorder: Sendable {
  private let state = Mutex<[RunEvent]>([])

  @Sendable func record(_ event: RunEvent) { state.withLock { $0.append(event) } }

  /// As `operation item code`.
  var failures: [String] {
    state.withLock { $0 }.compactMap { event in
      if case .failed(let operation, let item, let error) = event { "\(operation) \(item) \(error.code)" } else { nil }
    }
  }

  var failureMessages: [String: String] {
    let pairs = state.withLock { $0 }.compactMap { event -> (String, String)? in
      if case .failed(_, let item, let error) = event { (item, error.message) } else { nil }
    }
    return Dictionary(pairs) { $1 }
  }

  /// As `operation context message`.
  var logs: [String] {
    state.withLock { $0 }.compactMap { event in
      if case .log(let record) = event { "\(record.operation) \(record.context) \(record.message)" } else { nil }
    }
  }

  /// As `operation message`.
  var notices: [String] {
    state.withLock { $0 }.compactMap { event in
      if case .notice(let operation, let message) = event { "\(operation) \(message)" } else { nil }
    }
  }

  var health: [RunHealth] { state.withLock { $0 }.compactMap { if case .health(let health) = $0 { health } else { nil } } }

  var readyCount: Int { state.withLock { $0.count { if case .ready = $0 { true } else { false } } } }
}
