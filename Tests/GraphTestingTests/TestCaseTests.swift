import Foundation
import FoundationXML
import GraphTesting
import Testing

struct TestCaseTests {
  private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("millrace-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("deeper"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.path + "/deeper/a.test.yaml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try body(path)
  }

  @Test func `paths are relative to the test file; what is not said has defaults`() throws {
    try withFile("name: Simple\ngraph: ../graph.yaml\ninput: input\nexpected: /tmp/expected.json\nignores: [payload.humidity]\n") { path in
      let test = try TestCase(path: path)
      let folder = path.dropLast("a.test.yaml".count)
      #expect((test.name, test.graph, test.input, test.expectedFile) == ("Simple", folder + "../graph.yaml", folder + "input", "/tmp/expected.json"))
      #expect(test.timeoutMilliseconds == 60_000 && test.select.isEmpty && test.ignores == [FieldPath("payload.humidity")])
      #expect(try TestCase.find(String(folder.dropLast("deeper/".count))) == [path])
      #expect(try TestCase.find(path) == [path])
    }
  }

  @Test(arguments: [
    ("graph: g\ninput: i\nexpected: e\n", ":1: the field `name` is missing"),
    ("name: n\ngraph: [g]\ninput: i\nexpected: e\n", ":2: `graph` takes a text"),
    ("name: n\ngraph: g\ninput: i\nexpected: e\ntimeout: soon\n", ":5: `timeout` takes milliseconds"),
    ("name: n\ngraph: g\ninput: i\nexpected: e\nselect: payload\n", ":5: `select` takes a list"),
    ("name: n\ngraph: g\ninput: i\nexpected: e\nselect:\n  - a..b\n", ":6: `select` takes paths"),
    ("name: n\ngraph: g\ninput: i\nexpects: e\n", ":4: a test has no field `expects`"),
    ("- a\n", ":1: a test is a mapping"), ("", ":1: a test is a mapping"), ("a: [", "a.test.yaml"),
  ])
  func `what is wrong with a test file is said with its line`(_ text: String, _ message: String) throws {
    try withFile(text) { path in
      let error = #expect(throws: TestError.self) { try TestCase(path: path) }
      #expect(error?.description.contains(message) == true, "\(error as Any)")
    }
  }

  @Test func `results add up and are XML that parsers take`() {
    let results = [
      TestResult(path: "a", name: "one", verdict: .passed, nanoseconds: 1_400_000), TestResult(path: "b", name: "<two> & \"", verdict: .failed("- 1\n+ \u{1} ]]>"), nanoseconds: 0),
      TestResult(path: "c", name: "three", verdict: .errored("no module"), nanoseconds: 2_000_000_000),
    ]
    #expect(results.summary == "Results: 1 passed, 1 failed, 1 errored (3 total)")
    #expect(results.junit.contains(#"time="2.001""#) && results.junit.contains(#"time="0.001""#))
    #expect(XMLParser(data: Data(results.junit.utf8)).parse())
  }
}
