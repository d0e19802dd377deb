internal import ComponentModel
internal import Dataflow
internal import EndpointKit
internal import FileEndpoint
internal import GraphDefinition
internal import JSONTree
internal import OperatorHost
internal import OrderedCollections
public import Runtime
internal import StateStore
internal import Synchronization
internal import Telemetry

/// Runs the test cases of graphs, each with new operators, an empty state store and a clock of its own, which stands still: windows close when the input
/// ends, and no test waits.
public struct TestRunner: Sendable {
  /// When every test takes place: at the start of a window, whatever its length.
  static let time = WallTime(seconds: 1_699_920_000)

  private let options: RunOptions

  /// - Parameter options: where modules are, what operators may use, and so on; the graph and its parameters are those of each test.
  public init(options: RunOptions) { self.options = options }

  /// Runs one test.
  ///
  /// - Parameter updates: writes what came out to the file of what is expected, instead of comparing the two.
  public func run(_ path: String, updates: Bool = false) -> TestResult {
    let start = monotonicNanoseconds()
    func result(_ name: String, _ verdict: TestResult.Verdict) -> TestResult {
      TestResult(path: path, name: name, verdict: verdict, nanoseconds: monotonicNanoseconds() - start)
    }
    let test: TestCase
    do { test = try TestCase(path: path) } catch { return result(path, .errored(error.description)) }
    let notes = Notes()
    do throws(TestError) {
      let messages = try messages(of: test, notes)
      if updates {
        try update(test, messages)
        return result(test.name, .passed)
      }
      return result(test.name, try test.expectation().difference(to: messages).map { .failed($0 + notes.text) } ?? .passed)
    } catch {
      return result(test.name, .errored(error.description + notes.text))
    }
  }

  /// What the graph gives for the test's input, as AIO's local runner prints it.
  private func messages(of test: TestCase, _ notes: Notes) throws(TestError) -> [JSON] {
    let application = try Application(folder: test.graph.lastIndex(of: "/").map { String(test.graph[..<$0]) } ?? ".")
    var options = options
    options.graph = test.graph
    options.overrides = application.overrides + options.overrides
    options.schemas = application.schemas
    let store = MemoryStateStore { Self.time.seconds * 1_000_000_000 }
    for (key, value) in application.state {
      do { _ = try store.set(Array(key.utf8), Array(value.utf8), SetOptions(), timeout: nil) } catch { throw TestError("statestore.json: \(error)") }
    }
    options.stateStore = store

    let clock = EndpointClock(wallTime: { Self.time }, monotonic: { 1 })
    let sink = CollectingSink()
    do {
      let plan = try RunPlan(options)
      let run = try GraphRun(plan, source: try FileInput(path: test.input).open(clock: clock), sink: sink, clock: clock) { event in
        switch event {
        case .failed(let operation, let item, let error): notes.add("\(item): \(operation): \(error)")
        case .refused(let error): notes.add("\(error)")
        case .notice(let operation, let message): notes.add("\(operation): \(message)")
        case .log(let record) where record.level >= .warn: notes.add("\(record.operation): \(record.level): \(record.message)")
        case .log, .health, .ready: break
        }
      }
      let watchdog = Watchdog(milliseconds: test.timeoutMilliseconds) { run.stop() }
      defer { watchdog.cancel() }
      _ = try run.run()
      guard !watchdog.hasFired else { throw TestError("the run took longer than the test's timeout of \(test.timeoutMilliseconds) ms") }
    } catch let error as TestError {
      throw error
    } catch let error as RunError {
      throw TestError((error.diagnostics.map(\.description) + (error.message.isEmpty ? [] : [error.message])).joined(separator: "\n"))
    } catch {
      throw TestError("\(error)")
    }
    return sink.messages
  }

  private func update(_ test: TestCase, _ messages: [JSON]) throws(TestError) {
    // What is there says whether the last message is compared or all; a new file gets the last.
    let old = fileExists(test.expectedFile) ? JSON(bytes: try readText(test.expectedFile).utf8) : nil
    var expectation = Expectation(.null)
    (expectation.select, expectation.ignores) = (test.select, test.ignores)
    let prepared = messages.map(expectation.prepared)
    let isList = if case .array? = old { true } else { prepared.isEmpty }
    try writeText((isList ? .array(prepared) : prepared.last ?? .array([])).lines() + "\n", to: test.expectedFile)
  }
}

/// What went wrong during a test, which may be why its output is not as expected.
private final class Notes: Sendable {
  private static let shownCount = 20
  private let state = Mutex<(lines: [String], omitted: Int)>(([], 0))

  func add(_ line: String) {
    state.withLock { state in
      if state.lines.count < Self.shownCount { state.lines.append(line) } else { state.omitted += 1 }
    }
  }

  /// One line for each, each after a line end.
  var text: String {
    state.withLock { state in
      (state.lines + (state.omitted > 0 ? ["and \(state.omitted) more"] : [])).map { "\n\($0)" }.joined()
    }
  }
}

/// Keeps what a run puts out.
private final class CollectingSink: Sink {
  private let state = Mutex<[JSON]>([])
  var messages: [JSON] { state.withLock { $0 } }

  func write(_ items: [Item]) {
    let messages = items.map { JSON(output: $0.outgoingMessage) }
    state.withLock { $0 += messages }
    for item in items { item.delivery.complete(.delivered) }
  }

  func flush() {}
  func close() {}
}

extension JSON {
  /// A message as AIO's local runner prints it (tooling.md §4): always under the topic of its sink, the payload as a text.
  fileprivate init(output message: Message) {
    var user: OrderedDictionary<String, JSON> = ["__ts": .string(message.timestamp.text)]
    for property in message.userProperties { user[property.key] = .string(property.value) }
    var properties: OrderedDictionary<String, JSON> = ["user-properties": .object(user)]
    if let contentType = message.contentType { properties["content-type"] = .string(contentType) }
    self = .object([
      "topic": .string("sensors"), "qos": 1, "retain": 0, "payloadlen": .number(JSONNumber(Int64(message.payload.count))),
      "properties": .object(properties), "payload": .string(String(decoding: message.payload, as: UTF8.self)),
    ])
  }
}
