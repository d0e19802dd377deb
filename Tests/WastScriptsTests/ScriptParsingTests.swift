import Testing
@testable import WastScripts

struct ScriptParsingTests {
  func script(_ text: String) throws -> Script { try Script(name: "test.wast", bytes: Array(text.utf8)) }

  func literals(_ text: String) throws -> String {
    let directive = try #require(try script("(assert_return (invoke \"f\") \(text))").directives.first)
    guard case .assertReturn(_, let values) = directive.kind else { return "\(directive.kind)" }
    return values.map { "\($0)" }.joined(separator: " ")
  }

  @Test func `directives know their place, behind comments of all kinds`() throws {
    let script = try script(
      """
      ;;! component_model_async = true
      ;;! gc = false
      (; a comment (; within ;) a comment
      of two lines ;) (component $first) ;; the end
        (component definition $second)
      (component instance $third $second) (register "fourth" $third)
      (invoke $third "g")
      """)
    #expect(script.features == ["component_model_async": true, "gc": false])
    #expect(script.directives.map { "\($0.position) \($0.keyword)" } == ["4:17 component", "5:3 component", "6:1 component", "6:37 register", "7:1 invoke"])
    guard case .component(_, "first") = script.directives[0].kind, case .definition(_, "second") = script.directives[1].kind,
      case .instance("third", "second") = script.directives[2].kind, case .register("fourth", "third") = script.directives[3].kind,
      case .invoke(let invocation) = script.directives[4].kind
    else { throw ScriptError(script.directives[0].position, "\(script.directives.map(\.kind))") }
    #expect(invocation.instance == "third" && invocation.function == "g")
  }

  @Test func `a component's text stays at its place, so that the parser's errors name lines of the script`() throws {
    let script = try script("\n\n  (component definition $c\n (oops))")
    guard case .definition(.text(let text), "c") = script.directives[0].kind else { throw ScriptError(script.directives[0].position, "no text") }
    #expect(text == "\n\n  (component            $c\n (oops))")
  }

  @Test func `options in the syntax of older scripts are modernized, and what looks like them is left alone`() throws {
    let script = try script(
      """
      (component (func (canon lift (core func $i "f") (memory $i "mem") (realloc (func $i "r")) (post-return (core func $i "p"))))
        (core instance (export "memory" (memory $i "mem"))))
      """)
    guard case .component(.text(let text), _) = script.directives[0].kind else { throw ScriptError(script.directives[0].position, "no text") }
    #expect(
      text == """
        (component (func (canon lift (core func $i "f") (memory (core memory $i "mem")) (realloc (core func $i "r")) (post-return (core func $i "p"))))
          (core instance (export "memory" (memory $i "mem"))))
        """)
  }

  @Test func `binary and quoted components are decoded strings`() throws {
    let script = try script(#"(component binary "\00asm" "\0d\n\"\u{e9}") (assert_malformed (component quote "(func" "\")") "why")"#)
    guard case .component(.binary(let bytes), nil) = script.directives[0].kind else { throw ScriptError(script.directives[0].position, "no binary") }
    #expect(bytes == [0, 0x61, 0x73, 0x6d, 0x0d, 0x0a, 0x22, 0xc3, 0xa9])
    guard case .assertMalformed(.quote("(component (func \"))"), "why") = script.directives[1].kind else { throw ScriptError(script.directives[1].position, "no quote") }
  }

  @Test(arguments: [
    (#"(bool.const true) (u8.const 255) (s8.const -1) (u16.const 0xffff)"#, #"(bool.const true) (u8.const 255) (s8.const -1) (u16.const 65535)"#),
    (#"(s64.const -9_223_372_036_854_775_808) (u64.const 0xffff_ffff_ffff_ffff) (s32.const 0xffffffff)"#,
      #"(s64.const -9223372036854775808) (u64.const 18446744073709551615) (s32.const -1)"#),
    (#"(f32.const 0x1p-2) (f64.const -inf) (f64.const nan:canonical) (f32.const -0) (f32.const nan:arithmetic)"#,
      #"(f32.const 0.25) (f64.const -inf) (f64.const nan:canonical) (f32.const -0.0) (f32.const nan:arithmetic)"#),
    (#"(char.const "x") (str.const "\u{e9}\n") (list.const (u8.const 1)) (tuple.const (enum.const "a"))"#,
      #"(char.const "x") (str.const "é\n") (list.const (u8.const 1)) (tuple.const (enum.const "a"))"#),
    (#"(variant.const "v") (variant.const "w" (str.const "")) (flags.const) (flags.const "f" "g")"#,
      #"(variant.const "v") (variant.const "w" (str.const "")) (flags.const) (flags.const "f" "g")"#),
    (#"(option.none) (option.some (u8.const 1)) (result.ok) (result.err (option.none))"#,
      #"(option.none) (option.some (u8.const 1)) (result.ok) (result.err (option.none))"#),
  ])
  func `every kind of value literal is read`(text: String, expected: String) throws { #expect(try literals(text) == expected) }

  @Test func `NaNs keep their bits`() throws {
    guard case .invoke(let invocation) = try #require(try script(#"(invoke "f" (f32.const nan:0x1) (f64.const -nan) (f32.const nan))"#).directives.first).kind,
      case .f32(.value(let first)) = invocation.arguments[0], case .f64(.value(let second)) = invocation.arguments[1], case .f32(.value(let third)) = invocation.arguments[2]
    else { throw ScriptError(SourcePosition(line: 1, column: 1), "no call") }
    #expect(first.bitPattern == 0x7f80_0001 && second.bitPattern == 0xfff8_0000_0000_0000 && third.bitPattern == 0x7fc0_0000)
  }

  @Test func `a record's fields may hold values without parentheses`() throws {
    let bare = try literals(#"(record.const (field "s" str.const "v=") (field "l" list.const (u8.const 1)) (field "n" option.none))"#)
    let wrapped = try literals(#"(record.const (field "s" (str.const "v=")) (field "l" (list.const (u8.const 1))) (field "n" (option.none)))"#)
    #expect(bare == wrapped && bare.contains("v="))
  }

  @Test(arguments: [
    ("(component", "1:1: this `(` is never closed"), ("(component))", "1:12: this `)` closes nothing"), ("(; (; ;)", "1:1: this comment is never closed"),
    ("(register \"a", "1:11: this string is never closed"), ("\n(register \"\\xz\")", "2:11: this string has an escape"), ("(register \"a\n\")", "1:11: this string is not closed"),
  ])
  func `text that is no script is refused with its place`(text: String, message: String) throws {
    let error = #expect(throws: ScriptError.self) { try script(text) }
    #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    "(hello)", "hello", "()", "(invoke f)", "(invoke \"f\" (u8.const 256))", "(invoke \"f\" (u8.const))", "(invoke \"f\" (u8.const 1 2))", "(invoke \"f\" (f32.const x))",
    "(invoke \"f\" (char.const \"ab\"))", "(invoke \"f\" 1)", "(invoke \"f\" (no.const 1))", "(assert_trap (invoke \"f\"))", "(assert_invalid (invoke \"f\") \"\")",
    "(component binary x)", "(component instance $a $b $c)", "(assert_return)", "(invoke \"f\" (record.const (field)))", "(invoke \"f\" (f32.const nan:0x0))",
  ])
  func `a directive that cannot be understood is kept as such`(text: String) throws {
    let directive = try #require(try script(text).directives.first)
    guard case .unknown = directive.kind else { throw ScriptError(directive.position, "\(directive.kind)") }
  }

  @Test func `nesting as deep as a file is long does no harm`() throws {
    let depth = 200_000
    #expect(throws: ScriptError.self) { try script(String(repeating: "(", count: depth)) }
  }
}
