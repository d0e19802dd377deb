import Dataflow
import GraphDefinition
import OperatorFixtures
import Runtime
import Testing
import WebAssembly

/// The run's own configuration file.
struct ConfigurationTests {
  private static func read(_ text: String) throws -> RunConfiguration {
    let folder = try TestFolder()
    return try RunConfiguration(path: try folder.write("run.yaml", text))
  }

  private static func diagnostics(_ text: String) throws -> [Diagnostic] {
    let error = try #require(throws: RunError.self) { try read(text) }
    #expect(error.code == .configuration)
    return error.diagnostics
  }

  @Test func `Everything that can be said is understood`() throws {
    let configuration = try Self.read("""
      sources:
        "*": { timeDomain: event, allowedLateness: 250ms, late: emit }
        camera: { timeDomain: processing }
        slow: { allowedLateness: 2h, idleAfter: 1m, maxInFlight: 1000, maxInFlightBytes: 1MiB }
      operations:
        "*": { onError: deadLetter, retry: 3, timeout: 1.5s, maxMemory: 64MiB }
        snapshot/map: { onError: halt, timeout: 2m, exclusive: true }
      windows: { maxHeld: 2GiB, whenFull: halt }
      """)
    var options = RunOptions(graph: "")
    configuration.apply(to: &options)
    #expect(options.time == TimeSettings(.event, allowedLateness: .milliseconds(250), late: .emit))
    #expect(options.errorPolicy == ErrorPolicy(.deadLetter, retries: 3))
    #expect(options.limits == StoreLimits(memory: 64 << 20, callMilliseconds: 1500))
    #expect(options.heldBytes == 2 << 30 && options.whenFull == .halt)
    #expect(configuration.sources["camera"]?.timeDomain == .processing && configuration.sources["camera"]?.late == nil)
    #expect(configuration.sources["slow"]?.allowedLateness == .seconds(7200))
    #expect(configuration.sources["slow"]?.idleAfter == .seconds(60) && configuration.sources["slow"]?.maxInFlight == 1000 && configuration.sources["slow"]?.maxInFlightBytes == 1 << 20)
    let snapshot = try #require(configuration.operations["snapshot/map"])
    #expect(snapshot.onError == .halt && snapshot.timeout == .seconds(120) && snapshot.isExclusive == true && snapshot.maxMemory == nil)
  }

  @Test func `Every mistake is told at once, at its place`() throws {
    let diagnostics = try Self.diagnostics("""
      sources:
        a: { timeDomain: evnt }
        b: { allowedLateness: 5 }
        c: { lat: drop }
      operations:
        d: { onError: ignore, retry: -1 }
        e: { timeout: 2d, maxMemory: 512 }
        f: { exclusive: sometimes }
      windows: []
      """)
    #expect(diagnostics.map(\.line) == [2, 3, 4, 6, 6, 7, 7, 8, 9])
    #expect(diagnostics[0].suggestion == "event" && diagnostics[1].fix == "write a unit: `allowedLateness: 5s`" && diagnostics[2].suggestion == "late")
    #expect(diagnostics[6].fix == "write a unit: `maxMemory: 512MiB`" && diagnostics[3].message.contains("`drop` or `deadLetter` or `halt`"))
  }

  @Test func `A file that is missing or empty is named`() throws {
    #expect(try Self.diagnostics("").first?.message.contains("expected a configuration") == true)
    let error = try #require(throws: RunError.self) { try RunConfiguration(path: "/no/such/run.yaml") }
    #expect(error.code == .configuration && "\(error)".contains("/no/such/run.yaml"))
  }

  @Test func `Names that the graph does not have are found when it is planned`() throws {
    var graph = try TestGraph(GraphText(chain: "map copy"), ["copy": .passingOn])
    try Self.read("sources: { inn: {} }\noperations: { copi: { retry: 1 }, out: {}, copy: {}, \"*\": {} }\n").apply(to: &graph.options)
    let error = try graph.planError()
    #expect(error.diagnostics.map(\.suggestion) == ["in", "copy", nil] && error.diagnostics.map(\.line) == [1, 2, 2])
    #expect(error.diagnostics[2].message.contains("`out` that runs a module"))
  }

  @Test func `What is said of one operation wins over what is said of all`() throws {
    var graph = try TestGraph(GraphText(chain: "map moody", "map other moody:1.0.0"), ["moody": .moody])
    try Self.read("operations: { \"*\": { timeout: 90s, maxMemory: 8MiB }, other: { onError: halt, maxMemory: 9MiB } }\n").apply(to: &graph.options)
    let plan = try RunPlan(graph.options)
    #expect(plan.operators.map(\.limits.memory) == [8 << 20, 9 << 20] && plan.operators.map(\.limits.callMilliseconds) == [90_000, 90_000])
    #expect(plan.graph.operation(named: "moody")?.errorPolicy == .drop && plan.graph.operation(named: "other")?.errorPolicy == ErrorPolicy(.halt))
  }

  @Test func `An exclusive operation has one instance, whatever the number of workers`() throws {
    var graph = try TestGraph(GraphText(chain: "map moody", "map other moody:1.0.0"), ["moody": .moody])
    try Self.read("operations: { other: { exclusive: true } }\n").apply(to: &graph.options)
    graph.options.workers = 3
    let result = try graph.run((0..<50).map(String.init))
    #expect(result.sink.payloads == (0..<50).map(String.init))
    #expect(result.events.logs.count { $0.hasPrefix("moody") } == 3 && result.events.logs.count { $0.hasPrefix("other") } == 1)
  }
}
