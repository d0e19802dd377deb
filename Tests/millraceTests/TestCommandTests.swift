import Foundation
import FoundationXML
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

  @Test func `With --json there is an object for each case, and one with the totals`() throws {
    let folder = try folder()
    let outcome = try Outcome("test", folder.path, "--json")
    let events = try outcome.lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any], "\($0)") }
    #expect(outcome.code == 1 && events.map { $0["event"] as? String } == ["test", "test", "test", "results"])
    #expect(events.map { $0["verdict"] as? String } == ["failed", "errored", "passed", nil], "\(outcome.errors)")
    #expect(events.prefix(2).allSatisfy { ($0["detail"] as? String)?.isEmpty == false } && events.allSatisfy { $0["verdict"] == nil || $0["milliseconds"] is Double })
    #expect(["passed", "failed", "errored"].map { events.last?[$0] as? String } == ["1", "1", "1"])
  }

  @Test func `A filter looks at titles and files; one that finds nothing is an error`() throws {
    let folder = try folder()
    #expect(try Outcome("test", folder.path, "--filter", "The good").lines.last == "Results: 1 passed, 0 failed, 0 errored (1 total)")
    #expect(try Outcome("test", folder.path, "--filter", "bad.test.yaml").lines.last == "Results: 0 passed, 1 failed, 0 errored (1 total)")
    let nothing = try Outcome("test", folder.path, "--filter", "ugly")
    #expect(nothing.code == 2 && nothing.errors.contains("\"ugly\""), "\(nothing.errors)")
  }

  @Test func `The report for continuous integration has each case with its reason, as XML that can be read`() throws {
    let folder = try folder()
    try folder.write("bad/bad.test.yaml", "name: 'The <bad> & \"ugly\" one'\ngraph: ../graph.yaml\ninput: input\nexpected: expected.json\nselect: [payload]\n")
    let file = folder.path + "/results.xml"
    #expect(try Outcome("test", folder.path, "--junit", file).code == 1)
    let report = try XML(contentsOf: URL(filePath: file))
    #expect(report.elements == ["testsuite", "testcase", "failure", "testcase", "error", "testcase"])
    #expect(report.names == ["millrace", #"The <bad> & "ugly" one"#, "The broken one", "The good one"])
    #expect(report.text.contains("a message was expected, but none came") && report.text.contains("nowhere.yaml"))
    #expect(try Outcome("test", folder.path, "--junit", folder.path + "/none/results.xml").code == 2)
  }

  @Test func `An update keeps a list a list, and leaves alone what the filter leaves out`() throws {
    let folder = try folder()
    try folder.write("good/expected.json", "[]")
    try folder.write("bad/expected.json", "untouched")
    let outcome = try Outcome("test", folder.path, "--update", "--filter", "good.test")
    #expect(outcome.code == 0 && outcome.lines.first?.hasPrefix("updated  The good one") == true, "\(outcome.lines)")
    let written = try JSONSerialization.jsonObject(with: Data(try folder.text(of: "good/expected.json").utf8)) as? [[String: String]]
    #expect(written == [["payload": "apple"]])
    #expect(try folder.text(of: "bad/expected.json") == "untouched")
  }

  @Test func `Modules are looked for in the folders given, and wrong usage exits with 64`() throws {
    let folder = try folder()
    try FileManager.default.moveItem(atPath: folder.path + "/modules", toPath: folder.path + "/elsewhere")
    let missing = try Outcome("test", folder.path, "--filter", "good.test")
    #expect(missing.code == 1 && missing.output.contains("only-a"), "\(missing.output)")
    #expect(try Outcome("test", folder.path, "--filter", "good.test", "--modules", folder.path + "/elsewhere", "--code-cache", "off").code == 0)
    for arguments in [["test", "--filter"], ["test", "a", "b"], ["test", "--graph", "x"], ["build", "x", "--output", "a", "--application", "b"]] {
      #expect(try Outcome(arguments).code == 64, "\(arguments)")
    }
  }

  @Test(.enabled(if: SensorsExample.isBuilt, "\(SensorsExample.hint)"))
  func `The example's cases pass`() throws {
    let outcome = try Outcome("test", SensorsExample.folder)
    #expect(outcome.code == 0 && outcome.lines.last == "Results: 11 passed, 0 failed, 0 errored (11 total)", "\(outcome.output)")
  }

  @Test(.enabled(if: SensorsExample.isBuilt, "\(SensorsExample.hint)"), arguments: [
    ("t01", "graph-simple.yaml", #"{"temperature":{"value":653.8888888888889,"count":0,"max":0.0,"min":0.0,"average":0.0,"last":0.0,"unit":"C","overtemp":false}}"#),
    ("t02", "graph-complex.yaml", #"{"temperature":[{"count":1,"max":653.8888888888889,"min":653.8888888888889,"average":653.8888888888889,"last":653.8888888888889,"unit":"C","overtemp":true}],"humidity":[],"object":[]}"#),
  ])
  func `The example's graphs give the published results, to the byte`(_ name: String, _ graph: String, _ payload: String) throws {
    let outcome = try Outcome("run", "\(SensorsExample.folder)/\(graph)", "--input", "\(SensorsExample.folder)/tests/\(name)/input")
    #expect(outcome.code == 0 && outcome.lines.count == 1 && outcome.lines.first?.hasSuffix(#","payload":\#(payload)}"#) == true, "\(outcome.output) \(outcome.errors)")
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

/// What a report in XML has, in the order of the file.
private final class XML: NSObject, XMLParserDelegate {
  private(set) var elements: [String] = []
  private(set) var names: [String] = []
  private(set) var text = ""

  init(contentsOf url: URL) throws {
    super.init()
    let parser = XMLParser(data: try Data(contentsOf: url))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
  }

  func parser(_ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?, attributes: [String: String]) {
    elements.append(element)
    if let name = attributes["name"] { names.append(name) }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
