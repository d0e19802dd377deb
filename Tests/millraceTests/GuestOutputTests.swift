import Foundation
import OperatorFixtures
import Testing

/// What operators print, as users of `millrace run` see it.
struct GuestOutputTests {
  /// A map that prints what it is given, `!` to standard error.
  static let echo = OperatorFixture(
    imports: """
      (import "wasi:cli/stdout@0.2.9" "get-stdout" (func $get-stdout (result i32)))
      (import "wasi:cli/stderr@0.2.9" "get-stderr" (func $get-stderr (result i32)))
      (import "wasi:io/streams@0.2.9" "[method]output-stream.write" (func $write (param i32 i32 i32 i32)))
      """,
    process: """
      (call $write (if (result i32) (i32.eq (call $byte (local.get $data)) (i32.const 33)) (then (call $get-stderr)) (else (call $get-stdout)))
        (i32.load offset=80 (local.get $data)) (i32.load offset=84 (local.get $data)) (i32.const 1024))
      (call $passOn (local.get $data))
      """)

  @Test func `Lines have the operation's name, and control characters are spelled out`() throws {
    let run = try TestRun(Self.echo, files: [("a", "one\ntwo"), ("b", "!warning\n\u{1b}[2Jclear\u{7}\tü")])
    let outcome = try run.run("--log-level", "info", "--quiet", "--workers", "1")
    #expect(outcome.code == 0)
    #expect(outcome.errors == """
      info [work] stdout: one
      info [work] stdout: two
      warn [work] stderr: !warning
      warn [work] stderr: \\u{1B}[2Jclear\\u{07}\tü

      """)
    #expect(try run.run("--quiet").errors.hasPrefix("warn [work] stderr: !warning\n"))
  }

  @Test func `With --json each line is an event`() throws {
    let run = try TestRun(Self.echo, files: [("a", "one\n\u{1b}two"), ("b", "!x")])
    let events = try run.run("--json", "--log-level", "info", "--workers", "1").events().filter { $0["event"] as? String == "log" }
    #expect(events.compactMap { $0["message"] as? String } == ["one", "\u{1b}two", "!x"])
    #expect(events.compactMap { $0["context"] as? String } == ["stdout", "stdout", "stderr"])
    #expect(events.allSatisfy { $0["operation"] as? String == "work" })
    #expect(events.compactMap { $0["level"] as? String } == ["info", "info", "warn"])
  }

  @Test func `A line without end is cut, and all of it comes out`() throws {
    let run = try TestRun(Self.echo, files: [("a", String(repeating: "é", count: 500))])
    let outcome = try run.run("--log-level", "info", "--quiet", "--workers", "1")
    #expect(outcome.errors == "info [work] stdout: " + String(repeating: "é", count: 500) + "\n")
  }

  // MARK: Python

  @Test(.enabled(if: PythonOperator.areBuilt, "\(PythonOperator.hint)"))
  func `A graph of Python operators of two versions runs`() throws {
    let folder = try TestFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/modules", withIntermediateDirectories: true)
    for (name, python) in [("changes", PythonOperator.changes), ("older", PythonOperator.totals[0]), ("newer", PythonOperator.totals[1])] {
      try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/modules/\(name)-1.0.0.wasm", withDestinationPath: python.path)
    }
    try folder.write("graph.yaml", """
      metadata: { $schema: https://www.schemastore.org/aio-wasm-graph-config-1.0.0.json, name: Test, version: 1.0.0 }
      moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }
      operations:
        - { operationType: source, name: in }
        - { operationType: filter, name: changed, module: changes:1.0.0 }
        - { operationType: map, name: ones, module: older:1.0.0 }
        - { operationType: map, name: tens, module: newer:1.0.0 }
        - { operationType: concatenate, name: both }
        - { operationType: sink, name: out }
      connections:
        - { from: { name: in }, to: { name: changed } }
        - { from: { name: changed }, to: { name: ones } }
        - { from: { name: changed }, to: { name: tens } }
        - { from: { name: ones }, to: { name: both } }
        - { from: { name: tens }, to: { name: both } }
        - { from: { name: both }, to: { name: out } }
      moduleConfigurations:
        - { name: tens, parameters: { scale: { name: scale, default: "10" } } }
      """)
    try folder.write("in.jsonl", [2, 2, 5].map { #"{"value":\#($0)}"# }.joined(separator: "\n"))
    let outcome = try Outcome("run", folder.path + "/graph.yaml", "--input", folder.path + "/in.jsonl", "--log-level", "info", "--quiet", "--workers", "1")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let sums = [#"{"count":1,"sum":2,"stored":"2"}"#, #"{"count":1,"sum":20,"stored":"20"}"#, #"{"count":2,"sum":7,"stored":"7"}"#, #"{"count":2,"sum":70,"stored":"70"}"#]
    #expect(outcome.lines.count == 4 && sums.allSatisfy { sum in outcome.lines.contains { $0.contains(#""payload":"# + sum) } }, "\(outcome.output)")
    #expect(outcome.errors.split(separator: "\n").sorted() == [
      "info [changed] changes: 2 is like 2", "info [ones] stdout: sum 2", "info [ones] stdout: sum 7", "info [ones] totals: init {}",
      "info [tens] stdout: sum 20", "info [tens] stdout: sum 70", "info [tens] totals: init {'scale': '10'}",
    ])
  }

  @Test(.enabled(if: PythonOperator.areBuilt, "\(PythonOperator.hint)"))
  func `A window of Python operators comes out when the input has ended`() throws {
    let folder = try TestFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/modules", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/modules/windows-1.0.0.wasm", withDestinationPath: PythonOperator.delay.path)
    try folder.write("graph.yaml", """
      metadata: { $schema: https://www.schemastore.org/aio-wasm-graph-config-1.0.0.json, name: Test, version: 1.0.0 }
      moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }
      operations:
        - { operationType: source, name: in }
        - { operationType: delay, name: window, module: windows:1.0.0 }
        - { operationType: accumulate, name: sum, module: windows:1.0.0 }
        - { operationType: sink, name: out }
      connections:
        - { from: { name: in }, to: { name: window } }
        - { from: { name: window }, to: { name: sum } }
        - { from: { name: sum }, to: { name: out } }
      moduleConfigurations:
        - { name: window, parameters: { seconds: { name: seconds, default: "1000000000" } } }
      """)
    try folder.write("in.jsonl", (1...10).map { #"{"value":\#($0)}"# }.joined(separator: "\n"))
    let outcome = try Outcome("run", folder.path + "/graph.yaml", "--input", folder.path + "/in.jsonl", "--quiet")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.lines.count == 1 && outcome.lines.first?.contains(#""payload":{"count":10,"sum":55}"#) == true, "\(outcome.output) \(outcome.errors)")
  }

  @Test(.enabled(if: PythonOperator.areBuilt, "\(PythonOperator.hint)"))
  func `A Python operator that fails leaves its traceback, and names itself`() throws {
    let run = try TestRun(files: [("a", "raises"), ("b", "exits")])
    try FileManager.default.removeItem(atPath: run.folder.path + "/modules/work-1.0.0.wasm")
    try FileManager.default.createSymbolicLink(atPath: run.folder.path + "/modules/work-1.0.0.wasm", withDestinationPath: PythonOperator.probes[1].path)
    let outcome = try Outcome("run", run.graph, "--input", run.input, "--quiet", "--workers", "1")
    #expect(outcome.code == 3)
    for line in ["warn [work] stderr: KeyError: 'nobody catches this'", "error: a [work]: the operator trapped", "error: b [work]: the guest called exit"] {
      #expect(outcome.errors.contains(line), "\(outcome.errors)")
    }
  }
}
