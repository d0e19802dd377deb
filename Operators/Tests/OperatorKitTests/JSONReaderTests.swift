import OperatorKit
import Testing

@Test func aReaderWalksThroughTextWithoutATree() throws {
  var reader = JSONReader(#" { "name" : "pump", "on":true,"off" : false , "none":null, "values":[1, -2.5e1,[] , {}], "skip":{"a":[{}]} } "#)
  var seen: [String] = []
  try reader.beginObject()
  while let key = try reader.nextKey() {
    switch key {
    case "name": seen.append(try reader.string().string)
    case "on", "off": seen.append(try reader.bool().description)
    case "none": seen.append(try reader.null() ? "null" : "?")
    case "values":
      try reader.beginArray()
      while try reader.nextElement() {
        guard try reader.kind() == .number else {
          try reader.skip()
          continue
        }
        seen.append(try reader.double().description)
      }
    default:
      seen.append("skipped " + key.string)
      try reader.skip()
    }
  }
  try reader.end()
  #expect(seen == ["pump", "true", "false", "null", "1.0", "-25.0", "skipped skip"])
}

@Test func aCopyOfAReaderRemembersItsPlace() throws {
  var reader = JSONReader("[1,2,3]")
  try reader.beginArray()
  _ = try reader.nextElement()
  var copy = reader
  try reader.skip()
  #expect(try reader.nextElement() && reader.double() == 2)
  #expect(try copy.double() == 1 && copy.nextElement() && copy.double() == 2)
}

@Test func keysAndStringsAreComparedWithTheirEscapesResolved() throws {
  var reader = JSONReader(#"{"\u0063ount":"\ud83d\ude00 \"x\" é"}"#)
  try reader.beginObject()
  let key = try #require(try reader.nextKey())
  #expect(key == "count" && key == String("count") && !(key == "coun") && !(key == "countx"))
  let text = try reader.string()
  #expect(text.string == "😀 \"x\" é" && text == "😀 \"x\" é" && !(text == key))
}

@Test(arguments: [
  ("0", 0), ("-0", 0), ("12.50", 12.5), ("653.8888888888889", 653.8888888888889), ("0.1e-2", 0.001),
  ("9007199254740993", 0x1p53), ("18446744073709551616", 0x1p64), ("5e-324", .leastNonzeroMagnitude), ("1e-999", 0), ("0e999", 0),
  ("0.000000000000000000000000000000012345678901234567890123", 1.2345678901234567890123e-32),
] as [(String, Double)])
func numbersBecomeTheNearestDouble(_ text: String, _ value: Double) throws {
  var reader = JSONReader(Bytes(text))
  #expect(try reader.double() == value)
  try reader.end()
}

@Test func longTailsOfDigitsAreRead() throws {
  let text = "1." + String(repeating: "0", count: 100_000) + "1"
  var reader = JSONReader(Bytes(text))
  #expect(try reader.double() == 1)
}

@Test func wholeNumbersAreReadExactlyOrRefused() throws {
  var reader = JSONReader("18446744073709551615")
  #expect(try reader.unsigned() == .max)
  for text in ["-1", "1.0", "1e2", "18446744073709551616", "-0", "\"1\"", "null"] {
    var reader = JSONReader(Bytes(text))
    let error = #expect(throws: JSON.ParseError.self) { try reader.unsigned() }
    #expect(error?.offset == 0, "\(text): \(error?.message ?? "")")
  }
}

@Test func valuesOfAnotherKindAreNamed() {
  func reason(_ text: String, _ read: (inout JSONReader) throws -> Void) -> String? {
    var reader = JSONReader(Bytes(text))
    return #expect(throws: JSON.ParseError.self) { try read(&reader) }?.message
  }
  #expect(reason(" 1") { try $0.beginObject() } == "The JSON is wrong at byte 1: expected an object.")
  #expect(reason("{}") { try $0.beginArray() } == "The JSON is wrong at byte 0: expected an array.")
  #expect(reason("1") { _ = try $0.string() } == "The JSON is wrong at byte 0: expected a string.")
  #expect(reason("\"1\"") { _ = try $0.double() } == "The JSON is wrong at byte 0: expected a number.")
  #expect(reason("1") { _ = try $0.bool() } == "The JSON is wrong at byte 0: expected true or false.")
  #expect(reason("") { _ = try $0.bool() } == "The JSON is wrong at byte 0: the text ends where a value is expected.")
}

@Test(arguments: [
  [0x80], [0xC3], [0xC0, 0x80], [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82],
  [0xE2, 0x28, 0xA1],
] as [[UInt8]])
func textThatIsNotUTF8IsRefused(_ sequence: [UInt8]) {
  var reader = JSONReader(Bytes([0x22, 0x41] + sequence + [0x22]))
  let error = #expect(throws: JSON.ParseError.self) { try reader.string() }
  #expect(error?.offset == 2 && error?.reason == "a string that is not UTF-8")
}

@Test func textOfAllPlanesIsRead() throws {
  let string = "\u{7F}\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFD}\u{10000}\u{10FFFF}"
  var reader = JSONReader(Bytes("\"\(string)\""))
  #expect(try reader.string().string == string)
}

@Test func valuesAreCopiedInOneForm() throws {
  var reader = JSONReader(#" { "b" : [ 1.50 , 1e2, -0, 18446744073709551615 ] , "a" : { "d" : "\u0041\/" , "c" : null } , "a\u0062": true , "b" : [ false ] } "#)
  var writer = JSONWriter()
  try reader.copy(to: &writer)
  try reader.end()
  #expect(writer.bytes.string == #"{"a":{"c":null,"d":"A/"},"ab":true,"b":[false]}"#)
}

@Test func stringsEndWhereTheyEndWhateverTheirLength() throws {
  for length in 0..<40 {
    for (end, ok) in [("\"", true), ("\\n\"", true), ("é\"", true), ("\u{1F}\"", false), ("", false)] {
      let text = String(repeating: "x", count: length)
      var reader = JSONReader(Bytes("\"" + text + end + ", \"more\" \\ \u{1}"))
      let string = try? reader.string().string
      #expect(string == (ok ? text + (end == "\"" ? "" : end == "é\"" ? "é" : "\n") : end.isEmpty ? text + ", " : nil))
    }
  }
}
