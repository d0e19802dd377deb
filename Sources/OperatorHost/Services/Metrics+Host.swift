internal import ComponentModel
internal import Telemetry

/// `metrics.label`.
private struct Label: ComponentRecord, Hashable {
  var key: String, value: String

  static var type: ValueType { get throws(ComponentError) { try .record([("key", .string), ("value", .string)]) } }
  static let shape = ValueShape().field(String.shape).field(String.shape).record
  init(fields reader: inout ValueReader) throws(ComponentError) {
    key = try reader.read()
    value = try reader.read()
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(key)
    try writer.write(value)
  }
}

/// `metrics.counter-value`.
private struct CounterValue: ComponentVariant {
  var value: UInt64
  static var type: ValueType { get throws(ComponentError) { try .variant([.init(name: "u64", type: .u64)]) } }
  static let shape = ValueShape.variant(caseCount: 1, UInt64.shape)
  static let caseCount = 1
  static let payloadAlignment = 8
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) { value = try reader.read() }
  var caseIndex: Int { 0 }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) { try writer.write(value) }
}

/// `metrics.histogram-value`.
private struct HistogramValue: ComponentVariant {
  var value: Double, isInteger: Bool
  static var type: ValueType { get throws(ComponentError) { try .variant([.init(name: "f64", type: .f64), .init(name: "u64", type: .u64)]) } }
  static let shape = ValueShape.variant(caseCount: 2, Double.shape, UInt64.shape)
  static let caseCount = 2
  static let payloadAlignment = 8
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    isInteger = index == 1
    value = isInteger ? Double(try reader.read(UInt64.self)) : try reader.read(Double.self)
  }
  var caseIndex: Int { isInteger ? 1 : 0 }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    if isInteger { try writer.write(UInt64(value)) } else { try writer.write(value) }
  }
}

/// `metrics.metrics-error`.
private struct MetricsError: ComponentVariant, ResultSide {
  var error: OperatorMetricsError
  static var type: ValueType {
    get throws(ComponentError) { try .variant([.init(name: "incompatible-type", type: .string), .init(name: "lock-error", type: .string)]) }
  }
  static let shape = ValueShape.variant(caseCount: 2, String.shape)
  static let caseCount = 2
  static let payloadAlignment = 4
  init(_ error: OperatorMetricsError) { self.error = error }
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    let text = try reader.read(String.self)
    error = index == 0 ? .incompatibleType(text) : .lock(text)
  }
  var caseIndex: Int {
    switch error {
    case .incompatibleType: 0
    case .lock: 1
    }
  }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    switch error {
    case .incompatibleType(let text), .lock(let text): try writer.write(text)
    }
  }
}

/// The series that one operator instance has used, so that it asks for each only once.
private final class SeriesCache {
  struct Key: Hashable {
    var name: String
    var labels: [Label]?
  }

  /// Series beyond this many are asked for each time.
  private static let maximumCount = 1000

  private let metrics: any OperatorMetrics
  private let labels: [String: String]
  private var counters: [Key: any MetricCounter] = [:]
  private var histograms: [Key: (series: any MetricHistogram, number: MetricNumber)] = [:]

  init(_ metrics: any OperatorMetrics, labels: [String: String]) {
    self.metrics = metrics
    self.labels = labels
  }

  func counter(_ key: Key) throws(OperatorMetricsError) -> any MetricCounter {
    if let known = counters[key] { return known }
    let counter = try metrics.counter(series(key))
    if counters.count < Self.maximumCount { counters[key] = counter }
    return counter
  }

  func histogram(_ key: Key, of number: MetricNumber) throws(OperatorMetricsError) -> any MetricHistogram {
    if let known = histograms[key], known.number == number { return known.series }
    let histogram = try metrics.histogram(series(key), of: number)
    if histograms.count < Self.maximumCount { histograms[key] = (histogram, number) }
    return histogram
  }

  private func series(_ key: Key) -> MetricSeries {
    var all: [String: String] = [:]
    for label in key.labels ?? [] { all[label.key] = label.value }
    // An operator cannot pass for another one.
    return MetricSeries(key.name, all.merging(labels) { $1 })
  }
}

extension HostImports {
  /// `labels` are added to every series.
  mutating func provideMetrics(_ metrics: any OperatorMetrics, labels: [String: String]) throws(ComponentError) {
    var interface = HostInterface("wasm-graph:processor/metrics@1.1.0")
    let cache = SeriesCache(metrics, labels: labels)
    func answer(_ body: () throws(OperatorMetricsError) -> Void) -> ComponentResult<NoValue, MetricsError> {
      do throws(OperatorMetricsError) {
        try body()
        return .ok(NoValue())
      } catch {
        return .error(MetricsError(error))
      }
    }
    try interface.function("add-to-counter") { (name: String, value: CounterValue, labels: [Label]?) -> ComponentResult<NoValue, MetricsError> in
      answer { () throws(OperatorMetricsError) in try cache.counter(.init(name: name, labels: labels)).add(value.value) }
    }
    try interface.function("record-to-histogram") { (name: String, value: HistogramValue, labels: [Label]?) -> ComponentResult<NoValue, MetricsError> in
      answer { () throws(OperatorMetricsError) in
        try cache.histogram(.init(name: name, labels: labels), of: value.isInteger ? .integer : .float).record(value.value)
      }
    }
    provide(interface)
  }
}
