import GraphDefinition
import Testing

private typealias Property = GraphDefinition.Property
private typealias Override = GraphDefinition.Override

private func pipeline() throws -> GraphDefinition { try GraphDefinition.parse(Graphs.pipeline, file: "g.yaml").get() }

@Test func defaultsArePassedInTheOrderOfDeclarationUnderTheParametersName() throws {
  #expect(try pipeline().configuration(for: "readings/filter") == [
    Property(name: "lower_bound", value: "-273.15"), Property(name: "upper_bound", value: "5000.0"),
  ])
  #expect(try pipeline().configuration(for: "pictures/branch") == [Property(name: "snapshot_topic", value: "pictures")])
  #expect(try pipeline().configuration(for: "format/map", overrides: [Override(key: "unit", value: "K")]) == [])
  #expect(try pipeline().configuration(for: "nobody") == [])
}

@Test func overridesMatchTheNameOrTheKeyAndTheNameWins() throws {
  let graph = try pipeline()
  func lower(_ overrides: Override...) -> String? { graph.configuration(for: "readings/filter", overrides: overrides).first?.value }
  #expect(lower(Override(key: "lower", value: "1")) == "1")
  #expect(lower(Override(key: "lower_bound", value: "2")) == "2")
  #expect(lower(Override(key: "lower_bound", value: "2"), Override(key: "lower", value: "1")) == "2")
  #expect(lower(Override(key: "lower", value: "1"), Override(key: "lower", value: "3")) == "3")
  #expect(lower(Override(key: "lower", value: "")) == "")
}

@Test func aRequiredParameterWithoutAValueIsAnErrorThatNamesOperationAndParameter() throws {
  let resolved = try pipeline().resolve()
  #expect(resolved.hasErrors)
  #expect(resolved.diagnostics.map(\.description).joined(separator: "\n") == """
    g.yaml:28:7: error: moduleConfigurations[1].parameters.unit: the operation `readings/filter` needs a value for the parameter `unit`, which has no default
      28 |       unit:
         |       ^~~~
      fix: set `unit` where the graph is run, or give it a `default`
    """)
}

@Test func resolvingGivesEveryOperationItsProperties() throws {
  let resolved = try pipeline().resolve(overrides: [Override(key: "unit", value: "K"), Override(key: "upper", value: "9")])
  #expect(resolved.diagnostics.isEmpty)
  #expect(!resolved.hasErrors)
  #expect(resolved.properties == [
    "pictures/branch": [Property(name: "snapshot_topic", value: "pictures")],
    "readings/filter": [
      Property(name: "lower_bound", value: "-273.15"), Property(name: "upper_bound", value: "9"), Property(name: "unit", value: "K"),
    ],
  ])
}

@Test func anOverrideThatNobodyDeclaresGetsAWarning() throws {
  let overrides = [Override(key: "unit", value: "K"), Override(key: "uper_bound", value: "1"), Override(key: "colour", value: "red")]
  #expect(try pipeline().resolve(overrides: overrides).diagnostics.map(\.description) == [
    "g.yaml: warning: no operation declares a parameter `uper_bound`, its value is ignored; did you mean `upper_bound`?",
    "g.yaml: warning: no operation declares a parameter `colour`, its value is ignored",
  ])
  let simple = try GraphDefinition.parse(Graphs.simple, file: "g.yaml").get()
  #expect(simple.resolve(overrides: [Override(key: "x", value: "y")]).diagnostics.map(\.description) == [
    "g.yaml: warning: no operation declares a parameter `x`, its value is ignored\n  fix: declare it in `moduleConfigurations`"
  ])
}

@Test func configurationsNameOperationsOnce() {
  let text = Graphs.simple + """
    moduleConfigurations:
      - {name: limits, parameters: {}}
      - {name: module-limits/filter, parameters: {a: {name: x}, b: {name: x}}}
      - {name: module-limits/filter, parameters: {}}
      - {name: source, parameters: {}}
      - {name: module-limits/filter, parameters: }
      - {name: module-limits/fliter}
    """
  #expect(seen(text) == """
    g.yaml:22:12: error: moduleConfigurations[0].name: no operation has the name `limits`; did you mean `module-limits/filter`?
      22 |   - {name: limits, parameters: {}}
         |            ^~~~~~
      fix: write the name of an operation, not that of its module
    g.yaml:23:61: error: moduleConfigurations[1].parameters.b: the parameter name `x` is already that of the parameter `a`
      23 |   - {name: module-limits/filter, parameters: {a: {name: x}, b: {name: x}}}
         |                                                             ^
      fix: give one of the two another name
    g.yaml:24:12: error: moduleConfigurations[2].name: the operation `module-limits/filter` is already configured in line 23
      24 |   - {name: module-limits/filter, parameters: {}}
         |            ^~~~~~~~~~~~~~~~~~~~
      fix: move the parameters to one entry
    g.yaml:25:12: warning: moduleConfigurations[3].name: the source operation `source` runs no module, its parameters are ignored
      25 |   - {name: source, parameters: {}}
         |            ^~~~~~
    g.yaml:26:12: error: moduleConfigurations[4].name: the operation `module-limits/filter` is already configured in line 23
      26 |   - {name: module-limits/filter, parameters: }
         |            ^~~~~~~~~~~~~~~~~~~~
      fix: move the parameters to one entry
    g.yaml:26:46: error: moduleConfigurations[4].parameters: found nothing, expected a mapping of parameters
      26 |   - {name: module-limits/filter, parameters: }
         |                                              ^
      fix: write `parameters: {}` if there are none
    g.yaml:27:5: error: moduleConfigurations[5]: the key `parameters` is missing
      27 |   - {name: module-limits/fliter}
         |     ^
    g.yaml:27:12: error: moduleConfigurations[5].name: no operation has the name `module-limits/fliter`; did you mean `module-limits/filter`?
      27 |   - {name: module-limits/fliter}
         |            ^~~~~~~~~~~~~~~~~~~~
      fix: write the name of an operation, not that of its module
    """)
}
