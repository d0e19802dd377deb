extension WallTime {
  /// As RFC 3339 has it, in UTC and to the millisecond: `2026-11-22T23:05:07.250Z`. After the year 9999, the seconds since the epoch.
  public var text: String {
    guard seconds < 253_402_300_800 else { return "\(seconds)" }
    let (year, month, day) = Self.date(ofDay: Int(seconds / 86_400))
    let second = Int(seconds % 86_400)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
      + ".\(padded(Int(nanoseconds / 1_000_000), 3))Z"
  }

  /// The date of a day after 1 January 1970. Years are counted from March, so that the leap day is their last.
  private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
    let day = day + 719_468
    let era = day / 146_097, dayOfEra = day % 146_097
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (year + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }
}
