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

  @Test(arguments: [("70", 70), ("71", nil), ("-1", nil)])
  func `a guest may sleep to the end of its call's time, and no longer`(duration: String, slept: UInt64?) throws {
    let world = World()
    let guest = try Guest(
      #"(func (export "run") (result i64) (call $block (call $subscribe-duration (i64.const \#(duration)))) (i64.const 0))"#, world.configuration,
      timeLeft: { 70 })
    if let slept {
      _ = try guest.run()
      #expect(world.sleeps == [slept])
    } else {
      let error = #expect(throws: ComponentError.self) { try guest.run() }
      #expect(error?.code == .deadline)
      #expect(world.sleeps.isEmpty)
    }
  }

  @Test func `a guest that polls past its call's end fails at once`() throws {
    let guest = try Guest(
      Self.polling + """
        (func (export "run") (result i64)
          (call $polling (call $subscribe-duration (i64.const 9000000000)) (call $subscribe-duration (i64.const -1))
            (call $subscribe-instant (i64.const -1)) (call $subscribe-duration (i64.const 5000000000))))
        """, world.configuration, timeLeft: { 2_400_000_000 })
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .deadline)
    #expect(error?.message.contains("for 5 s when 2 s") == true, "\(error?.message ?? "")")
    #expect(world.sleeps.isEmpty)
  }

  @Test func `a hundred thousand pollables can be waited for at once, and dropped`() throws {
    let guest = try Guest(
      """
      (func (export "run") (result i64) (local $index i32) (local $address i32)
        (drop (memory.grow (i32.const 16)))
        (local.set $address (i32.const 500000))
        (loop $make
          (i32.store (i32.add (local.get $address) (i32.shl (local.get $index) (i32.const 2)))
            (call $subscribe-duration (i64.extend_i32_u (i32.sub (i32.const 100000) (local.get $index)))))
          (br_if $make (i32.lt_u (local.tee $index (i32.add (local.get $index) (i32.const 1))) (i32.const 100000))))
        (call $poll (local.get $address) (i32.const 100000) (i32.const 2048))
        (local.set $index (i32.const 0))
        (loop $drop
          (call $drop-pollable (i32.load (i32.add (local.get $address) (i32.shl (local.get $index) (i32.const 2)))))
          (br_if $drop (i32.lt_u (local.tee $index (i32.add (local.get $index) (i32.const 1))) (i32.const 100000))))
        (i64.add (i64.mul (i64.load32_u offset=4 (i32.const 2048)) (i64.const 1000000)) (i64.load32_u (i32.load (i32.const 2048)))))
      """, world.configuration)
    #expect(try guest.run() == 1_099_999)
    #expect(world.sleeps == [1])
    #expect(guest.handleCount == 0)
  }

  @Test func `pollables without end are a trap`() throws {
    let guest = try Guest(
      "(func (export \"run\") (result i64) (loop $more (drop (call $subscribe-instant (i64.const 0))) (br $more)) (i64.const 0))", world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .canonicalABI)
    #expect(error?.message.contains("handles") == true)
  }

  @Test func `polling nothing is a trap`() throws {
    let guest = try Guest(calling: "(call $poll (i32.const 0) (i32.const 0) (i32.const 2048))", world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .trap)
  }

  @Test func `the time zone is UTC`() throws {
    let display = "(call $timezone-display (i64.const 1700000000) (i32.const 0) (i32.const 2048))"
    #expect(try Guest(calling: display, thenLoading: "i64.load32_u", world.configuration).run() == 0)
    #expect(try Guest(calling: display, thenLoading: "i64.load32_u offset=8", world.configuration).run() == 3)
    #expect(try Guest(calling: display, thenLoading: "i64.load8_u offset=12", world.configuration).run() == 0)
    let offset = #"(func (export "run") (result i64) (i64.extend_i32_s (call $utc-offset (i64.const 1700000000) (i32.const 0))))"#
    #expect(try Guest(offset, world.configuration).run() == 0)
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
