/// The text form, as the MQTT user property `__ts` carries it: `milliseconds:counter:node`,
/// printed with 15 and 5 digits (`001696374425000:00000:Client1`). Padding is optional when reading.
extension Timestamp {
  /// Reads the text form; nil unless it is two unsigned decimal numbers and a node's name without a colon.
  public init?(text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 3, let milliseconds = unsignedDecimal(parts[0]), let counter = unsignedDecimal(parts[1]) else { return nil }
    self.init(WallTime(milliseconds: milliseconds), counter: counter, nodeID: String(Substring(parts[2])))
  }

  /// The text form. What is below a millisecond is cut off; a time too large for milliseconds in 64 bits is printed as the largest.
  public var text: String {
    var text: [UInt8] = []
    appendTime(to: &text)
    return String(decoding: text, as: UTF8.self) + nodeID
  }

  /// Appends the text form as far as the node's name, which follows: `001696374425000:00000:`.
  public func appendTime(to text: inout [UInt8]) {
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    let (milliseconds, carry) = whole.addingReportingOverflow(UInt64(nanoseconds / 1_000_000))
    text.appendDecimal(overflow || carry ? .max : milliseconds, digits: 15)
    text.append(UInt8(ascii: ":"))
    text.appendDecimal(counter, digits: 5)
    text.append(UInt8(ascii: ":"))
  }
}

extension [UInt8] {
  /// Appends a number in decimal, with zeros in front up to so many digits.
  public mutating func appendDecimal(_ number: UInt64, digits: Int = 1) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
      var rest = number, start = 20
      while rest > 0 || 20 - start < digits {
        start -= 1
        buffer[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      append(contentsOf: buffer[start...])
    }
  }
}

extension Timestamp: CustomStringConvertible {
  public var description: String { text }
}

private func unsignedDecimal(_ digits: Substring.UTF8View) -> UInt64? {
  if digits.isEmpty { return nil }
  var value: UInt64 = 0
  for digit in digits {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
    let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
    let (sum, carry) = shifted.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
    if overflow || carry { return nil }
    value = sum
  }
  return value
}
