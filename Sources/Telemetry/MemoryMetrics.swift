internal import Synchronization

/// Metrics in memory, to be read when somebody wants to know.
public final class MemoryMetrics: OperatorMetrics {
  public struct Histogram: Hashable, Sendable {
    public var count: UInt64 = 0
    public var sum = 0.0, minimum = Double.infinity, maximum = -Double.infinity

    public init(count: UInt64 = 0, sum: Double = 0, minimum: Double = .infinity, maximum: Double = -.infinity) {
      self.count = count
      self.sum = sum
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  public enum Value: Hashable, Sendable {
    case counter(UInt64)
    case histogram(Histogram)
  }

  /// Series beyond this many are not kept: labels made from data must not grow the host.
  public static let maximumSeriesCount = 10_000

  private enum Kind { case counter, integerHistogram, floatHistogram }

  private enum Recorder {
    case counter(Counter)
    case histogram(HistogramRecorder)
  }

  private struct State {
    var kinds: [String: Kind] = [:]
    var recorders: [MetricSeries: Recorder] = [:]
  }

  private let state = Mutex(State())
  private let refused = Refusal()

  public init() {}

  public var values: [MetricSeries: Value] {
    state.withLock { $0.recorders }.mapValues { recorder in
      switch recorder {
      case .counter(let counter): .counter(counter.value)
      case .histogram(let histogram): .histogram(histogram.value)
      }
    }
  }

  /// How many updates were not kept because there were too many series.
  public var refusedCount: UInt64 { refused.count.load(ordering: .relaxed) }

  public func counter(_ series: MetricSeries) throws(OperatorMetricsError) -> any MetricCounter {
    guard case .counter(let counter)? = try recorder(of: series, .counter, { .counter(Counter()) }) else { return refused }
    return counter
  }

  public func histogram(_ series: MetricSeries, of number: MetricNumber) throws(OperatorMetricsError) -> any MetricHistogram {
    let kind: Kind = number == .integer ? .integerHistogram : .floatHistogram
    guard case .histogram(let histogram)? = try recorder(of: series, kind, { .histogram(HistogramRecorder()) }) else { return refused }
    return histogram
  }

  /// Nil if there are too many series for another one.
  private func recorder(of series: MetricSeries, _ kind: Kind, _ make: () -> Recorder) throws(OperatorMetricsError) -> Recorder? {
    let result = state.withLock { state -> Result<Recorder?, OperatorMetricsError> in
      if let known = state.kinds[series.name], known != kind {
        return .failure(.incompatibleType("the metric \"\(series.name)\" was used before as another kind or with another number type"))
      }
      if let known = state.recorders[series] { return .success(known) }
      guard state.recorders.count < Self.maximumSeriesCount else { return .success(nil) }
      let new = make()
      state.kinds[series.name] = kind
      state.recorders[series] = new
      return .success(new)
    }
    return try result.get()
  }

  private final class Counter: MetricCounter {
    private let sum = Atomic<UInt64>(0)
    var value: UInt64 { sum.load(ordering: .relaxed) }
    func add(_ value: UInt64) { sum.wrappingAdd(value, ordering: .relaxed) }
  }

  /// What stands in for series that are not kept.
  private final class Refusal: MetricCounter, MetricHistogram {
    let count = Atomic<UInt64>(0)
    func add(_ value: UInt64) { count.wrappingAdd(1, ordering: .relaxed) }
    func record(_ value: Double) { count.wrappingAdd(1, ordering: .relaxed) }
  }

  private final class HistogramRecorder: MetricHistogram {
    private let state = Mutex(Histogram())
    var value: Histogram { state.withLock { $0 } }

    func record(_ value: Double) {
      guard value.isFinite else { return }
      state.withLock { histogram in
        histogram.count += 1
        histogram.sum += value
        histogram.minimum = min(histogram.minimum, value)
        histogram.maximum = max(histogram.maximum, value)
      }
    }
  }
}
