internal import ComponentModel
internal import Synchronization

/// The counters and histograms of all operators of a run (host-apis.md §2). Shared by all workers.
public final class OperatorMetrics: Sendable {
  public struct Key: Hashable, Sendable {
    public let name: String
    /// As `key=value`, in the order given.
    public let labels: [String]
  }

  public struct Histogram: Hashable, Sendable {
    public var count: UInt64 = 0
    public var sum = 0.0, minimum = Double.infinity, maximum = -Double.infinity
  }

  public enum Value: Hashable, Sendable {
    case counter(UInt64)
    case histogram(Histogram)
  }

  /// Series beyond this many are not kept: labels made from data must not grow the host.
  public static let maximumSeriesCount = 10_000

  private enum Kind { case counter, integerHistogram, floatHistogram }

  private struct State {
    var kinds: [String: Kind] = [:]
    var values: [Key: Value] = [:]
    var refused: UInt64 = 0
  }

  private let state = Mutex(State())

  public init() {}

  public var values: [Key: Value] { state.withLock { $0.values } }
  /// How many updates were not kept because there were too many series.
  public var refusedCount: UInt64 { state.withLock { $0.refused } }

  /// Nil, or why the update is refused.
  func add(_ value: UInt64, to name: String, _ labels: [String]) -> String? {
    update(name, .counter, labels) { current in
      if case .counter(let sum)? = current { return .counter(sum &+ value) }
      return .counter(value)
    }
  }

  func record(_ value: Double, isInteger: Bool, in name: String, _ labels: [String]) -> String? {
    update(name, isInteger ? .integerHistogram : .floatHistogram, labels) { current in
      var histogram = Histogram()
      if case .histogram(let known)? = current { histogram = known }
      histogram.count += 1
      histogram.sum += value
      histogram.minimum = min(histogram.minimum, value)
      histogram.maximum = max(histogram.maximum, value)
      return .histogram(histogram)
    }
  }

  private func update(_ name: String, _ kind: Kind, _ labels: [String], _ change: (Value?) -> Value) -> String? {
    state.withLock { state in
      if let known = state.kinds[name], known != kind { return "the metric \"\(name)\" was used before as another kind or with another number type" }
      let key = Key(name: name, labels: labels)
      guard state.values[key] != nil || state.values.count < Self.maximumSeriesCount else {
        state.refused += 1
        return nil
      }
      state.kinds[name] = kind
      state.values[key] = change(state.values[key])
      return nil
    }
  }
}

/// `metrics.label`.
private struct Label: ComponentRecord {
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

/// `metrics.metrics-error`; `lock-error` never happens here.
private struct MetricsError: ComponentVariant, ResultSide {
  var incompatibleType: String
  static var type: ValueType {
    get throws(ComponentError) { try .variant([.init(name: "incompatible-type", type: .string), .init(name: "lock-error", type: .string)]) }
  }
  static let shape = ValueShape.variant(caseCount: 2, String.shape)
  static let caseCount = 2
  static let payloadAlignment = 4
  init(_ message: String) { incompatibleType = message }
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) { incompatibleType = try reader.read() }
  var caseIndex: Int { 0 }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) { try writer.write(incompatibleType) }
}

extension HostImports {
  /// `labels` are added to every series, in front of the operator's own.
  mutating func provideMetrics(_ registry: OperatorMetrics, labels: [String]) throws(ComponentError) {
    var metrics = HostInterface("wasm-graph:processor/metrics@1.1.0")
    func all(_ given: [Label]?) -> [String] { labels + (given ?? []).map { "\($0.key)=\($0.value)" } }
    try metrics.function("add-to-counter") { (name: String, value: CounterValue, labels: [Label]?) -> ComponentResult<NoValue, MetricsError> in
      registry.add(value.value, to: name, all(labels)).map { .error(MetricsError($0)) } ?? .ok(NoValue())
    }
    try metrics.function("record-to-histogram") { (name: String, value: HistogramValue, labels: [Label]?) -> ComponentResult<NoValue, MetricsError> in
      registry.record(value.value, isInteger: value.isInteger, in: name, all(labels)).map { .error(MetricsError($0)) } ?? .ok(NoValue())
    }
    provide(metrics)
  }
}
