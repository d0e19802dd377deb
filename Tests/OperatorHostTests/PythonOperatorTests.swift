import Dataflow
import Foundation
import OperatorFixtures
@testable import OperatorHost
import StateStore
import Synchronization
import Telemetry
import Testing
import WebAssembly

/// Operators that componentize-py built, as Azure IoT Operations' Python samples are.
@Suite(.enabled(if: PythonOperator.areBuilt, "\(PythonOperator.hint)"))
struct PythonOperatorTests {
  // MARK: The services of a graph

  @Test(arguments: PythonOperator.totals)
  func `A map keeps its state, and uses the logger, metrics and the state store`(python: PythonOperator) throws {
    let log = LogRecorder()
    let services = log.services()
    let instance = try python.instance(services, properties: [("scale", "10")])
    #expect(log.lines == ["test info totals: init {'scale': '10'}"])
    #expect(try json(instance.map(message(#"{"value": 2}"#), at: noon)) == ["count": 1, "sum": 20, "stored": "20"])
    // As bytes of the host's, and with all that a message carries.
    let padding = String(repeating: " ", count: 5000)
    let full = Message(
      timestamp: noon, topic: Array("t".utf8), contentType: "application/json", payload: Array((#"{"value": 3}"# + padding).utf8),
      userProperties: [UserProperty(key: "k", value: "ü")], schema: .reference("s:1"))
    let answer = try instance.map(.message(full), at: noon)
    #expect(try json(answer) == ["count": 2, "sum": 50, "stored": "50"])
    guard case .message(let returned) = answer else { throw Failure(text: "not a message") }
    #expect(returned.topic == full.topic && returned.userProperties == full.userProperties && returned.schema == full.schema && returned.timestamp == noon)

    #expect(log.lines.dropFirst() == ["test debug totals: 1 items", "test info stdout: sum 20", "test debug totals: 2 items", "test info stdout: sum 50"])
    #expect(services.metricValues == [MetricSeries("items", ["operation": "test", "kind": "total"]): .counter(2)])
    #expect(try services.stateStore.get(Array("total".utf8), timeout: nil)?.value == Array("50".utf8))
    #expect(instance.statistics.restarts == 0)
  }

  @Test(arguments: PythonOperator.totals)
  func `A map refuses with its own text, and goes on`(python: PythonOperator) throws {
    let instance = try python.instance()
    #expect(throws: OperatorError(.rejected, "no value: KeyError")) { try instance.map(message("{}"), at: noon) }
    #expect(throws: OperatorError(.rejected, "no value: JSONDecodeError")) { try instance.map(message("{"), at: noon) }
    #expect(throws: OperatorError(.rejected, "totals wants messages")) { try instance.map(.bytes([1]), at: noon) }
    #expect(try json(instance.map(message(#"{"value": 2}"#), at: noon))["count"] as? Int == 1)
    #expect(instance.statistics.restarts == 0)
    let error = #expect(throws: OperatorHostError.self) { try python.instance(properties: [("scale", "0")]) }
    #expect(error?.code == .initialization)
  }

  @Test func `A filter compares with the last item that passed`() throws {
    let services = LogRecorder().services()
    let instance = try PythonOperator.changes.instance(services, properties: [("threshold", "0.5")])
    let passed = try [20, 20.4, 20.5, 20.1, 19.9].map { try instance.isIncluded(message(#"{"value": \#($0)}"#), at: noon) }
    #expect(passed == [true, false, true, false, true])
    #expect(services.metricValues.values.first == .histogram(.init(count: 5, sum: 100.9, minimum: 19.9, maximum: 20.5)))
  }

  @Test func `A branch remembers in the state store, and is given the logical time`() throws {
    let log = LogRecorder()
    let services = log.services()
    let instance = try PythonOperator.firsts.instance(services)
    func arm(_ id: String, _ time: Timestamp = noon) throws -> Bool { try instance.branch(message(#"{"id": "\#(id)"}"#), at: time) }
    #expect(try ["a", "b", "a", "a"].map { try arm($0) } == [false, false, true, true])
    #expect(try !arm("a", Timestamp(seconds: 0, nanoseconds: 0, counter: 0, nodeID: "n")))
    #expect(log.lines == ["test info firsts: forgot 2"])
    // Another instance of the same run shares the store.
    #expect(try PythonOperator.firsts.instance(services).branch(message(#"{"id": "a"}"#), at: noon))
  }

  @Test func `A delay and an accumulate of one module make windows`() throws {
    let delay = try PythonOperator.delay.instance(properties: [("seconds", "1000")])
    let later = try delay.delay(message("{}"), at: noon)
    #expect(later == Timestamp(seconds: 1_700_001_000, nanoseconds: 0, counter: 0, nodeID: noon.nodeID))

    let log = LogRecorder()
    let accumulate = try PythonOperator.accumulate.instance(log.services())
    func items(_ values: Int...) -> [DataModel] { values.map { message(#"{"value": \#($0)}"#) } }
    let staged = try accumulate.accumulate(items(1, 2), into: message(""))
    #expect(try json(accumulate.accumulate(items(30), into: staged)) == ["count": 3, "sum": 33])
    #expect(log.lines == ["test info windows: 2 more", "test info windows: 1 more"])
    // A window of many items.
    let many = (0..<2000).map { message(#"{"value": \#($0)}"#) }
    #expect(try json(accumulate.accumulate(many, into: message(""))) == ["count": 2000, "sum": 1_999_000])
    #expect(accumulate.handleCount == 0)
  }

  // MARK: The world outside

  static let probes = [
    "clocks", "sleep", "randomness", "environment", "files", "sockets", "threads", "standard_input", "terminals", "prints", "descriptors", "memory", "recursion",
    "exits", "system_exit", "aborts", "raises",
  ]

  @Test(arguments: PythonOperator.probes)
  func `Python code sees the same world as under wasmtime's own WASI`(python: PythonOperator) throws {
    let expected = try #require(try JSONSerialization.jsonObject(with: python.answers) as? [String: [String: Any]])
    #expect(expected.keys.sorted() == Self.probes.sorted())
    let log = LogRecorder()
    let instance = try python.instance(log.services())
    for probe in Self.probes {
      let answer = try #require(expected[probe])
      let printed = log.lines.count
      do {
        let value = try JSONSerialization.jsonObject(with: payload(instance.map(message(probe), at: noon)), options: .fragmentsAllowed)
        #expect(value as? NSObject == answer["answer"] as? NSObject, "\(probe): \(value) instead of \(String(describing: answer["answer"]))")
      } catch let error as OperatorError {
        let end = error.code == .exited ? "exit" : error.code == .trapped ? "trap" : "\(error)"
        #expect(answer["ends"] as? String == end, "\(probe): \(error)")
      }
      for (stream, level) in [("stdout", "info"), ("stderr", "warn")] {
        let prefix = "test \(level) \(stream): "
        let lines = log.lines[printed...].filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count).replacing(/0x[0-9a-f]+/, with: "0x") }
        #expect(lines.map(String.init).filter { !$0.isEmpty } == answer[stream] as? [String], "\(probe)")
      }
    }
  }

  @Test(arguments: PythonOperator.probes)
  func `Every instance has random numbers of its own`(python: PythonOperator) throws {
    let answers = try (0..<2).map { _ in String(decoding: try payload(python.instance().map(message("identifiers"), at: noon)), as: UTF8.self) }
    #expect(answers[0] != answers[1])
  }

  @Test(arguments: PythonOperator.probes)
  func `A sleep past the deadline costs the item, at once`(python: PythonOperator) throws {
    let instance = try python.instance(limits: StoreLimits(callMilliseconds: 600_000))
    let error = try #require(throws: OperatorError.self) { try instance.map(message("sleep_long"), at: noon) }
    #expect(error.code == .timedOut && error.message.contains("for 3600 s when 600 s"), "\(error)")
    #expect(String(decoding: try payload(instance.map(message("sleep"), at: noon)), as: UTF8.self) == "true")
  }

  @Test(arguments: PythonOperator.probes)
  func `Python that takes all memory is told so by an exception`(python: PythonOperator) throws {
    let instance = try python.instance(limits: StoreLimits(memory: 128 << 20))
    #expect(String(decoding: try payload(instance.map(message("memory_hog"), at: noon)), as: UTF8.self) == #""MemoryError""#)
    #expect(instance.memorySize <= 128 << 20)
  }

  // MARK: Helpers

  struct Failure: Error { let text: String }

  private func payload(_ data: DataModel) throws -> Data {
    guard case .message(let message) = data else { throw Failure(text: "not a message") }
    return Data(message.payload)
  }

  private func json(_ data: DataModel) throws -> NSDictionary {
    try #require(try JSONSerialization.jsonObject(with: payload(data)) as? NSDictionary)
  }
}

extension PythonOperator {
  /// One at a time, because what the operators share is compiled only once, and kept for the next run of the tests.
  private static let modules = Mutex<[String: OperatorModule]>([:])

  var module: OperatorModule {
    get throws {
      try Self.modules.withLock { modules in
        if let module = modules[path] { return module }
        let module = try OperatorModule(path: path, engine: engine.get(), cache: .standard)
        modules[path] = module
        return module
      }
    }
  }

  func instance(
    _ services: OperatorServices = LogRecorder().services(), properties: [(name: String, value: String)] = [], limits: StoreLimits = StoreLimits()
  ) throws -> OperatorInstance {
    try OperatorInstance(
      module, operation: "test", kind: OperatorKind(rawValue: kind) ?? .map, configuration: ModuleConfiguration(properties: properties), services: services,
      limits: limits)
  }
}
