import Dataflow
import EndpointKit
import FileEndpoint
import Foundation
import ModelFixtures
import OperatorFixtures
import Runtime
import Testing

/// The graphs of Examples/sensors with other modules than its own.
@Suite(.enabled(if: SensorsExample.isBuilt, .init(rawValue: SensorsExample.hint)))
struct SensorsTests {
  /// The payloads that a graph of the example puts out.
  private func payloads(_ graph: String, modules: [String] = [], input: String) throws -> [String] {
    var options = RunOptions(graph: graph)
    options.moduleFolders = modules
    let sink = MemorySink(), events = EventRecorder()
    // At the start of a window of any length, so that all files are in the same.
    let clock = EndpointClock(wallTime: { WallTime(seconds: 1_699_920_000) })
    let source = try FileInput(path: input).open(clock: clock)
    _ = try GraphRun(try RunPlan(options), source: source, sink: sink, clock: clock, onEvent: events.record).run()
    #expect(events.failures.isEmpty && events.notices.isEmpty, "\(events.failureMessages) \(events.notices)")
    return sink.items.map { String(decoding: $0.outgoingMessage.payload, as: UTF8.self) }
  }

  /// Case t03 of operators.md §9: a temperature, a humidity and a JPEG in one window.
  @Test(.enabled(if: SharedData.isPresent, .init(rawValue: SharedData.missing)))
  func `AIO's complex graph with MobileNet gives the published result, to the byte`() throws {
    let folder = try TestFolder()
    try folder.write("input/temperature.json", #"{"temperature":{"value":3083,"unit":"F"}}"#)
    try folder.write("input/humidity.json", #"{"humidity":{"value":85}}"#)
    try folder.write("input/tripod.raw", try SharedData.bytes(of: "images/tripod-1280x720.jpg"))
    let payloads = try payloads(SensorsExample.folder + "/graph.dataflow.yaml", modules: [try BuiltModules.imageNet.get()], input: folder.path + "/input")
    #expect(payloads == [
      #"{"temperature":[{"count":1,"max":1695.0,"min":1695.0,"average":1695.0,"last":1695.0,"unit":"C","overtemp":true}],"#
        + #""humidity":[{"count":1,"max":85.0,"min":85.0,"average":85.0,"last":85.0}],"object":[{"result":"tripod"}]}"#
    ])
  }

  @Test(.enabled(if: PythonOperator.areBuilt, .init(rawValue: PythonOperator.hint)), arguments: ["graph-simple.yaml", "graph.dataflow.yaml"])
  func `A map in Python, among operators in Swift, gives the same bytes as the map in Swift`(_ graph: String) throws {
    let folder = try TestFolder()
    let swift = try String(contentsOfFile: SensorsExample.folder + "/" + graph, encoding: .utf8)
    let python = swift.replacing("name: module-temperature/map\n    module: temperature:1.0.0", with: "name: module-temperature/map\n    module: temperature-python:1.0.0")
    #expect(python != swift)
    try folder.write("python.yaml", python)
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/operators", withDestinationPath: SensorsExample.folder + "/operators")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/temperature-python.wasm", withDestinationPath: PythonOperator.temperature.path)
    let values = ["1209", "3083", "-40", "98.6", "33.33333333333333", "1e2", "0.1"]
    let lines = values.map { #"{"temperature":{"value":\#($0),"unit":"F"}}"# } + [#"{"temperature": {"value": 7, "unit": "C"}}"#, #"{"humidity":{"value":40}}"#]
    try folder.write("input.jsonl", lines.joined(separator: "\n"))
    let ours = try payloads(SensorsExample.folder + "/" + graph, input: folder.path + "/input.jsonl")
    #expect(try payloads(folder.path + "/python.yaml", input: folder.path + "/input.jsonl") == ours)
    #expect(ours.count == (graph == "graph-simple.yaml" ? lines.count : 1))
  }
}
