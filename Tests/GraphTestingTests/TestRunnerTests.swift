import Foundation
import GraphTesting
import OperatorFixtures
import Runtime
import Testing

/// Whole test cases, with operators that the tests bring along.
struct TestRunnerTests {
  private let folder: TestFolder

  init() throws {
    folder = try TestFolder()
    try folder.write("graph.yaml", """
      moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }
      operations:
        - { operationType: source, name: source }
        - { operationType: filter, name: only-a, module: "only-a:1.0.0" }
        - { operationType: sink, name: sink }
      connections:
        - { from: { name: source }, to: { name: only-a } }
        - { from: { name: only-a }, to: { name: sink } }
      """)
    // 123 is the first byte of a JSON object, 97 an "a".
    try folder.write("operators/only-a/bin/x86_64/release/only-a.wasm", OperatorFixture("filter", process: "(call $answer (i32.ne (call $byte (local.get $data)) (i32.const 97)))"))
    try folder.write("tests/one/input/1.json", #"{ "value": 1 }"#)
    try folder.write("tests/one/input/2.json", "a")
    try folder.write("tests/one/input/3.json", #"{ "value": 3.0 }"#)
  }

  private func run(_ test: String, expected: String, updates: Bool = false) throws -> TestResult {
    try folder.write("tests/one/expected.json", expected)
    let path = try folder.write("tests/one/one.test.yaml", "name: One\ngraph: ../../graph.yaml\ninput: input\nexpected: expected.json\n" + test)
    return TestRunner(options: RunOptions(graph: "")).run(path, updates: updates)
  }

  @Test func `the last message, or all, are compared with what is expected`() throws {
    #expect(try run("select: [payload, topic]\n", expected: #"{"topic":"sensors","payload":{"value":3}}"#).verdict == .passed)
    #expect(try run("select: [payload]\n", expected: #"[{"payload":{"value":1}},{"payload":"{\"value\":3}"}]"#).verdict == .passed)
    #expect(try run("ignores: [payload, payloadlen, properties]\n", expected: #"{"topic":"sensors","qos":1,"retain":0}"#).verdict == .passed)
    guard case .failed(let text) = try run("select: [payload]\n", expected: #"{"payload":{"value":4}}"#).verdict else { return #expect(Bool(false), "it passed") }
    #expect(text.contains("-     \"value\": 4") && text.contains("+     \"value\": 3"))
    guard case .failed = try run("", expected: "[]").verdict else { return #expect(Bool(false), "it passed") }
  }

  @Test func `what came out is the same each time, times included`() throws {
    #expect(try run("", expected: "[]", updates: true).verdict == .passed)
    let first = try folder.text(of: "tests/one/expected.json")
    #expect(first.contains("__ts"))
    #expect(try run("", expected: first).verdict == .passed)
  }

  @Test func `an update writes what is compared`() throws {
    #expect(try run("select: [payload]\n", expected: "null", updates: true).verdict == .passed)
    #expect(try folder.text(of: "tests/one/expected.json") == "{\n  \"payload\": {\n    \"value\": 3\n  }\n}\n")
  }

  @Test func `a graph, an input or an expectation that is not there makes an error that names it`() throws {
    guard case .errored(let text) = try run("timeout: 1\nselect: [a..b]\n", expected: "{}").verdict else { return #expect(Bool(false), "it ran") }
    #expect(text.contains("one.test.yaml:6"))
    for (file, name) in [("graph.yaml", "graph.yaml"), ("tests/one/input", "input"), ("operators/only-a", "only-a")] {
      let backup = folder.path + "/away"
      try FileManager.default.moveItem(atPath: folder.path + "/" + file, toPath: backup)
      guard case .errored(let text) = try run("", expected: "{}").verdict else { return #expect(Bool(false), "it ran without \(file)") }
      #expect(text.contains(name))
      try FileManager.default.moveItem(atPath: backup, toPath: folder.path + "/" + file)
    }
  }

  @Test func `What operators fail on and say stands below the difference`() throws {
    // 101 is an "e".
    try folder.write("operators/only-a/bin/x86_64/release/only-a.wasm", OperatorFixture(
      "filter", definitions: #"(data (i32.const 16) "too bad")"#,
      process: """
        (call $log (i32.const 3) (i32.const 16) (i32.const 3) (i32.const 16) (i32.const 7))
        (if (i32.eq (call $byte (local.get $data)) (i32.const 97)) (then (unreachable)))
        (call $answer (i32.const 0))
        """))
    guard case .failed(let text) = try run("", expected: "{}").verdict else { return #expect(Bool(false), "it passed") }
    #expect(text.contains("\nonly-a: warn: too bad") && text.contains("\n2.json: only-a: the operator trapped"), "\(text)")
  }

  @Test func `the application's state, parameters and schema are read, and what is wrong with them is said`() throws {
    try folder.write("statestore.json", #"[{"key": 1}]"#)
    guard case .errored(let text) = try run("", expected: "{}").verdict else { return #expect(Bool(false), "it ran") }
    #expect(text.contains("statestore.json") && text.contains("\"key\" is not a text"))
    try folder.write("statestore.json", #"[{"key": "value"}]"#)
    try folder.write("hostapp.env.list", "TK_SCHEMA_CONFIG_PATH=schema.json\nTK_CONFIGURATION_PARAMETERS=nobody=asks\n")
    guard case .errored(let missing) = try run("", expected: "{}").verdict else { return #expect(Bool(false), "it ran") }
    #expect(missing.contains("schema.json"))
    try folder.write("schema.json", "{}")
    #expect(try run("select: [payload]\n", expected: #"{"payload":{"value":3}}"#).verdict == .passed)
  }
}
