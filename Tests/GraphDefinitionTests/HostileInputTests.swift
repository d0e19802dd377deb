import Foundation
import GraphDefinition
import Testing

private func seen(bytes: [UInt8]) -> [String] {
  GraphDefinition.parse(bytes, file: "g.yaml").diagnostics.map(\.description)
}

@Test func whatIsNoTextIsRefusedAtItsPlace() {
  #expect(seen(bytes: Array("a: 1\nb: x".utf8) + [0] + Array("y\n".utf8)) == [
    """
    g.yaml:2:5: error: the file contains the control character 0x00, expected text
      2 | b: x
        |     ^
      fix: remove it; in a double-quoted string, write it as `\\x00`
    """
  ])
  #expect(seen(bytes: Array("a: é\nb: ".utf8) + [0xE9, 0x0A]) == [
    """
    g.yaml:2:4: error: the file is not UTF-8: the byte 0xE9 is part of no character
      2 | b: 
        |    ^
      fix: save the file as UTF-8
    """
  ])
  #expect(seen(bytes: [0xE2, 0x82]) == [
    "g.yaml:1:1: error: the file is not UTF-8: the byte 0xE2 is part of no character\n  1 | \n    | ^\n  fix: save the file as UTF-8"
  ])
  #expect(seen(bytes: [0xFF, 0xFE, 0x61, 0x00]) == ["g.yaml: error: the file is UTF-16, expected UTF-8\n  fix: save the file as UTF-8"])
  #expect(seen(bytes: [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]) == ["g.yaml: error: this is a WebAssembly module, expected a graph in YAML or JSON"])
  #expect(headlines("a: \u{FFFE}\n").count == 1)
  #expect(headlines("a: \u{85}\u{2028}b").allSatisfy { $0.contains("error") || $0.contains("warning") })
}

@Test func aHugeFileIsRefusedBeforeItIsParsed() {
  let expected = ["g.yaml: error: the file is larger than 4 MiB, the most that a graph may have\n  fix: check that this is a graph file, not a module"]
  #expect(seen(bytes: [UInt8](repeating: 0x23, count: 4 << 20 + 1)) == expected)
  #expect(seen(bytes: [UInt8](repeating: 0x23, count: 4 << 20)) == seen(bytes: []))
}

@Test(arguments: ["[", "{a: ", "- ", "? ", "[{", "[[a]: "])
func deepNestingIsRefused(opening: String) {
  for depth in [70, 990, 100_000] {
    let check = GraphDefinition.parse("metadata:\n  " + String(repeating: opening, count: depth), file: "g.yaml")
    #expect(check.graph == nil && !check.errors.isEmpty)
  }
}

@Test func closedNestingIsRefusedAtTheLimit() {
  let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
  #expect(headlines(Graphs.simple + "schemas: \(deep)\n") == ["g.yaml:21:74: error: values are nested more than 64 deep, no graph is"])
  let deeper = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
  #expect(headlines(Graphs.simple + "schemas: \(deeper)\n").count == 1)
  #expect(headlines(Graphs.simple + "schemas: \(deeper)\n")[0].hasSuffix("error: values are nested more than 64 deep, no graph is"))
}

@Test func aliasBombsAreRefusedUnexpanded() {
  let bomb = "a: &a [x, x, x, x, x, x, x, x]\n" + zip("abcdefghijklmnop", "bcdefghijklmnopq").map { from, to in
    "\(to): &\(to) [" + Array(repeating: "*\(from)", count: 8).joined(separator: ", ") + "]\n"
  }.joined()
  #expect(seen(bomb) == """
    g.yaml:2:8: error: YAML aliases are not supported in graph files
      2 | b: &b [*a, *a, *a, *a, *a, *a, *a, *a]
        |        ^
      fix: write the value out in place of the alias
    """)
  let chain = "- &n0 [x]\n" + (1..<100_000).map { "- &n\($0) [*n\($0 - 1)]\n" }.joined()
  #expect(headlines(chain) == ["g.yaml:2:8: error: YAML aliases are not supported in graph files"])
  #expect(headlines("a: &a x\n? *a\n: 1\n") == ["g.yaml:2:3: error: YAML aliases are not supported in graph files"])
  #expect(headlines("a: *nobody\n") == ["g.yaml:1:4: error: this is not valid YAML: found undefined alias"])
}

@Test func keysThatAreDocumentsAreRefusedBeforeTheyAreHashedOverAndOver() {
  let text = String(repeating: "? ", count: 900) + "[" + String(repeating: "x,", count: 1 << 20) + "]\n"
  let message = "lists, mappings and explicit keys (`? key`) are not supported as keys in graph files"
  #expect(headlines(text) == ["g.yaml:1:33: error: \(message)"])
  let nested = String(repeating: "[", count: 240) + "x" + String(repeating: "] : 1", count: 240)
  #expect(headlines("- [\(nested)]\n") == ["g.yaml:1:327: error: \(message)"])
}

@Test func ampersandsAndStarsInProseAreNoAliases() {
  #expect(seen(Graphs.simple.replacing("\"Test graph\"", with: "R&D *all* &more **x** & y")) == "")
  #expect(seen(Graphs.simple.replacing("name: \"Test graph\"", with: "name: &title Test graph")) == "")
}

@Test func moreValuesThanAnyGraphHasAreRefused() {
  let text = Graphs.simple + "schemas: [" + String(repeating: "1,", count: 100_001) + "]\n"
  #expect(headlines(text) == ["g.yaml:21:199949: error: the file has more than 100000 values, no graph has"])
}

@Test func aFileOfNothingButMistakesIsReportedInPart() {
  let text = Graphs.graph(
    [Graphs.source, Graphs.sink] + (0..<15_000).map { "{operationType: mop, name: operation-number-\($0)}" },
    (0..<8_000).map { Graphs.edge("operation-nunber-\($0)", "sink") })
  let diagnostics = GraphDefinition.parse(text, file: "g.yaml").diagnostics
  #expect(diagnostics.count == 101)
  #expect(diagnostics.last?.message.hasSuffix("more problems are not shown; solve these first") == true)
}

@Test func aLongChainOfOperationsOverflowsNoStack() {
  let names = (0..<8_000).map { "n\($0)" }
  let operations = [Graphs.source, Graphs.sink] + names.map { Graphs.map($0) }
  let edges = zip(names, names.dropFirst()).map { Graphs.edge($0, $1) }
  let chain = Graphs.graph(operations, [Graphs.edge("source", "n0")] + edges + [Graphs.edge("n7999", "sink")])
  #expect(GraphDefinition.parse(chain, file: "g.yaml").graph?.topologicalOrder.count == 8_002)
  let ring = Graphs.graph(operations, [Graphs.edge("n7999", "n0")] + edges)
  #expect(headlines(ring).count == 1)
}

@Test func nothingInTheFileReachesTheTerminalAsACommand() {
  let text = Graphs.simple.replacing("name: sink}", with: "name: \"\\x1B[31m\\u202Esink\", \"\\x07\": 1}")
  let shown = seen(text)
  #expect(!shown.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
  #expect(shown.contains("no operation has the name `\\u{1b}[31m\\u{202e}sink`"))
  #expect(shown.contains("connections[1].to[\"\\u{7}\"]: unknown key"))
}

@Test func everyPrefixOfAGraphAndEveryFlippedByteGivesAnAnswer() {
  let bytes = Array(Graphs.pipeline.utf8)
  for end in stride(from: 0, to: bytes.count - 1, by: 7) {
    let check = GraphDefinition.parse(bytes[..<end], file: "g.yaml")
    #expect((check.graph == nil) == !check.errors.isEmpty)
  }
  var state: UInt64 = 42
  for _ in 0..<400 {
    var changed = bytes
    for _ in 0..<2 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      changed[Int(state >> 33) % changed.count] = Array("\"'[]{}:,-?&*!|>#%@` \n\tx\u{0}".utf8)[Int(state >> 20) % 24]
    }
    let check = GraphDefinition.parse(changed, file: "g.yaml")
    #expect((check.graph == nil) == !check.errors.isEmpty)
  }
}

@Test func aFileThatCannotBeReadIsADiagnostic() throws {
  #expect(GraphDefinition.load(path: "/nowhere/g.yaml").diagnostics.map(\.description) == [
    "/nowhere/g.yaml: error: the file cannot be opened: No such file or directory"
  ])
  #expect(GraphDefinition.load(path: "/").diagnostics.map(\.description) == ["/: error: the file cannot be read: Is a directory"])
  #expect(GraphDefinition.load(path: "/dev/zero").diagnostics.map(\.message) == ["the file is larger than 4 MiB, the most that a graph may have"])
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml")
  defer { try? FileManager.default.removeItem(at: file) }
  try Data(Graphs.simple.utf8).write(to: file)
  #expect(try GraphDefinition.load(path: file.path).get().operations.count == 3)
}
