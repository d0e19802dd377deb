import ArgumentParser
import Dataflow
import EndpointKit
import InputLog
import Runtime
import Telemetry

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run a graph again over what `millrace run --record` recorded.",
    discussion: """
      The graph, its modules and the settings are those of the recorded run; what has changed since is told. What comes out is the same, byte for byte, on any \
      number of workers, unless operators depend on what is not recorded: a state store that was not empty, and how long something really takes.

      Examples:
        millrace replay today.recording --output results.jsonl
        millrace replay today.recording --graph new-graph.yaml
        millrace replay today.recording -- --allowed-lateness 30 --set top_k=1
      """)

  @Argument(help: "The recording.") var recording: String
  @Option(help: ArgumentHelp("Another graph file than the recorded run's.", valueName: "file")) var graph: String?
  @Option(name: .shortAndLong, help: "A file for lines of JSON, a folder (ending in /) for one file per result, or - for standard output. For one sink: name=path.")
  var output: [String] = []
  @Option(help: "Threads that run the graph; results are the same for any number. Default: one for each processor.") var workers = RunOptions.processorCount
  @Option(help: ArgumentHelp("Where dead letters are kept: lines of JSON are added to the file.", valueName: "file")) var deadLetters: String?
  @OptionGroup var cache: CacheOptions
  @Option(help: "The least severe operator log to show: trace, debug, info, warn, error, critical.") var logLevel = OperatorLogLevel.warn
  @Flag(help: "Report events and the summary on standard error as lines of JSON.") var json = false
  @Flag(name: .shortAndLong, help: "Show errors only.") var quiet = false
  @Argument(parsing: .postTerminator, help: "Options of `millrace run` that replace the recorded run's, such as --allowed-lateness; after --.") var changes: [String] = []

  func validate() throws {
    guard (1...1024).contains(workers) else { throw ValidationError("--workers takes a number from 1 to 1024, not \(workers)") }
  }

  func run() throws {
    let interruptions = Interruptions()
    let reporter = RunReporter(json: json, quiet: quiet, logLevel: logLevel)
    do throws(RunError) {
      let log: InputLogReader
      do { log = try InputLogReader(path: recording, receivedAt: EndpointClock.systemNanoseconds) } catch { throw RunError(.recording, error.description) }
      let plan = try load(try options(log.header), json: json, quiet: quiet)
      reporter.warnings(plan.warnings)
      for change in plan.changes(since: log.header) { reporter.event(.notice(operation: recording, message: change)) }
      let files = RunFiles(inputs: [], outputs: output, watch: false, topic: nil)
      let run = try GraphRun(
        plan, replaying: log, sinks: try files.openSinks(of: plan.graph, clock: EndpointClock(), onEvent: reporter.event),
        deadLetters: try files.openDeadLetters(deadLetters, clock: EndpointClock(), onEvent: reporter.event), onEvent: reporter.event)
      interruptions.onInterrupt { run.stop() }
      let showsProgress = !quiet && !json && Terminal.error.isTerminal && !(files.usesStandardOutput && Terminal.isOutputTerminal)
      let ticker = showsProgress ? ProgressTicker { run.progress.line } : nil
      let summary = try run.run()
      ticker?.stop()
      if let replay = summary.replay { reporter.replay(replay, of: recording) }
      reporter.summary(summary)
      if summary.progress.failed > 0 { throw RunError(.itemsFailed, "") }
    } catch {
      Terminal.error.clearProgress()
      throw reporter.failure(error)
    }
  }

  /// What the recorded run's settings were, and the changes to them.
  private func options(_ header: LogHeader) throws(RunError) -> RunOptions {
    guard let graph = graph ?? header.files.first(where: { $0.name == "graph" })?.path else {
      throw RunError(.usage, "\(recording): the recording does not say which graph it is of; name one with --graph")
    }
    // Where the recorded run found them, whatever folder this is.
    let modules = header.files.dropFirst().compactMap { file in file.path.lastIndex(of: "/").map { ["--modules", String(file.path[..<$0])] } }.joined()
    let place = cache.directory.map { ["--code-cache", $0] } ?? []
    let settings: RunSettings
    do {
      settings = try RunSettings.parse([graph] + header.arguments + changes + modules + place)
    } catch {
      throw RunError(.usage, RunSettings.message(for: error))
    }
    var options = try settings.runOptions()
    options.workers = workers
    return options
  }
}
