import Foundation

/// From the start of the process to the first item's entry into the graph.
struct Startup {
  let configuration: Configuration
  let quick: Bool

  func measure(_ report: inout Report) throws {
    let input = "\(temporaryFolder)/startup"
    try FileManager.default.createDirectory(atPath: input, withIntermediateDirectories: true)
    try writeFile("\(input)/frame.raw", Frames.frame(0))
    var figures: [Figure] = []
    for (name, folder) in [("surface inspection, 1 MB", "example"), ("MobileNetV2 f32, 14 MB", "f32")] {
      let modules = configuration.modules(folder)
      guard modules.allSatisfy({ access($0, R_OK) == 0 }) else { continue }
      func ready(_ options: [String]) throws -> Double {
        try self.ready(["run", configuration.graph, "--input", input, "--json"] + modules.flatMap { ["--modules", $0] } + options)
      }
      let cold = "\(temporaryFolder)/cold"
      let comparison = try Comparison(
        [
          Contender("nothing") { for _ in 0..<$0 { try version() } },
          Contender(name: "warm") { count in try total(count) { try ready([]) } },
        ], rounds: quick ? 7 : 21, count: 1)
      let compiling = try Comparison(
        [
          Contender(name: "cold") { count in
            try total(count) {
              try? FileManager.default.removeItem(atPath: cold)
              return try ready(["--code-cache", cold])
            }
          }
        ], rounds: quick ? 1 : 3, count: 1)
      figures.append(Figure("\(name), warm", comparison, of: "--version", target: .secondsAtMost(0.05)))
      figures.append(Figure("\(name), cold", time: compiling.time(0), floor: "compiled anew"))
    }
    report.add("Start: from exec to ready for the first item, without loading the model", figures)
  }

  private func total(_ count: Int, _ body: () throws -> Double) rethrows -> Double { try (0..<count).reduce(0) { sum, _ in sum + (try body()) } }

  /// Starts the process, and ends.
  private func version() throws {
    let process = try ChildProcess([configuration.millrace, "--version"])
    guard process.readLine() != nil, process.finish() == 0 else { throw Failure("\(configuration.millrace) does not run") }
  }

  private struct Event: Decodable {
    struct Startup: Decodable { let models: Double }
    let event: String, startup: Startup?
  }

  /// Seconds until the run says that it is ready, less what loading models took.
  private func ready(_ arguments: [String]) throws -> Double {
    let start = now()
    let process = try ChildProcess([configuration.millrace] + arguments, reading: .error)
    var last = "it said nothing"
    while let line = process.readLine() {
      let elapsed = now() - start
      last = line
      guard let event = try? JSONDecoder().decode(Event.self, from: Data(line.utf8)), event.event == "ready", let startup = event.startup else { continue }
      guard process.finish() == 0 else { throw Failure("the run failed after it was ready") }
      return elapsed - startup.models / 1000
    }
    throw Failure("the run never was ready: \(last)")
  }
}
