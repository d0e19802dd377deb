import Synchronization
import Telemetry
import TelemetryKit
import Testing

struct MemoryTests {
  @Test(arguments: MetricsRule.all)
  func `Metrics in memory follow every rule`(_ rule: MetricsRule) throws {
    let metrics = MemoryMetrics()
    try rule.check(metrics) { metrics.values }
  }

  @Test(arguments: LoggerRule.all)
  func `The log in memory follows every rule`(_ rule: LoggerRule) throws {
    let log = MemoryLog()
    try rule.check(log) { log.records }
  }

  @Test(arguments: LoggerRule.all)
  func `A function that is called with each record follows every rule`(_ rule: LoggerRule) throws {
    let records = Mutex<[LogRecord]>([])
    try rule.check(LogHandler { record in records.withLock { $0.append(record) } }) { records.withLock { $0 } }
  }

  @Test func `What is not kept is counted`() throws {
    let metrics = MemoryMetrics()
    for index in 0...MemoryMetrics.maximumSeriesCount { try metrics.counter(MetricSeries("\(index)")).add(5) }
    try metrics.histogram(MetricSeries("another"), of: .float).record(2)
    #expect(metrics.values.count == MemoryMetrics.maximumSeriesCount && metrics.refusedCount == 2)

    let log = MemoryLog(maximumByteCount: 200)
    for _ in 0..<4 { log.log(LogRecord(operation: "o", level: .info, context: "12345", message: "12345")) }
    #expect(log.records.count == 2 && log.omittedCount == 2)
  }
}
