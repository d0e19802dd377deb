public import WebAssembly
import ComponentModel

/// Runs scripts.
public struct ScriptRunner {
  private let engine: Engine
  private let exceptions: Exceptions
  private let limits: StoreLimits

  /// - Parameter callMilliseconds: how long one call of a script may take; a script that loops fails there.
  public init(engine: Engine, exceptions: Exceptions = .recorded, callMilliseconds: UInt64 = 20_000) {
    self.engine = engine
    self.exceptions = exceptions
    limits = StoreLimits(memory: 4 << 30, totalMemory: 64 << 30, callMilliseconds: callMilliseconds)
  }

  /// Reads and runs a script. What cannot be read is one failure.
  public func run(name: String, bytes: [UInt8]) -> ScriptReport {
    do throws(ScriptError) {
      return run(try Script(name: name, bytes: bytes))
    } catch {
      return ScriptReport(script: name, results: [.init(directive: "script", position: error.position, outcome: .failed(error.message))])
    }
  }

  public func run(_ script: Script) -> ScriptReport {
    let start = SourcePosition(line: 1, column: 1)
    let run: ScriptRun
    do {
      run = try ScriptRun(script, engine: engine, limits: limits)
    } catch {
      return ScriptReport(script: script.name, results: [.init(directive: "script", position: start, outcome: .failed("\(error)"))])
    }
    let entries = exceptions.entries(for: script.name)
    var results: [ScriptReport.Result] = []
    for directive in script.directives {
      let entry = entries.first { $0.covers(directive.position.line) }
      var outcome = ScriptReport.Outcome.passed
      do throws(Failure) {
        try run.perform(directive)
        if let entry { outcome = .failed("this passes, but is listed as an exception (\(entry.reason)): take it off the list") }
      } catch {
        let reason = entry?.reason ?? exceptions.reason(refused: error)
        outcome = reason.map { .excepted($0) } ?? .failed(error.message)
      }
      results.append(.init(directive: directive.keyword, position: directive.position, outcome: outcome))
    }
    let lines = script.directives.map(\.position.line)
    for range in entries.flatMap({ $0.lines ?? [] }) where !lines.contains(where: range.contains) {
      results.append(.init(directive: "exception", position: start, outcome: .failed("no directive begins in the lines \(range), which the list of exceptions names")))
    }
    return ScriptReport(script: script.name, results: results)
  }
}
