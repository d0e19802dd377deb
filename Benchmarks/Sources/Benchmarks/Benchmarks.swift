import ArgumentParser
import Foundation

@main
struct Benchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmarks", abstract: "Measure Millrace. Started by Benchmarks/run.", subcommands: [Measure.self, Memory.self], defaultSubcommand: Measure.self)

  struct Measure: ParsableCommand {
    enum Section: String, CaseIterable, ExpressibleByArgument { case boundary, engine, wasinn, pipeline, format, start, cache, memory }

    @OptionGroup var configuration: Configuration
    @Flag(help: "Fewer rounds: a first impression in about a minute.") var quick = false
    @Option(help: "Measure only this section; repeatable.") var only: [Section] = []

    func run() throws {
      let machine = Machine()
      var report = Report()
      let models = configuration.models
      if models.isEmpty { standardError("bench: no models in \(configuration.shared)/models: figures that need them are left out") }
      for section in Section.allCases where only.isEmpty || only.contains(section) {
        standardError("bench: \(section.rawValue)")
        switch section {
        case .boundary: try Boundary(quick: quick).measure(&report)
        case .engine: try Throughput(configuration: configuration, quick: quick).measure(&report)
        case .wasinn: if !models.isEmpty { try WASINNPath(models: models, quick: quick).measure(&report) }
        case .pipeline: try Pipeline(configuration: configuration, models: models, quick: quick).measure(&report)
        case .format: try ImageFormat(configuration: configuration, quick: quick).measure(&report)
        case .start: try Startup(configuration: configuration, quick: quick).measure(&report)
        case .cache: try CodeCaching(configuration: configuration, quick: quick).measure(&report)
        case .memory: try MemoryUse(configuration: configuration, quick: quick).measure(&report)
        }
      }
      try? FileManager.default.removeItem(atPath: temporaryFolder)
      print(machine.text)
      print()
      print(report.text)
      if !report.missed.isEmpty { print("\nmissed: " + report.missed.joined(separator: "; ")) }
    }
  }

  struct Memory: ParsableCommand {
    static let configuration = CommandConfiguration(shouldDisplay: false)
    @Argument var graph: String
    @Argument var modules: [String]
    @Option(help: "Measure after so many items; repeatable, ascending.") var after: [Int]
    @Option var input: MemoryUse.Input

    func run() throws { try MemoryUse.sample(graph: graph, modules: modules, after: after, input) }
  }
}

/// For files that are needed while measuring.
let temporaryFolder: String = {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("millrace-benchmarks-\(getpid())").path
  try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  return path
}()

func standardError(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
