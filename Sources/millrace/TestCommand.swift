import ArgumentParser
import FoundationEssentials
import GraphTesting
import Runtime
import WebAssembly

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run test cases of graphs (.test.yaml).",
    discussion: """
      A case names a graph, a folder of input files and the output that is expected. Each runs with new operators, an empty state store and a clock of \
      its own: windows close when the input ends, so nothing waits.

      Examples:
        millrace test
        millrace test Examples --filter temperature --junit results.xml
      """)

  @Argument(help: "A test file, or a folder in which all are run.") var path = "."
  @Option(help: ArgumentHelp("Only cases whose title or file has this text.", valueName: "text")) var filter: String?
  @Flag(help: "Write what came out to the files of what is expected.") var update = false
  @Option(help: ArgumentHelp("Write the results for continuous integration.", valueName: "file")) var junit: String?
  @Option(name: .customLong("modules"), help: ArgumentHelp("A folder with modules; repeatable. Also looked in: modules/ and operators/ beside the graph.", valueName: "folder"))
  var moduleFolders: [String] = []
  @Option(name: .customLong("code-cache"), help: ArgumentHelp("Where compiled code is kept; \"off\" compiles every time.", valueName: "folder")) var codeCache: String?
  @Flag(help: "Print one JSON object per case, and one with the totals.") var json = false

  func run() throws {
    var options = RunOptions(graph: "")
    options.moduleFolders = moduleFolders
    if let codeCache { options.codeCache = CodeCache(directory: codeCache == "off" ? nil : codeCache) }
    let runner = TestRunner(options: options)
    var results: [TestResult] = []
    do {
      for file in try TestCase.find(path) where isWanted(file) {
        let result = runner.run(file, updates: update)
        results.append(result)
        show(result)
      }
      if let junit { try results.junit.write(toFile: junit, atomically: true, encoding: .utf8) }
    } catch {
      report("\(error)", code: "test", json: json)
      throw ExitCode.invalidInput
    }
    guard !results.isEmpty else {
      report("\(path): there is no test" + (filter.map { " with \"\($0)\" in its title or file" } ?? " (a file whose name ends in .test.yaml)"), code: "test", json: json)
      throw ExitCode.invalidInput
    }
    print(json ? jsonLine(["event": "results", "passed": "\(results.passedCount)", "failed": "\(results.failedCount)", "errored": "\(results.erroredCount)"]) : results.summary)
    guard results.passedCount == results.count else { throw ExitCode.runFailed }
  }

  private func isWanted(_ file: String) -> Bool {
    guard let filter else { return true }
    return file.contains(filter) || (try? TestCase(path: file))?.name.contains(filter) == true
  }

  private func show(_ result: TestResult) {
    struct Line: Encodable { let event = "test", name: String, file: String, verdict: String, detail: String?, milliseconds: Double }
    let (verdict, detail): (String, String?) =
      switch result.verdict {
      case .passed: (update ? "updated" : "passed", nil)
      case .failed(let text): ("failed", text)
      case .errored(let text): ("errored", text)
      }
    let milliseconds = Double(result.nanoseconds / 10_000) / 100
    if json { return print(jsonLine(Line(name: result.name, file: result.path, verdict: verdict, detail: detail, milliseconds: milliseconds))) }
    print("\(verdict)  \(result.name) (\(milliseconds) ms)" + (detail.map { "\n  \(result.path)\n" + $0.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n") } ?? ""))
  }
}
