import ComponentModel
import Testing
import WASI

struct DenialTests {
  let world = World()

  /// The calls, and what they answer: a `result`'s error, and in it the `error-code`: access-denied is 1, permanent-resolver-failure 20.
  @Test(arguments: [
    ("(call $create-tcp-socket (i32.const 0) (i32.const 2048))", 0x01_01),
    ("(call $create-udp-socket (i32.const 1) (i32.const 2048))", 0x01_01),
    ("(call $resolve-addresses (call $instance-network) (i32.const 0) (i32.const 9) (i32.const 2048))", 0x01_14),
  ])
  func `sockets and name look-ups are denied`(call: String, answer: UInt64) throws {
    let guest = try Guest(
      """
      (data (i32.const 0) "localhost")
      (func (export "run") (result i64) \(call)
        (i64.or (i64.shl (i64.load8_u (i32.const 2048)) (i64.const 8)) (i64.load8_u offset=4 (i32.const 2048))))
      """, world.configuration)
    #expect(try guest.run() == answer)
  }

  @Test(arguments: [
    ("(call $get-type (i32.const 1) (i32.const 2048))", "wasi:filesystem/types"),
    ("(call $filesystem-error-code (i32.const 1) (i32.const 2048))", "wasi:filesystem/types"),
    ("(drop (call $is-listening (i32.const 1)))", "wasi:sockets/tcp"),
  ])
  func `functions on files and sockets fail and say that they are denied`(call: String, interface: String) throws {
    let guest = try Guest(calling: call, world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.message.contains(interface) == true)
  }

  @Test(arguments: [
    "(call $to-debug-string (i32.const 1) (i32.const 2048))",
    "(call $block (i32.const 7))",
    "(call $block (call $get-stdout))",
    "(call $flush (call $get-stdin) (i32.const 2048))",
    "(drop (call $subscribe-input (i32.const -1)))",
  ])
  func `a handle that the guest does not hold is refused`(call: String) throws {
    let guest = try Guest(calling: call, world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .canonicalABI)
  }

  @Test(arguments: [
    "(call $write (call $get-stdout) (i32.const 262140) (i32.const 8) (i32.const 2048))",
    "(call $write (call $get-stdout) (i32.const 0) (i32.const -1) (i32.const 2048))",
    "(call $check-write (call $get-stdout) (i32.const -8))",
    "(call $check-write (call $get-stdout) (i32.const 2049))",
    "(call $poll (i32.const 0) (i32.const 0x7fffffff) (i32.const 2048))",
    "(call $resolve-addresses (call $instance-network) (i32.const 262143) (i32.const 2) (i32.const 2048))",
    "(call $create-tcp-socket (i32.const 2) (i32.const 2048))",
  ])
  func `addresses, lengths and discriminants that lie are refused`(call: String) throws {
    let guest = try Guest(calling: call, world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .canonicalABI)
  }
}
