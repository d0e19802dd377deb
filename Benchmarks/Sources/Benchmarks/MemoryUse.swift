import ArgumentParser
import Foundation
import Runtime

/// Resident memory over many images, in a process of its own; and how many sessions two operations with one model hold.
struct MemoryUse {
  let configuration: Configuration
  let quick: Bool

  struct Sample: Codable { let count: Int, kibibytes: Int }

  /// What a graph's memory is measured with.
  enum Input: String, ExpressibleByArgument {
    case images, messages

    func payload(_ number: Int) -> [UInt8] { self == .images ? Frames.frame(number) : TemperatureMessages.payload(number) }
    /// How many results so many items have.
    func resultCount(_ numbers: Range<Int>) -> Int { self == .images ? numbers.count : numbers.count { TemperatureMessages.isInBounds($0) } }
  }

  func measure(_ report: inout Report) throws {
    guard let folder = ["int8", "example"].first(where: { configuration.modules($0).allSatisfy { access($0, R_OK) == 0 } }) else { return }
    let samples = try Self.samples(of: configuration.graph, configuration.modules(folder), quick ? [100, 1_000] : [100, 1_000, 10_000], .images)
    let sessions = try sessions(configuration.modules(folder))
    report.add("Memory, model \(folder)", [
      Self.growth(samples), Figure("sessions of two operations and two workers", "\(sessions)", target: "1", isMet: sessions == 1),
    ], notes: [Self.text(samples, .images)])
  }

  /// Has another process run a graph, and returns its resident memory after so many items.
  static func samples(of graph: String, _ modules: [String], _ counts: [Int], _ input: Input) throws -> [Sample] {
    let process = try ChildProcess(
      [CommandLine.arguments[0], "memory", graph, "--input", input.rawValue] + counts.flatMap { ["--after", "\($0)"] } + modules)
    var samples: [Sample] = []
    while let line = process.readLine() { samples.append(try JSONDecoder().decode(Sample.self, from: Data(line.utf8))) }
    guard process.finish() == 0, samples.count == counts.count else { throw Failure("the process whose memory is measured failed") }
    return samples
  }

  static func growth(_ samples: [Sample]) -> Figure {
    let growth = Double(samples.last?.kibibytes ?? 0) / Double(samples.first?.kibibytes ?? 0)
    return Figure("resident after the last over the first sample", number(growth, 3), target: "≤ 1.05", isMet: growth <= 1.05)
  }

  static func text(_ samples: [Sample], _ input: Input) -> String {
    "resident after \(input.rawValue) " + samples.map { "\($0.count): \(number(Double($0.kibibytes) / 1024, 1)) MiB" }.joined(separator: ", ")
  }

  private func sessions(_ modules: [String]) throws -> Int {
    let frame = Frames.frame(0)
    let stream = try GraphStream(graph: configuration.graphs + "/two-operations.yaml", modules: modules, workers: 2) { _ in frame }
    // Each frame comes out twice.
    try stream.process(4, results: 8)
    return try stream.finish().liveSessions
  }

  /// What the child process does.
  static func sample(graph: String, modules: [String], after counts: [Int], _ input: Input) throws {
    let stream = try GraphStream(graph: graph, modules: modules) { input.payload($0) }
    var done = 0
    for count in counts {
      try stream.process(count - done, results: input.resultCount(done..<count))
      done = count
      let line = try JSONEncoder().encode(Sample(count: done, kibibytes: try residentKibibytes()))
      print(String(decoding: line, as: UTF8.self))
    }
    _ = try stream.finish()
  }

  private static func residentKibibytes() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { throw Failure("/proc/self/statm cannot be read") }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024
  }
}
