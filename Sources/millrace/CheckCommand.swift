import ArgumentParser
import Dataflow
import GraphDefinition
import OperatorHost
import Runtime

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a graph and its modules without running them.",
    discussion: """
      Reports every problem of the graph file at once, with its place and a fix; then loads each module and tells which export or import is missing.

      Example: millrace check Examples/image-classification/graph.yaml
      """)

  @OptionGroup var graph: GraphOptions
  @Flag(help: "Print the problems as one JSON object.") var json = false

  func run() throws {
    var options = try graph.runOptions()
    do throws(RunError) {
      try graph.configure(&options)
      let plan = try load(options, json: false, quiet: json)
      show(plan.warnings, isValid: true)
      guard !json else { return }
      let operations = plan.graph.operations.count, modules = Set(plan.operators.compactMap(\.module?.path)).count
      let transforms = plan.operators.count { $0.module == nil }
      print("\(options.graph): ok, \(operations) operations, \(modules) modules" + (transforms == 0 ? "" : ", \(transforms) built-in transforms"))
    } catch {
      show(error.diagnostics, isValid: false)
      if !error.message.isEmpty { report(error.message, code: error.code.name, json: json) }
      throw ExitCode.invalidInput
    }
  }

  private func show(_ diagnostics: [Diagnostic], isValid: Bool) {
    struct Report: Encodable { let valid: Bool, diagnostics: [Diagnostic] }
    if json { print(jsonLine(Report(valid: isValid, diagnostics: diagnostics))) } else { diagnostics.forEach(Terminal.error.show) }
  }
}

extension Terminal {
  /// A diagnostic as compilers print it, its first line coloured.
  func show(_ diagnostic: Diagnostic) {
    let text = diagnostic.description
    let rest = text.dropFirst(diagnostic.headline.count)
    line(paint(diagnostic.headline, diagnostic.severity == .error ? .red : .yellow) + rest)
  }
}
