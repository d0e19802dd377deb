import COperatorKit
import Testing

private func double(_ text: String) -> Double? {
  var value = 0.0
  return text.withCString { operator_kit_parse_double($0, &value) == $0 + text.utf8.count ? value : nil }
}
private func float(_ text: String) -> Float? {
  var value: Float = 0
  return text.withCString { operator_kit_parse_float($0, &value) == $0 + text.utf8.count ? value : nil }
}

@Test(arguments: [
  "0", "-0", "1", "0.1", "123456789012345678", "1e22", "1e23", "9007199254740993", "9007199254740992.999999999999999999999999999999", "5e-324",
  "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308", "2.2250738585072014e-308", "1.7976931348623157e308", "1.7976931348623159e308",
  "1e-400", "1e400", "1e999999999999", "1e-999999999999", "0e999999", ".5", "5.", "+1E+5", "inf", "-Infinity",
])
func decimalsRoundAsTheStandardLibraryRoundsThem(_ text: String) throws {
  let expected = try #require(Double(text == "5." ? "5.0" : text == ".5" ? "0.5" : text))
  #expect(double(text)?.bitPattern == expected.bitPattern)
}

@Test func halfwayBetweenTwoNumbersGoesToTheEvenOneHoweverManyDigits() {
  // 1 + 2^-53 is halfway between 1 and the next double.
  let halfway = "1.00000000000000011102230246251565404236316680908203125"
  #expect(double(halfway) == 1)
  #expect(double(halfway + String(repeating: "0", count: 2000)) == 1)
  #expect(double(halfway + String(repeating: "0", count: 2000) + "1") == 1.0.nextUp)
  #expect(float("16777217") == 16_777_216)
  #expect(float("16777217.0000000000000000000000000000000001") == 16_777_218)
  #expect(float("1e-46") == 0 && float("7.1e-46") == Float.leastNonzeroMagnitude && float("3.5e38") == Float.infinity)
}

@Test func randomNumbersReadBackFromTheirShortestText() {
  var generator = SystemRandomNumberGenerator()
  for _ in 0..<20_000 {
    let number = Double(bitPattern: generator.next())
    if number.isNaN { continue }
    #expect(double(number.description)?.bitPattern == number.bitPattern)
    let small = Float(bitPattern: generator.next())
    if !small.isNaN { #expect(float(small.description)?.bitPattern == small.bitPattern) }
  }
}

@Test(arguments: ["", "-", ".", "e5", "abc", "1x", "--1"])
func whatIsNotANumberIsNotRead(_ text: String) {
  #expect(double(text) == nil)
}

// MARK: Writing

private func text(_ write: (UnsafeMutablePointer<UInt8>) -> Int) -> String {
  String(unsafeUninitializedCapacity: 400) { write($0.baseAddress!) }
}
private func json(_ value: Double) -> String { text { operator_kit_write_double(value, $0) } }
private func json(_ value: Float) -> String { text { operator_kit_write_float(value, $0) } }
private func plain(_ value: Double) -> String { text { operator_kit_write_plain_double(value, $0) } }

@Test(arguments: [
  (0, "0.0", "0"), (-0.0, "-0.0", "-0"), (1, "1.0", "1"), (-12.5, "-12.5", "-12.5"), (85, "85.0", "85"), (653.8888888888889, "653.8888888888889", "653.8888888888889"),
  (0.0001, "0.0001", "0.0001"), (0.00001234, "0.00001234", "0.00001234"), (0.000001, "1e-6", "0.000001"), (1.5e-7, "1.5e-7", "0.00000015"),
  (1e15, "1000000000000000.0", "1000000000000000"), (1e16, "1e16", "10000000000000000"), (1.25e17, "1.25e17", "125000000000000000"),
  (9007199254740992, "9007199254740992.0", "9007199254740992"), (1234567890123456, "1234567890123456.0", "1234567890123456"),
  (.greatestFiniteMagnitude, "1.7976931348623157e308", "17976931348623157" + String(repeating: "0", count: 292)),
  (.leastNonzeroMagnitude, "5e-324", "0." + String(repeating: "0", count: 323) + "5"), (2.2250738585072014e-308, "2.2250738585072014e-308", nil),
] as [(Double, String, String?)])
func doublesAreWrittenAsRustWritesThem(_ value: Double, _ expected: String, _ expectedPlain: String?) {
  #expect(json(value) == expected)
  if let expectedPlain { #expect(plain(value) == expectedPlain) }
}

@Test(arguments: [(0.1, "0.1"), (0.96, "0.96"), (1e12, "1000000000000.0"), (1e13, "1e13"), (0.00001, "0.00001"), (0.000001, "0.000001"), (1e-7, "1e-7"), (3.4028235e38, "3.4028235e38"), (.leastNonzeroMagnitude, "1e-45")] as [(Float, String)])
func floatsAreWrittenAsRustWritesThem(_ value: Float, _ expected: String) {
  #expect(json(value) == expected)
}

/// The digits and the exponent of the last one.
private func digits(_ text: String) -> [Int] {
  let parts = text.split(separator: "e"), mantissa = parts[0].filter { $0 != "-" }
  var digits = mantissa.filter { $0 != "." }.map { Int(String($0))! }
  var exponent = (parts.count > 1 ? Int(parts[1].drop { $0 == "+" })! : 0) - (mantissa.firstIndex(of: ".").map { mantissa.distance(from: $0, to: mantissa.endIndex) - 1 } ?? 0)
  while digits.count > 1, digits.last == 0 {
    digits.removeLast()
    exponent += 1
  }
  return Array(digits.drop { $0 == 0 }) + [exponent]
}

@Test func noShorterAndNoNearerTextWouldDo() {
  var generator = SystemRandomNumberGenerator()
  for round in 0..<20_000 {
    var number = Double(bitPattern: generator.next())
    if round % 4 == 0 { number = Double(sign: .plus, exponent: Int.random(in: -1074...1023, using: &generator), significand: 1) }
    if round % 4 == 1 { number = Double(Int64.random(in: -10_000_000...10_000_000, using: &generator)) / 1000 }
    if number.isFinite {
      #expect(digits(json(number)) == digits(number.description))
      #expect(Double(json(number)) == number && Double(plain(number)) == number)
    }
    let small = Float(bitPattern: generator.next())
    if small.isFinite { #expect(digits(json(small)) == digits(small.description)) }
  }
}

@Test(arguments: [Int64.min, -1, 0, 9, 10, 99, 100, 4_294_967_295, 4_294_967_296, 100_000_000_000_000_007, .max])
func integersAreWritten(_ value: Int64) {
  #expect(text { operator_kit_write_integer(value, $0) } == value.description)
  let unsigned = UInt64(bitPattern: value)
  #expect(text { operator_kit_write_unsigned(unsigned, $0) } == unsigned.description)
}

@Test func scalingGivesTheNearestDoubleOrNone() {
  var generator = SystemRandomNumberGenerator()
  var told = 0
  for _ in 0..<20_000 {
    let significand = UInt64.random(in: 0...(.max), using: &generator) >> UInt64.random(in: 0..<64, using: &generator)
    let exponent = Int32.random(in: -345...310, using: &generator)
    var value = 0.0
    guard operator_kit_scale(significand, exponent, &value) else { continue }
    told += 1
    #expect(value.bitPattern == Double("\(significand)e\(exponent)")?.bitPattern)
  }
  #expect(told > 15_000)
}
