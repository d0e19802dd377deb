import Dataflow
import GraphDefinition
import InputLog
import OperatorHost
import Runtime
import Telemetry

/// What `run --json` prints: one object per line, told apart by `event`. Times are in milliseconds.
struct DiagnosticEvent: Encodable {
  let event = "diagnostic"
  let diagnostic: Diagnostic
}

struct ReadyEvent: Encodable {
  let event = "ready"
  let startup: StartupReport
}

struct LogEvent: Encodable {
  let event = "log"
  let operation: String, level: String, context: String, message: String
}

struct HealthEvent: Encodable {
  let event = "health"
  let status: String, reasonCode: String?, message: String

  init(_ health: RunHealth) {
    (status, reasonCode, message) = (health.status.rawValue, health.reason?.name, health.message)
  }
}

struct NoticeEvent: Encodable {
  let event = "notice"
  let operation: String, message: String
}

struct FailureEvent: Encodable {
  let event: String, operation: String?, item: String, code: String, message: String
}

struct ReplayEvent: Encodable {
  let event = "replay"
  /// `cutOffAt` is where the recording ends, in bytes, if the process that wrote it was killed.
  let items: UInt64, bytes: UInt64, isComplete: Bool, cutOffAt: UInt64?

  init(_ replay: RunSummary.Replay) {
    (items, bytes, isComplete) = (replay.items, replay.bytes, replay.end == .complete)
    if case .cutOff(at: let offset)? = replay.end { cutOffAt = offset } else { cutOffAt = nil }
  }
}

struct StartupReport: Encodable {
  let modules: Double, operators: Double, models: Double, compiledModules: Int

  init(_ startup: RunSummary.Startup) {
    modules = Double(startup.modules) / 1e6
    operators = Double(startup.instances) / 1e6
    models = Double(startup.models) / 1e6
    compiledModules = startup.compiledModules
  }
}

/// A counter or histogram of the operators'.
struct MetricReport: Encodable {
  let name: String, labels: [String: String], kind: String
  let value: UInt64?
  let count: UInt64?, sum: Double?, minimum: Double?, maximum: Double?

  init(_ series: MetricSeries, _ metric: MemoryMetrics.Value) {
    (name, labels) = (series.name, series.labels)
    switch metric {
    case .counter(let sum):
      (kind, value) = ("counter", sum)
      (count, self.sum, minimum, maximum) = (nil, nil, nil, nil)
    case .histogram(let histogram):
      (kind, value) = ("histogram", nil)
      // One that has recorded nothing yet has no least value.
      (count, sum) = (histogram.count, histogram.sum)
      (minimum, maximum) = histogram.count > 0 ? (histogram.minimum, histogram.maximum) : (nil, nil)
    }
  }

  static func all(_ values: [MetricSeries: MemoryMetrics.Value]) -> [MetricReport] {
    func key(_ series: MetricSeries) -> [String] { [series.name] + series.labels.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] } }
    return values.map { (key($0.key), MetricReport($0.key, $0.value)) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
  }
}

struct SummaryReport: Encodable {
  let event = "summary"
  let items: UInt64, errors: UInt64, late: UInt64, seconds: Double, itemsPerSecond: Double, p50: Double, p99: Double
  let workers: Int, liveSessions: Int, stopped: Bool
  let startup: StartupReport
  let operations: [Operation]
  let metrics: [MetricReport]

  /// Means per item.
  struct Operation: Encodable {
    let name: String, kind: String
    let received: UInt64, emitted: UInt64, dropped: UInt64, failed: UInt64, late: UInt64, restarts: UInt64
    let queue: Double
    let guest: Double?, copyIn: Double?, infer: Double?, copyOut: Double?
    let memoryBytes: Int
  }

  init(_ summary: RunSummary, metrics values: [MetricSeries: MemoryMetrics.Value] = [:]) {
    metrics = MetricReport.all(values)
    items = summary.progress.written
    errors = summary.progress.failed
    late = summary.operations.reduce(0) { $0 + $1.counters.late }
    seconds = Double(summary.progress.elapsedNanoseconds) / 1e9
    itemsPerSecond = summary.progress.rate
    p50 = Double(summary.progress.p50) / 1e6
    p99 = Double(summary.progress.p99) / 1e6
    workers = summary.workers
    liveSessions = summary.liveSessions
    stopped = summary.wasStopped
    startup = StartupReport(summary.startup)
    operations = summary.operations.map { operation in
      func mean(_ total: UInt64, _ count: UInt64) -> Double { count == 0 ? 0 : Double(total) / Double(count) / 1e6 }
      let statistics = operation.statistics
      return Operation(
        name: operation.name, kind: operation.kind.rawValue, received: operation.counters.received, emitted: operation.counters.emitted,
        dropped: operation.counters.dropped, failed: operation.counters.failed, late: operation.counters.late, restarts: statistics?.restarts ?? 0,
        queue: mean(operation.counters.queueNanoseconds, operation.counters.received), guest: statistics.map { mean($0.guest, $0.calls) },
        copyIn: statistics.map { mean($0.copyIn, $0.calls) }, infer: statistics.map { mean($0.infer, $0.calls) },
        copyOut: statistics.map { mean($0.copyOut, $0.calls) }, memoryBytes: operation.memorySize)
    }
  }
}

/// The summary for people.
struct SummaryTable {
  let report: SummaryReport
  init(_ summary: RunSummary) { report = SummaryReport(summary) }

  var text: String {
    var rows = [["operation", "items", "errors", "queue", "guest", "copy-in", "infer", "copy-out"]]
    for operation in report.operations {
      func cell(_ value: Double?) -> String { value.map { decimal($0, 3) } ?? "-" }
      rows.append([
        operation.name, "\(operation.received)", "\(operation.failed)", decimal(operation.queue, 3), cell(operation.guest), cell(operation.copyIn),
        cell(operation.infer), cell(operation.copyOut),
      ])
    }
    let head = "\(report.items) items in \(decimal(report.seconds, 2)) s, \(decimal(report.itemsPerSecond, 1))/s; "
      + "p50 \(decimal(report.p50, 2)) ms, p99 \(decimal(report.p99, 2)) ms; \(report.errors) errors" + (report.late == 0 ? "" : ", \(report.late) late")
    let compiled = report.startup.compiledModules == 0 ? "" : ", \(report.startup.compiledModules) compiled"
    let start = "ready after \(decimal(report.startup.modules + report.startup.operators, 0)) ms "
      + "(modules \(decimal(report.startup.modules, 0)) ms\(compiled), operators \(decimal(report.startup.operators, 0)) ms, of which models \(decimal(report.startup.models, 0)) ms)"
    return [head, start, "", "mean per item, ms", columns(rows)].joined(separator: "\n")
  }
}

/// Rows as a table; all columns but the first are aligned to the right.
func columns(_ rows: [[String]]) -> String {
  let widths = (rows.first?.indices ?? 0..<0).map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    row.enumerated().map { column, cell in
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      return column == 0 ? cell + padding : padding + cell
    }.joined(separator: "  ")
  }.joined(separator: "\n")
}

/// A number with a fixed count of decimals.
func decimal(_ value: Double, _ places: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "-" }
  let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
  let scaled = Int((abs(value) * Double(scale)).rounded())
  let whole = (value < 0 && scaled != 0 ? "-" : "") + "\(scaled / scale)"
  guard places > 0 else { return whole }
  let fraction = "\(scaled % scale)"
  return whole + "." + String(repeating: "0", count: places - fraction.count) + fraction
}

func milliseconds(_ nanoseconds: UInt64) -> String { decimal(Double(nanoseconds) / 1e6, 1) }
