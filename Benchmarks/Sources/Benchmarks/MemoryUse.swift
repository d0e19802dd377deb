import Foundation
import Runtime

/// Resident memory over many images, in a process of its own; and how many sessions two operations with one model hold.
struct MemoryUse {
  let configuration: Configuration
  let quick: Bool

  private struct Sample: Codable { let images: Int, kibibytes: Int }

  func measure(_ report: inout Report) throws {
    guard let folder = ["int8", "example"].first(where: { configuration.modules($0).allSatisfy { access($0, R_OK) == 0 } }) else { return }
    let process = try ChildProcess(
      [CommandLine.arguments[0], "memory", configuration.graph, "--images", quick ? "1000" : "10000"] + configuration.modules(folder))
    var samples: [Sample] = []
    while let line = process.readLine() { samples.append(try JSONDecoder().decode(Sample.self, from: Data(line.utf8))) }
    guard process.finish() == 0, let first = samples.first, let last = samples.last else { throw Failure("the process whose memory is measured failed") }

    let growth = Double(last.kibibytes) / Double(first.kibibytes)
    let sizes = samples.map { "\($0.images): \(number(Double($0.kibibytes) / 1024, 1)) MiB" }.joined(separator: ", ")
    let sessions = try sessions(configuration.modules(folder))
    report.add("Memory, model \(folder)", [
      Figure("resident after the last over the first sample", number(growth, 3), target: "≤ 1.05", isMet: growth <= 1.05),
      Figure("sessions of two operations and two workers", "\(sessions)", target: "1", isMet: sessions == 1),
    ], notes: ["resident after images " + sizes])
  }

  private func sessions(_ modules: [String]) throws -> Int {
    let frame = Frames.frame(0)
    let stream = try GraphStream(graph: configuration.graphs + "/two-operations.yaml", modules: modules, workers: 2) { _ in frame }
    // Each frame comes out twice.
    try stream.process(4, results: 8)
    return try stream.finish().liveSessions
  }

  /// What the child process does.
  static func sample(graph: String, modules: [String], images: Int) throws {
    let stream = try GraphStream(graph: graph, modules: modules) { Frames.frame($0) }
    var done = 0
    for target in [100, 1_000, 10_000] where target <= images {
      try stream.process(target - done)
      done = target
      let line = try JSONEncoder().encode(Sample(images: done, kibibytes: try residentKibibytes()))
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
