import GraphDefinition
import Testing

@Test func unknownKeysAreErrorsEverywhereInTheClosedPart() {
  let text = Graphs.simple.replacing("moduleRequirements:", with: "moduleRequirement:")
    .replacing("module: limits", with: "modul: limits").replacing("to: {name: sink}", with: "to: {name: sink, arm: x}")
  #expect(seen(text) == """
    g.yaml:5:1: error: moduleRequirement: unknown key, a graph has no such key; did you mean `moduleRequirements`?
      5 | moduleRequirement:
        | ^~~~~~~~~~~~~~~~~
    g.yaml:13:5: error: operations[1].modul: unknown key, an operation has no such key; did you mean `module`?
      13 |     modul: limits:1.0.0
         |     ^~~~~
    g.yaml:20:22: error: connections[1].to.arm: unknown key, the end of a connection has no such key
      20 |     to: {name: sink, arm: x}
         |                      ^~~
      fix: remove it; the keys are `name`
    """)
}

@Test func configurationsAreOpenButNearMissesGetAWarning() {
  let text = Graphs.simple + """
    moduleConfigurations:
      - name: module-limits/filter
        owner: somebody
        parameters:
          upper: {name: upper, defualt: "5", unit: K}
    """
  #expect(seen(text) == """
    g.yaml:25:28: warning: moduleConfigurations[0].parameters.upper.defualt: unknown key, it is ignored; did you mean `default`?
      25 |       upper: {name: upper, defualt: "5", unit: K}
         |                            ^~~~~~~
    """)
}

@Test func missingKeysAreNamedAtTheirMapping() {
  let text = """
    moduleRequirements: {}
    metadata: {}
    operations:
      - name: source
      - operationType: sink
      - operationType: map
        name: m
        module:
    connections:
      - from: {}
      - to: {name: m}
    """
  #expect(seen(text) == """
    g.yaml:1:21: error: moduleRequirements: the key `apiVersion` is missing
      1 | moduleRequirements: {}
        |                     ^
      fix: write `apiVersion: "1.1.0"`
    g.yaml:1:21: error: moduleRequirements: the key `runtimeVersion` is missing
      1 | moduleRequirements: {}
        |                     ^
      fix: write `runtimeVersion: "1.1.0"`
    g.yaml:2:11: warning: metadata: the key `$schema` is missing
      2 | metadata: {}
        |           ^
      fix: write `$schema: "https://www.schemastore.org/aio-wasm-graph-config-1.0.0.json"`
    g.yaml:2:11: warning: metadata: the key `name` is missing
      2 | metadata: {}
        |           ^
    g.yaml:2:11: warning: metadata: the key `version` is missing
      2 | metadata: {}
        |           ^
      fix: write the graph's own version: `version: "1.0.0"`
    g.yaml:4:5: error: operations[0]: the key `operationType` is missing
      4 |   - name: source
        |     ^
    g.yaml:5:5: error: operations[1]: the key `name` is missing
      5 |   - operationType: sink
        |     ^
    g.yaml:6:5: error: operations[2]: the key `module` is missing, a map operation runs a module
      6 |   - operationType: map
        |     ^
      fix: add `module: <repository>:<tag>`, or `module: <folder>` for a local one
    g.yaml:10:5: error: connections[0]: the key `to` is missing
      10 |   - from: {}
         |     ^
    g.yaml:10:11: error: connections[0].from: the key `name` is missing
      10 |   - from: {}
         |           ^
    g.yaml:11:5: error: connections[1]: the key `from` is missing
      11 |   - to: {name: m}
         |     ^
    """)
}

@Test func valuesOfTheWrongTypeAreShownWithTheQuotedForm() {
  let text = Graphs.simple.replacing("\"Test graph\"", with: "[x]").replacing("version: \"1.0.0\"", with: "version: 1.0") + """
    moduleConfigurations:
      - name: module-limits/filter
        parameters:
          a: {name: a, default: -273.15}
          b: {name: b, default: yes}
          c: {name: c, default: False, required: "True"}
          d: {name: d, default: !!str 5, required: 1}
          e: {name: 7, default: null}
          f: {name: f, default: {}}
          g: 5
    """
  #expect(seen(text) == """
    g.yaml:3:9: error: metadata.name: found a list, expected a string
      3 |   name: [x]
        |         ^
    g.yaml:4:12: error: metadata.version: found the number `1.0`, expected a string
      4 |   version: 1.0
        |            ^~~
      fix: write the graph's own version: `version: "1.0.0"`
    g.yaml:24:29: error: moduleConfigurations[0].parameters.a.default: found the number `-273.15`, expected a string
      24 |       a: {name: a, default: -273.15}
         |                             ^~~~~~~
      fix: quote it: `default: "-273.15"`
    g.yaml:26:29: error: moduleConfigurations[0].parameters.c.default: found the boolean `False`, expected a string
      26 |       c: {name: c, default: False, required: "True"}
         |                             ^~~~~
      fix: quote it: `default: "False"`
    g.yaml:26:46: error: moduleConfigurations[0].parameters.c.required: found the string `True`, expected the boolean `true` or `false`
      26 |       c: {name: c, default: False, required: "True"}
         |                                              ^~~~~~
      fix: remove the quotes: `required: true`
    g.yaml:27:48: error: moduleConfigurations[0].parameters.d.required: found the number `1`, expected the boolean `true` or `false`
      27 |       d: {name: d, default: !!str 5, required: 1}
         |                                                ^
    g.yaml:28:17: error: moduleConfigurations[0].parameters.e.name: found the number `7`, expected a string
      28 |       e: {name: 7, default: null}
         |                 ^
      fix: quote it: `name: "7"`
    g.yaml:29:29: error: moduleConfigurations[0].parameters.f.default: found a mapping, expected a string
      29 |       f: {name: f, default: {}}
         |                             ^
    g.yaml:30:10: error: moduleConfigurations[0].parameters.g: found the number `5`, expected a parameter, a mapping with the keys `name`, `description`, `required`, `default`
      30 |       g: 5
         |          ^
    """)
}

@Test(arguments: ["0", "-1", "+12", "1.5", "-.5", "5.", "1e9", "6.02E+23", "0x1F", "0o17", ".inf", "-.Inf", ".NaN"])
func whatYAMLTakesForANumberIsOne(number: String) {
  #expect(headlines(Graphs.simple.replacing("\"Test graph\"", with: number)) == ["g.yaml:3:9: error: metadata.name: found the number `\(number)`, expected a string"])
}

@Test(arguments: ["1.1.0", "1e", ".", "+", "0x", "e5", "1_000", "no", "on", "5 m", "inf", "0b1"])
func whatOnlyLooksLikeANumberIsAString(string: String) {
  #expect(headlines(Graphs.simple.replacing("\"Test graph\"", with: string)) == [])
}

@Test func aListWithAllItsElementsCommentedOutIsEmpty() {
  let text = Graphs.simple + "moduleConfigurations:\n#  - name: x\n"
  #expect(headlines(text) == ["g.yaml:21:22: warning: moduleConfigurations: found nothing, expected a list"])
  #expect(headlines(text, strict: true) == ["g.yaml:21:22: error: moduleConfigurations: found nothing, expected a list"])
  #expect(headlines("operations:\nconnections: {}\nmoduleRequirements: [1]\nmetadata: x").map { $0.prefix { $0 != "," } } == [
    "g.yaml:1:12: error: operations: found nothing",
    "g.yaml:2:14: error: connections: found a mapping",
    "g.yaml:3:21: error: moduleRequirements: found a list",
    "g.yaml:4:11: error: metadata: found the string `x`",
  ])
}

@Test func operationTypesAndNamesAreChecked() {
  #expect(seen(Graphs.graph(["{operationType: Source, name: source}", "{operationType: window, name: ' '}"], [])) == """
    g.yaml:9:21: error: operations[0].operationType: `Source` is no operation type, expected `source`, `sink`, `map`, `filter`, `branch`, `accumulate`, `delay` or `concatenate`; did you mean `source`?
      9 |   - {operationType: Source, name: source}
        |                     ^~~~~~
    g.yaml:10:21: error: operations[1].operationType: `window` is no operation type, expected `source`, `sink`, `map`, `filter`, `branch`, `accumulate`, `delay` or `concatenate`
      10 |   - {operationType: window, name: ' '}
         |                     ^~~~~~
    g.yaml:10:35: error: operations[1].name: the name is empty, expected a name
      10 |   - {operationType: window, name: ' '}
         |                                   ^~~
    g.yaml:11:13: error: connections: found nothing, expected a list
      11 | connections:
         |             ^
    """)
}

@Test func aModuleIsNeededByOperatorsAndIgnoredElsewhere() {
  let text = Graphs.graph(
    ["{operationType: source, name: source, module: m}", "{operationType: delay, name: d}", "{operationType: concatenate, name: c, module: m}", Graphs.sink],
    [Graphs.edge("source", "d"), Graphs.edge("d", "c"), Graphs.edge("c", "sink")])
  #expect(seen(text) == """
    g.yaml:9:51: warning: operations[0].module: a source operation runs no module, `m` is ignored
      9 |   - {operationType: source, name: source, module: m}
        |                                                   ^
      fix: remove the key `module`
    g.yaml:10:5: error: operations[1]: the key `module` is missing, a delay operation runs a module
      10 |   - {operationType: delay, name: d}
         |     ^
      fix: add `module: <repository>:<tag>`, or `module: <folder>` for a local one
    g.yaml:11:51: warning: operations[2].module: a concatenate operation runs no module, `m` is ignored
      11 |   - {operationType: concatenate, name: c, module: m}
         |                                                   ^
      fix: remove the key `module`
    """)
}
