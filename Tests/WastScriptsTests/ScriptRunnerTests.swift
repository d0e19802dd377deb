import Testing
import WebAssembly
@testable import WastScripts

/// Assertions of every kind hold where they should, and fail where they should not.
struct ScriptRunnerTests {
  let engine: Engine
  init() throws { engine = try Engine() }

  func run(_ text: String, _ exceptions: String = "", milliseconds: UInt64 = 20_000) throws -> [ScriptReport.Outcome] {
    let runner = ScriptRunner(engine: engine, exceptions: try Exceptions(exceptions), callMilliseconds: milliseconds)
    return runner.run(name: "folder/test.wast", bytes: Array(text.utf8)).results.map(\.outcome)
  }

  /// The reason of the only failure, which is the last directive's.
  func failure(_ text: String) throws -> String {
    let outcomes = try run(text)
    #expect(outcomes.dropLast().allSatisfy { $0 == .passed }, "\(outcomes)")
    guard case .failed(let reason)? = outcomes.last else { return "\(outcomes)" }
    return reason
  }

  static let numbers = """
    (component $numbers
      (core module $m
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
        (func (export "fail") unreachable)
        (func (export "divide") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
        (func $deep (export "deep") (call $deep))
        (func (export "loop") (loop (br 0))))
      (core instance $i (instantiate $m))
      (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
      (func (export "fail") (canon lift (core func $i "fail")))
      (func (export "divide") (param "a" u32) (result u32) (canon lift (core func $i "divide")))
      (func (export "deep") (canon lift (core func $i "deep")))
      (func (export "loop") (canon lift (core func $i "loop"))))

    """

  @Test func `what holds passes`() throws {
    let outcomes = try run(
      Self.numbers + """
        (assert_return (invoke "add" (u32.const 2) (u32.const 3)) (u32.const 5))
        (invoke $numbers "add" (u32.const 2) (u32.const 3))
        (assert_trap (invoke "divide" (u32.const 0)) "integer divide by zero")
        (assert_invalid (component (export "a" (func 0))) "index out of bounds")
        (assert_malformed (component binary "\\00asm\\0d\\00\\01\\00\\ff\\00") "")
        (assert_malformed (component quote "(func (") "expected keyword `canon`")
        (assert_unlinkable (component (import "nobody" (func))) "was not found")
        (assert_trap (component (core module $m (func $s unreachable) (start $s)) (core instance (instantiate $m))) "unreachable")
        """)
    #expect(outcomes == Array(repeating: .passed, count: 9))
  }

  @Test(arguments: [
    (#"(assert_return (invoke "add" (u32.const 2) (u32.const 3)) (u32.const 6))"#, "u32(5) was found where (u32.const 6) was expected"),
    (#"(assert_return (invoke "add" (u32.const 2) (u32.const 3)) (s32.const 5))"#, "the type is u32"),
    (#"(assert_return (invoke "add" (u32.const 2) (u32.const 3)))"#, "0 values are expected"),
    (#"(invoke "add" (u32.const 2))"#, "passes 1 arguments to a function of 2"),
    (#"(invoke "add" (u32.const 2) (u8.const 1))"#, "the type is u32"),
    (#"(invoke "subtract")"#, "exports no function `subtract`"),
    (#"(invoke $letters "add")"#, "there is no instance `$letters`"),
    (#"(assert_return (invoke "fail"))"#, "unreachable"),
    (#"(assert_trap (invoke "add" (u32.const 2) (u32.const 3)) "unreachable")"#, "it should fail (unreachable), but does not"),
    (#"(assert_trap (invoke "fail") "integer divide by zero")"#, "it failed for another reason"),
    (#"(assert_trap (component (import "nobody" (func))) "unreachable")"#, "it failed while it was linked, not while it ran"),
    (#"(assert_invalid (component) "any")"#, "it should fail (any), but does not"),
    (#"(assert_invalid (component (import "nobody" (func))) "any")"#, "it should fail (any), but does not"),
    (#"(assert_malformed (component (export "a" (func 0))) "any")"#, "it failed in validation, not while its binary was decoded"),
    (#"(assert_unlinkable (component (export "a" (func 0))) "any")"#, "function 0 does not exist"),
    (#"(assert_unlinkable (component (core module $m (func $s unreachable) (start $s)) (core instance (instantiate $m))) "any")"#, "it failed while it ran, not while it was linked"),
    (#"(assert_exhaustion (invoke "add" (u32.const 2) (u32.const 3)) "call stack exhausted")"#, "it should fail"),
    (#"(assert_invalid (component quote "(func (") "unknown type")"#, "it failed for another reason"),
    (#"(frobnicate)"#, "the directive `frobnicate` is not known"),
    (#"(component instance $a $b)"#, "there is no such definition"),
  ])
  func `what does not hold fails`(directive: String, reason: String) throws {
    let found = try failure(Self.numbers + directive)
    #expect(found.contains(reason), "\(found)")
  }

  @Test func `a call that runs out of stack or loops is stopped`() throws {
    #expect(try run(Self.numbers + #"(assert_exhaustion (invoke "deep") "call stack exhausted")"#) == [.passed, .passed])
    let outcomes = try run(Self.numbers + #"(assert_trap (invoke "loop") "unreachable")"#, milliseconds: 20)
    #expect("\(outcomes[1])".contains("longer than its limit of 20 ms"), "\(outcomes)")
  }

  @Test func `what needs a component that could not be made fails for the same reason`() throws {
    let outcomes = try run(#"(component definition $d (import "nobody" (func))) (component instance $i $d) (invoke "f") (invoke $i "f")"#)
    #expect(outcomes.first == .passed)
    #expect(outcomes.dropFirst().allSatisfy { "\($0)".contains("nobody") }, "\(outcomes)")
  }

  @Test func `exceptions are counted, with their reasons, and must still fail`() throws {
    let script = "(component)\n(invoke \"a\")\n(invoke \"b\")\n(component (import \"nobody\" (func)))\n"
    let outcomes = try run(script, "# a comment\nfolder/test.wast | 2-3 | no functions\ntest.wast | 4 | nobody is there\nother/test.wast | * | elsewhere\n")
    #expect(outcomes == [.passed, .excepted("no functions"), .excepted("no functions"), .excepted("nobody is there")])
    let stale = try run("(component)\n\n", "test.wast | 1 | was broken\ntest.wast | 2 | is nothing\n")
    #expect(stale.count == 2 && "\(stale[0])".contains("take it off the list") && "\(stale[1])".contains("no directive begins"))
  }

  @Test func `refusals are excepted by what they say, and so is what needs the component`() throws {
    let script = #"(component (type (stream u8)) (type (func async))) (invoke "f") (assert_invalid (component (type (future))) "any")"#
    #expect(try run(script).allSatisfy { "\($0)".contains("failed") })
    #expect(try run(script, "refused | WASI 0.3 | no async") == Array(repeating: .excepted("no async"), count: 3))
  }

  @Test(arguments: ["a | b", "a | x | reason", "a | 3-2 | reason", "a || reason"])
  func `a list of exceptions with a mistake is refused`(text: String) {
    #expect(throws: ScriptError.self) { try Exceptions("\n" + text) }
  }
}
