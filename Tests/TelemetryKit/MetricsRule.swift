public import Telemetry
internal import Dispatch

/// One thing that metrics must do, wherever they go.
public struct MetricsRule: Sendable, CustomStringConvertible {
  public let description: String
  /// Throws if the metrics, which are empty, do not do it.
  ///
  /// - Parameter values: what was recorded in them so far, however one learns it.
  public let check: @Sendable (_ metrics: any OperatorMetrics, _ values: () -> [MetricSeries: MemoryMetrics.Value]) throws -> Void
}

extension MetricsRule {
  public static let all: [MetricsRule] = [
    MetricsRule(description: "a counter is the sum of what was added") { metrics, values in
      let counter = try metrics.counter(requests)
      for value: UInt64 in [1, 0, 41] { counter.add(value) }
      try require(values() == [requests: .counter(42)], "1 + 0 + 41 is \(values())")
    },
    MetricsRule(description: "a counter that passes 2^64 begins again") { metrics, values in
      let counter = try metrics.counter(requests)
      for value: UInt64 in [.max, 3] { counter.add(value) }
      try require(values() == [requests: .counter(2)], "2^64 - 1 + 3 is \(values())")
    },
    MetricsRule(description: "who asks for a series again adds to the same") { metrics, values in
      for _ in 0..<3 { try metrics.counter(requests).add(1) }
      for value in [1.5, 2.5] { try metrics.histogram(duration, of: .float).record(value) }
      try require(values() == [requests: .counter(3), duration: .histogram(.init(count: 2, sum: 4, minimum: 1.5, maximum: 2.5))], "it was \(values())")
    },
    MetricsRule(description: "series differ by name, by label and by a label's value, and by nothing else") { metrics, values in
      let series = [
        MetricSeries("a"), MetricSeries("b"), MetricSeries("a", ["x": ""]), MetricSeries("a", ["x": "1"]), MetricSeries("a", ["x": "1", "y": "2"]), MetricSeries("a", ["x": "1=", "y": "2"]),
        MetricSeries("a", ["x=1": "", "y": "2"]), MetricSeries("a", ["x": "1,y=2"]), MetricSeries("ä", ["ключ": "\u{0}\"\n"]),
      ]
      for (index, series) in series.enumerated() { try metrics.counter(series).add(UInt64(index + 1)) }
      let labels = [("y", "2"), ("x", "1")]
      try metrics.counter(MetricSeries("a", Dictionary(uniqueKeysWithValues: labels))).add(100)
      var expected = Dictionary(uniqueKeysWithValues: series.enumerated().map { ($1, MemoryMetrics.Value.counter(UInt64($0 + 1))) })
      expected[series[4]] = .counter(105)
      try require(values() == expected, "it was \(values())")
    },
    MetricsRule(description: "a histogram has the count, the sum, the least and the largest of its values") { metrics, values in
      for (series, number) in [(duration, MetricNumber.float), (size, .integer)] {
        let histogram = try metrics.histogram(series, of: number)
        for value in [3.0, -2, 7, 0] { histogram.record(value) }
      }
      let expected = MemoryMetrics.Value.histogram(.init(count: 4, sum: 8, minimum: -2, maximum: 7))
      try require(values() == [duration: expected, size: expected], "it was \(values())")
    },
    MetricsRule(description: "what is not a finite number is left out of a histogram") { metrics, values in
      let histogram = try metrics.histogram(duration, of: .float)
      for value in [Double.nan, 1, .infinity, -.infinity] { histogram.record(value) }
      try require(values() == [duration: .histogram(.init(count: 1, sum: 1, minimum: 1, maximum: 1))], "it was \(values())")
    },
    MetricsRule(description: "a name keeps its kind, whatever the labels are") { metrics, values in
      try metrics.counter(requests).add(1)
      try metrics.histogram(duration, of: .float).record(1)
      let before = values(), labels = ["another": "label"]
      try requireRefusal(of: "requests") { _ = try metrics.histogram(MetricSeries("requests", labels), of: .integer) }
      try requireRefusal(of: "duration") { _ = try metrics.counter(MetricSeries("duration", labels)) }
      try requireRefusal(of: "duration") { _ = try metrics.histogram(MetricSeries("duration", labels), of: .integer) }
      try metrics.counter(requests).add(0)
      try require(values() == before, "a refusal left something behind: \(values())")
    },
    MetricsRule(description: "labels made from data do not grow the host without end, and cost the operator no error") { metrics, values in
      for index in 0..<20_000 { try metrics.counter(MetricSeries("requests", ["item": "\(index)"])).add(1) }
      let known = values().keys
      try require(known.count < 20_000 && known.count >= 1000, "\(known.count) series are kept")
      guard let first = known.first else { return }
      try metrics.counter(first).add(1)
      try require(values()[first] == .counter(2), "a series that was there before the limit was reached counts no more")
    },
    MetricsRule(description: "nothing is lost between threads") { metrics, values in
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        for _ in 0..<1000 {
          try? metrics.counter(requests).add(1)
          try? metrics.histogram(duration, of: .float).record(Double(thread))
        }
      }
      let expected = MemoryMetrics.Value.histogram(.init(count: 8000, sum: 28_000, minimum: 0, maximum: 7))
      try require(values() == [requests: .counter(8000), duration: expected], "it was \(values())")
    },
  ]
}

private let requests = MetricSeries("requests", ["module": "m"]), duration = MetricSeries("duration"), size = MetricSeries("size", ["unit": "B"])

/// Requires `body` to be refused because the name belongs to another kind of metric.
private func requireRefusal(of name: String, line: Int = #line, _ body: () throws -> Void) throws {
  do {
    try body()
  } catch OperatorMetricsError.incompatibleType(let text) {
    return try require(text.contains(name), "the refusal \"\(text)\" does not say of what", line: line)
  }
  throw TelemetryFailure(description: "\(name) was used as two kinds of metric (line \(line) of the rules)")
}
