import COperatorKit

/// A label of a metric.
public struct Label: WITValue, Sendable {
  public var key: String
  public var value: String

  public init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }

  static var abiSize: Int { 16 }
  static var abiAlignment: Int { 4 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return Label(fields.next(), fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(key)
    fields.put(value)
  }
}

/// Why the host did not take a measurement.
public enum MetricsError: Error {
  /// The name belongs to a metric of another kind.
  case incompatibleType(String)
  case lock(String)
}

/// A metric that only grows.
public struct Counter: Sendable {
  private let series: MetricSeries

  public init(_ name: String, labels: [Label] = []) { series = MetricSeries(name, labels) }

  /// Adds to it. An operator rarely has reason to look at the error.
  @discardableResult public func add(_ amount: UInt64 = 1) -> MetricsError? {
    #if arch(wasm32)
    series.record { name, count, hasLabels, labels, labelCount, result in
      host_add_to_counter(name, count, 0, amount, hasLabels, labels, labelCount, result)
    }
    #else
    TestHost.current?.add(amount, to: series)
    return nil
    #endif
  }
}

/// A metric whose distribution matters, such as a duration.
public struct Histogram: Sendable {
  private let series: MetricSeries

  public init(_ name: String, labels: [Label] = []) { series = MetricSeries(name, labels) }

  /// Adds a measurement. Keep to one type for one histogram.
  @discardableResult public func record(_ value: Double) -> MetricsError? { record(kind: 0, value.bitPattern) }
  @discardableResult public func record(_ value: UInt64) -> MetricsError? { record(kind: 1, value) }

  private func record(kind: UInt32, _ bits: UInt64) -> MetricsError? {
    #if arch(wasm32)
    series.record { name, count, hasLabels, labels, labelCount, result in
      host_record_to_histogram(name, count, kind, bits, hasLabels, labels, labelCount, result)
    }
    #else
    TestHost.current?.record(kind == 0 ? Double(bitPattern: bits) : Double(bits), in: series)
    return nil
    #endif
  }
}

#if arch(wasm32)
/// A name and labels, lowered once for all calls: they lie in memory as the canonical ABI wants them.
final class MetricSeries: @unchecked Sendable {
  private let name: UnsafePointer<UInt8>
  private let nameCount: Int
  private let labels: UnsafeRawPointer
  private let labelCount: Int

  init(_ name: String, _ labels: [Label]) {
    (self.name, nameCount) = MetricSeries.copy(name)
    let list = allocate(labels.count * Label.abiSize)
    for index in labels.indices {
      for (offset, text) in [(0, labels[index].key), (8, labels[index].value)] {
        let (base, count) = MetricSeries.copy(text)
        ListMemory(base: UnsafeMutableRawPointer(mutating: base), count: count).store(list + index * Label.abiSize + offset)
      }
    }
    self.labels = UnsafeRawPointer(list)
    labelCount = labels.count
  }

  // Metrics are as a rule globals: what they point to is kept for good.
  private static func copy(_ text: String) -> (UnsafePointer<UInt8>, Int) {
    var text = text
    return text.withUTF8 { utf8 in
      let base = allocate(utf8.count)
      if let source = utf8.baseAddress { base.copyMemory(from: source, byteCount: utf8.count) }
      return (UnsafePointer(base.assumingMemoryBound(to: UInt8.self)), utf8.count)
    }
  }

  typealias Call = (UnsafePointer<UInt8>?, Int, UInt32, UnsafeRawPointer?, Int, UnsafeMutableRawPointer) -> Void

  /// Calls the host and lifts `result<_, metrics-error>`.
  @inline(__always) func record(_ call: Call) -> MetricsError? {
    withResult(of: 16) { result in
      call(name, nameCount, labelCount == 0 ? 0 : 1, labels, labelCount, result)
      return Bool.lift(result) ? failure(result) : nil
    }
  }

  @inline(never) private func failure(_ result: UnsafeMutableRawPointer) -> MetricsError {
    let message = String.lift(result + 8)
    return UInt8.lift(result + 4) == 0 ? .incompatibleType(message) : .lock(message)
  }
}
#else
/// A name and labels.
final class MetricSeries: Sendable {
  let name: String
  let labels: [Label]

  init(_ name: String, _ labels: [Label]) { (self.name, self.labels) = (name, labels) }
}
#endif
