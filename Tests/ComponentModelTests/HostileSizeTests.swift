import ComponentModel
import ResidentMemory
import Testing
import WebAssembly

/// Small files and small messages that stand for large ones: neither may cost the host more than its limits allow.
struct HostileSizeTests {
  private static let mebibyte = 1 << 20

  private static func limits(_ memory: Int = 8 << 20) -> StoreLimits { StoreLimits(memory: memory, callMilliseconds: 20_000) }

  // MARK: Amplification

  /// A list of elements of 8 bytes at address 1 MiB, all of which are the pair (64, `length`); from 64 on, there are `byte`s.
  private static func amplifying(_ type: String, length: UInt32, byte: UInt8 = 0, encoding: String = "utf8") -> HostileGuest {
    let count: UInt32 = 200_000
    var guest = HostileGuest(type, encoding: encoding)
    (guest.address, guest.count) = (1 << 20, count)
    guest.preparation = """
      (drop (memory.grow (i32.const 60)))
      (memory.fill (i32.const 64) (i32.const \(byte)) (i32.const 1048000))
      (i64.store (i32.const 1048576) (i64.const \(UInt64(length) << 32 | 64)))
      (call $repeat (i32.const \((Int(count) - 1) * 8)))
      """
    guest.functions = """
      (func $repeat (param $left i32) (local $at i32) (local.set $at (i32.const 1048584))
        (loop $l
          (i64.store (local.get $at) (i64.load (i32.const 1048576)))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (br_if $l (local.tee $left (i32.sub (local.get $left) (i32.const 8))))))
      """
    return guest
  }

  private static func expectLimit(_ body: () throws -> Void) throws {
    let error = try #require(throws: ComponentError.self, performing: body)
    #expect(error.code == .limitExceeded, "\(error)")
  }

  @Test func `Two hundred thousand references to one long string are not as many strings`() async {
    await #expect(processExitsWith: .success) {
      let growth = try peakGrowth {
        for encoding in ["utf8", "utf16", "latin1+utf16"] {
          let guest = Self.amplifying("string", length: 500_000, byte: 0x61, encoding: encoding)
          try Self.expectLimit { _ = try guest.given(limits: Self.limits()) }
          try Self.expectLimit { _ = try guest.taken(limits: Self.limits()) }
          try Self.expectLimit { _ = try guest.given(as: String.self, limits: Self.limits()) }
          try Self.expectLimit { _ = try guest.taken(as: [String].self, limits: Self.limits()) }
        }
      }
      #expect(growth < 60 << 20)
    }
  }

  @Test(arguments: ["u8", "bool", "u32", "char", "(option u8)", "(tuple u8 u8)"]) func `Lists of lists that are all the same list end at the limit`(element: String) throws {
    let guest = Self.amplifying("(list \(element))", length: 100_000)
    try Self.expectLimit { _ = try guest.given(limits: Self.limits()) }
    try Self.expectLimit { _ = try guest.taken(limits: Self.limits()) }
  }

  @Test func `Lists of lists that are all the same list end at the limit in Swift's types`() throws {
    try Self.expectLimit { _ = try Self.amplifying("(list u8)", length: 100_000).given(as: [UInt8].self, limits: Self.limits()) }
    try Self.expectLimit { _ = try Self.amplifying("(list bool)", length: 100_000).taken(as: [[Bool]].self, limits: Self.limits()) }
    try Self.expectLimit { _ = try Self.amplifying("(list (list u8))", length: 10_000).taken(as: [[GuestBytes]].self, limits: Self.limits()) }
  }

  @Test func `An honest message of the guest's whole memory is within the limit`() throws {
    var guest = HostileGuest("u8")
    guest.preparation = "(drop (memory.grow (i32.const 126)))"
    (guest.address, guest.count) = (0, 8 << 20)
    #expect(try guest.taken(as: [UInt8].self, limits: Self.limits())?.count == 8 << 20)
    #expect(try guest.given(as: UInt8.self, limits: Self.limits()).count == 8 << 20)
  }

  @Test func `What one component passes to another is bounded too`() throws {
    // The receiver's realloc always returns the same place, so that only the sender's memory matters.
    let text = """
      (component
        (component $receiver
          \(HostileGuest.memoryModule("(func (export \"f\") (param i32 i32)) (func $grow (drop (memory.grow (i32.const 300)))) (start $grow)", realloc: "(i32.const 0)"))
          (func (export "f") (param "x" (list string)) (canon lift (core func $memory "f") (memory $mem) (realloc $realloc))))
        (component $sender
          (import "f" (func $f (param "x" (list string))))
          \(HostileGuest.memoryModule("(func $grow (drop (memory.grow (i32.const 300)))) (start $grow)"))
          (core func $f (canon lower (func $f) (memory $mem) (realloc $realloc)))
          (core module $m (import "a" "mem" (memory 1)) (import "a" "f" (func $f (param i32 i32)))
            (func (export "run") (local $at i32)
              (memory.fill (i32.const 0) (i32.const 0x61) (i32.const 1000000))
              (local.set $at (i32.const 1048576))
              (loop $l
                (i64.store (local.get $at) (i64.const 0xf424000000000))
                (br_if $l (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 9437184))))
              (call $f (i32.const 1048576) (i32.const 1000000))))
          (core instance $m (instantiate $m (with "a" (instance (export "mem" (memory $mem)) (export "f" (func $f))))))
          (func (export "run") (canon lift (core func $m "run"))))
        (instance $receiver (instantiate $receiver))
        (instance $sender (instantiate $sender (with "f" (func $receiver "f"))))
        (export "run" (func $sender "run")))
      """
    let instance = try HostileGuest.instantiate(text, limits: Self.limits(64 << 20))
    try Self.expectLimit { _ = try instance.function("run")?.call([]) }
  }

  // MARK: Bombs

  @Test func `A component with many memories does not get many times the limit`() throws {
    let memories = (0..<40).map { "(core module $m\($0) (memory (export \"m\") 1) (func $f (loop $l (br_if $l (i32.ne (i32.const -1) (memory.grow (i32.const 16)))))) (start $f)) (core instance (instantiate $m\($0)))" }
    let error = try #require(throws: ComponentError.self) { try HostileGuest.instantiate("(component " + memories.joined() + ")", limits: Self.limits()) }
    #expect(error.code == .limitExceeded)
    #expect(error.message.contains("more than 16 MiB together"))
  }

  @Test(arguments: ["(memory 65536)", "(table 4000000000 funcref)", "(memory 1000) (memory 1000)"]) func `Core modules that are too large from the start are refused`(definition: String) throws {
    let text = "(component (core module $m \(definition)) (core instance (instantiate $m)))"
    #expect(throws: ComponentError.self) { try HostileGuest.instantiate(text, limits: Self.limits(32 << 20)) }
  }

  @Test func `Thousands of core instances are refused`() throws {
    let text = "(component (core module $m) " + String(repeating: "(core instance (instantiate $m))", count: 5000) + ")"
    #expect(throws: ComponentError.self) { try HostileGuest.instantiate(text) }
  }

  /// `c(n)` makes two instances of `c(n - 1)`.
  private static func doubling(_ levels: Int, innermost: String = "") -> String {
    var text = "(component $c0 \(innermost))"
    for level in 1...levels { text += "(component $c\(level) (alias outer 1 $c\(level - 1) (component $c)) (instance (instantiate $c)) (instance (instantiate $c)))" }
    return "(component \(text) (instance (instantiate $c\(levels))))"
  }

  @Test(arguments: [12, 40]) func `Components that instantiate each other twice, again and again, are refused without harm`(levels: Int) async {
    await #expect(processExitsWith: .success) { [levels] in
      let growth = try peakGrowth {
        let error = #expect(throws: ComponentError.self) {
          try HostileGuest.instantiate(Self.doubling(levels, innermost: "(core module $m (memory 1)) (core instance (instantiate $m))"))
        }
        #expect(error != nil)
      }
      #expect(growth < 100 << 20)
    }
  }

  @Test func `Instances that export each other twice are refused`() throws {
    var text = "(component $c0 (core module $m) (core instance (instantiate $m)))"
    for level in 1...70 {
      text += "(component $c\(level) (alias outer 1 $c\(level - 1) (component $c)) (instance $i (instantiate $c)) (export \"a\" (instance $i)) (export \"b\" (instance $i)))"
    }
    let error = try #require(throws: ComponentError.self) { try HostileGuest.instantiate("(component \(text) (instance (instantiate $c70)))") }
    #expect(error.code == .limitExceeded || error.code == .invalid, "\(error)")
  }

  // MARK: Returning memory

  @Test func `Ten thousand instances, one after the other, leave nothing behind`() async {
    await #expect(processExitsWith: .success) {
      let guest = HostileGuest("string", HostileGuest.pair(80, 2), and: [80: [0x68, 0x69]])
      let component = try HostileGuest.compile(guest.text)
      var imports = HostImports()
      var api = HostInterface("test:host/api")
      try api.function("take") { (_: [String]) in }
      imports.provide(api)
      func use() throws {
        let instance = try component.instantiate(imports: imports, in: Store(engine: HostileGuest.engine.get()))
        _ = try instance.function("give")?.call([])
      }
      for _ in 0..<100 { try use() }
      let growth = try peakGrowth { for _ in 0..<10_000 { try use() } }
      #expect(growth < 8 << 20)
    }
  }

  @Test func `Instances that trap leave nothing behind`() async {
    await #expect(processExitsWith: .success) {
      var guest = HostileGuest("string", HostileGuest.pair(0, 0x00ff_ffff))
      guest.preparation = "(drop (memory.grow (i32.const 100))) (memory.fill (i32.const 131072) (i32.const 1) (i32.const 5000000))"
      let component = try HostileGuest.compile(guest.text)
      var imports = HostImports()
      var api = HostInterface("test:host/api")
      try api.function("take") { (_: [String]) in }
      imports.provide(api)
      func use() throws {
        let instance = try component.instantiate(imports: imports, in: Store(engine: HostileGuest.engine.get()))
        let error = #expect(throws: ComponentError.self) { try instance.function("give")?.call([]) }
        #expect(error?.code == .canonicalABI)
      }
      for _ in 0..<10 { try use() }
      let growth = try peakGrowth { for _ in 0..<500 { try use() } }
      #expect(growth < 16 << 20)
    }
  }
}
