/// Times as text: `2026-01-01T12:00:00.5+01:00`.
enum RFC3339 {
  /// Nanoseconds since 1970; nil for what is no such time, or does not fit. A leap second counts as the second after it.
  static func nanoseconds(_ text: String) -> Int64? {
    var scanner = Scanner(rest: Substring(text).utf8)
    guard let year = scanner.number(digits: 4), scanner.skip("-"), let month = scanner.number(digits: 2), scanner.skip("-"), let day = scanner.number(digits: 2),
      scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.number(digits: 2), scanner.skip(":"), let minute = scanner.number(digits: 2), scanner.skip(":"), let second = scanner.number(digits: 2),
      let fraction = scanner.skip(".") ? scanner.fraction() : 0, let offset = scanner.offset(), scanner.rest.isEmpty,
      1...12 ~= month, 1...days(in: month, of: year) ~= day, hour < 24, minute < 60, second <= 60
    else { return nil }
    let seconds = daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carries) = product.addingReportingOverflow(fraction)
    return overflows || carries ? nil : sum
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// In years that begin in March, leap days come last.
  private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let year = month > 2 ? year : year - 1, month = month > 2 ? month - 3 : month + 9
    let leapDays = floor(year, 4) - floor(year, 100) + floor(year, 400)
    return year * 365 + leapDays + (153 * month + 2) / 5 + day - 1 - 719_468
  }

  private static func floor(_ dividend: Int64, _ divisor: Int64) -> Int64 { dividend >= 0 ? dividend / divisor : (dividend - divisor + 1) / divisor }

  private struct Scanner {
    var rest: Substring.UTF8View

    mutating func skip(_ letter: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: letter) else { return false }
      rest = rest.dropFirst()
      return true
    }

    mutating func digit() -> Int64? {
      guard let byte = rest.first, byte >= 0x30, byte <= 0x39 else { return nil }
      rest = rest.dropFirst()
      return Int64(byte - 0x30)
    }

    mutating func number(digits: Int) -> Int64? {
      var value: Int64 = 0
      for _ in 0..<digits {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    /// Digits after the point, in nanoseconds; those beyond nine are cut off.
    mutating func fraction() -> Int64? {
      guard var value = digit() else { return nil }
      var count = 1
      while let digit = digit() {
        if count < 9 {
          value = value * 10 + digit
          count += 1
        }
      }
      for _ in count..<9 { value *= 10 }
      return value
    }

    /// Seconds east of Greenwich.
    mutating func offset() -> Int64? {
      if skip("Z") || skip("z") { return 0 }
      let isWest = rest.first == UInt8(ascii: "-")
      guard skip("+") || skip("-"), let hours = number(digits: 2), skip(":"), let minutes = number(digits: 2), hours < 24, minutes < 60 else { return nil }
      return (hours * 3600 + minutes * 60) * (isWest ? -1 : 1)
    }
  }
}
