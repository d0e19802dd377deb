import Dataflow
import OperatorFixtures
import OperatorHost
import Testing
import WebAssembly

/// What an operator gets when it asks WASI for more than it may have.
struct WorldTests {
  /// A map that does this, and then passes on what it got.
  private func instance(_ action: String, definitions: String = "", _ log: LogRecorder = LogRecorder(), limits: StoreLimits = StoreLimits()) throws -> OperatorInstance {
    let imports = """
      (import "wasi:cli/exit@0.2.9" "exit" (func $exit (param i32)))
      (import "wasi:cli/exit@0.2.9" "exit-with-code" (func $exit-with-code (param i32)))
      (import "wasi:cli/stdin@0.2.9" "get-stdin" (func $get-stdin (result i32)))
      (import "wasi:cli/stdout@0.2.9" "get-stdout" (func $get-stdout (result i32)))
      (import "wasi:cli/stderr@0.2.9" "get-stderr" (func $get-stderr (result i32)))
      (import "wasi:io/streams@0.2.9" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
      (import "wasi:io/streams@0.2.9" "[method]output-stream.write" (func $write (param i32 i32 i32 i32)))
      (import "wasi:io/poll@0.2.9" "poll" (func $poll (param i32 i32 i32)))
      (import "wasi:io/poll@0.2.9" "[method]pollable.block" (func $block (param i32)))
      (import "wasi:io/poll@0.2.9" "[resource-drop]pollable" (func $drop-pollable (param i32)))
      (import "wasi:clocks/monotonic-clock@0.2.9" "subscribe-duration" (func $subscribe (param i64) (result i32)))
      (import "wasi:random/random@0.2.9" "get-random-bytes" (func $random-bytes (param i64 i32)))
      (import "wasi:filesystem/preopens@0.2.9" "get-directories" (func $get-directories (param i32)))
      (import "wasi:filesystem/types@0.2.9" "[method]descriptor.sync" (func $sync (param i32 i32)))
      """
    let definitions = definitions + """
      (func $sleep (param $nanoseconds i64) (local $pollable i32)
        (local.set $pollable (call $subscribe (local.get $nanoseconds)))
        (call $block (local.get $pollable))
        (call $drop-pollable (local.get $pollable)))
      """
    let fixture = OperatorFixture(imports: imports, definitions: definitions, process: "(if (call $byte (local.get $data)) (then \(action))) (call $passOn (local.get $data))")
    return try OperatorInstance(fixture, log.services(), limits: limits)
  }

  private func failure(_ action: String, limits: StoreLimits = StoreLimits()) throws -> OperatorError {
    let instance = try instance(action, limits: limits)
    let error = try #require(throws: OperatorError.self) { try instance.map(message("x"), at: noon) }
    #expect(try instance.map(message(""), at: noon) == message(""))
    #expect(instance.statistics.restarts == 1)
    return error
  }

  @Test(arguments: [
    ("(call $exit (i32.const 0))", OperatorError.Code.exited, "the guest called exit with status success"),
    ("(call $exit (i32.const 1))", .exited, "the guest called exit with status failure"),
    ("(call $exit-with-code (i32.const 7))", .exited, "the guest called exit with status 7"),
    ("(unreachable)", .trapped, "unreachable"),
    ("(call $poll (i32.const 0) (i32.const 0) (i32.const 1024))", .trapped, "polled an empty list"),
    ("(call $random-bytes (i64.const -1) (i32.const 1024))", .trapped, "random bytes"),
    ("(call $sync (i32.const 1) (i32.const 1024))", .hostFailure, "operators have no access to files"),
    ("(call $block (i32.const 1))", .trapped, "it holds no such handle"),
    ("(call $write (call $get-stdout) (i32.const 0) (i32.const 70000) (i32.const 1024))", .trapped, "check-write"),
    ("(call $sleep (i64.const 3600000000000))", .timedOut, "for 3600 s"),
    ("(call $sleep (i64.const -1))", .timedOut, "to sleep"),
  ])
  func `What ends an operator is told apart, and it goes on with the next item`(action: String, code: OperatorError.Code, text: String) throws {
    let error = try failure(action)
    #expect(error.code == code && error.message.contains(text), "\(error)")
  }

  @Test func `Many short sleeps end with the call`() throws {
    let error = try failure("(loop $on (call $sleep (i64.const 20000000)) (br $on))", limits: StoreLimits(callMilliseconds: 100))
    #expect(error.code == .timedOut, "\(error)")
  }

  @Test func `Standard input is at its end, and there are no folders`() throws {
    // 1 and 1: an error, closed.
    let instance = try instance("""
      (call $read (call $get-stdin) (i64.const 100) (i32.const 1024))
      (if (i32.ne (i32.load8_u (i32.const 1024)) (i32.const 1)) (then (unreachable)))
      (if (i32.ne (i32.load8_u (i32.const 1028)) (i32.const 1)) (then (unreachable)))
      (call $get-directories (i32.const 1024))
      (if (i32.load (i32.const 1028)) (then (unreachable)))
      """)
    #expect(try instance.map(message("x"), at: noon) == message("x"))
  }

  @Test func `A hundred thousand pollables that are not dropped are counted`() throws {
    let instance = try instance("""
      (loop $more
        (drop (call $subscribe (i64.const 0)))
        (global.set $left (i32.sub (global.get $left) (i32.const 1)))
        (br_if $more (global.get $left)))
      """, definitions: "(global $left (mut i32) (i32.const 100000))")
    #expect(try instance.map(message("x"), at: noon) == message("x"))
    #expect(instance.handleCount == 100_000)
  }

  @Test func `What is printed comes out with the call, line by line, even of one that fails`() throws {
    let log = LogRecorder()
    let instance = try instance("""
      (call $write (call $get-stdout) (i32.const 32) (i32.const 4) (i32.const 1024))
      (call $write (call $get-stderr) (i32.const 36) (i32.const 6) (i32.const 1024))
      (call $write (call $get-stdout) (i32.const 42) (i32.const 3) (i32.const 1024))
      (if (i32.eq (call $byte (local.get $data)) (i32.const 116)) (then (unreachable)))
      """, definitions: #"(data (i32.const 32) "a\0d\0ab" "c d\0ae " "\ff f")"#, log)
    let lines = ["test info stdout: a", "test warn stderr: c d", "test info stdout: b\u{fffd} f", "test warn stderr: e "]
    _ = try instance.map(message("x"), at: noon)
    #expect(log.lines == lines)
    #expect(throws: OperatorError.self) { try instance.map(message("t"), at: noon) }
    #expect(log.lines == lines + lines)
  }
}
