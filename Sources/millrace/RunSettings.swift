import ArgumentParser
import Dataflow
import Inference
import Runtime
import SchemaRegistry
import WebAssembly

/// What decides, besides the input, what a run puts out: `replay` takes it from the recording.
struct RunSettings: ParsableArguments {
  @OptionGroup var graph: GraphOptions

  @Option(help: "Threads that run one model. More make one item faster; more workers make many items faster.") var modelThreads = 1
  @Option(help: ArgumentHelp("Memory that each operator may use. Default: 512.", valueName: "MiB")) var memoryLimit: Int?
  @Option(help: ArgumentHelp("How long an operator may take for one item; 0 for no limit. Default: 30.", valueName: "seconds")) var timeout: Double?
  @Option(help: "Which time a message belongs to: event, the one it carries, or processing, that of its arrival. Default: event.") var timeDomain: TimeSettings.Domain?
  @Option(help: ArgumentHelp("How far a message may be behind the latest one before it is late; windows close that much later. Default: 5.", valueName: "seconds"))
  var allowedLateness: Double?
  @Option(help: "What becomes of late messages: drop, or emit, into the window that is open then. Default: drop.") var late: TimeSettings.LatePolicy?
  @Option(help: "What becomes of an item that an operator fails on: drop, deadLetter, or halt, which ends the run. Default: drop.") var onError: ErrorPolicy.Consequence?
  @Option(help: ArgumentHelp("How many more times an operator is called that failed. Default: 0.", valueName: "times")) var retry: Int?
  @Option(name: .customLong("schemas"), help: ArgumentHelp("The schema registry: a folder with <name>/<version>.json.", valueName: "folder")) var schemas: String?

  func validate() throws {
    guard (1...1024).contains(modelThreads) else { throw ValidationError("--model-threads takes a number from 1 to 1024, not \(modelThreads)") }
    if let memoryLimit, !(1...4096).contains(memoryLimit) { throw ValidationError("--memory-limit takes 1 to 4096 MiB, not \(memoryLimit)") }
    if let timeout, !(0...86_400).contains(timeout) { throw ValidationError("--timeout takes 0 to 86400 seconds, not \(timeout)") }
    if let allowedLateness, !(0...86_400).contains(allowedLateness) {
      throw ValidationError("--allowed-lateness takes 0 to 86400 seconds, not \(allowedLateness)")
    }
    if let retry, !(0...1000).contains(retry) { throw ValidationError("--retry takes 0 to 1000 times, not \(retry)") }
  }

  func runOptions() throws(RunError) -> RunOptions {
    var options: RunOptions
    do { options = try graph.runOptions() } catch { throw RunError(.usage, "\(error)") }
    if let schemas { options.schemaRegistry = FolderSchemaRegistry(path: schemas) }
    try graph.configure(&options)
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

  /// The settings as a command line that means the same from any folder, without the graph and where compiled code is.
  var arguments: [String] {
    var arguments: [String] = []
    func add(_ name: String, _ value: String?) { if let value { arguments += ["--\(name)", value] } }
    for folder in graph.moduleFolders { add("modules", absolutePath(folder)) }
    for setting in graph.settings { add("set", setting) }
    add("config", graph.config.map(absolutePath))
    if graph.strict { arguments.append("--strict") }
    add("model-threads", "\(modelThreads)")
    add("memory-limit", memoryLimit.map { "\($0)" })
    add("timeout", timeout.map { "\($0)" })
    add("time-domain", timeDomain?.rawValue)
    add("allowed-lateness", allowedLateness.map { "\($0)" })
    add("late", late?.rawValue)
    add("on-error", onError?.rawValue)
    add("retry", retry.map { "\($0)" })
    add("schemas", schemas.map(absolutePath))
    return arguments
  }
}
