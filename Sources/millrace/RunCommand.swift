import ArgumentParser
import ComponentModel
import EndpointKit
import FileEndpoint
import Glibc
import Inference
import OperatorHost
import Runtime
import SQLiteStateStore
import SchemaRegistry
import StateStore
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
      """)

  @OptionGroup var graph: GraphOptions

  @Option(name: .shortAndLong, help: "A folder of files, one file, or a .jsonl file with one message per line.") var input: String
  @Option(name: .shortAndLong, help: "A file for lines of JSON, a folder (ending in /) for one file per result, or - for standard output.") var output = "-"
  @Flag(help: "Go on with files that appear in the input folder later.") var watch = false
  @Option(help: ArgumentHelp("The topic of the messages. Default: probe/1 for .json, snapshot_simulation for all else.", valueName: "topic")) var topic: String?
  @Option(help: "Threads that run the graph; results are the same for any number. Default: one for each processor.") var workers = RunOptions.processorCount
  @Option(help: "Threads that run one model. More make one item faster; more workers make many items faster.") var modelThreads = 1
  @Option(help: ArgumentHelp("Memory that each operator may use.", valueName: "MiB")) var memoryLimit = 512
  @Option(help: ArgumentHelp("How long an operator may take for one item; 0 for no limit.", valueName: "seconds")) var timeout = 30.0
  @Option(name: .customLong("state-store"), help: ArgumentHelp("A SQLite file for what operators keep in the state store; without one, it ends with the run.", valueName: "file"))
  var stateStore: String?
  @Option(name: .customLong("schemas"), help: ArgumentHelp("The schema registry: a folder with <name>/<version>.json.", valueName: "folder")) var schemas: String?
  @Option(help: "The least severe operator log to show: trace, debug, info, warn, error, critical.") var logLevel = OperatorLogLevel.warn
  @Flag(help: "Report events and the summary on standard error as lines of JSON.") var json = false
  @Flag(name: .shortAndLong, help: "Show errors only.") var quiet = false

  func validate() throws {
    guard (1...1024).contains(workers) else { throw ValidationError("--workers takes a number from 1 to 1024, not \(workers)") }
    guard (1...1024).contains(modelThreads) else { throw ValidationError("--model-threads takes a number from 1 to 1024, not \(modelThreads)") }
    guard (1...4096).contains(memoryLimit) else { throw ValidationError("--memory-limit takes 1 to 4096 MiB, not \(memoryLimit)") }
    guard timeout >= 0, timeout <= 86_400 else { throw ValidationError("--timeout takes 0 to 86400 seconds, not \(timeout)") }
  }

  func run() throws {
    // Before there is any thread, so that the signals reach the one that waits for them.
    let interruptions = Interruptions()
    let reporter = RunReporter(json: json, quiet: quiet, logLevel: logLevel)
    do throws(RunError) {
      let plan = try load(try options(), json: json, quiet: quiet)
      reporter.warnings(plan.warnings)
      let run = try GraphRun(plan, source: try openInput(), sink: try openOutput(), onEvent: reporter.event)
      interruptions.onInterrupt { run.stop() }
      let showsProgress = !quiet && !json && Terminal.error.isTerminal && !(output == "-" && Terminal.isOutputTerminal)
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
    do {
      var options = try graph.runOptions()
      options.workers = workers
      options.limits = StoreLimits(memory: memoryLimit << 20, callMilliseconds: UInt64(timeout * 1000))
      options.inference = SessionOptions(threads: modelThreads)
      if let stateStore { options.stateStore = try SQLiteStateStore(path: stateStore, now: { wallClockNanoseconds() }) }
      if let schemas { options.schemaRegistry = FolderSchemaRegistry(path: schemas) }
      return options
    } catch let StateStoreError.internal(reason) {
      throw RunError(.endpoint, "the state store cannot be opened: \(reason)")
    } catch {
      throw RunError(.usage, "\(error)")
    }
  }

  private func openInput() throws(RunError) -> any Source {
    guard !watch || !isSameFolder(input, output) else {
      throw RunError(.usage, "--input and --output are the same folder, which --watch would feed with its own results; name another output folder")
    }
    var file = FileInput(path: input)
    file.watch = watch
    file.topic = topic
    do {
      return try file.open(clock: EndpointClock())
    } catch {
      throw RunError(.endpoint, error.description)
    }
  }

  private func isSameFolder(_ first: String, _ second: String) -> Bool {
    var one = stat(), other = stat()
    return stat(first, &one) == 0 && stat(second, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }

  private func openOutput() throws(RunError) -> any Sink {
    var status = stat()
    let isFolder = output.hasSuffix("/") || stat(output, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    do {
      return try (output == "-" ? FileOutput.standardOutput : isFolder ? .folder(path: output) : .lines(path: output)).open()
    } catch {
      throw RunError(.endpoint, error.description)
    }
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
