import Testing

@testable import JSONTree

@Suite("JSON keeps what a text says")
struct JSONTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-0", "1695", "1695.0", "9223372036854775807", "123456789012345678901234567890", "1e-400", "-1.5E+3", #""""#,
    #""a\"b\\c\nd""#, "[]", "{}", #"{"b":1,"a":[2,{"c":null}]}"#, #""ä€😀""#, "\"\u{7f}\"",
  ])
  func writesWhatItReads(_ text: String) throws {
    #expect(try JSON(parsing: text).text == text)
  }

  @Test func escapes() throws {
    #expect(try JSON(parsing: #""\u0041\ud83d\ude00\/\b\f""#) == .string("A😀/\u{8}\u{c}"))
    #expect(JSON.string("\u{1}").text == #""\u0001""#)
  }

  @Test func spaceBetweenTokens() throws {
    #expect(try JSON(parsing: " {\t\"a\" :\r\n[ 1 , 2 ] } ").text == #"{"a":[1,2]}"#)
  }

  @Test func ofMembersWithOneNameTheLastCounts() throws {
    #expect(try JSON(parsing: #"{"a":1,"b":2,"a":3}"#).text == #"{"a":3,"b":2}"#)
  }

  @Test func equalityIsByValue() throws {
    func value(_ text: String) throws -> JSON { try JSON(parsing: text) }
    #expect(try value("1695") == value("1695.0") && value("1695") == value("1.695e3"))
    #expect(try value("9007199254740993") != value("9007199254740992") && value("9007199254740993.0") == value("9007199254740993"))
    #expect(try value(#"{"a":1,"b":2}"#) == value(#"{"b":2.0,"a":1}"#))
    #expect(try value(#"{"a":1,"b":2}"#).hashValue == value(#"{"b":2.0,"a":1}"#).hashValue)
    #expect(try value("0.1") != value("0.10000000000000002") && value("[1]") != value("[1,1]") && value("null") != value("0"))
  }

  @Test func numbersKnowWhatTheyAre() throws {
    guard case .number(let whole) = try JSON(parsing: "42"), case .number(let other) = try JSON(parsing: "42.0") else { return #expect(Bool(false)) }
    #expect(whole.int64 == 42 && other.int64 == nil && other.double == 42)
    #expect(JSONNumber(.infinity) == nil && JSONNumber(Double.nan) == nil && JSONNumber(23.0)?.text == "23.0")
  }

  @Test(arguments: [
    ("", 0, "the text ends where a value is expected"), ("tru", 0, "a value is expected"), ("[1,]", 3, "a value is expected"),
    (#"{"a" 1}"#, 5, "`:` is expected"), ("{a:1}", 1, "a member's name in quotes is expected"), ("01", 0, "a number starts with a superfluous zero"),
    ("1.", 2, "a digit is expected"), ("-", 1, "a digit is expected"), (#""abc"#, 4, "the text ends within a string"),
    (#""\q""#, 2, "a string has no such escape"), (#""\ud800x""#, 7, "one half of a surrogate pair stands alone"),
    ("\"\n\"", 1, "a control character stands in a string; it is to be escaped"), ("1 2", 2, "something follows the value"),
    (#"{"a":1 "b":2}"#, 7, "`,` or `}` is expected"),
  ])
  func saysWhereTheTextIsWrong(_ text: String, _ offset: Int, _ reason: String) {
    #expect(throws: JSONError(offset: offset, reason: reason)) { try JSON(parsing: text) }
  }

  @Test func bytesThatAreNotUTF8() {
    #expect(throws: JSONError(offset: 0, reason: "the text is not UTF-8")) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
  }

  @Test func depthIsBounded() throws {
    func nested(_ depth: Int) -> String { String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
    _ = try JSON(parsing: nested(256))
    #expect(throws: JSONError(offset: 256, reason: "arrays and objects nest deeper than 256")) { try JSON(parsing: nested(1_000_000)) }
  }

  @Test func randomBytesNeverCrash() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array(#"{}[]",:\u0dead123.eE+-truefalsn "#.utf8)
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
      guard let value = try? JSON(parsing: bytes) else { continue }
      #expect((try? JSON(parsing: value.utf8)) == value, "\(String(decoding: bytes, as: UTF8.self))")
    }
  }
}
