import GraphDefinition
import Testing

@Test func everyFieldOfAGraphIsRead() throws {
  let graph = try GraphDefinition.parse(Graphs.pipeline, file: "g.yaml", strict: true).get()
  #expect(graph.metadata?.name == "Sensors and pictures")
  #expect(graph.metadata?.version == "2.0.1")
  #expect(graph.metadata?.vendor == "Example")
  #expect(graph.metadata?.description == "Aggregates readings, looks at pictures, joins both.")
  #expect(graph.metadata?.schema == "https://www.schemastore.org/aio-wasm-graph-config-1.0.0.json")
  #expect(graph.requirements.apiVersion == SemanticVersion(1, 1, 0))
  #expect(graph.requirements.runtimeVersion == SemanticVersion(1, 1, 0))
  #expect(graph.requirements.includes(feature: "wasi-nn"))
  #expect(graph.operations.map(\.kind.rawValue).joined(separator: " ")
    == "source delay map map branch accumulate branch filter accumulate accumulate concatenate sink")
  let window = try #require(graph.operation(named: "window/delay"))
  #expect(window.module?.description == "samples/wasm/window:1.0.0")
  #expect(window.module?.name == "window")
  #expect(window.location.path == "operations[1]")
  #expect(window.location.line == 33)
  #expect(window.moduleLocation?.path == "operations[1].module")
  #expect(graph.operation(named: "concatenate1")?.module == nil)
  #expect(graph.connections.count == 13)
  #expect(graph.connections[2].arm == .false)
  #expect(graph.connections[3].arm == .true)
  #expect(graph.connections[4].arm == nil)
  let parameters = try #require(graph.configuration(of: "readings/filter")).parameters
  #expect(parameters.map(\.key) == ["lower", "upper", "unit"])
  #expect(parameters.map(\.name) == ["lower_bound", "upper_bound", "unit"])
  #expect(parameters.map(\.defaultValue) == ["-273.15", "5000.0", nil])
  #expect(parameters.map(\.isRequired) == [false, false, true])
}

@Test func aCleanGraphHasNothingToSayAboutIt() {
  #expect(seen(Graphs.simple, strict: true) == "")
  #expect(seen(Graphs.pipeline, strict: true) == "")
}

@Test func aPreviewFileIsAcceptedWithWarnings() throws {
  let check = GraphDefinition.parse(Graphs.preview, file: "g.yaml")
  let graph = try check.get()
  #expect(graph.metadata == nil)
  #expect(graph.requirements.apiVersion == SemanticVersion(0, 2, 0))
  #expect(graph.requirements.runtimeVersion == SemanticVersion(0, 2, 0))
  #expect(graph.operation(named: "module-scale/map")?.module?.description == "scale")
  #expect(check.errors.isEmpty)
  #expect(check.diagnostics.map(\.description).joined(separator: "\n") == """
    g.yaml:1:1: warning: the key `metadata` is missing
      1 | moduleRequirements:
        | ^
      fix: add `metadata` with `$schema`, `name` and `version`; only preview files go without
    g.yaml:2:15: warning: moduleRequirements.apiVersion: API version 0.2.0 is the preview's, modules built for it do not run here
      2 |   apiVersion: "0.2.0"
        |               ^~~~~~~
      fix: rebuild the modules with SDK 1.1 and write `apiVersion: "1.1.0"`
    g.yaml:3:19: warning: moduleRequirements.hostlibVersion: `hostlibVersion` is the preview's name for `runtimeVersion`
      3 |   hostlibVersion: "0.2.0"
        |                   ^~~~~~~
      fix: write `runtimeVersion: "1.1.0"`
    """)
}

@Test func strictHoldsAPreviewFileToThePublishedSchema() {
  let check = GraphDefinition.parse(Graphs.preview, file: "g.yaml", strict: true)
  #expect(check.graph == nil)
  #expect(check.errors.map(\.code) == [.missingKey, .legacy, .legacy])
  #expect(throws: GraphError.self) { try check.get() }
}

@Test func jsonIsReadLikeYAMLTabsIncluded() throws {
  let json = """
    {
    \t"moduleRequirements": {"apiVersion": "1.1.0", "runtimeVersion": "1.0.0", "features": null},
    \t"metadata": {"$schema": "https://json.schemastore.org/aio-wasm-graph-config-1.0.0.json", "name": "J\\u0061", "version": "1.0.0", "vendor": null},
    \t"operations": [
    \t\t{"operationType": "source", "name": "in", "module": null},
    \t\t{"operationType": "map", "name": "m", "module": "localhost:5000/team/m@sha256:\(String(repeating: "0f", count: 32))"},
    \t\t{"operationType": "sink", "name": "out"}
    \t],
    \t"connections": [
    \t\t{"from": {"name": "in", "arm": null, "schemaName": null}, "to": {"name": "m"}},
    \t\t{"from": {"name": "m"}, "to": {"name": "out"}}
    \t]
    }
    """
  let check = GraphDefinition.parse(json, file: "g.json", strict: true)
  #expect(check.diagnostics.map(\.description) == [])
  let graph = try check.get()
  #expect(graph.metadata?.name == "Ja")
  #expect(graph.operation(named: "m")?.module?.repository == "localhost:5000/team/m")
  #expect(graph.operation(named: "m")?.location.line == 6)
}

@Test func theByteOrderMarkAndWindowsLineEndsChangeNoPosition() throws {
  let broken = Graphs.simple.replacing("sink}", with: "snik}")
  let expected = headlines(broken)
  #expect(expected == ["g.yaml:20:16: error: connections[1].to.name: no operation has the name `snik`; did you mean `sink`?"])
  #expect(headlines("\u{FEFF}" + broken.replacing("\n", with: "\r\n")) == expected)
}

@Test func schemasAreReadAndConnectionsCanNameThem() throws {
  let text = Graphs.graph(
    [Graphs.source, Graphs.sink], ["{from: {name: source, schemaName: readings}, to: {name: sink}}"],
    more: "schemas:\n  - {name: readings, format: JsonSchema/draft-07, schema: '{}'}\n")
  let graph = try GraphDefinition.parse(text, file: "g.yaml", strict: true).get()
  #expect(graph.schemas.map(\.name) == ["readings"])
  #expect(graph.schemas.map(\.format) == ["JsonSchema/draft-07"])
  #expect(graph.schemas.map(\.content) == ["{}"])
  #expect(graph.connections[0].schemaName == "readings")
  #expect(headlines(text.replacing("schemaName: readings", with: "schemaName: reading")) == [
    "g.yaml:12:39: warning: connections[0].from.schemaName: no entry of `schemas` has the name `reading`; did you mean `readings`?"
  ])
}

@Test func queriesFollowTheConnections() throws {
  let graph = try GraphDefinition.parse(Graphs.pipeline, file: "g.yaml").get()
  #expect(graph.sources.map(\.name) == ["source"])
  #expect(graph.sinks.map(\.name) == ["sink"])
  #expect(graph.connections(from: "pictures/branch").map(\.to) == ["readings/branch", "format/map"])
  #expect(graph.connections(from: "pictures/branch", arm: .true).map(\.to) == ["format/map"])
  #expect(graph.connections(from: "pictures/branch", arm: nil).isEmpty)
  #expect(graph.connections(from: "source", arm: nil).map(\.to) == ["window/delay"])
  #expect(graph.connections(into: "concatenate1").map(\.from) == ["pictures/accumulate", "readings/accumulate", "humidity/accumulate"])
  #expect(graph.connections(from: "nobody").isEmpty)
  #expect(graph.operation(named: "nobody") == nil)
  let order = graph.topologicalOrder.map(\.name)
  #expect(order.count == graph.operations.count)
  for connection in graph.connections {
    let from = try #require(order.firstIndex(of: connection.from))
    let to = try #require(order.firstIndex(of: connection.to))
    #expect(from < to)
  }
}

@Test func equalTextsMakeEqualGraphs() throws {
  let a = try GraphDefinition.parse(Graphs.simple, file: "g.yaml").get()
  #expect(try a == GraphDefinition.parse(Array(Graphs.simple.utf8), file: "g.yaml").get())
  #expect(try a != GraphDefinition.parse(Graphs.simple.replacing("1.0.0", with: "1.0.1"), file: "g.yaml").get())
}
