import ArgumentParser
import Dataflow
import EndpointKit
import GraphDefinition
import InputLog
import OperatorHost
import Runtime
import Synchronization
import Telemetry

/// Tells a user, or with `--json` a program, what happens during a run. Called from many threads.
final class RunReporter: Sendable {
  /// Failures beyond this many are counted and no longer shown one by one.
  static let shownFailures = 100

  private let json: Bool, quiet: Bool
  private let logLevel: OperatorLogLevel
  private let shown = Mutex(0)

  init(json: Bool, quiet: Bool, logLevel: OperatorLogLevel) {
    self.json = json
    self.quiet = quiet
    self.logLevel = logLevel
  }

  func warnings(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      if json { Terminal.error.line(jsonLine(DiagnosticEvent(diagnostic: diagnostic))) } else if !quiet { Terminal.error.show(diagnostic) }
    }
  }

  @Sendable func event(_ event: RunEvent) {
    switch event {
    case .ready(let startup):
      if json { Terminal.error.line(jsonLine(ReadyEvent(startup: StartupReport(startup)))) }
    case .failed(let operation, let item, let error):
      failure(FailureEvent(event: "item-failed", operation: operation, item: item, code: error.code.name, message: error.message))
    case .refused(let error):
      failure(FailureEvent(event: "item-refused", operation: nil, item: error.subject, code: error.code.name, message: error.message))
    case .health(let health):
      if json {
        Terminal.error.line(jsonLine(HealthEvent(health)))
      } else if health.status != .unavailable {
        // What ends a run is told at its end.
        let text = health.status == .available ? "the run is working as it should again" : "\(health.status.rawValue): \(health.message)"
        Terminal.error.line(Terminal.error.paint("health:", .yellow) + " " + text)
      }
    case .notice(let operation, let message):
      if json {
        Terminal.error.line(jsonLine(NoticeEvent(operation: operation, message: message)))
      } else if !quiet {
        Terminal.error.line(Terminal.error.paint("warning:", .yellow) + " [\(operation)] " + message)
      }
    case .log(let record):
      guard record.level >= logLevel else { return }
      if json {
        Terminal.error.line(jsonLine(LogEvent(operation: record.operation, level: "\(record.level)", context: record.context, message: record.message)))
      } else {
        let color: Terminal.Color = record.level >= .error ? .red : record.level == .warn ? .yellow : .dim
        let text = (record.context.isEmpty ? "" : "\(record.context): ") + record.message
        Terminal.error.line(Terminal.error.paint("\(record.level)", color) + " [\(record.operation)] " + printable(text))
      }
    }
  }

  private func failure(_ event: FailureEvent) {
    if json { return Terminal.error.line(jsonLine(event)) }
    let count = shown.withLock { count in
      count += 1
      return count
    }
    guard count <= Self.shownFailures else { return }
    let place = event.operation.map { " [\($0)]" } ?? ""
    Terminal.error.line(Terminal.error.paint("error:", .red) + " " + printable("\(event.item)\(place): \(event.message)"))
    if count == Self.shownFailures { Terminal.error.line("further errors are counted, and no longer shown") }
  }

  /// Says what of a recording was replayed.
  func replay(_ replay: RunSummary.Replay, of path: String) {
    if json { return Terminal.error.line(jsonLine(ReplayEvent(replay))) }
    if case .cutOff(at: let offset)? = replay.end, !quiet {
      Terminal.error.line(Terminal.error.paint("warning:", .yellow) + " \(path), byte \(offset): the recording is cut off here, as by the end of the process that wrote it; "
        + "the \(replay.items) items before that were replayed")
    }
  }

  func summary(_ summary: RunSummary, metrics: [MetricSeries: MemoryMetrics.Value] = [:]) {
    if json { return Terminal.error.line(jsonLine(SummaryReport(summary, metrics: metrics))) }
    if !quiet { Terminal.error.line(SummaryTable(summary).text) }
  }

  /// Shows what ended the run and returns the exit code for it.
  func failure(_ error: RunError) -> ExitCode {
    if error.code == .itemsFailed { return .itemsFailed }
    for diagnostic in error.diagnostics {
      if json { Terminal.error.line(jsonLine(DiagnosticEvent(diagnostic: diagnostic))) } else { Terminal.error.show(diagnostic) }
    }
    if !error.message.isEmpty { report(error.message, code: error.code.name, json: json) }
    switch error.code {
    case .graph, .module, .configuration: return .invalidInput
    case .usage: return .validationFailure
    default: return .runFailed
    }
  }
}
