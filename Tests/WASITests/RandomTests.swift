import ComponentModel
import Testing
import WASI

struct RandomTests {
  let world = World()

  @Test(arguments: ["get-random-bytes", "get-insecure-random-bytes"])
  func `random bytes come from the configured source`(name: String) throws {
    let guest = try Guest(
      """
      (func (export "run") (result i64)
        (call $\(name) (i64.const 5) (i32.const 2048))
        (i64.or (i64.shl (i64.load32_u offset=4 (i32.const 2048)) (i64.const 56)) (i64.load (i32.load (i32.const 2048)))))
      """, world.configuration)
    #expect(try guest.run() == 0x05_00_00_05_04_03_02_01)
  }

  @Test(arguments: ["get-random-u64", "get-insecure-random-u64"])
  func `random numbers come from the configured source`(name: String) throws {
    let guest = try Guest("(func (export \"run\") (result i64) (call $\(name)))", world.configuration)
    #expect(try guest.run() == 0x01_02_03_04_05_06_07_08)
  }

  @Test(arguments: ["i64.load", "i64.load offset=8"])
  func `a seed has two numbers`(load: String) throws {
    let guest = try Guest(calling: "(call $insecure-seed (i32.const 2048))", thenLoading: load, world.configuration)
    #expect(try guest.run() == 0x01_02_03_04_05_06_07_08)
  }

  @Test func `no bytes are an empty list`() throws {
    let guest = try Guest(calling: "(call $get-random-bytes (i64.const 0) (i32.const 2048))", thenLoading: "i64.load32_u offset=4", world.configuration)
    #expect(try guest.run() == 0)
  }

  @Test(arguments: ["(i64.const 1048577)", "(i64.const -1)"])
  func `a guest that asks for too many bytes fails`(count: String) throws {
    let guest = try Guest(calling: "(call $get-random-bytes \(count) (i32.const 2048))", world.configuration)
    let error = #expect(throws: ComponentError.self) { try guest.run() }
    #expect(error?.code == .limitExceeded)
  }

  @Test(arguments: [0, 1, 7, 8, 9, 1000])
  func `the system's source gives as many bytes as asked for`(count: Int) {
    let random = WASIConfiguration { _, _ in }.random
    #expect(random(count).count == count)
  }

  @Test func `the system's source does not repeat itself`() {
    let random = WASIConfiguration { _, _ in }.random
    #expect(random(32) != random(32))
  }
}
