import Foundation
import OperatorFixtures
import Testing

/// What options of `run` do. The operator is moody: it refuses `e`, traps on `t`, never ends on `l`, and wants all memory for `m`.
struct RunOptionTests {
  private func config(_ run: TestRun, _ text: String) throws -> String { try run.folder.write("run.yaml", text) }

  @Test func `A configuration file says what becomes of failures, and dead letters are kept with the reason`() throws {
    let run = try TestRun(files: [("a", "x"), ("b", "e"), ("c", "x")])
    let letters = run.folder.path + "/dead.jsonl"
    let outcome = try run.run("--config", try config(run, "operations: { work: { onError: deadLetter } }"), "--dead-letters", letters)
    #expect(outcome.code == 3 && outcome.lines.count == 2, "\(outcome.errors)")
    let dead = try run.folder.text(of: "dead.jsonl").split(separator: "\n")
    #expect(dead.count == 1 && dead[0].contains(#""payload":"e""#) && dead[0].contains("dislikes this item"), "\(dead)")
  }

  @Test func `A configuration file with errors exits with 2 and their places, and nothing runs`() throws {
    let run = try TestRun(files: [("a", "x")])
    let outcome = try run.run("--config", try config(run, "operations:\n  work: { onError: deadletter }\n  wrok: { retry: 1 }\n"))
    #expect(outcome.code == 2 && outcome.lines.isEmpty)
    #expect(outcome.errors.contains("run.yaml:2:") && outcome.errors.contains("deadLetter"), "\(outcome.errors)")
    let unknown = try run.run("--config", try config(run, "operations:\n  wrok: { retry: 1 }\n"))
    #expect(unknown.code == 2 && unknown.errors.contains("run.yaml:2:") && unknown.errors.contains("wrok"), "\(unknown.errors)")
    #expect(try run.run("--config", run.folder.path + "/none.yaml").code == 2)
  }

  @Test func `Dead letters need a place`() throws {
    let outcome = try TestRun(files: [("a", "x")]).run("--on-error", "deadLetter")
    #expect(outcome.code != 0 && outcome.lines.isEmpty && outcome.errors.contains("dead letters"), "\(outcome.errors)")
  }

  @Test func `A failure can end the run`() throws {
    let outcome = try TestRun(files: [("a", "x"), ("b", "e"), ("c", "x")]).run("--on-error", "halt", "--workers", "1")
    #expect(outcome.code == 1 && outcome.errors.contains("dislikes this item"), "\(outcome.errors)")
  }

  @Test func `The output is the same for any number of workers`() throws {
    let run = try TestRun(files: (0..<50).map { (name: "\(1000 + $0)", content: "x\($0)") })
    let outputs = try ["1", "2", "7"].map { workers in
      let outcome = try run.run("--workers", workers)
      #expect(outcome.code == 0 && outcome.lines.count == 50)
      // Without the time of arrival.
      return outcome.lines.map { $0.replacing(#/"timestamp":"[^"]*"/#, with: "") }
    }
    #expect(outputs[0] == outputs[1] && outputs[0] == outputs[2])
  }

  @Test func `Messages have the topic that is asked for`() throws {
    let outcome = try TestRun(files: [("a.json", "1")]).run("--topic", "hall/7")
    #expect(outcome.lines.first?.contains(#""topic":"hall/7""#) == true, "\(outcome.lines)")
  }

  @Test(arguments: [("l", "--timeout", "0.2"), ("m", "--memory-limit", "2")])
  func `An item that takes too much costs itself only`(_ mood: String, _ option: String, _ value: String) throws {
    let outcome = try TestRun(files: [("a", mood), ("b", "x")]).run(option, value)
    #expect(outcome.code == 3 && outcome.lines.count == 1 && outcome.errors.contains("a [work]:"), "\(outcome.errors)")
  }

  @Test func `Strict refuses what is tolerated otherwise`() throws {
    let run = try TestRun(files: [("a", "x")])
    try run.folder.write("graph.yaml", try run.folder.text(of: "graph.yaml").replacing("runtimeVersion: 1.1.0", with: "hostlibVersion: 1.1.0"))
    let tolerant = try run.run(), strict = try run.run("--strict")
    #expect(tolerant.code == 0 && tolerant.errors.contains("hostlibVersion"), "\(tolerant.errors)")
    #expect(strict.code == 2 && strict.lines.isEmpty && strict.errors.contains("hostlibVersion"), "\(strict.errors)")
  }

  @Test func `Operators read schemas from the folder that is named`() throws {
    let reading = OperatorFixture(
      imports: #"(import "wasm-graph:processor/schema-registry@1.1.0" "get" (func $get (param i32 i32 i32 i32 i64 i32 i32)))"#,
      definitions: #"(data (i32.const 16) "thermometer1")"#,
      process: """
        (call $get (i32.const 16) (i32.const 11) (i32.const 27) (i32.const 1) (i64.const 10) (i32.const 0) (i32.const 400))
        (if (result i32) (i32.load8_u (i32.const 400)) (then (call $refuse (i32.const 16) (i32.const 0))) (else (call $passOn (local.get $data))))
        """)
    let run = try TestRun(reading, files: [("a", "x")])
    try run.folder.write("schemas/thermometer/1.json", "{}")
    #expect(try run.run("--schemas", run.folder.path + "/schemas").code == 0)
    #expect(try run.run("--schemas", run.folder.path + "/input").code == 3)
    #expect(try run.run().code == 3)
  }

  @Test func `With --json the summary has what operators counted, with labels`() throws {
    let counting = OperatorFixture(
      imports: """
        (import "wasm-graph:processor/metrics@1.1.0" "add-to-counter" (func $add (param i32 i32 i32 i64 i32 i32 i32 i32)))
        (import "wasm-graph:processor/metrics@1.1.0" "record-to-histogram" (func $record (param i32 i32 i32 i64 i32 i32 i32 i32)))
        """,
      definitions: #"(data (i32.const 16) "itemstime")"#,
      process: """
        (call $add (i32.const 16) (i32.const 5) (i32.const 0) (i64.const 3) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 128))
        (call $record (i32.const 21) (i32.const 4) (i32.const 0) (i64.reinterpret_f64 (f64.const 2.5)) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 128))
        (call $passOn (local.get $data))
        """)
    let outcome = try TestRun(counting, files: [("a", "x"), ("b", "x")]).run("--json", "--workers", "2")
    let metrics = try #require(try outcome.events().last?["metrics"] as? [[String: Any]])
    #expect(metrics.map { $0["name"] as? String } == ["items", "time"] && metrics.allSatisfy { $0["labels"] as? [String: String] == ["operation": "work"] })
    #expect(metrics[0]["kind"] as? String == "counter" && metrics[0]["value"] as? Int == 6)
    #expect(metrics[1]["kind"] as? String == "histogram" && ["count", "sum", "minimum", "maximum"].map { metrics[1][$0] as? Double } == [2, 5, 2.5, 2.5])
  }

  @Test(arguments: [
    ["--time-domain", "lunar"], ["--late", "never"], ["--allowed-lateness", "-1"], ["--on-error", "panic"], ["--retry", "-1"], ["--retry", "many"], ["--workers", "1025"],
    ["--model-threads", "0"], ["--log-level", "loud"], ["--timeout", "86401"],
  ])
  func `A value that makes no sense exits with 64 and says what would`(_ options: [String]) throws {
    let outcome = try Outcome(["run", "graph.yaml", "--input", "x"] + options)
    #expect(outcome.code == 64 && outcome.errors.contains(options[0]) && outcome.lines.isEmpty, "\(outcome.errors)")
  }
}
