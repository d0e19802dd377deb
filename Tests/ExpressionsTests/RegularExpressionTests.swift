import Testing

@testable import Expressions

@Suite("Regular expressions match in linear time")
struct RegularExpressionTests {
  @Test(arguments: [
    ("a", "xay", true), ("^a", "xa", false), ("a$", "ax", false), ("^$", "", true), ("a.c", "a\nc", false), ("(?s)a.c", "a\nc", true), ("(?m)^b$", "a\nb\nc", true),
    ("a|b|", "", true), ("^(?:ab|cd)+$", "abcdab", true), ("^a{2,3}$", "aaaa", false), ("^a{2,}$", "aaaa", true), ("^a{0}$", "", true), ("^[^a-c]+$", "xyz", true),
    ("^[a-c-]+$", "a-c", true), ("^[]a]+$", "]a", true), (#"^\d+\.\d+$"#, "3.14", true), (#"^\w+$"#, "Zürich_1", true), (#"\bcat\b"#, "a cat.", true), (#"\bcat\b"#, "concat", false),
    (#"\Bcat"#, "concat", true), ("(?i)straße", "STRAßE", true), ("(?i)[a-c]+x", "ABCX", true), ("(?i:a)b", "Ab", true), ("(?i:a)b", "AB", false), (#"\x41\x{1F600}"#, "A😀", true),
    (#"^\s*\S+\s*$"#, " a\t", true), (#"\D\W"#, "1a", false), (#"\["#, "[", true), ("(a*)*b", "aaab", true), ("(?P<x>a)(?<y>b)", "ab", true), (#"\Aab\z"#, "ab", true), ("^.$", "ü", true),
  ])
  func matches(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try RegularExpression(pattern).matches(text) == expected)
  }

  @Test(arguments: [
    ("a+", "xaay a", "-", "x-y -"), ("", "ab", "-", "-a-b-"), ("a*", "baac", "-", "-b-c-"), ("a+?", "aaa", "-", "---"), ("(a|ab)(c|bcd)?", "abcd", "[$1,$2]", "[a,bcd]"),
    (#"(\d+)-(\d+)"#, "10-20, 3-4", "$2..${1}", "20..10, 4..3"), ("(?P<year>[0-9]{4})", "in 2026", "<$year>", "in <2026>"), ("x", "axb", "$$0", "a$0b"), ("b", "abc", "[$0]", "a[b]c"),
    ("(a)|b", "ab", "<$1>", "<a><>"), ("z", "abc", "-", "abc"), (" +", " a  b ", "", "ab"), (".", "ü😀", "x", "xx"),
  ])
  func replaces(_ pattern: String, _ text: String, _ replacement: String, _ expected: String) throws {
    #expect(try RegularExpression(pattern).replacing(in: text, with: replacement) == expected)
  }

  @Test(arguments: [
    ("(", 2, "a group has no `)`"), (")", 1, "`)` closes nothing"), ("[a", 3, "a set has no `]`"), ("*a", 1, "nothing is there for `*` to repeat; write `\\*` for the character"),
    ("a**", 3, "one repetition follows another"), ("a{2,1}", 7, "a repetition is `{2}`, `{2,}` or `{2,5}`, up to 1000"), ("a{x}", 3, "a number is expected after `{`; write `\\{` for the character"),
    (#"(a)\1"#, 5, "backreferences are not part of the language"), (#"\q"#, 2, "there is no escape `\\q`"), ("a(?=b)", 4, "`(?` is followed by `:`, by `P<name>` or by the flags i, m and s; looking around is not part of the language"),
    ("[z-a]", 5, "a range goes from a lower to a higher character"), ("\\", 2, "nothing follows `\\`"), ("[[:alpha:]]", 2, "sets do not nest; write `\\[` for the character"),
  ])
  func saysWhatIsWrong(_ pattern: String, _ place: Int, _ message: String) {
    #expect(throws: EvaluationError("the pattern `\(pattern)` is wrong at character \(place): \(message)")) { try RegularExpression(pattern) }
  }

  /// Each of these keeps a backtracking engine busy for longer than anybody waits.
  @Test(arguments: ["(a+)+$", "(a|aa)+$", "(a|a?)+b", "(.*a){12}$", "(a*)*b", "((a+)+)+$", "a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?aaaaaaaaaaaaaaaaaaaa$"])
  func hostilePatternsAreHarmless(_ pattern: String) throws {
    let text = String(repeating: "a", count: 500) + "!"
    #expect(try RegularExpression(pattern).matches(text) == false)
    #expect(try RegularExpression(pattern).replacing(in: text, with: "") == text)
  }

  @Test func workIsBounded() throws {
    var pattern = try RegularExpression("(?:x?a?){300}$")
    pattern.maximumSteps = 100_000
    let text = String(repeating: "a", count: 10_000) + "!"
    #expect(throws: EvaluationError.self) { try pattern.matches(text) }
    // Every replacement looks as far as the end before it knows that it ends at once.
    var far = try RegularExpression("a[^b]*c|a")
    far.maximumSteps = 100_000
    #expect(try far.replacing(in: String(repeating: "a", count: 50), with: "") == "")
    #expect(throws: EvaluationError.self) { try far.replacing(in: String(repeating: "a", count: 2000), with: "") }
  }

  @Test func sizeIsBounded() {
    #expect(throws: EvaluationError.self) { try RegularExpression("((a{100}){100}){100}") }
    #expect(throws: EvaluationError.self) { try RegularExpression(String(repeating: "(", count: 1000)) }
    #expect(throws: EvaluationError.self) { try RegularExpression(String(repeating: "a", count: 3000)) }
  }

  @Test func agreesWithSwiftsEngineOnRandomPatterns() throws {
    func pattern(_ depth: Int) -> String {
      switch Int.random(in: 0..<(depth == 0 ? 4 : 9)) {
      case 0, 1: ["a", "b", "c"].randomElement()!
      case 2: [".", "[ab]", "[^a]", "\\w"].randomElement()!
      case 3: ["(?:^|b)", "(?:a|$)", "\\b"].randomElement()!
      case 4: "(?:\(pattern(depth - 1))|\(pattern(depth - 1)))"
      case 5: "(\(pattern(depth - 1)))" + ["?", "{0,2}", "??"].randomElement()!
      case 6: ["a", "b", "[ab]", "(?:ab)"].randomElement()! + ["*", "+", "*?", "+?", "{1,2}"].randomElement()!
      default: pattern(depth - 1) + pattern(depth - 1)
      }
    }
    // In an empty text, Swift finds a boundary of a word; others do not.
    for _ in 0..<600 {
      let pattern = pattern(3), text = String((0..<Int.random(in: 1...10)).map { _ in "abc".randomElement()! })
      let ours = try RegularExpression(pattern), theirs = try Regex(pattern)
      #expect(try ours.matches(text) == (text.firstMatch(of: theirs) != nil), "\(pattern) in \(text)")
      if let match = text.firstMatch(of: theirs) {
        var matcher = Matcher(ours.program, text, capturesGroups: true, maximumSteps: 100_000)
        let found = try matcher.match(from: 0)
        #expect(found?.prefix(2) == [text[..<match.range.lowerBound].unicodeScalars.count, text[..<match.range.upperBound].unicodeScalars.count], "\(pattern) in \(text)")
      }
    }
  }

  @Test func noPatternCrashes() {
    let parts = ["(", ")", "[", "]", "a", "b", "*", "+", "?", "{", "}", "1", ",", "\\", "d", "^", "$", ".", "|", "-", "(?", ":", "i", "P<", ">", "x"]
    for _ in 0..<8000 {
      let pattern = (0..<Int.random(in: 1...10)).map { _ in parts.randomElement()! }.joined()
      guard let expression = try? RegularExpression(pattern) else { continue }
      _ = try? expression.matches("ab1-")
      _ = try? expression.replacing(in: "ab1-", with: "$0")
    }
  }
}
