import Foundation
import GraphDefinition
import GraphTesting
import OperatorFixtures
import Runtime
import Testing

/// Graphs of built-in transforms alone, without any WebAssembly.
struct BuiltInTransformTests {
  private static let example = String(#filePath.prefix(upTo: #filePath.range(of: "/Tests/")?.lowerBound ?? #filePath.endIndex)) + "/Examples/built-in-transforms/"

  @Test func `the example gives what it says`() {
    #expect(TestRunner(options: RunOptions(graph: "")).run(Self.example + "tests/line/line.test.yaml").verdict == .passed)
  }

  @Test func `what is wrong with a transform is said where its configuration stands`() throws {
    let folder = try TestFolder()
    let graph = try folder.write("graph.yaml", """
      moduleRequirements: { apiVersion: 1.1.0, runtimeVersion: 1.1.0 }
      operations:
        - { operationType: source, name: source }
        - { operationType: map, name: window, module: "mcr.microsoft.com/azureiotoperations/graph-dataflow-window:1.1.0" }
        - { operationType: map, name: map, module: "azureiotoperations/graph-dataflow-map:1.0.0" }
        - { operationType: map, name: old, module: "azureiotoperations/graph-dataflow-map:0.9.0" }
        - { operationType: map, name: none, module: "azureiotoperations/graph-dataflow-map:1.0.0" }
        - { operationType: sink, name: sink }
      connections:
        - { from: { name: source }, to: { name: window } }
        - { from: { name: window }, to: { name: map } }
        - { from: { name: map }, to: { name: old } }
        - { from: { name: old }, to: { name: none } }
        - { from: { name: none }, to: { name: sink } }
      moduleConfigurations:
        - name: map
          parameters:
            rules: { name: rules, default: '{"map": [{"inputs": ["a"], "output": "b", "expression": "$2"}]}' }
      """)
    do {
      _ = try RunPlan(RunOptions(graph: graph))
      #expect(Bool(false), "it was accepted")
    } catch {
      let lines = error.diagnostics.filter { $0.severity == .error }.map { "\($0.line): \($0.message)" }
      #expect(lines == [
        "4: the built-in transform `window` is the module of accumulate operations, not of a map",
        "18: the operation `map`: rules.map[0].expression: line 1, column 1: there is no `$2`: the rule has one input",
        "6: the operation `old`: there is no version 0.9.0 of the built-in transform `graph-dataflow-map`; there is 1.0.0",
        "7: the operation `none`: the parameter `rules` is missing; its value is a JSON text",
      ])
    }
  }
}
