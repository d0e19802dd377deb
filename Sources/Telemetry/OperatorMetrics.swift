/// The counters and histograms of all operators of a run (host-apis.md §2). Used from all workers.
///
/// A series is asked for once and then added to, as often as there are messages: asking may cost a lock and a look-up, adding should not.
public protocol OperatorMetrics: Sendable {
  /// The counter of a name and labels. All that ask for the same series add to the same counter.
  func counter(_ series: MetricSeries) throws(OperatorMetricsError) -> any MetricCounter
  /// The histogram of a name and labels.
  ///
  /// - Parameter number: what it is about; the same for all series of the name.
  func histogram(_ series: MetricSeries, of number: MetricNumber) throws(OperatorMetricsError) -> any MetricHistogram
}

/// A name with labels.
public struct MetricSeries: Hashable, Sendable {
  public let name: String
  public let labels: [String: String]

  public init(_ name: String, _ labels: [String: String] = [:]) {
    self.name = name
    self.labels = labels
  }
}

public enum MetricNumber: Sendable { case integer, float }

/// A sum that grows.
public protocol MetricCounter: Sendable {
  /// Adds to the sum, which begins again at zero when it passes 2^64.
  func add(_ value: UInt64)
}

/// How often values were recorded, and which.
public protocol MetricHistogram: Sendable {
  /// Counts a value in. One that is not a number, or infinite, is left out: it would leave nothing of the sum.
  func record(_ value: Double)
}

/// Why a series cannot be had: the cases of `metrics-error`.
public enum OperatorMetricsError: Error, Hashable, Sendable {
  /// The name belongs to a metric of another kind; the text says so.
  case incompatibleType(String)
  /// The metrics failed; the text says how.
  case lock(String)
}
