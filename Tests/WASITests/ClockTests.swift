import ComponentModel
import Testing
import WASI

struct ClockTests {
  let world = World()

  @Test func `the wall clock counts seconds and nanoseconds`() throws {
    let call = "(call $wall-now (i32.const 2048))"
    #expect(try Guest(calling: call, thenLoading: "i64.load", world.configuration).run() == 1_700_000_000)
    #expect(try Guest(calling: call, thenLoading: "i64.load32_u offset=8", world.configuration).run() == 123_456_789)
  }

  @Test func `both clocks resolve nanoseconds`() throws {
    let call = "(call $wall-resolution (i32.const 2048))"
    #expect(try Guest(calling: call, thenLoading: "i64.load", world.configuration).run() == 0)
    #expect(try Guest(calling: call, thenLoading: "i64.load32_u offset=8", world.configuration).run() == 1)
    #expect(try Guest("(func (export \"run\") (result i64) (call $monotonic-resolution))", world.configuration).run() == 1)
  }

  @Test func `a guest sleeps until the monotonic clock has gone on`() throws {
    let guest = try Guest(
      """
      (func (export "run") (result i64)
        (call $block (call $subscribe-duration (i64.const 250)))
        (call $monotonic-now))
      """, world.configuration)
    #expect(try guest.run() == 1_000_000_250)
    #expect(world.sleeps == [250])
  }

  @Test func `a pollable is ready once its instant has come`() throws {
    let guest = try Guest(
      """
      (func (export "run") (result i64) (local $pollable i32) (local $before i32)
        (local.set $pollable (call $subscribe-instant (i64.const 1000000500)))
        (local.set $before (call $ready (local.get $pollable)))
        (call $block (local.get $pollable))
        (i64.extend_i32_u (i32.or (i32.shl (local.get $before) (i32.const 1)) (call $ready (local.get $pollable)))))
      """, world.configuration)
    #expect(try guest.run() == 0b01)
  }

  /// Polls four pollables and returns how many are ready, and the first two of them, a decimal digit each.
  static let polling = """
    (func $polling (param $a i32) (param $b i32) (param $c i32) (param $d i32) (result i64)
      (i32.store (i32.const 1024) (local.get $a))
      (i32.store offset=4 (i32.const 1024) (local.get $b))
      (i32.store offset=8 (i32.const 1024) (local.get $c))
      (i32.store offset=12 (i32.const 1024) (local.get $d))
      (call $poll (i32.const 1024) (i32.const 4) (i32.const 2048))
      (i64.add (i64.mul (i64.load32_u offset=4 (i32.const 2048)) (i64.const 100))
        (i64.add
          (i64.mul (i64.load32_u (i32.load (i32.const 2048))) (i64.const 10))
          (i64.load32_u offset=4 (i32.load (i32.const 2048))))))
    """

  @Test func `poll waits for the earliest and names all that are ready then`() throws {
    let guest = try Guest(
      Self.polling + """
        (func (export "run") (result i64)
          (call $polling (call $subscribe-duration (i64.const 900)) (call $subscribe-duration (i64.const 300))
            (call $subscribe-duration (i64.const -1)) (call $subscribe-duration (i64.const 300))))
        """, world.configuration)
    #expect(try guest.run() == 213)
    #expect(world.sleeps == [300])
  }

  @Test func `poll does not sleep if something is ready`() throws {
    let guest = try Guest(
      Self.polling + """
        (func (export "run") (result i64)
          (call $polling (call $subscribe-input (call $get-stdin)) (call $subscribe-duration (i64.const 300))
            (call $subscribe-duration (i64.const -1)) (call $subscribe-output (call $get-stdout))))
        """, world.configuration)
    #expect(try guest.run() == 203)
    #expect(world.sleeps.isEmpty)
  }

  @Test(arguments: ["(i64.const 10000000001)", "(i64.const -1)"])
  func `a guest that wants to sleep for too long fails at once`(duration: String) throws {
    let guest = try Guest(calling: "(call $block (call $subscribe-duration \(duration)))", world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .deadline)
    #expect(error?.message.contains("at most 10.0 seconds") == true)
    #expect(world.sleeps.isEmpty)
  }

  @Test func `the longest sleep allowed is allowed`() throws {
    var configuration = world.configuration
    configuration.maximumSleep = .nanoseconds(70)
    _ = try Guest(calling: "(call $block (call $subscribe-duration (i64.const 70)))", configuration).run()
    #expect(world.sleeps == [70])
    let guest = try Guest(calling: "(call $block (call $subscribe-duration (i64.const 71)))", configuration)
    #expect(throws: ComponentError.self) { try guest.run() }
  }

  @Test func `polling nothing is a trap`() throws {
    let guest = try Guest(calling: "(call $poll (i32.const 0) (i32.const 0) (i32.const 2048))", world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .trap)
  }

  @Test func `the operating system's clocks go forward and agree with each other`() {
    let configuration = WASIConfiguration { _, _ in }
    let clock = configuration.monotonicClock
    let start = clock.now()
    clock.sleep(start + 1000)
    #expect(clock.now() >= start + 1000)
    // 2020 to 2100.
    #expect((1_577_836_800...4_102_444_800).contains(configuration.wallClock() / 1_000_000_000))
  }
}
