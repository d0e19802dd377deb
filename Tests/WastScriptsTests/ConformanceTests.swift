import Foundation
import Testing
import WastScripts
import WebAssembly

/// Every script passes, known exceptions aside.
struct ConformanceTests {
  private static func scripts(_ folder: String) -> [String] { (try? ScriptFiles.find([folder])) ?? [] }

  @Test(arguments: scripts(ScriptFiles.own))
  func `our own scripts pass`(script: String) throws { try run(script) }

  @Test(
    .enabled(if: !scripts(ScriptFiles.official).isEmpty, "the official suites are not there: Tests/Conformance/README.md says how to fetch them"),
    arguments: scripts(ScriptFiles.official))
  func `the official suites pass`(script: String) throws { try run(script) }

  @Test func `our own scripts are found`() { #expect(Self.scripts(ScriptFiles.own).count >= 20) }

  private func run(_ script: String) throws {
    let report = ScriptRunner(engine: try Engine()).run(name: script, bytes: Array(try Data(contentsOf: URL(filePath: script))))
    #expect(!report.results.isEmpty, "the script is empty")
    for (result, reason) in report.failures { Issue.record("\(script):\(result.position): \(result.directive): \(reason)") }
  }
}
