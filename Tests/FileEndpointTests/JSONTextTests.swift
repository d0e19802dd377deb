import Foundation
import Testing

@testable import FileEndpoint

private func compact(_ text: String) -> String? {
  var output = Array("before".utf8)
  let isValid = JSONText.appendCompact(Array(text.utf8), to: &output)
  let result = String(decoding: output, as: UTF8.self)
  if !isValid {
    #expect(result == "before")
    return nil
  }
  return String(result.dropFirst(6))
}

@Test(arguments: [
  ("{}", "{}"), (" [ ] ", "[]"), ("\t{ \"a\" : [ 1 , 2.5e+3 , -0 , { } ] ,\r\n \"b\" : null }\n", #"{"a":[1,2.5e+3,-0,{}],"b":null}"#),
  (#""a b\n\u00e9\\\"\/""#, #""a b\n\u00e9\\\"\/""#), ("true", "true"), ("-1.0E-7", "-1.0E-7"), ("[[[[]]],[]]", "[[[[]]],[]]"),
  ("{\"日本\":\"語\"}", "{\"日本\":\"語\"}"), ("[\"a , b\"]", "[\"a , b\"]"), (#""\ud800""#, #""\ud800""#),
])
func jsonIsCompacted(_ text: String, _ expected: String) {
  #expect(compact(text) == expected)
}

@Test(arguments: [
  "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{1:2}", "{\"a\" 1}", "{,}", "[}", "{]", "01", "-", "+1",
  "1.", ".5", "1e", "1e+", "0x1", "--1", "tru", "trues", "nul", "NaN", "Infinity", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12g4\"", "\"\\u123", "\"\n\"",
  "\"\u{0}\"", "'a'", "{} {}", "1 2", "[1]]", "// no\n1", "\u{FEFF}1", "[1]\u{0}", "{\"a\":1 \"b\":2}", "[\"a\" : 1]", "{\"a\":1]",
])
func whatIsNotJSONIsLeftAlone(_ text: String) {
  #expect(compact(text) == nil)
}

@Test func depthCostsNoStack() {
  let depth = 1_000_000
  let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  #expect(compact(text)?.utf8.count == 2 * depth)
  #expect(compact(String(repeating: "[", count: depth)) == nil)
}

@Test func bytesThatAreNotUTF8AreNotJSON() {
  #expect(!JSONText.isValid([0x22, 0xFF, 0x22]))
  #expect(JSONText.isValid([0x22, 0x22]))
}

@Test func mutilatedJSONIsJudgedAsFoundationJudgesIt() {
  let text = Array(#"{"a":[1,-2.5e3,{"b":null,"c":"x\n\u0041"}],"d":true,"e":[],"f":{}}"#.utf8)
  let replacements = Array(#"{}[]:,"\0-.e1n "#.utf8)
  for position in text.indices {
    for replacement in replacements {
      var changed = text
      changed[position] = replacement
      var output: [UInt8] = []
      let expected = (try? JSONSerialization.jsonObject(with: Data(changed), options: [.fragmentsAllowed])) != nil
      #expect(JSONText.appendCompact(changed, to: &output) == expected, "\(String(decoding: changed, as: UTF8.self))")
    }
  }
}

@Test func base64IsAsFoundationHasIt() {
  for count in 0...20 {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 200) }
    var output: [UInt8] = []
    JSONLine.appendBase64(bytes, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == Data(bytes).base64EncodedString())
  }
}
