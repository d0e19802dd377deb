import COperatorKit

extension String {
  /// The shortest text that reads back as the same number, without an exponent, and without a point if the number is whole.
  /// (`"\(number)"` works too, but costs a module 45 KB.)
  public init(plain number: Double) {
    guard number.isFinite else {
      self = number.isNaN ? "NaN" : number < 0 ? "-inf" : "inf"
      return
    }
    self = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 328) { text in
      guard let base = text.baseAddress else { return "" }
      return String(decoding: UnsafeBufferPointer(start: base, count: operator_kit_write_plain_double(number, base)), as: UTF8.self)
    }
  }
}
