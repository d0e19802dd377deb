import ComponentModel
import GraphDefinition
import ModelFixtures
import OperatorFixtures
import Runtime
import Synchronization
import Testing
import WebAssembly

/// What keeps a graph from running, and what a user is told about it.
struct PlanTests {
  @Test func `A module that is not there: every place that was tried, and other versions that are`() throws {
    var graph = try TestGraph(GraphText(chain: "map missing"))
    graph.options.moduleFolders = ["/nowhere"]
    try graph.folder.write("modules/missing-2.0.0.wasm", .passingOn)
    let error = try graph.planError()
    #expect(error.code == .module && error.diagnostics.count == 1)
    let diagnostic = error.diagnostics[0], text = diagnostic.description
    #expect(diagnostic.line == 7 && diagnostic.column > 0 && text.contains("graph.yaml:7:"))
    for place in ["/nowhere/missing-1.0.0.wasm", "/nowhere/missing.wasm", "modules/missing-1.0.0.wasm", "missing-2.0.0.wasm", "millrace build", "--modules"] {
      #expect(text.contains(place), "\(text)")
    }
  }

  @Test func `Modules are found with and without version, beside the graph and where they are named`() throws {
    let elsewhere = try TestFolder()
    try elsewhere.write("c-1.0.0.wasm", .passingOn)
    var graph = try TestGraph(GraphText(chain: "map a", "map b", "map c", "map d d"), ["a": .passingOn])
    try graph.folder.write("b.wasm", .passingOn)
    try graph.folder.write("operators/d/bin/x86_64/release/d.wasm", .passingOn)
    graph.options.moduleFolders = [elsewhere.path]
    #expect(try graph.run(["x"]).sink.payloads == ["x"])
  }

  @Test func `All problems of all modules come at once, where they are used`() throws {
    let graph = try TestGraph(
      GraphText(["source in", "map good", "filter good2 good:1.0.0", "map core", "map text", "map gone", "sink out"],
        ["in -> good", "good -> good2", "good2 -> core", "core -> text", "text -> gone", "gone -> out"]),
      ["good": .passingOn])
    try graph.folder.write("modules/core-1.0.0.wasm", try parseText("(module)"))
    try graph.folder.write("modules/text-1.0.0.wasm", "this is no module")
    let error = try graph.planError()
    #expect(error.code == .module)
    #expect(error.diagnostics.map(\.line) == [8, 9, 10, 11])
    #expect(error.diagnostics[0].message.contains("wasm-graph:processor/filter@1.1.0"))
    #expect(error.diagnostics[1].message.contains("core module"))
    #expect(error.diagnostics[3].message.contains("was not found"))
  }

  @Test func `A file used by two operations is loaded and reported once`() throws {
    let graph = try TestGraph(GraphText(["source in", "map a x:1.0.0", "map b x:1.0.0", "sink out"], ["in -> a", "a -> b", "b -> out"]))
    try graph.folder.write("modules/x-1.0.0.wasm", "no module")
    #expect(try graph.planError().diagnostics.count == 1)
  }

  @Test func `Files that share core modules are loaded at the same time, and each core module is compiled once`() throws {
    func events(_ graph: TestGraph) throws -> (plan: RunPlan, events: [LoadEvent]) {
      let events = Mutex<[LoadEvent]>([])
      let plan = try RunPlan(graph.options) { event in events.withLock { $0.append(event) } }
      return (plan, events.withLock { $0 })
    }
    let alone = try events(TestGraph(GraphText(chain: "map a"), ["a": .passingOn]))
    let files: [String: OperatorFixture] = ["a": .passingOn, "b": .passingOn, "c": .passingOn]
    let together = try events(TestGraph(GraphText(chain: "map a", "map b", "map c"), files))
    #expect(alone.plan.compiledCount > 0 && together.plan.compiledCount == alone.plan.compiledCount)
    func loaded(_ events: [LoadEvent]) -> Int { events.count { if case .loading = $0 { true } else { false } } }
    #expect(loaded(alone.events) == 1 && loaded(together.events) == 3)
    let finished = alone.events.count { if case .compiling(_, let event) = $0, case .finished = event.step { true } else { false } }
    #expect(finished == alone.plan.compiledCount)
  }

  @Test func `Inference that the graph does not declare is a warning, and with strict an error`() throws {
    var graph = try TestGraph(GraphText(chain: "map model"), ["model": .loading(model: ModelFixture.doubling.bytes)])
    let plan = try RunPlan(graph.options)
    #expect(plan.warnings.count == 1)
    #expect(plan.warnings[0].severity == .warning && plan.warnings[0].message.contains("wasi-nn") && plan.warnings[0].line == 7)
    #expect(plan.warnings[0].fix?.contains("features") == true)
    graph.options.strict = true
    let error = try graph.planError()
    #expect(error.diagnostics.map(\.severity) == [.error])
    #expect(error.diagnostics[0].message.contains("wasi-nn"))
  }

  @Test func `Inference that is declared is fine with strict`() throws {
    var text = GraphText(chain: "map model")
    text.usesNeuralNetworks = true
    var graph = try TestGraph(text, ["model": .loading(model: ModelFixture.doubling.bytes)])
    graph.options.strict = true
    #expect(try RunPlan(graph.options).warnings.isEmpty)
  }

  // MARK: Parameters

  static let configured: GraphText = {
    var text = GraphText(chain: "map logger")
    text.configurations = [
      "{ name: logger, parameters: { width: { name: width, default: \"224\" }, mode: { name: the_mode, required: true }, note: { name: note } } }"
    ]
    return text
  }()

  @Test func `A required parameter without a value stops the graph at its place`() throws {
    let error = try TestGraph(Self.configured, ["logger": .loggingConfiguration]).planError()
    #expect(error.code == .graph)
    #expect(error.diagnostics.map(\.code) == [.missingParameter])
    #expect(error.diagnostics[0].message.contains("the_mode") && error.diagnostics[0].line > 0)
  }

  @Test func `Defaults and overrides reach init; what has neither is left out`() throws {
    var graph = try TestGraph(Self.configured, ["logger": .loggingConfiguration])
    graph.options.overrides = [.init(key: "mode", value: "fast = a=b"), .init(key: "width", value: "128")]
    let result = try graph.run(["x"])
    #expect(result.events.logs == ["logger width 128", "logger the_mode fast = a=b"])
  }

  @Test func `An override that nobody declares is a warning that says what was meant`() throws {
    var graph = try TestGraph(Self.configured, ["logger": .loggingConfiguration])
    graph.options.overrides = [.init(key: "the_mode", value: "x"), .init(key: "widht", value: "1")]
    let warnings = try RunPlan(graph.options).warnings
    #expect(warnings.map(\.code) == [.unknownParameter])
    #expect(warnings[0].suggestion == "width")
  }

  // MARK: Graphs

  @Test func `A graph with errors reports them all, with places`() throws {
    let graph = try TestGraph(GraphText(["source in", "map x", "sink out"], ["in -> y", "x -> out"]))
    let error = try graph.planError()
    #expect(error.code == .graph)
    #expect(error.diagnostics.contains { $0.code == .unknownName && $0.line > 0 })
  }

  @Test func `A graph file that is missing is named`() throws {
    let error = try #require(throws: RunError.self) { try RunPlan(RunOptions(graph: "/no/such/graph.yaml")) }
    #expect("\(error)".contains("/no/such/graph.yaml"))
  }

  @Test func `Two sources cannot share one input`() throws {
    let text = GraphText(
      ["source in", "source in2", "concatenate both", "sink out"], ["in -> both", "in2 -> both", "both -> out"])
    let graph = try TestGraph(text)
    let plan = try RunPlan(graph.options)
    let error = try #require(throws: RunError.self) { try GraphRun(plan, source: MemorySource([]), sink: MemorySink()) { _ in } }
    #expect(error.code == .graph && error.message.contains("2 sources"))
  }
}
