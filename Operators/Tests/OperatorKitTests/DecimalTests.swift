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
