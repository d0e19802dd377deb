import ArgumentParser
import Foundation
import WastScripts
import WebAssembly

/// Runs conformance scripts and counts what passes.
@main
struct WastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "millrace-wast",
    abstract: "Run component-model conformance scripts (.wast) against Millrace's component layer.",
    discussion: """
      Prints one line per script: how many directives passed, of how many, and how many are known exceptions. Failures go to standard error.

      Example: millrace-wast Tests/WastScripts/Scripts Tests/Conformance
      """)

  @Argument(help: ArgumentHelp("A script, or a folder in which all scripts are run.", valueName: "file-or-folder")) var paths: [String]
  @Flag(help: "Print one JSON object per script, and one with the totals.") var json = false
  @Flag(help: "Name the exceptions with their reasons.") var verbose = false

  func run() throws {
    let scripts = try ScriptFiles.find(paths)
    let runner = ScriptRunner(engine: try Engine())
    var totals = Summary(script: "total")
    for script in scripts {
      let report = runner.run(name: script, bytes: Array(try Data(contentsOf: URL(filePath: script))))
      let summary = Summary(report)
      totals += summary
      show(summary)
      for result in report.results { show(result, of: script) }
    }
    show(totals)
    if totals.failed > 0 || totals.total == 0 { throw ExitCode.failure }
  }

  private func show(_ summary: Summary) {
    guard !json else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      if let data = try? encoder.encode(summary) { write(String(decoding: data, as: UTF8.self), to: .standardOutput) }
      return
    }
    write("\(summary.script): \(summary.passed)/\(summary.total)" + (summary.excepted > 0 ? " (\(summary.excepted) excepted)" : ""), to: .standardOutput)
  }

  private func show(_ result: ScriptReport.Result, of script: String) {
    let text: String
    switch result.outcome {
    case .passed: return
    case .excepted(let reason):
      guard verbose else { return }
      text = "excepted: \(reason)"
    case .failed(let reason): text = "failed: \(reason)"
    }
    write("\(script):\(result.position): \(result.directive) \(text)", to: .standardError)
  }

  /// Unbuffered, so that one sees how far a long run is.
  private func write(_ line: String, to file: FileHandle) { file.write(Data((line + "\n").utf8)) }
}

/// The counts of a script, or of all.
private struct Summary: Encodable {
  let script: String
  var total = 0, passed = 0, excepted = 0, failed = 0

  init(script: String) { self.script = script }

  init(_ report: ScriptReport) {
    self.init(script: report.script)
    total = report.results.count
    passed = report.passedCount
    excepted = report.exceptedCount
    failed = total - passed - excepted
  }

  static func += (left: inout Summary, right: Summary) {
    left.total += right.total
    left.passed += right.passed
    left.excepted += right.excepted
    left.failed += right.failed
  }
}
