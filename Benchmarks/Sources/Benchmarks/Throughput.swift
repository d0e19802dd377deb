import CBoundary
import Foundation

/// What the engine adds to the work of operators, in processor time of the whole process: other programs disturb that less than they disturb the clock.
struct Throughput {
  let configuration: Configuration
  let quick: Bool

  private var rounds: Int { quick ? 5 : 15 }
  private var modules: [String] { [configuration.builtModules + "/benchmark"] }

  func measure(_ report: inout Report) throws {
    guard access(modules[0], R_OK) == 0 else { return }
    try hops(&report)
    try temperatures(&report)
    try memory(&report)
  }

  // MARK: Hops

  /// A filter and a map that let messages of 1 KiB pass, over the core calls and the copies without which that cannot be done.
  private func hops(_ report: inout Report) throws {
    let payload = [UInt8](repeating: 7, count: 1024), floor = try CoreHops(payload: payload)
    let stream = try GraphStream(graph: configuration.graphs + "/pass.yaml", modules: modules) { _ in payload }
    let comparison = try Comparison(
      [Contender("two core calls with two copies each", processor: floor.run), Contender("graph", processor: { try stream.process($0) })],
      rounds: rounds, count: quick ? 20_000 : 100_000)
    _ = try stream.finish()
    let overhead = comparison.difference(1, over: 0, parts: 2)
    report.add("Engine: a filter and a map of 1 KiB messages, processor time per message", [
      Figure("filter → map, from memory to memory", comparison, of: "core calls and copies"),
      Figure("  more than the floor, per hop", time: overhead, floor: "", target: .secondsAtMost(1e-6)),
    ])
  }

  // MARK: Temperatures

  private func temperatures(_ report: inout Report) throws {
    let messages = TemperatureMessages(count: quick ? 50_000 : 200_000)
    let input = "\(temporaryFolder)/temperatures.jsonl", output = "\(temporaryFolder)/results.jsonl"
    try writeFile(input, messages.lines)
    let graph = try FileGraph(graph: configuration.graphs + "/temperature.yaml", modules: modules, input: input, output: output)
    let peers = try configuration.python.map { python in
      try TemperaturePeer.names.map { try TemperaturePeer(python: python, script: configuration.peers + "/temperature.py", input: input, name: $0) }
    } ?? []
    let parts = try TemperatureParts(module: modules[0] + "/celsius-1.0.0.wasm", input: input, lines: messages.payloads(1000))

    var contenders = [Contender("graph", processor: { _ in _ = try graph.run() })] + parts.contenders
    contenders += peers.map { peer in Contender(name: peer.name) { _ in try peer.run().processor } }
    let comparison = try Comparison(contenders, rounds: quick ? 3 : 9, count: messages.count)

    var figures: [Figure] = []
    for (index, peer) in zip((1 + parts.contenders.count)..., peers) {
      figures.append(Figure("graph over \(peer.name)", rate: comparison, 0, over: index, of: peer.name, target: peer.target))
    }
    if peers.isEmpty { figures.append(Figure("graph", time: comparison.time(0), floor: "")) }
    let agreement = try peers.first.map { ["\(try graph.agreement(with: $0)) results of \($0.name) are the same to the byte"] } ?? []
    report.add(
      "Engine: \(messages.count) temperatures, lines of JSON in a file to lines of JSON in a file, messages per second of one core", figures,
      notes: agreement + parts.text(comparison))
    try workers(graph, messages.count, &report)
  }

  /// How much is gained from a second core.
  private func workers(_ graph: FileGraph, _ count: Int, _ report: inout Report) throws {
    guard ProcessInfo.processInfo.activeProcessorCount > 1 else { return }
    let comparison = try Comparison(
      [
        Contender("one") { _ in
          guard boundary_use_one_core() else { throw Failure("the system does not let threads be held to a core") }
          defer { boundary_use_all_cores() }
          _ = try graph.run(workers: 1)
        },
        Contender("two") { _ in _ = try graph.run(workers: 2) },
        Contender("one worker, two cores") { _ in _ = try graph.run(workers: 1) },
      ], rounds: rounds, count: count)
    report.add("Engine: the same with two cores, by the clock", [
      Figure("two cores, two workers", rate: comparison, 1, over: 0, of: "one core, one worker"),
      Figure("two cores, one worker", rate: comparison, 2, over: 0, of: "one core, one worker"),
    ])
  }

  // MARK: Memory

  private func memory(_ report: inout Report) throws {
    let counts = quick ? [50_000, 100_000, 200_000] : [100_000, 250_000, 500_000, 1_000_000]
    let samples = try MemoryUse.samples(of: configuration.graphs + "/temperature.yaml", modules, counts, .messages)
    report.add("Engine: memory of the temperature graph", [MemoryUse.growth(samples)], notes: [MemoryUse.text(samples, .messages)])
  }
}
