import ComponentModel
import Foundation
import OperatorHost
import WebAssembly

/// What the cache of compiled code is worth to Python operators, of which most is the interpreter: one read, decoded, validated and compiled with an
/// empty cache; another one of the same componentize-py after that; and that one again.
struct CodeCaching {
  let configuration: Configuration
  let quick: Bool

  func measure(_ report: inout Report) throws {
    var figures: [Figure] = [], notes: [String] = []
    for version in ["0.14.0", "0.25.1"] {
      let first = configuration.pythonOperator("totals", version), second = configuration.pythonOperator("probes", version)
      guard let first, let second else { continue }
      let cold = temporaryFolder + "/cold", filled = temporaryFolder + "/filled-\(version)", shared = temporaryFolder + "/shared", warm = temporaryFolder + "/warm-\(version)"
      _ = try load(first, cache: filled)
      _ = try load(second, cache: warm)
      var compiled = 0, all = 0
      let comparison = try Comparison(
        [
          Contender(name: "cold") { count in
            try total(count) {
              try? FileManager.default.removeItem(atPath: cold)
              let (module, time) = try load(first, cache: cold)
              all = module.component.compiledCount
              return time
            }
          },
          Contender(name: "second") { count in
            try total(count) {
              try? FileManager.default.removeItem(atPath: shared)
              try FileManager.default.copyItem(atPath: filled, toPath: shared)
              let (module, time) = try load(second, cache: shared)
              compiled = module.component.compiledCount
              return time
            }
          },
          Contender(name: "warm") { count in try total(count) { try load(second, cache: warm).seconds } },
        ], rounds: quick ? 1 : 3, count: 1)
      let name = "componentize-py \(version)"
      figures.append(Figure("\(name), the first one cached", comparison, 1, of: "nothing cached", target: .ratioAtMost(0.1)))
      figures.append(Figure("\(name), cached", comparison, 2, of: "nothing cached"))
      notes.append("\(name): \(compiled) of \(all) core modules are compiled for the second operator")
    }
    if figures.isEmpty { return standardError("bench: the Python operators are not built: figures that need them are left out") }
    report.add("Code cache: loading a second Python operator, over a first one", figures, notes: notes)
  }

  /// Loads an operator as a new process would: with an engine of its own.
  private func load(_ path: String, cache: String) throws -> (module: OperatorModule, seconds: Double) {
    let engine = try Engine(), cache = CodeCache(directory: cache)
    let start = now()
    let module = try OperatorModule(path: path, engine: engine, cache: cache)
    return (module, now() - start)
  }

  private func total(_ count: Int, _ body: () throws -> Double) rethrows -> Double { try (0..<count).reduce(0) { sum, _ in sum + (try body()) } }
}
