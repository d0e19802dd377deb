import COperatorKit

extension JSONReader {
  /// A number, exactly if it is whole and fits 64 bits, and not a negative zero.
  public enum Number {
    case integer(Int64)
    /// Beyond `Int64`.
    case unsigned(UInt64)
    case double(Double)
  }

  /// Reads a number as what it is.
  public mutating func number() throws(Failure) -> Number {
    let number = try scanNumber()
    if number.isWhole, !number.isLong {
      if !number.isNegative {
        return Int64(exactly: number.significand).map { .integer($0) } ?? .unsigned(number.significand)
      }
      if number.significand &- 1 < 1 << 63 { return .integer(Int64(truncatingIfNeeded: 0 &- number.significand)) }
    }
    return .double(try value(of: number))
  }

  /// Reads a number as the nearest double.
  public mutating func double() throws(Failure) -> Double {
    let number = try scanNumber()
    return try value(of: number)
  }

  /// Reads a whole number that is not negative, written without a point and an exponent.
  public mutating func unsigned() throws(Failure) -> UInt64 {
    let start = self
    let number = try scanNumber()
    guard number.isWhole, !number.isLong, !number.isNegative else { throw start.error("expected a whole number in range") }
    return number.significand
  }

  /// A number's text, taken apart: ± significand × 10^exponent.
  struct Decimal {
    var start = 0
    var significand: UInt64 = 0
    var exponent: Int32 = 0
    var isNegative = false
    /// Neither a point nor an exponent.
    var isWhole = true
    /// The significand does not fit: it and the exponent are wrong.
    var isLong = false
  }

  mutating func scanNumber() throws(Failure) -> Decimal {
    var number = Decimal()
    let first = skipSpace()
    guard first == UInt8(ascii: "-") || first &- 0x30 < 10 else { throw unexpected("expected a number") }
    number.start = offset
    if first == UInt8(ascii: "-") {
      number.isNegative = true
      offset += 1
    }
    if byte == UInt8(ascii: "0") { offset += 1 } else { _ = try digits(&number) }
    if byte == UInt8(ascii: ".") {
      number.isWhole = false
      offset += 1
      number.exponent = 0 &- Int32(truncatingIfNeeded: try digits(&number))
    }
    if byte | 0x20 == UInt8(ascii: "e") {
      number.isWhole = false
      try exponent(&number)
    }
    return number
  }

  /// Appends digits to the significand; returns how many.
  private mutating func digits(_ number: inout Decimal) throws(Failure) -> Int {
    // Locals: what is in `self` would be in memory, and be written for each digit.
    let start = offset, count = count, base = base
    var significand = number.significand, at = start
    while at < count {
      let digit = base[at] &- 0x30
      guard digit < 10 else { break }
      if significand < 1_000_000_000_000_000_000 {
        significand = significand &* 10 &+ UInt64(digit)
      } else if !append(digit, to: &significand) {
        number.isLong = true
      }
      at &+= 1
    }
    offset = at
    guard at > start else { throw error("expected a digit") }
    number.significand = significand
    return at &- start
  }

  /// False if it does not fit.
  private func append(_ digit: UInt8, to significand: inout UInt64) -> Bool {
    let (product, overflows) = significand.multipliedReportingOverflow(by: 10)
    let (sum, carries) = product.addingReportingOverflow(UInt64(digit))
    guard !overflows, !carries else { return false }
    significand = sum
    return true
  }

  private mutating func exponent(_ number: inout Decimal) throws(Failure) {
    offset += 1
    let isNegative = byte == UInt8(ascii: "-")
    if isNegative || byte == UInt8(ascii: "+") { offset += 1 }
    let start = offset
    var value: Int32 = 0
    while byte &- 0x30 < 10 {
      if value < 100_000 { value = value * 10 + Int32(byte - 0x30) }
      offset += 1
    }
    guard offset > start else { throw error("expected a digit") }
    number.exponent &+= isNegative ? 0 - value : value
  }

  private func value(of number: Decimal) throws(Failure) -> Double {
    var value = 0.0
    if number.isLong || !operator_kit_scale(number.significand, number.exponent, &value) {
      value = slowValue(of: number)
      guard value.isFinite else { throw Failure(offset: number.start, problem: "a number that is out of range") }
      return value
    }
    return number.isNegative ? -value : value
  }

  /// From the text, which the C function wants with a zero at the end.
  @inline(never) private func slowValue(of number: Decimal) -> Double {
    let start = number.start, length = offset - start
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: length + 1) { text in
      for index in 0..<length { text[index] = CChar(bitPattern: base[start + index]) }
      text[length] = 0
      var value = 0.0
      _ = operator_kit_parse_double(text.baseAddress, &value)
      return value
    }
  }
}
