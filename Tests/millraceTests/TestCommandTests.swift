import Foundation
import OperatorFixtures
import Testing

struct TestCommandTests {
  /// A graph that passes on what begins with an `a`, and three cases: one that passes, one that fails, one that cannot be run.
  private func folder() throws -> TestFolder {
    let folder = try TestFolder()
    try folder.write("graph.yaml", """
      moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }
      operations: [{ operationType: source, name: in }, { operationType: filter, name: only-a, module: only-a }, { operationType: sink, name: out }]
      connections: [{ from: { name: in }, to: { name: only-a } }, { from: { name: only-a }, to: { name: out } }]
      """)
    try folder.write("modules/only-a.wasm", OperatorFixture("filter", process: "(call $answer (i32.eq (call $byte (local.get $data)) (i32.const 97)))"))
    for (name, payload) in [("good", "apple"), ("bad", "pear")] {
      try folder.write("\(name)/input/1.raw", payload)
      try folder.write("\(name)/expected.json", #"{"payload":"apple"}"#)
      try folder.write("\(name)/\(name).test.yaml", "name: The \(name) one\ngraph: ../graph.yaml\ninput: input\nexpected: expected.json\nselect: [payload]\n")
    }
    try folder.write("broken/broken.test.yaml", "name: The broken one\ngraph: nowhere.yaml\ninput: .\nexpected: expected.json\n")
    return folder
  }

  @Test func `verdicts, a summary and the exit code tell how the cases went`() throws {
    let folder = try folder()
    let all = try Outcome("test", folder.path, "--junit", folder.path + "/results.xml")
    #expect(all.code == 1)
    #expect(all.lines.last == "Results: 1 passed, 1 failed, 1 errored (3 total)", "\(all.lines)")
    #expect(all.lines.contains { $0.hasPrefix("passed  The good one") } && all.lines.contains { $0.contains("a message was expected, but none came") })
    #expect(try folder.text(of: "results.xml").contains(#"tests="3" failures="1" errors="1""#))
    let good = try Outcome("test", folder.path, "--filter", "good", "--json")
    #expect(good.code == 0 && good.lines.count == 2 && good.lines[0].contains(#""verdict":"passed""#), "\(good.lines)")
  }

  @Test func `update writes what came out`() throws {
    let folder = try folder()
    #expect(try Outcome("test", folder.path + "/bad", "--update").code == 0)
    #expect(try folder.text(of: "bad/expected.json") == "[]\n")
    #expect(try Outcome("test", folder.path + "/bad").code == 0)
  }

  @Test func `no test is an error, so that a mistyped folder is not a success`() throws {
    let folder = try TestFolder()
    for path in [folder.path, folder.path + "/none"] { #expect(try Outcome("test", path).code == 2) }
  }

  @Test func `graph draws the graph, or says what is wrong with it`() throws {
    let folder = try folder()
    let drawn = try Outcome("graph", folder.path + "/graph.yaml")
    #expect(drawn.code == 0 && drawn.lines == ["in (source) ────▶ only-a (filter) ────▶ out (sink)"], "\(drawn.lines)")
    #expect(try Outcome("graph", folder.path + "/graph.yaml", "--svg").lines.first?.hasPrefix("<svg") == true)
    #expect(try Outcome("graph", folder.path + "/none.yaml").code == 2)
  }

  @Test func `the state store outlives the run in its file`() throws {
    let run = try TestRun(files: [("a", "x")])
    let file = run.folder.path + "/state.sqlite"
    #expect(try run.run("--state-store", file).code == 0)
    #expect(FileManager.default.fileExists(atPath: file))
    let outcome = try run.run("--state-store", try run.folder.write("other.sqlite", String(repeating: "this is no database. ", count: 10)))
    #expect(outcome.code != 0 && outcome.errors.contains("state store"), "\(outcome.errors)")
  }
}
