import ArgumentParser
import Glibc

/// The command line. It has no logic of its own: each command calls a library and prints what comes back.
@main
struct Millrace: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "millrace",
    abstract: "Run WebAssembly data flow graphs with in-band ONNX inference.",
    discussion: """
      Exit codes: 0 done; 1 the run ended early; 2 the graph, a module, a model or the cache's folder has errors; 3 done, but some items failed; \
      64 wrong usage; 130 interrupted twice.
      """,
    version: version,
    subcommands: [RunCommand.self, ReplayCommand.self, CheckCommand.self, BuildCommand.self, GraphCommand.self, InspectCommand.self, ModelCommand.self, TestCommand.self, StateStoreCommand.self, CacheCommand.self])

  static func main() {
    // A reader of our output that goes away is an error of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    main(nil)
  }
}

extension ExitCode {
  /// The run ended early: a broken source or sink, an operator that did not start.
  static let runFailed = ExitCode(1)
  /// The graph, a module, a model or the folder of the code cache has errors; nothing ran.
  static let invalidInput = ExitCode(2)
  /// The run went through, but some items were dropped with an error.
  static let itemsFailed = ExitCode(3)
}
