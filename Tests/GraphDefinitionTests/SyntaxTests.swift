import Foundation
import GraphDefinition
import Testing

@Test func whatIsNoYAMLIsReportedWhereItIsWithWhatIsUsuallyWrong() {
  #expect(seen("a: 1\nb: c: d\n") == """
    g.yaml:2:5: error: this is not valid YAML: mapping values are not allowed in this context
      2 | b: c: d
        |     ^
      fix: put quotes around the value if it contains `: `; otherwise check the indentation of this line and the one above
    """)
  #expect(seen("operations:\n  - name: a\n   module: b\n") == """
    g.yaml:3:4: error: this is not valid YAML: did not find expected '-' indicator while parsing a block collection
      3 |    module: b
        |    ^
      fix: check the indentation: this line does not line up with the ones above it
    """)
  #expect(seen("metadata:\n  name: \"open\n  version: 1\n") == """
    g.yaml:2:9: error: this is not valid YAML: found unexpected end of stream while scanning a quoted scalar
      2 |   name: "open
        |         ^
      fix: close the quotation mark that is opened here
    """)
  #expect(seen("{\"operations\": [1, 2\n") == """
    g.yaml:1:16: error: this is not valid YAML: did not find expected ',' or ']' while parsing a flow sequence
      1 | {"operations": [1, 2
        |                ^
      fix: separate the elements with commas and close the list with `]`
    """)
  #expect(seen("name: @x\n") == """
    g.yaml:1:7: error: this is not valid YAML: found character that cannot start any token while scanning for the next token
      1 | name: @x
        |       ^
      fix: put quotes around the value
    """)
}

@Test func aTabInTheIndentationIsCalledATab() {
  #expect(seen("operations:\n\t- name: a\n") == """
    g.yaml:2:1: error: a tab is used for indentation, YAML allows only spaces
      2 |  - name: a
        | ^
      fix: replace the tab with spaces
    """)
}

@Test func emptyFilesAndFilesOfCommentsAreNoGraphs() {
  let expected = "g.yaml: error: the file is empty, expected a graph\n  fix: see the documentation for a graph to start from"
  #expect(seen("") == expected)
  #expect(seen("# nothing here\n\n") == expected)
  #expect(headlines("---\n") == [
    "g.yaml:2:1: error: found nothing, expected a graph, a mapping with the keys `metadata`, `moduleRequirements`, `moduleConfigurations`, `operations`, `connections`, `schemas`"
  ])
  #expect(headlines("just text")[0].hasPrefix("g.yaml:1:1: error: found the string `just text`, expected a graph, a mapping"))
}

@Test func onlyOneDocumentIsAllowed() {
  #expect(seen("---\na: 1\n---\nb: 2\n") == """
    g.yaml:3:1: error: a second document starts here, a graph file has only one
      3 | ---
        | ^
      fix: remove the `---`, or put each graph into a file of its own
    """)
}

@Test func duplicateKeysAreReportedEachAtItsPlaceTogetherWithEverythingElse() {
  let text = Graphs.simple.replacing("  version: \"1.0.0\"", with: "  version: \"1.0.0\"\n  name: again\n  \"name\": third")
    .replacing("name: sink}", with: "name: sink, 'name': snik}") + "operations: []\n"
  #expect(seen(text) == """
    g.yaml:5:3: error: metadata.name: this key is already set in line 3
      5 |   name: again
        |   ^~~~
      fix: remove one of the two
    g.yaml:6:3: error: metadata.name: this key is already set in line 3
      6 |   "name": third
        |   ^~~~~~
      fix: remove one of the two
    g.yaml:22:22: error: connections[1].to.name: this key is already set in line 22
      22 |     to: {name: sink, 'name': snik}
         |                      ^~~~~~
      fix: remove one of the two
    g.yaml:23:1: error: operations: this key is already set in line 10
      23 | operations: []
         | ^~~~~~~~~~
      fix: remove one of the two
    """)
}

@Test func duplicateKeysThatCannotBeToldApartAreStillAnError() {
  #expect(headlines("{\"\": 1, \"\": 2}") == ["g.yaml:1:2: error: the key `` appears more than once in its mapping"])
  #expect(headlines("{? [a] : 1, ? [a] : 2}").allSatisfy { $0.contains("error") })
  let many = (0..<100).map { "k\($0): 1\nk\($0): 2\n" }.joined()
  #expect(headlines(many).count == 1)
}

@Test func aListCannotBeAKey() {
  #expect(headlines(Graphs.simple + "? [a]\n: 1\n") == ["g.yaml:21:3: error: a list or mapping is used as a key, expected a string"])
}

@Test func tagsThatGraphFilesHaveNoUseForAreRefused() {
  #expect(headlines(Graphs.simple.replacing("\"Test graph\"", with: "!secret x")) == [
    "g.yaml:3:9: error: metadata.name: found a value with the tag `!secret`, expected a string"
  ])
}

@Test func diagnosticsAreEncodedForPrograms() throws {
  let diagnostics = GraphDefinition.parse(Graphs.simple.replacing("name: sink}", with: "name: snik}"), file: "g.yaml").diagnostics
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
  #expect(String(decoding: try encoder.encode(diagnostics), as: UTF8.self) == """
    [
      {
        "code" : "unknown-name",
        "column" : 16,
        "file" : "g.yaml",
        "found" : "snik",
        "line" : 20,
        "message" : "no operation has the name `snik`",
        "path" : "connections[1].to.name",
        "severity" : "error",
        "suggestion" : "sink"
      }
    ]
    """)
}

@Test func laterStepsPointIntoTheFileToo() throws {
  let graph = try GraphDefinition.parse(Graphs.simple, file: "g.yaml").get()
  let location = try #require(graph.operation(named: "module-limits/filter")?.moduleLocation)
  let diagnostic = graph.source.diagnostic(.error, .module, at: location, "`limits` exports no filter", fix: "export one")
  #expect(diagnostic.description == """
    g.yaml:13:13: error: operations[1].module: `limits` exports no filter
      13 |     module: limits:1.0.0
         |             ^~~~~~~~~~~~
      fix: export one
    """)
}

@Test func longLinesAreCutAroundThePlace() {
  let padding = String(repeating: "x", count: 300)
  let text = Graphs.simple.replacing("name: sink}", with: "name: sink, \(padding): 1, alias: \(padding)}")
  let left = String(repeating: "x", count: 55)
  let right = String(repeating: "x", count: 53)
  #expect(seen(text).hasSuffix("""
    g.yaml:20:327: error: connections[1].to.alias: unknown key, the end of a connection has no such key
      20 | …\(left): 1, alias: \(right)…
         |  \(String(repeating: " ", count: 60))^~~~~
      fix: remove it; the keys are `name`
    """))
}
