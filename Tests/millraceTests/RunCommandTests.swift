import Foundation
import OperatorFixtures
import Testing

struct RunCommandTests {
  @Test func `A run that succeeds prints lines of JSON and a summary, and exits with 0`() throws {
    let run = try TestRun(files: [("a.txt", "hello"), ("b.json", #"{"x":1}"#)])
    let outcome = try run.run()
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.lines.count == 2)
    #expect(outcome.lines.first?.contains(#""source":"a.txt""#) == true && outcome.lines.first?.contains(#""payload":"hello""#) == true)
    #expect(outcome.lines.last?.contains(#""topic":"probe/1""#) == true && outcome.lines.last?.contains(#""payload":{"x":1}"#) == true)
    for word in ["2 items", "work", "queue", "guest", "copy-in", "infer", "copy-out"] { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
  }

  @Test func `Quiet means quiet`() throws {
    let outcome = try TestRun(files: [("a", "x")]).run("--quiet")
    #expect(outcome.code == 0 && outcome.errors.isEmpty && outcome.lines.count == 1)
  }

  @Test func `Results can go to a file or a folder`() throws {
    let run = try TestRun(files: [("a", "x"), ("b", "y")])
    #expect(try run.run("--output", run.folder.path + "/out.jsonl").code == 0)
    #expect(try run.folder.text(of: "out.jsonl").split(separator: "\n").count == 2)
    #expect(try run.run("--output", run.folder.path + "/results/").code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: run.folder.path + "/results").count == 2)
  }

  @Test func `Items that fail are shown, the rest goes on, and the exit code is 3`() throws {
    let outcome = try TestRun(files: [("a", "x"), ("b", "t"), ("c", "e"), ("d", "x")]).run()
    #expect(outcome.code == 3)
    #expect(outcome.lines.count == 2)
    #expect(outcome.errors.contains("b [work]: the operator trapped") && outcome.errors.contains("c [work]: dislikes this item"), "\(outcome.errors)")
  }

  @Test func `With --json, every line of standard error is an event`() throws {
    let run = try TestRun(files: [("a", "x"), ("b", "e")])
    let outcome = try run.run("--json", "--log-level", "info", "--set", "nobody=1", "--workers", "1")
    #expect(outcome.code == 3)
    let events = try outcome.events()
    let compilation = ["compiling", "compiled"]
    #expect(events.compactMap { $0["event"] as? String }.filter { !compilation.contains($0) } == ["diagnostic", "log", "ready", "item-failed", "summary"])
    for kind in compilation {
      let modules = events.filter { $0["event"] as? String == kind }
      #expect(Set(modules.map { $0["number"] as? Int }) == Set(1...modules.count) && modules.allSatisfy { $0["count"] as? Int == modules.count })
      #expect(modules.allSatisfy { ($0["module"] as? String)?.hasSuffix("work-1.0.0.wasm") == true && ($0["seconds"] != nil) == (kind == "compiled") })
    }
    let failure = try #require(events.first { $0["event"] as? String == "item-failed" })
    #expect(failure["item"] as? String == "b" && failure["operation"] as? String == "work" && failure["code"] as? String == "rejected")
    let summary = try #require(events.last)
    #expect(summary["items"] as? Int == 1 && summary["errors"] as? Int == 1 && summary["stopped"] as? Bool == false)
    let operations = try #require(summary["operations"] as? [[String: Any]])
    let work = try #require(operations.first { $0["name"] as? String == "work" })
    for key in ["queue", "guest", "copyIn", "infer", "copyOut"] { #expect(work[key] is Double || work[key] is Int, "\(key)") }
  }

  @Test func `A parameter on the command line reaches the operator`() throws {
    let run = try TestRun(
      .loggingConfiguration, configurations: "[{ name: work, parameters: { width: { name: width, default: \"224\" } } }]")
    let outcome = try run.run("--set", "width=128", "--log-level", "info", "--quiet")
    #expect(outcome.errors.contains("info [work] width: 128"), "\(outcome.errors)")
  }

  @Test func `An operator that does not start ends the run with 1`() throws {
    let outcome = try TestRun(OperatorFixture(initialize: "(i32.const 0)", process: "(i32.const 0)")).run()
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("init returned false"), "\(outcome.errors)")
  }

  @Test func `An input that is not there ends the run with 1`() throws {
    let run = try TestRun()
    let outcome = try Outcome("run", run.graph, "--input", "/no/such/folder", "--code-cache", "off")
    #expect(outcome.code == 1 && outcome.errors.contains("/no/such/folder"))
  }

  @Test func `A graph or module with errors exits with 2, and nothing runs`() throws {
    let run = try TestRun(files: [("a", "x")])
    try run.folder.write("modules/work-1.0.0.wasm", "no module")
    let broken = try run.run()
    #expect(broken.code == 2 && broken.lines.isEmpty)
    #expect(broken.errors.contains("graph.yaml:5:") && broken.errors.contains("work-1.0.0.wasm"), "\(broken.errors)")
    let missing = try Outcome("run", "/no/such/graph.yaml", "--input", run.input)
    #expect(missing.code == 2 && missing.errors.contains("/no/such/graph.yaml"))
  }

  @Test(arguments: [
    ["run"], ["fly"], ["run", "g.yaml"], ["run", "g.yaml", "--input", "x", "--workers", "0"], ["run", "g.yaml", "--input", "x", "--memory-limit", "5000"],
    ["run", "g.yaml", "--input", "x", "--set", "novalue"], ["run", "g.yaml", "--input", "x", "--timeout", "-1"], ["check"], ["inspect"],
  ])
  func `Wrong usage exits with 64 and says how it is right`(arguments: [String]) throws {
    let outcome = try Outcome(arguments)
    #expect(outcome.code == 64, "\(outcome.errors)")
    #expect(!outcome.errors.isEmpty && outcome.lines.isEmpty)
  }

  @Test func `Watching the folder that is written to is refused`() throws {
    let run = try TestRun(files: [("a", "x")])
    let outcome = try run.run("--watch", "--output", run.input + "/")
    #expect(outcome.code == 64 && outcome.errors.contains("same folder"))
  }
}
