/// What the temperature graph is measured with: readings in Fahrenheit of which two thirds are within the bounds. The same on every machine.
struct TemperatureMessages {
  let count: Int

  /// Tenths of a degree from -60 to 400, in no order.
  private static func tenths(_ number: Int) -> Int { number * 7919 % 4601 - 600 }

  /// Whether the message with this number comes out: from -20 to 150 degrees Celsius.
  static func isInBounds(_ number: Int) -> Bool { (-40...3020).contains(tenths(number)) }

  /// The message with this number.
  static func payload(_ number: Int) -> [UInt8] {
    let tenths = tenths(number), magnitude = abs(tenths)
    let value = "\(tenths < 0 ? "-" : "")\(magnitude / 10).\(magnitude % 10)"
    return Array(#"{"device":"sensor-\#(digits(number % 10_000, 4))","seq":\#(number),"temperature":{"value":\#(value),"unit":"F"},"ts":"2026-01-01T00:\#(digits(number / 60_000 % 60, 2)):\#(digits(number / 1000 % 60, 2)).\#(digits(number % 1000, 3))Z"}"#.utf8)
  }

  func payloads(_ count: Int) -> [[UInt8]] { (0..<count).map(Self.payload) }

  /// A line for each message.
  var lines: [UInt8] {
    var lines: [UInt8] = []
    for number in 0..<count {
      lines += Self.payload(number)
      lines.append(UInt8(ascii: "\n"))
    }
    return lines
  }

  private static func digits(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
