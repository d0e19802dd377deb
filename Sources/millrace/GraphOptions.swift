import ArgumentParser
import GraphDefinition
import Runtime
import WebAssembly

/// What `run` and `check` have in common.
struct GraphOptions: ParsableArguments {
  @Argument(help: "The graph file (YAML or JSON).") var graph: String

  @Option(name: .customLong("modules"), help: ArgumentHelp("A folder with modules; repeatable. Also looked in: modules/ beside the graph, the graph's folder, ./modules.", valueName: "folder"))
  var moduleFolders: [String] = []

  @Option(name: .customLong("set"), help: ArgumentHelp("Give a parameter a value; repeatable.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("A file that says how sources and operations are run: times, errors, limits.", valueName: "file")) var config: String?

  @Flag(help: "Refuse what is tolerated otherwise: the old file generation, features that are used but not declared.") var strict = false

  @OptionGroup var cache: CacheOptions

  /// Takes over what the configuration file says.
  func configure(_ options: inout RunOptions) throws(RunError) {
    if let config { try RunConfiguration(path: config).apply(to: &options) }
  }

  func runOptions() throws -> RunOptions {
    var options = RunOptions(graph: graph, codeCache: CodeCache(cache.settings))
    options.moduleFolders = moduleFolders
    options.strict = strict
    if let problem = options.codeCache.problem { Terminal.error.line("warning: \(problem)") }
    options.overrides = try settings.map { setting in
      guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
        throw ValidationError("--set \(setting): write it as key=value, such as --set width=128")
      }
      return GraphDefinition.Override(key: String(setting[..<equals]), value: String(setting[setting.index(after: equals)...]))
    }
    return options
  }
}
