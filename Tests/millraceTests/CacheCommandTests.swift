import Foundation
import Glibc
import OperatorFixtures
import Testing

struct CacheCommandTests {
  let run: TestRun
  var cache: String { run.folder.path + "/cache/code" }
  init() throws { run = try TestRun(files: [("a", "x")]) }

  private func object(_ outcome: Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome.output)")
  }

  private func arguments(_ options: String...) -> [String] { ["run", run.graph, "--input", run.input] + options }

  /// How many core modules a run with `--json` compiled.
  private func compiledCount(_ outcome: Outcome) throws -> Int {
    #expect(outcome.code == 0, "\(outcome.errors)")
    let ready = try #require(try outcome.events().first { $0["event"] as? String == "ready" })
    return try #require((ready["startup"] as? [String: Any])?["compiledModules"] as? Int)
  }

  @Test func `What a run compiles is listed, loaded by the next run, and removed`() throws {
    let empty = try Outcome("cache", "--code-cache", cache)
    #expect(empty.code == 0 && empty.output.hasPrefix("\(cache): 0 entries"))
    #expect(!FileManager.default.fileExists(atPath: cache))

    let count = try compiledCount(Outcome(arguments("--json", "--code-cache", cache)))
    #expect(count > 0)
    let listing = try Outcome("cache", "--code-cache", cache, "--json")
    #expect(listing.code == 0)
    let report = try object(listing), entries = try #require(report["entries"] as? [[String: Any]])
    #expect(report["directory"] as? String == cache && report["limit"] as? Int == 1 << 30)
    #expect(entries.count { $0["kind"] as? String == "cwasm" } == count)
    #expect(entries.reduce(0) { $0 + ($1["bytes"] as? Int ?? 0) } == report["bytes"] as? Int)
    #expect(entries.allSatisfy { ($0["key"] as? String)?.count == 64 && ($0["lastUse"] as? String)?.hasSuffix("Z") == true })
    let table = try Outcome("cache", "--code-cache", cache)
    #expect(table.code == 0 && table.lines.count == entries.count + 2 && table.output.contains("cwasm") && table.output.contains("1024 MiB"), "\(table.output)")

    #expect(try compiledCount(Outcome(arguments("--json", "--code-cache", cache))) == 0)

    let kept = try Outcome("cache", "clear", "--older-than", "1d", "--code-cache", cache)
    #expect(kept.code == 0 && kept.output.hasPrefix("removed 0 entries"))
    let removed = try object(Outcome("cache", "clear", "--code-cache", cache, "--json"))
    #expect(removed["removed"] as? Int == entries.count && removed["bytes"] as? Int == report["bytes"] as? Int && removed["failures"] as? Int == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache).isEmpty)
  }

  @Test func `The environment names the folder and the limit; the command line goes first`() throws {
    let environment = ["MILLRACE_CACHE": cache, "MILLRACE_CACHE_LIMIT": "20K"]
    #expect(try Outcome(arguments("--quiet"), environment: environment).code == 0)
    let report = try object(Outcome(["cache", "--json"], environment: environment))
    #expect(report["limit"] as? Int == 20 << 10 && report["directory"] as? String == cache)
    let bytes = try #require(report["bytes"] as? Int)
    #expect(bytes > 0 && bytes <= 20 << 10)
    let other = run.folder.path + "/other"
    let elsewhere = try object(Outcome(["cache", "--json", "--code-cache", other], environment: environment))
    #expect(elsewhere["directory"] as? String == other && elsewhere["bytes"] as? Int == 0)
    let wrong = try Outcome(["cache"], environment: ["MILLRACE_CACHE": cache, "MILLRACE_CACHE_LIMIT": "much"])
    #expect(wrong.code == 0 && wrong.errors.contains("warning: MILLRACE_CACHE_LIMIT is `much`"), "\(wrong.errors)")
  }

  @Test func `Without a cache everything is compiled, and there is nothing to list`() throws {
    for environment in [["MILLRACE_CACHE": "off"], ["MILLRACE_CACHE": cache]] {
      let off = environment["MILLRACE_CACHE"] == "off" ? [] : ["--code-cache", "off"]
      for _ in 1...2 { #expect(try compiledCount(Outcome(arguments("--json") + off, environment: environment)) > 0) }
      let listing = try Outcome(["cache"] + off, environment: environment)
      #expect(listing.code == 0 && listing.output == "the code cache is off")
      #expect(try Outcome(["cache", "clear"] + off, environment: environment).code == 0)
    }
    #expect(!FileManager.default.fileExists(atPath: cache))
  }

  @Test func `A folder that others can write to is neither used nor cleared`() throws {
    try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
    try #require(chmod(cache, 0o777) == 0)
    let outcome = try Outcome(arguments("--code-cache", cache))
    #expect(outcome.code == 0 && outcome.errors.contains("warning: the code cache \(cache) is writable by others"), "\(outcome.errors)")
    for command in [["cache"], ["cache", "clear"]] {
      let outcome = try Outcome(command + ["--code-cache", cache])
      #expect(outcome.code == 2 && outcome.errors.contains("chmod") && outcome.lines.isEmpty, "\(outcome.errors)")
    }
  }

  @Test func `Processes that start together compile each module once`() throws {
    let commands = try (0..<4).map { _ in try Command(arguments("--json", "--code-cache", cache)) }
    let counts = try commands.map { try compiledCount(Outcome($0)) }
    let entries = try FileManager.default.contentsOfDirectory(atPath: cache)
    #expect(counts.reduce(0, +) == entries.count { $0.hasSuffix(".cwasm") }, "\(counts) \(entries)")
    #expect(entries.allSatisfy { !$0.hasSuffix(".partial") })
  }

  @Test func `A process that is killed while it compiles leaves nothing that harms the next one`() throws {
    let count = try compiledCount(Outcome(arguments("--json", "--code-cache", "off")))
    for _ in 0..<4 {
      let command = try Command(arguments("--json", "--code-cache", cache))
      // Wherever it is by then.
      while command.standardError.isEmpty, !command.hasEnded {}
      kill(command.pid, SIGKILL)
      _ = command.wait()
    }
    let outcome = try Outcome(arguments("--json", "--code-cache", cache))
    #expect(outcome.lines.count == 1)
    let files = try FileManager.default.contentsOfDirectory(atPath: cache)
    #expect(files.count { $0.hasSuffix(".cwasm") } == count && files.allSatisfy { !$0.hasSuffix(".partial") }, "\(files)")
  }

  @Test(arguments: [["cache", "clear", "--older-than", "3"], ["cache", "clear", "--older-than", "-1d"], ["cache", "clear", "--older-than", "d"], ["cache", "empty"]])
  func `Wrong usage exits with 64`(arguments: [String]) throws {
    let outcome = try Outcome(arguments + ["--code-cache", cache])
    #expect(outcome.code == 64 && outcome.lines.isEmpty, "\(outcome.errors)")
  }
}
