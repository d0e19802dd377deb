import ArgumentParser
import FoundationEssentials
import WebAssembly

/// Where compiled code is.
struct CacheOptions: ParsableArguments {
  @Option(
    name: .customLong("code-cache"),
    help: ArgumentHelp("Where compiled code is kept; \"off\" compiles every time. Default: $MILLRACE_CACHE, or ~/.cache/millrace/code.", valueName: "folder"))
  var directory: String?

  var settings: CodeCache.Settings { CodeCache.Settings(commandLine: directory) }
}

/// What `cache` and its subcommand have in common.
struct CacheCommandOptions: ParsableArguments {
  @OptionGroup var cache: CacheOptions
  @Flag(help: "Print one JSON object.") var json = false

  /// The cache, if its folder is there; it is not made.
  func open() throws -> CodeCache? {
    guard let directory = cache.settings.directory, FileManager.default.fileExists(atPath: directory) else { return nil }
    let cache = CodeCache(cache.settings)
    guard let problem = cache.problem else { return cache }
    guard cache.directory != nil else {
      report(problem, code: "cache", json: json)
      throw ExitCode.invalidInput
    }
    Terminal.error.line("warning: \(problem)")
    return cache
  }
}

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache",
    abstract: "Print what is in the cache of compiled code, or clear it.",
    discussion: """
      Operators are compiled when they are used for the first time; the code is kept, by the content of each core module, for all graphs of this user. \
      What was used least recently goes when there is more than MILLRACE_CACHE_LIMIT, 1G unless it says otherwise.

      Examples:
        millrace cache
        millrace cache clear --older-than 30d
      """,
    subcommands: [ClearCommand.self])

  @OptionGroup var options: CacheCommandOptions

  private struct Report: Encodable {
    struct Entry: Encodable { let key: String, kind: String, bytes: Int, lastUse: String }
    let directory: String?, limit: Int, bytes: Int
    let entries: [Entry]
  }

  func run() throws {
    let settings = options.cache.settings
    let entries = try options.open()?.entries() ?? []
    let total = entries.reduce(0) { $0 + $1.byteCount }
    if options.json {
      let rows = entries.map { Report.Entry(key: $0.key, kind: $0.kind.ending, bytes: $0.byteCount, lastUse: Date(timeIntervalSince1970: Double($0.lastUse)).formatted(.iso8601)) }
      return print(jsonLine(Report(directory: settings.directory, limit: settings.limit, bytes: total, entries: rows)))
    }
    guard let directory = settings.directory else { return print("the code cache is off") }
    print("\(directory): \(entries.count) entries, \(mebibytes(total)) of at most \(mebibytes(settings.limit))")
    guard !entries.isEmpty else { return }
    let now = Int(Date().timeIntervalSince1970)
    print(columns([["key", "kind", "size", "last use"]] + entries.map {
      [String($0.key.prefix(12)), $0.kind.ending, mebibytes($0.byteCount), age(seconds: now - $0.lastUse)]
    }))
  }

  private func age(seconds: Int) -> String {
    let units = [(86_400, "d"), (3600, "h"), (60, "min")]
    guard let (size, name) = units.first(where: { seconds >= $0.0 }) else { return "now" }
    return "\(seconds / size) \(name) ago"
  }
}

struct ClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear",
    abstract: "Remove compiled code. Runs that use it go on; what is needed again is compiled again.")

  @OptionGroup var options: CacheCommandOptions
  @Option(name: .customLong("older-than"), help: ArgumentHelp("Only what has not been used for so long, such as 12h or 30d.", valueName: "age"))
  var age: Age?

  private struct Report: Encodable { let removed: Int, bytes: Int, failures: Int }

  func run() throws {
    let (removed, failures) = try options.open()?.clear(unusedFor: .seconds(age?.seconds ?? 0)) ?? ([], 0)
    let bytes = removed.reduce(0) { $0 + $1.byteCount }
    print(options.json ? jsonLine(Report(removed: removed.count, bytes: bytes, failures: failures)) : "removed \(removed.count) entries, \(mebibytes(bytes))")
    guard failures == 0 else {
      report("\(failures) entries could not be removed; is the folder writable?", code: "file", json: options.json)
      throw ExitCode.runFailed
    }
  }
}

/// A time as people write it: a whole number of s, m, h or d.
struct Age: ExpressibleByArgument {
  let seconds: Int

  init?(argument: String) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = argument.last.flatMap({ units[$0] }), let number = Int(argument.dropLast()), (0...1_000_000).contains(number) else { return nil }
    seconds = number * unit
  }
}

private func mebibytes(_ bytes: Int) -> String { decimal(Double(bytes) / Double(1 << 20), bytes < 10 << 20 ? 2 : 0) + " MiB" }
