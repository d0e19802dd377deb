import GraphDefinition
import Testing

private func withVersions(api: String, runtime: String) -> String {
  Graphs.simple.replacing("apiVersion: \"1.1.0\"", with: "apiVersion: \(api)").replacing("runtimeVersion: \"1.1.0\"", with: "runtimeVersion: \(runtime)")
}

@Test(arguments: ["1.0.0", "1.1.0", "1.1.7"])
func apiVersionsOfTheSameMajorUpToOurMinorAreAccepted(version: String) {
  #expect(seen(withVersions(api: version, runtime: "1.0.0"), strict: true) == "")
}

@Test func otherVersionsAreRefusedWithBothPrinted() {
  #expect(seen(withVersions(api: "2.0.0", runtime: "1.1.1")) == """
    g.yaml:6:15: error: moduleRequirements.apiVersion: API version 2.0.0 is not supported, this runtime offers 1.0.0 to 1.1.0
      6 |   apiVersion: 2.0.0
        |               ^~~~~
      fix: use a newer runtime, or modules that are built for 1.1.0 and write `apiVersion: "1.1.0"`
    g.yaml:7:19: error: moduleRequirements.runtimeVersion: the graph needs runtime version 1.1.1, this runtime is 1.1.0
      7 |   runtimeVersion: 1.1.1
        |                   ^~~~~
      fix: use a newer runtime, or lower the version if the graph does not need it
    """)
  #expect(seen(withVersions(api: "0.1.0", runtime: "one")) == """
    g.yaml:6:15: error: moduleRequirements.apiVersion: API version 0.1.0 is not supported, this runtime offers 1.0.0 to 1.1.0
      6 |   apiVersion: 0.1.0
        |               ^~~~~
      fix: rebuild the modules with SDK 1.1 and write `apiVersion: "1.1.0"`
    g.yaml:7:19: error: moduleRequirements.runtimeVersion: `one` is no version, expected three numbers such as `1.1.0`
      7 |   runtimeVersion: one
        |                   ^~~
    """)
  #expect(headlines(withVersions(api: "1.2.0", runtime: "2.0.0")).count == 2)
}

@Test func aVersionThatYAMLTakesForANumberGetsAWholeVersionAsFix() {
  #expect(seen(withVersions(api: "1.1", runtime: "1.1.0")) == """
    g.yaml:6:15: error: moduleRequirements.apiVersion: found the number `1.1`, expected a string
      6 |   apiVersion: 1.1
        |               ^~~
      fix: write `apiVersion: "1.1.0"`
    """)
}

@Test func theOldNameOfTheRuntimeVersionGivesWayToTheNewOne() throws {
  let text = Graphs.simple.replacing("  runtimeVersion", with: "  hostlibVersion: \"0.2.0\"\n  runtimeVersion")
  let check = GraphDefinition.parse(text, file: "g.yaml")
  #expect(check.warnings.map(\.code) == [.legacy])
  #expect(try check.get().requirements.runtimeVersion == SemanticVersion(1, 1, 0))
  #expect(GraphDefinition.parse(text, file: "g.yaml", strict: true).errors.map(\.code) == [.legacy])
}

@Test func onlyKnownFeaturesMayBeAskedFor() {
  let text = Graphs.simple.replacing(
    "operations:", with: "  features: [{name: wasi-nn}, {name: wasi_nn, value: x}, {name: gpu}, {name: wasi-nn, version: 2}, wasi-nn]\noperations:")
  #expect(seen(text) == """
    g.yaml:8:38: error: moduleRequirements.features[1].name: this runtime has no feature `wasi_nn`, only `wasi-nn`; did you mean `wasi-nn`?
      8 |   features: [{name: wasi-nn}, {name: wasi_nn, value: x}, {name: gpu}, {name: wasi-nn, version: 2}, wasi-nn]
        |                                      ^~~~~~~
    g.yaml:8:65: error: moduleRequirements.features[2].name: this runtime has no feature `gpu`, only `wasi-nn`
      8 |   features: [{name: wasi-nn}, {name: wasi_nn, value: x}, {name: gpu}, {name: wasi-nn, version: 2}, wasi-nn]
        |                                                                 ^~~
    g.yaml:8:87: error: moduleRequirements.features[3].version: unknown key, a feature has no such key
      8 |   features: [{name: wasi-nn}, {name: wasi_nn, value: x}, {name: gpu}, {name: wasi-nn, version: 2}, wasi-nn]
        |                                                                                       ^~~~~~~
      fix: remove it; the keys are `name`, `value`
    g.yaml:8:100: error: moduleRequirements.features[4]: found the string `wasi-nn`, expected a feature, a mapping with the keys `name`, `value`
      8 |   features: [{name: wasi-nn}, {name: wasi_nn, value: x}, {name: gpu}, {name: wasi-nn, version: 2}, wasi-nn]
        |                                                                                                    ^~~~~~~
    """)
}

@Test func anotherSchemaThanThatOfGraphFilesGetsAWarning() {
  let text = Graphs.simple.replacing("aio-wasm-graph-config-1.0.0.json", with: "package.json")
  #expect(headlines(text) == [
    "g.yaml:2:12: warning: metadata.$schema: `https://www.schemastore.org/package.json` is not the schema of graph files"
  ])
}
