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
  public let name: String
  public let labels: [Label]

  public init(_ name: String, labels: [Label] = []) { (self.name, self.labels) = (name, labels) }

  /// Adds to it. An operator rarely has reason to look at the error.
  @discardableResult public func add(_ amount: UInt64 = 1) -> MetricsError? {
    record(name, labels) { name, count, hasLabels, labels, labelCount, result in
      host_add_to_counter(name, count, 0, amount, hasLabels, labels, labelCount, result)
    }
  }
}

/// A metric whose distribution matters, such as a duration.
public struct Histogram: Sendable {
  public let name: String
  public let labels: [Label]

  public init(_ name: String, labels: [Label] = []) { (self.name, self.labels) = (name, labels) }

  /// Adds a measurement. Keep to one type for one histogram.
  @discardableResult public func record(_ value: Double) -> MetricsError? { record(kind: 0, value.bitPattern) }
  @discardableResult public func record(_ value: UInt64) -> MetricsError? { record(kind: 1, value) }

  private func record(kind: UInt32, _ bits: UInt64) -> MetricsError? {
    OperatorKit.record(name, labels) { name, count, hasLabels, labels, labelCount, result in
      host_record_to_histogram(name, count, kind, bits, hasLabels, labels, labelCount, result)
    }
  }
}

private typealias Call = (UnsafePointer<UInt8>?, Int, UInt32, UnsafeRawPointer?, Int, UnsafeMutableRawPointer) -> Void

/// Lowers a name and labels, calls the host and lifts `result<_, metrics-error>`.
private func record(_ name: String, _ labels: [Label], _ call: Call) -> MetricsError? {
  #if arch(wasm32)
  var name = name
  return Outgoing.during {
    withResult(of: 24) { result in
      let list = result + 16
      labels.lower(list)
      name.withUTF8 { name in
        call(name.baseAddress, name.count, labels.isEmpty ? 0 : 1, list.load(as: UnsafeRawPointer?.self), labels.count, result)
      }
      guard Bool.lift(result) else { return nil }
      let message = String.lift(result + 8)
      return UInt8.lift(result + 4) == 0 ? .incompatibleType(message) : .lock(message)
    }
  }
  #else
  return nil
  #endif
}
