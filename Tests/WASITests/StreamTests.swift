import ComponentModel
import Testing
import WASI

struct StreamTests {
  let world = World()

  /// Discriminants of a `result` and of the `stream-error` in it: error, closed.
  static let closed: UInt64 = 0x01_01

  @Test(arguments: [("read", 4), ("blocking-read", 4), ("skip", 8), ("blocking-skip", 8)])
  func `standard input is at its end`(name: String, payload: Int) throws {
    let guest = try Guest(
      """
      (func (export "run") (result i64)
        (call $\(name) (call $get-stdin) (i64.const 100) (i32.const 2048))
        (i64.or (i64.shl (i64.load8_u (i32.const 2048)) (i64.const 8)) (i64.load8_u offset=\(payload) (i32.const 2048))))
      """, world.configuration)
    #expect(try guest.run() == Self.closed)
  }

  @Test(arguments: ["splice", "blocking-splice"])
  func `nothing can be spliced`(name: String) throws {
    let guest = try Guest(
      """
      (func (export "run") (result i64)
        (call $\(name) (call $get-stdout) (call $get-stdin) (i64.const 100) (i32.const 2048))
        (i64.or (i64.shl (i64.load8_u (i32.const 2048)) (i64.const 8)) (i64.load8_u offset=8 (i32.const 2048))))
      """, world.configuration)
    #expect(try guest.run() == Self.closed)
  }

  @Test(arguments: [("subscribe-input", "get-stdin"), ("subscribe-output", "get-stdout"), ("subscribe-output", "get-stderr")])
  func `streams are ready at once`(subscribe: String, stream: String) throws {
    let guest = try Guest(
      """
      (func (export "run") (result i64) (local $pollable i32)
        (local.set $pollable (call $\(subscribe) (call $\(stream))))
        (call $block (local.get $pollable))
        (i64.extend_i32_u (call $ready (local.get $pollable))))
      """, world.configuration)
    #expect(try guest.run() == 1)
    #expect(world.sleeps.isEmpty)
  }

  @Test func `check-write permits 64 KiB`() throws {
    let call = "(call $check-write (call $get-stdout) (i32.const 2048))"
    #expect(try Guest(calling: call, thenLoading: "i64.load8_u", world.configuration).run() == 0)
    #expect(try Guest(calling: call, thenLoading: "i64.load offset=8", world.configuration).run() == 64 << 10)
  }

  @Test(arguments: ["write", "blocking-write-and-flush"])
  func `what a guest prints comes out line by line`(name: String) throws {
    let guest = try Guest(
      calling: """
        (call $\(name) (call $get-stdout) (i32.const 0) (i32.const 9) (i32.const 2048))
        (call $\(name) (call $get-stderr) (i32.const 9) (i32.const 5) (i32.const 2048))
        (call $\(name) (call $get-stdout) (i32.const 14) (i32.const 4) (i32.const 2048))
        """, data: #"one\0atwo\0a-warn\0a-\0a\0a"#, world.configuration)
    _ = try guest.run()
    #expect(world.lines == ["stdout: one", "stdout: two", "stderr: warn", "stdout: --", "stdout: "])
  }

  @Test(arguments: ["flush", "blocking-flush"])
  func `a guest's flush does not end a line, but the end of a call does`(name: String) throws {
    let guest = try Guest(
      calling: """
        (call $write (call $get-stdout) (i32.const 0) (i32.const 2) (i32.const 2048))
        (call $\(name) (call $get-stdout) (i32.const 2048))
        (call $write (call $get-stdout) (i32.const 2) (i32.const 2) (i32.const 2048))
        """, data: "abcd", world.configuration)
    _ = try guest.run()
    #expect(world.lines.isEmpty)
    guest.output.flush()
    guest.output.flush()
    #expect(world.lines == ["stdout: abcd"])
  }

  @Test(arguments: ["write-zeroes", "blocking-write-zeroes-and-flush"])
  func `zeroes are written as they are`(name: String) throws {
    let guest = try Guest(calling: "(call $\(name) (call $get-stderr) (i64.const 3) (i32.const 2048))", world.configuration)
    _ = try guest.run()
    guest.output.flush()
    #expect(world.lines == ["stderr: \0\0\0"])
  }

  @Test(arguments: [
    "(call $write (call $get-stdout) (i32.const 0) (i32.const 65537) (i32.const 2048))",
    "(call $write-zeroes (call $get-stdout) (i64.const 65537) (i32.const 2048))",
    "(call $blocking-write-zeroes-and-flush (call $get-stdout) (i64.const -1) (i32.const 2048))",
  ])
  func `a write beyond the permit is a trap`(call: String) throws {
    let guest = try Guest(calling: call, world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .trap)
    guest.output.flush()
    #expect(world.lines.isEmpty)
  }

  @Test func `dropped handles leave nothing behind`() throws {
    let guest = try Guest(
      calling: """
        (call $drop-output-stream (call $get-stdout))
        (call $drop-input-stream (call $get-stdin))
        (call $drop-pollable (call $subscribe-instant (i64.const 0)))
        (call $drop-network (call $instance-network))
        """, world.configuration)
    _ = try guest.run()
    #expect(guest.handleCount == 0)
  }
}
