/// A number as it stands in a JSON text.
///
/// Numbers are equal if they have the same value. Whole numbers that 64 bits hold are compared exactly, all others as `Double`.
public struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
  /// A number of RFC 8259's grammar.
  public let text: String

  /// - Parameter text: known to be a number.
  init(checked text: String) { self.text = text }

  public init(_ value: Int64) { text = String(value) }

  /// Nil for infinities and NaN, which JSON has no numbers for.
  public init?(_ value: Double) {
    guard value.isFinite else { return nil }
    text = value.description
  }

  public var description: String { text }

  /// Whether the text is that of a whole number: without a fraction and an exponent.
  public var isInteger: Bool { !text.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") } }

  /// The value if the text is that of a whole number and 64 bits hold it.
  public var int64: Int64? { isInteger ? Int64(text) : nil }

  /// The nearest `Double`; infinite if the number is larger than any.
  public var double: Double { Double(text) ?? .nan }

  private enum Value: Hashable {
    case whole(Int64)
    case other(Double)
  }

  private var value: Value {
    if let whole = int64 { return .whole(whole) }
    if let point = text.utf8.firstIndex(of: UInt8(ascii: ".")), text.utf8[text.utf8.index(after: point)...].allSatisfy({ $0 == UInt8(ascii: "0") }),
      let whole = Int64(text[..<point])
    {
      return .whole(whole)
    }
    let double = double
    // Above 2^53 the text may say more than the double.
    return double == double.rounded() && abs(double) <= 0x1p53 ? .whole(Int64(double)) : .other(double)
  }

  public static func == (left: JSONNumber, right: JSONNumber) -> Bool { left.text == right.text || left.value == right.value }
  public func hash(into hasher: inout Hasher) { hasher.combine(value) }
}
