import OperatorKit
import Testing

@Test(arguments: [
  "null", "true", "false", "0", "-7", "9223372036854775807", "1.5", "-0.25", "1e300", "18446744073709551615", "-9223372036854775808", "1.8446744073709552e19", "[]", "{}", #""""#, #"{"a":[1,{"b":null}],"c":"d"}"#,
  #""tab \t, quote \", backslash \\, line \n, \b\f, bell \u0007, Grüße 👋""#,
])
func jsonReadsBackAsItWasWritten(_ text: String) throws {
  #expect(try JSON(parsing: Bytes(text)).serialized().string == text)
}

@Test func jsonKeepsWhatNumbersAre() throws {
  let json = try JSON(parsing: " [ 1 , 1.0, 1e2, 12345678901234567890, -0 ] ")
  #expect(json.serialized().string == "[1,1.0,100.0,12345678901234567890,-0.0]")
  #expect(json[0]?.doubleValue == 1 && json[2]?.integerValue == 100 && json[1]?.stringValue == nil)
}

@Test func jsonDecodesEscapes() throws {
  #expect(try JSON(parsing: #""\u0041\u00e9\ud83d\ude00\/\b\f""#).stringValue == "Aé😀/\u{8}\u{C}")
}

@Test func jsonMembersAreFoundSetAndRemovedInOrder() throws {
  var json = try JSON(parsing: #"{"b":1,"a":2,"é":3}"#)
  json["a"] = .string("x")
  json["c"] = .bool(true)
  json["b"] = nil
  #expect(json.serialized().string == #"{"a":"x","é":3,"c":true}"#)
  #expect(json["é"]?.integerValue == 3)
}

@Test(arguments: [
  ("", 0), ("nul", 3), ("[1", 2), ("[1,]", 3), ("{\"a\"}", 4), ("{a:1}", 1), ("1 2", 2), ("01", 1), ("1.", 2), ("-", 1), ("1e", 2), ("\"a", 2), ("\"\\x\"", 3),
  ("\"\\ud800\"", 7), ("\"\\ud800\\u0041\"", 13), ("\"\\udc00\"", 7), ("{\"a\":1,}", 7), ("[,1]", 1), ("[1 2]", 3), ("{\"a\" 1}", 5), ("1e400", 0), ("-1e999999999999", 0), ("[tru]", 4), ("\"\\u12g4\"", 5), ("\"\u{1}\"", 1), ("nan", 1), ("+1", 0),
])
func badJSONIsRefusedWhereItIsBad(_ text: String, _ offset: Int) {
  let error = #expect(throws: JSON.ParseError.self) { try JSON(parsing: Bytes(text)) }
  #expect(error?.offset == offset)
}

@Test func deepJSONIsRefusedInsteadOfOverflowingTheStack() {
  let error = #expect(throws: JSON.ParseError.self) { try JSON(parsing: Bytes([UInt8](repeating: 0x5B, count: 1_000_000))) }
  #expect(error?.reason == "more than 128 levels")
}

@Test func damagedJSONNeverTraps() {
  let text = Array(#"{"object":{"result":"a\u00e9b","predictions":[{"score":-1.5e-3,"index":12}]},"n":null}"#.utf8)
  var generator = SystemRandomNumberGenerator()
  for _ in 0..<20_000 {
    var damaged = text
    for _ in 0..<Int.random(in: 1...4, using: &generator) { damaged[Int.random(in: text.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
    _ = try? JSON(parsing: Bytes(Array(damaged.prefix(Int.random(in: 0...text.count, using: &generator)))))
  }
}

@Test func numbersThatJSONLacksAreWrittenAsNull() {
  var writer = JSONWriter()
  writer.beginArray()
  writer.value(Double.nan)
  writer.value(Float.infinity)
  writer.value(Float(0.1))
  writer.endArray()
  #expect(writer.bytes.string == "[null,null,0.1]")
}
