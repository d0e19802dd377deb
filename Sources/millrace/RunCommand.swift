import ArgumentParser
import ComponentModel
import Dataflow
import EndpointKit
import Inference
import OperatorHost
import Runtime
import SQLiteStateStore
import SchemaRegistry
import StateStore
import Telemetry
import WebAssembly

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a graph over files.",
    discussion: """
      Each file of the input folder becomes one message, in the order of the names; each result becomes one line of JSON. \
      Ctrl-C ends the run after what has been read; a second one ends it at once.

      Examples:
        millrace run Examples/image-classification/graph.yaml --input Examples/image-classification/images
        millrace run graph.yaml --input camera/ --watch --output results.jsonl --set top_k=1 --workers 2
        millrace run graph.yaml --input a=left.jsonl --input b=right.jsonl --on-error deadLetter --dead-letters failed.jsonl
      """)

  @OptionGroup var graph: GraphOptions

  @Option(name: .shortAndLong, help: "A folder of files, one file, or a .jsonl file with one message per line. With several sources, one each: name=path.")
  var input: [String]
  @Option(name: .shortAndLong, help: "A file for lines of JSON, a folder (ending in /) for one file per result, or - for standard output. For one sink: name=path.")
  var output: [String] = []
  @Flag(help: "Go on with files that appear in the input folder later.") var watch = false
  @Option(help: ArgumentHelp("The topic of the messages. Default: probe/1 for .json, snapshot_simulation for all else.", valueName: "topic")) var topic: String?
  @Option(help: "Threads that run the graph; results are the same for any number. Default: one for each processor.") var workers = RunOptions.processorCount
  @Option(help: "Threads that run one model. More make one item faster; more workers make many items faster.") var modelThreads = 1
  @Option(help: ArgumentHelp("Memory that each operator may use. Default: 512.", valueName: "MiB")) var memoryLimit: Int?
  @Option(help: ArgumentHelp("How long an operator may take for one item; 0 for no limit. Default: 30.", valueName: "seconds")) var timeout: Double?
  @Option(help: "Which time a message belongs to: event, the one it carries, or processing, that of its arrival. Default: event.") var timeDomain: TimeSettings.Domain?
  @Option(help: ArgumentHelp("How far a message may be behind the latest one before it is late; windows close that much later. Default: 5.", valueName: "seconds"))
  var allowedLateness: Double?
  @Option(help: "What becomes of late messages: drop, or emit, into the window that is open then. Default: drop.") var late: TimeSettings.LatePolicy?
  @Option(help: "What becomes of an item that an operator fails on: drop, deadLetter, or halt, which ends the run. Default: drop.") var onError: ErrorPolicy.Consequence?
  @Option(help: ArgumentHelp("How many more times an operator is called that failed. Default: 0.", valueName: "times")) var retry: Int?
  @Option(help: ArgumentHelp("Where dead letters are kept: lines of JSON are added to the file.", valueName: "file")) var deadLetters: String?
  @Option(name: .customLong("state-store"), help: ArgumentHelp("A SQLite file for what operators keep in the state store; without one, it ends with the run.", valueName: "file"))
  var stateStore: String?
  @Option(name: .customLong("schemas"), help: ArgumentHelp("The schema registry: a folder with <name>/<version>.json.", valueName: "folder")) var schemas: String?
  @Option(help: "The least severe operator log to show: trace, debug, info, warn, error, critical.") var logLevel = OperatorLogLevel.warn
  @Flag(help: "Report events and the summary on standard error as lines of JSON.") var json = false
  @Flag(name: .shortAndLong, help: "Show errors only.") var quiet = false

  func validate() throws {
    guard (1...1024).contains(workers) else { throw ValidationError("--workers takes a number from 1 to 1024, not \(workers)") }
    guard (1...1024).contains(modelThreads) else { throw ValidationError("--model-threads takes a number from 1 to 1024, not \(modelThreads)") }
    if let memoryLimit, !(1...4096).contains(memoryLimit) { throw ValidationError("--memory-limit takes 1 to 4096 MiB, not \(memoryLimit)") }
    if let timeout, !(0...86_400).contains(timeout) { throw ValidationError("--timeout takes 0 to 86400 seconds, not \(timeout)") }
    if let allowedLateness, !(0...86_400).contains(allowedLateness) {
      throw ValidationError("--allowed-lateness takes 0 to 86400 seconds, not \(allowedLateness)")
    }
    if let retry, !(0...1000).contains(retry) { throw ValidationError("--retry takes 0 to 1000 times, not \(retry)") }
  }

  func run() throws {
    // Before there is any thread, so that the signals reach the one that waits for them.
    let interruptions = Interruptions()
    let reporter = RunReporter(json: json, quiet: quiet, logLevel: logLevel)
    do throws(RunError) {
      let plan = try load(try options(), json: json, quiet: quiet)
      reporter.warnings(plan.warnings)
      let clock = EndpointClock()
      let files = RunFiles(inputs: input, outputs: output, watch: watch, topic: topic)
      let run = try GraphRun(
        plan, sources: try files.openSources(of: plan.graph, clock: clock), sinks: try files.openSinks(of: plan.graph),
        deadLetters: try files.openDeadLetters(deadLetters), clock: clock, onEvent: reporter.event)
      interruptions.onInterrupt { run.stop() }
      let showsProgress = !quiet && !json && Terminal.error.isTerminal && !(files.usesStandardOutput && Terminal.isOutputTerminal)
      let ticker = showsProgress ? ProgressTicker { run.progress.line } : nil
      let summary = try run.run()
      ticker?.stop()
      reporter.summary(summary)
      if summary.progress.failed > 0 { throw RunError(.itemsFailed, "") }
    } catch {
      Terminal.error.clearProgress()
      throw reporter.failure(error)
    }
  }

  private func options() throws(RunError) -> RunOptions {
    var options: RunOptions
    do {
      options = try graph.runOptions()
      if let stateStore { options.stateStore = try SQLiteStateStore(path: stateStore, now: { wallClockNanoseconds() }) }
      if let schemas { options.schemaRegistry = FolderSchemaRegistry(path: schemas) }
    } catch let StateStoreError.internal(reason) {
      throw RunError(.endpoint, "the state store cannot be opened: \(reason)")
    } catch {
      throw RunError(.usage, "\(error)")
    }
    try graph.configure(&options)
    options.workers = workers
    options.inference = SessionOptions(threads: modelThreads)
    if let memoryLimit { options.limits = StoreLimits(memory: memoryLimit << 20, callMilliseconds: options.limits.callMilliseconds) }
    if let timeout { options.limits.callMilliseconds = UInt64(timeout * 1000) }
    if let timeDomain { options.time.domain = timeDomain }
    if let allowedLateness { options.time.allowedLateness = .seconds(allowedLateness) }
    if let late { options.time.late = late }
    if let onError { options.errorPolicy.consequence = onError }
    if let retry { options.errorPolicy.retries = retry }
    return options
  }
}

/// Loads a graph and its modules, and shows on a terminal how far that has come.
func load(_ options: RunOptions, json: Bool, quiet: Bool) throws(RunError) -> RunPlan {
  let reporter = LoadReporter(json: json)
  let ticker = !quiet && !json && Terminal.error.isTerminal ? ProgressTicker { reporter.line } : nil
  defer { ticker?.stop() }
  return try RunPlan(options, progress: reporter.event)
}

extension RunProgress {
  fileprivate var line: String {
    "\(written) items  \(decimal(rate, 1))/s  p50 \(milliseconds(p50)) ms  p99 \(milliseconds(p99)) ms  \(failed) errors"
  }
}

extension RunError.Code {
  static let usage = RunError.Code("usage")
  static let itemsFailed = RunError.Code("items-failed")
}
