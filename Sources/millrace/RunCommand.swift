import ArgumentParser
import ComponentModel
import Dataflow
import EndpointKit
import MQTTEndpoint
import OperatorHost
import RPC
import Runtime
import SQLiteStateStore
import SchemaRegistry
import StateStore
import Telemetry
import WebAssembly

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a graph over files, MQTT or Kafka.",
    discussion: """
      Each file of the input folder becomes one message, in the order of the names; each result becomes one line of JSON. \
      Ctrl-C ends the run after what has been read; a second one ends it at once.

      Examples:
        millrace run Examples/image-classification/graph.yaml --input Examples/image-classification/images
        millrace run graph.yaml --input camera/ --watch --output results.jsonl --set top_k=1 --workers 2
        millrace run graph.yaml --input 'kafka://localhost:9092/readings?group=mill' --output kafka://localhost:9092/results
        millrace run graph.yaml --input a=left.jsonl --input b=right.jsonl --on-error deadLetter --dead-letters failed.jsonl
        millrace run graph.yaml --input camera/ --watch --record today.recording
      """)

  @OptionGroup var settings: RunSettings

  @Option(
    name: [.customShort("i"), .customLong("input"), .customLong("source")],
    help: "A folder of files, one file, a .jsonl file with one message per line, mqtt://host:1883/topic, or kafka://host:9092/topic?group=name. With several sources, one each: name=path.")
  var input: [String]
  @Option(
    name: [.customShort("o"), .customLong("output"), .customLong("sink")],
    help: "A file for lines of JSON, a folder (ending in /) for one file per result, mqtt://host:1883/topic, kafka://host:9092/topic, or - for standard output. For one sink: name=path.")
  var output: [String] = []
  @Flag(help: "Go on with files that appear in the input folder later.") var watch = false
  @Option(help: ArgumentHelp("The topic of the messages. Default: probe/1 for .json, snapshot_simulation for all else.", valueName: "topic")) var topic: String?
  @Option(help: "Threads that run the graph; results are the same for any number. Default: one for each processor.") var workers = RunOptions.processorCount
  @Option(help: ArgumentHelp("Where dead letters are kept: a file, which lines of JSON are added to, or kafka://host:9092/topic.", valueName: "file")) var deadLetters: String?
  @Option(name: .customLong("state-store"), help: ArgumentHelp("A SQLite file for what operators keep in the state store; without one, it ends with the run.", valueName: "file"))
  var stateStore: String?
  @Option(help: ArgumentHelp("An MQTT broker, mqtt://host:1883: operators use its state store, unless --state-store names another, its schema registry, unless --schemas does, and commands of others.", valueName: "address"))
  var broker: String?
  @Option(help: ArgumentHelp("Record what comes in, for `millrace replay`: a new file, with all messages in it.", valueName: "file")) var record: String?
  @Option(help: "The least severe operator log to show: trace, debug, info, warn, error, critical.") var logLevel = OperatorLogLevel.warn
  @Flag(help: "Report events and the summary on standard error as lines of JSON.") var json = false
  @Flag(name: .shortAndLong, help: "Show errors only.") var quiet = false

  func validate() throws {
    guard (1...1024).contains(workers) else { throw ValidationError("--workers takes a number from 1 to 1024, not \(workers)") }
  }

  func run() throws {
    // Before there is any thread, so that the signals reach the one that waits for them.
    let interruptions = Interruptions()
    let reporter = RunReporter(json: json, quiet: quiet, logLevel: logLevel)
    do throws(RunError) {
      let metrics = MemoryMetrics()
      let channel = try connect(reporter)
      defer { channel?.close() }
      var options = try options(channel)
      options.metrics = metrics
      let plan = try load(options, json: json, quiet: quiet)
      reporter.warnings(plan.warnings)
      let clock = EndpointClock()
      let files = RunFiles(inputs: input, outputs: output, watch: watch, topic: topic)
      let endpoints = try files.open(plan.graph, clock: clock, onEvent: reporter.event)
      let run = try GraphRun(
        plan, sources: endpoints.sources, sinks: endpoints.sinks, deadLetters: try files.openDeadLetters(deadLetters, clock: clock, onEvent: reporter.event),
        recording: record.map { Recording(path: $0, program: "millrace \(Millrace.version)", arguments: settings.arguments) }, clock: clock, onEvent: reporter.event)
      interruptions.onInterrupt { run.stop() }
      let showsProgress = !quiet && !json && Terminal.error.isTerminal && !(files.usesStandardOutput && Terminal.isOutputTerminal)
      let ticker = showsProgress ? ProgressTicker { run.progress.line } : nil
      let summary = try run.run()
      ticker?.stop()
      reporter.summary(summary, metrics: metrics.values)
      if summary.progress.failed > 0 { throw RunError(.itemsFailed, "") }
    } catch {
      Terminal.error.clearProgress()
      throw reporter.failure(error)
    }
  }

  /// The connection for what operators share with others.
  private func connect(_ reporter: RunReporter) throws(RunError) -> MQTTRequestChannel? {
    guard let broker else { return nil }
    do {
      return try MQTTRequestChannel(try MQTTEndpointSettings(try EndpointAddress(broker)), onNotice: { notice in reporter.event(RunEvent(notice, of: "broker")) })
    } catch {
      throw RunError(.endpoint, error.description)
    }
  }

  private func options(_ channel: MQTTRequestChannel?) throws(RunError) -> RunOptions {
    var options = try settings.runOptions()
    if let channel {
      let client = RPCClient(channel) { wallClockNanoseconds() }
      options.stateStore = RemoteStateStore(client)
      if settings.schemas == nil { options.schemaRegistry = RemoteSchemaRegistry(client) }
      options.remoteCalls = client
    }
    do {
      if let stateStore { options.stateStore = try SQLiteStateStore(path: stateStore, now: { wallClockNanoseconds() }) }
    } catch let StateStoreError.internal(reason) {
      throw RunError(.endpoint, "the state store cannot be opened: \(reason)")
    } catch {
      throw RunError(.usage, "\(error)")
    }
    options.workers = workers
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
  var line: String {
    "\(written) items  \(decimal(rate, 1))/s  p50 \(milliseconds(p50)) ms  p99 \(milliseconds(p99)) ms  \(failed) errors"
  }
}

extension RunError.Code {
  static let usage = RunError.Code("usage")
  static let itemsFailed = RunError.Code("items-failed")
}
