import Dataflow
import OperatorFixtures
@testable import OperatorHost
import RPC
import SchemaRegistry
import Telemetry
import Testing

/// What operators may call, called by operators.
struct ServiceTests {
  // MARK: Metrics

  /// Adds 3 to the counter `items` for `c`, records 2.5 in a histogram of the same name for `h`, and of another name for `f`; with the
  /// label `kind=x`. Refuses the item with the host's text when the host refuses.
  static let metering = OperatorFixture(
    imports: """
      (import "wasm-graph:processor/metrics@1.1.0" "add-to-counter" (func $add (param i32 i32 i32 i64 i32 i32 i32 i32)))
      (import "wasm-graph:processor/metrics@1.1.0" "record-to-histogram" (func $record (param i32 i32 i32 i64 i32 i32 i32 i32)))
      """,
    definitions: """
      (data (i32.const 16) "itemstimekindx")
      (data (i32.const 64) "\(UInt32(25).asTextLiteral)\(UInt32(4).asTextLiteral)\(UInt32(29).asTextLiteral)\(UInt32(1).asTextLiteral)")
      """,
    process: """
      (i32.store8 (i32.const 128) (i32.const 0))
      (if (i32.eq (call $byte (local.get $data)) (i32.const 99)) (then
        (call $add (i32.const 16) (i32.const 5) (i32.const 0) (i64.const 3) (i32.const 1) (i32.const 64) (i32.const 1) (i32.const 128))))
      (if (i32.eq (call $byte (local.get $data)) (i32.const 104)) (then
        (call $record (i32.const 16) (i32.const 5) (i32.const 0) (i64.reinterpret_f64 (f64.const 2.5)) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 128))))
      (if (i32.eq (call $byte (local.get $data)) (i32.const 102)) (then
        (call $record (i32.const 21) (i32.const 4) (i32.const 0) (i64.reinterpret_f64 (f64.const 2.5)) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 128))))
      (if (result i32) (i32.load8_u (i32.const 128))
        (then (call $refuse (i32.load (i32.const 136)) (i32.load (i32.const 140)))) (else (call $passOn (local.get $data))))
      """)

  @Test func `Counters and histograms add up, with the operation and the operator's labels`() throws {
    let services = LogRecorder().services()
    let instance = try OperatorInstance(Self.metering, services)
    for payload in ["c", "c", "f", "f"] { _ = try instance.map(message(payload), at: noon) }
    let histogram = MemoryMetrics.Value.histogram(.init(count: 2, sum: 5, minimum: 2.5, maximum: 2.5))
    #expect(services.metricValues == [
      MetricSeries("items", ["operation": "test", "kind": "x"]): .counter(6), MetricSeries("time", ["operation": "test"]): histogram,
    ])
  }

  @Test func `A metric keeps its kind`() throws {
    let services = LogRecorder().services()
    let instance = try OperatorInstance(Self.metering, services)
    _ = try instance.map(message("c"), at: noon)
    let error = try #require(throws: OperatorError.self) { try instance.map(message("h"), at: noon) }
    #expect(error.code == .rejected)
    #expect(error.message.contains("\"items\""))
    #expect(services.metricValues.count == 1)
  }

  @Test func `Metrics are shared by the instances of a run`() throws {
    let services = LogRecorder().services()
    for _ in 0..<2 { _ = try OperatorInstance(Self.metering, services).map(message("c"), at: noon) }
    #expect(Array(services.metricValues.values) == [.counter(6)])
  }

  // MARK: State store

  /// Sets the key `key` to its payload for payloads that start with `s`, unless it is there; gives the key's value back for all others.
  static let remembering = OperatorFixture(
    imports: """
      (import "wasm-graph:processor/state-store@1.1.0" "set" (func $set (param i32 i32)))
      (import "wasm-graph:processor/state-store@1.1.0" "get" (func $get (param i32 i32 i32 i64 i32 i32)))
      """,
    definitions: """
      (data (i32.const 16) "key")
      (func $remember (param $data i32) (result i32)
        (i32.store (i32.const 200) (i32.const 16))
        (i32.store (i32.const 204) (i32.const 3))
        (i32.store (i32.const 208) (i32.load offset=80 (local.get $data)))
        (i32.store (i32.const 212) (i32.load offset=84 (local.get $data)))
        (call $set (i32.const 200) (i32.const 400))
        (call $passOn (local.get $data)))
      (func $recall (result i32)
        (call $get (i32.const 16) (i32.const 3) (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 400))
        (i64.store (i32.const 1024) (i64.const 0))
        (i64.store (i32.const 1032) (i64.const 0))
        (i32.store8 (i32.const 1040) (i32.const 1))
        (i32.store (i32.const 1044) (i32.load (i32.const 412)))
        (i32.store (i32.const 1048) (select (i32.load (i32.const 416)) (i32.const 0) (i32.load8_u (i32.const 408))))
        (i32.const 1024))
      """,
    process: """
      (if (result i32) (i32.eq (call $byte (local.get $data)) (i32.const 115)) (then (call $remember (local.get $data))) (else (call $recall)))
      """)

  @Test func `Operators share what they set in the state store`() throws {
    let services = LogRecorder().services()
    let one = try OperatorInstance(Self.remembering, services), other = try OperatorInstance(Self.remembering, services)
    #expect(try other.map(message("?"), at: noon) == .bytes([]))
    _ = try one.map(message("so it is"), at: noon)
    #expect(try other.map(message("?"), at: noon) == .bytes(Array("so it is".utf8)))
    // `only-if-does-not-exist` is the first condition.
    _ = try other.map(message("something else"), at: noon)
    #expect(try one.map(message("?"), at: noon) == .bytes(Array("so it is".utf8)))
  }

  // MARK: Schema registry

  /// Answers with an error whose text is a schema, or one character for the kind of error.
  static let reading = OperatorFixture(
    imports: #"(import "wasm-graph:processor/schema-registry@1.1.0" "get" (func $get (param i32 i32 i32 i32 i64 i32 i32)))"#,
    definitions: #"(data (i32.const 16) "thermometer1")"#,
    process: """
      (call $get (i32.const 16) (i32.const 11) (i32.const 27) (i32.const 1) (i64.const 10) (i32.const 0) (i32.const 400))
      (if (result i32) (i32.load8_u (i32.const 400))
        (then
          (i32.store8 (i32.const 600) (i32.add (i32.const 48) (i32.load8_u (i32.const 404))))
          (call $refuse (i32.const 600) (i32.const 1)))
        (else (call $refuse (i32.load (i32.const 460)) (i32.load (i32.const 464)))))
      """)

  @Test func `An operator reads schemas from the registry of the run, and learns if there is none`() throws {
    let folder = try TestFolder()
    try folder.write("thermometer/1.json", Array(#"{"type":"object"}"#.utf8))
    var services = LogRecorder().services()
    services.schemaRegistry = FolderSchemaRegistry(path: folder.path)
    for (services, text) in [(services, #"{"type":"object"}"#), (LogRecorder().services(), "4")] {
      let error = try #require(throws: OperatorError.self) { try OperatorInstance(Self.reading, services).map(message("x"), at: noon) }
      #expect(error.message.hasSuffix(text), "\(error)")
    }
  }

  // MARK: Commands

  /// Sends its payload to the command `stop` and gives back what it answers; refuses with a letter for the error, `A` being the first.
  static let commanding = OperatorFixture(
    imports: """
      (import "wasm-graph:processor/command-invoker@1.1.0" "[constructor]command-invoker-options-builder" (func $options (result i32)))
      (import "wasm-graph:processor/command-invoker@1.1.0" "[method]command-invoker-options-builder.request-topic-pattern" (func $pattern (param i32 i32 i32 i32)))
      (import "wasm-graph:processor/command-invoker@1.1.0" "[method]command-invoker-options-builder.command-name" (func $name (param i32 i32 i32 i32)))
      (import "wasm-graph:processor/command-invoker@1.1.0" "[method]command-invoker-options-builder.build" (func $buildOptions (param i32 i32)))
      (import "wasm-graph:processor/command-invoker@1.1.0" "new-invoker" (func $newInvoker (param i32 i32)))
      (import "wasm-graph:processor/command-invoker@1.1.0" "[constructor]command-request-builder" (func $request (result i32)))
      (import "wasm-graph:processor/command-invoker@1.1.0" "[method]command-request-builder.payload" (func $payload (param i32 i32 i32 i32)))
      (import "wasm-graph:processor/command-invoker@1.1.0" "[method]command-request-builder.build" (func $buildRequest (param i32 i32)))
      (import "wasm-graph:processor/command-invoker@1.1.0" "[method]command-invoker.invoke" (func $invoke (param i32 i32 i32)))
      """,
    definitions: """
      (data (i32.const 16) "acme/{commandName}stop")
      (func $refuseLetter (param $code i32) (result i32)
        (i32.store8 (i32.const 600) (i32.add (i32.const 65) (local.get $code)))
        (call $refuse (i32.const 600) (i32.const 1)))
      (func $command (param $data i32) (result i32)
        (local $invoker i32)
        (call $pattern (call $options) (i32.const 16) (i32.const 18) (i32.const 400))
        (call $name (i32.load (i32.const 404)) (i32.const 34) (i32.const 4) (i32.const 400))
        (call $buildOptions (i32.load (i32.const 404)) (i32.const 400))
        (call $newInvoker (i32.load (i32.const 404)) (i32.const 400))
        (if (i32.load8_u (i32.const 400)) (then (return (call $refuseLetter (i32.load8_u (i32.const 404))))))
        (local.set $invoker (i32.load (i32.const 404)))
        (call $payload (call $request) (i32.load offset=80 (local.get $data)) (i32.load offset=84 (local.get $data)) (i32.const 400))
        (call $buildRequest (i32.load (i32.const 404)) (i32.const 400))
        (call $invoke (local.get $invoker) (i32.load (i32.const 404)) (i32.const 400))
        (if (i32.load8_u (i32.const 400)) (then (return (call $refuseLetter (i32.load8_u (i32.const 408))))))
        (i64.store (i32.const 1024) (i64.const 0))
        (i64.store (i32.const 1032) (i64.const 0))
        (i32.store8 (i32.const 1040) (i32.const 1))
        (i32.store (i32.const 1044) (i32.load (i32.const 408)))
        (i32.store (i32.const 1048) (i32.load (i32.const 412)))
        (i32.const 1024))
      """,
    process: "(call $command (local.get $data))")

  /// Answers the payload in upper case, or what it is made to say.
  private struct Executor: RequestChannel {
    let clientID = "mill"
    var status = "200"
    func response(to request: RPCRequest, timeout: UInt64) throws(RPCError) -> RPCResponse {
      guard request.topic == "acme/stop", request.responseTopic == "clients/mill/acme/stop", timeout > 0 else { throw RPCError(.timeout, "nobody listens") }
      let text = String(decoding: request.payload, as: UTF8.self).uppercased()
      return RPCResponse(payload: Array(text.utf8), userProperties: [UserProperty(key: "__stat", value: status)])
    }
  }

  @Test func `An operator calls a command of another service`() throws {
    var services = LogRecorder().services()
    services.remoteCalls = RPCClient(Executor()) { 0 }
    #expect(try OperatorInstance(Self.commanding, services).map(message("now"), at: noon) == .bytes(Array("NOW".utf8)))
  }

  @Test func `An operator learns why a command failed`() throws {
    let refusing = LogRecorder()
    var services = refusing.services()
    services.remoteCalls = RPCClient(Executor(status: "503")) { 0 }
    var error = try #require(throws: OperatorError.self) { try OperatorInstance(Self.commanding, services).map(message("now"), at: noon) }
    #expect(error.message.hasSuffix("L"), "\(error)")
    // Without a connection the invoker itself cannot be made.
    error = try #require(throws: OperatorError.self) { try OperatorInstance(Self.commanding).map(message("now"), at: noon) }
    #expect(error.message.hasSuffix("D"), "\(error)")
  }

  @Test func `Requests take a bounded part of the host's memory`() throws {
    let hoarding = OperatorFixture(
      imports: """
        (import "wasm-graph:processor/command-invoker@1.1.0" "[constructor]command-request-builder" (func $request (result i32)))
        (import "wasm-graph:processor/command-invoker@1.1.0" "[method]command-request-builder.payload" (func $payload (param i32 i32 i32 i32)))
        """,
      definitions: """
        (func $hoard (result i32) (local $count i32)
          (drop (memory.grow (i32.const 32)))
          (loop $more
            (call $payload (call $request) (i32.const 0) (i32.const 1048576) (i32.const 400))
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            (br_if $more (i32.eqz (i32.load8_u (i32.const 400)))))
          (i32.store8 (i32.const 600) (i32.add (i32.const 65) (i32.load8_u (i32.const 404))))
          (i32.store8 (i32.const 601) (i32.add (i32.const 65) (local.get $count)))
          (call $refuse (i32.const 600) (i32.const 2)))
        """,
      process: "(call $hoard)")
    let error = try #require(throws: OperatorError.self) { try OperatorInstance(hoarding).map(message("x"), at: noon) }
    // `resource-table-error` for the sixteenth request of a mebibyte.
    #expect(error.message.hasSuffix("MQ"), "\(error)")
  }

  // MARK: Everything else

  /// The functions of `wasm-graph:processor@1.1.0` that operators may import, with their core types.
  static let functions: [(interface: String, name: String, type: String)] = [
    ("types", "[method]buffer.read", "(param i32 i32)"),
    ("types", "[resource-drop]buffer", "(param i32)"),
    ("logger", "log", "(param i32 i32 i32 i32 i32)"),
    ("metrics", "add-to-counter", "(param i32 i32 i32 i64 i32 i32 i32 i32)"),
    ("metrics", "record-to-histogram", "(param i32 i32 i32 i64 i32 i32 i32 i32)"),
    ("state-store", "get", "(param i32 i32 i32 i64 i32 i32)"),
    ("state-store", "set", "(param i32 i32)"),
    ("state-store", "del", "(param i32 i32 i32 i64 i32 i64 i32 i32 i32 i64 i32 i32)"),
    ("state-store", "vdel", "(param i32 i32 i32 i32 i32 i64 i32 i64 i32 i32 i32 i64 i32 i32)"),
    ("schema-registry", "get", "(param i32 i32 i32 i32 i64 i32 i32)"),
    ("command-invoker", "new-invoker", "(param i32 i32)"),
    ("command-invoker", "[method]command-invoker.invoke", "(param i32 i32 i32)"),
    ("command-invoker", "[resource-drop]command-invoker", "(param i32)"),
    ("command-invoker", "[resource-drop]command-request", "(param i32)"),
    ("command-invoker", "[resource-drop]command-invoker-options", "(param i32)"),
    ("command-invoker", "[constructor]command-request-builder", "(result i32)"),
    ("command-invoker", "[method]command-request-builder.payload", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-request-builder.custom-user-data", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-request-builder.topic-tokens", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-request-builder.timeout", "(param i32 i64 i32 i32)"),
    ("command-invoker", "[method]command-request-builder.build", "(param i32 i32)"),
    ("command-invoker", "[constructor]command-invoker-options-builder", "(result i32)"),
    ("command-invoker", "[method]command-invoker-options-builder.request-topic-pattern", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-invoker-options-builder.response-topic-pattern", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-invoker-options-builder.command-name", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-invoker-options-builder.topic-namespace", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-invoker-options-builder.topic-token-map", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-invoker-options-builder.response-topic-prefix", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-invoker-options-builder.response-topic-suffix", "(param i32 i32 i32 i32)"),
    ("command-invoker", "[method]command-invoker-options-builder.build", "(param i32 i32)"),
  ]

  @Test func `An operator that imports every function of the interface runs`() throws {
    // The fixture itself imports the log.
    let imports = Self.functions.filter { $0.name != "log" }.map { #"(import "wasm-graph:processor/\#($0.interface)@1.1.0" "\#($0.name)" (func \#($0.type)))"# }
    let greedy = OperatorFixture(imports: imports.joined(separator: "\n"), process: "(call $passOn (local.get $data))")
    #expect(try OperatorModule(greedy).problems(as: .map).isEmpty)
    #expect(try OperatorInstance(greedy).map(message("x"), at: noon) == message("x"))
  }

  @Test func `A model that an operator cannot load keeps it from starting`() throws {
    #expect(throws: OperatorHostError.self) { try OperatorInstance(.loading(model: [1, 2, 3])) }
  }
}
