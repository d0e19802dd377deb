import ComponentModel
import Testing
import WebAssembly

/// A resource that a host lends and gives to guests.
private final class Counter: HostResource {
  static let resourceType = ResourceType(name: "counter")
  var value: UInt32 = 0
}

private struct Refused: Error {}

/// Runs components written as text against host interfaces.
struct InstantiationTests {
  let engine: Engine
  init() throws { engine = try Engine() }

  func instantiate(_ text: String, _ imports: HostImports = HostImports(), limits: StoreLimits = StoreLimits()) throws -> ComponentInstance {
    let binary = try parseText(text)
    let component = try CompiledComponent(try ComponentFile(decoding: binary), engine: engine, cache: CodeCache(directory: nil))
    return try component.instantiate(imports: imports, in: Store(engine: engine, limits: limits))
  }

  /// A core module's memory and an allocator that never frees.
  static let allocator = """
    (memory (export "mem") 2)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $next) (i32.sub (local.get 2) (i32.const 1))) (i32.sub (i32.const 0) (local.get 2))))
      (global.set $next (i32.add (local.get $at) (local.get 3)))
      (local.get $at))
    """

  static let plain = """
    (component
      (core module $m \(allocator)
        (func (export "echo") (param i32 i32) (result i32)
          (i32.store (i32.const 8) (local.get 0)) (i32.store (i32.const 12) (local.get 1)) (i32.const 8))
        (func (export "beyond") (param i32 i32) (result i32)
          (i32.store (i32.const 8) (i32.const 131000)) (i32.store (i32.const 12) (i32.const 1000000)) (i32.const 8))
        (func (export "add") (param i32 i64) (result i64) (i64.add (i64.extend_i32_u (local.get 0)) (local.get 1)))
        (func (export "fail") (param i32) (result i32) unreachable))
      (core instance $i (instantiate $m))
      (alias core export $i "mem" (core memory $mem))
      (alias core export $i "realloc" (core func $realloc))
      (func (export "echo-string") (param "s" string) (result string)
        (canon lift (core func $i "echo") (memory $mem) (realloc (core func $realloc))))
      (func (export "echo-bytes") (param "b" (list u8)) (result (list u8))
        (canon lift (core func $i "echo") (memory $mem) (realloc (core func $realloc))))
      (func (export "beyond") (param "b" (list u8)) (result (list u8))
        (canon lift (core func $i "beyond") (memory $mem) (realloc (core func $realloc))))
      (func (export "add") (param "a" u32) (param "b" u64) (result u64) (canon lift (core func $i "add")))
      (func (export "fail") (param "x" u32) (result bool) (canon lift (core func $i "fail"))))
    """

  @Test func `strings and byte lists come back as they went in`() throws {
    let instance = try instantiate(Self.plain)
    let strings = try #require(instance.function("echo-string")), bytes = try #require(instance.function("echo-bytes"))
    for text in ["", "a", "ünïcödé 👩‍👩‍👧", String(repeating: "x", count: 50_000)] { #expect(try strings.call(text, returning: String.self) == text) }
    for list: [UInt8] in [[], [0], [255, 0, 128]] { #expect(try bytes.call(list, returning: [UInt8].self) == list) }
    #expect(try instance.function("add")?.call(UInt32.max, UInt64(1) << 40, returning: UInt64.self) == 1 << 40 + UInt64(UInt32.max))
  }

  @Test func `a result that points beyond the guest's memory is refused and the instance discarded`() throws {
    let instance = try instantiate(Self.plain)
    let beyond = try #require(instance.function("beyond"))
    let error = #expect(throws: ComponentError.self) { try beyond.call([UInt8](), returning: [UInt8].self) }
    #expect(error?.code == .canonicalABI)
    let next = #expect(throws: ComponentError.self) { try beyond.call([UInt8](), returning: [UInt8].self) }
    #expect(next?.message.contains("discarded after an earlier failure") == true)
  }

  @Test func `a trap discards the instance`() throws {
    let instance = try instantiate(Self.plain)
    let error = #expect(throws: ComponentError.self) { try instance.function("fail")?.call(UInt32(1), returning: Bool.self) }
    #expect(error?.code == .trap)
    #expect(throws: ComponentError.self) { try instance.function("add")?.call(UInt32(1), UInt64(1), returning: UInt64.self) }
  }

  // MARK: Imports

  static let importing = """
    (component
      (import "test:host/api@1.2.0" (instance $api
        (export "counter" (type $counter (sub resource)))
        (type $own (own $counter)) (type $borrow (borrow $counter))
        (export "[constructor]counter" (func (param "start" u32) (result (own $counter))))
        (export "[method]counter.add" (func (param "self" (borrow $counter)) (param "n" u32) (result u32)))
        (export "check" (func (param "x" u32) (result u32)))))
      (alias export $api "counter" (type $counter))
      (core func $new (canon lower (func $api "[constructor]counter")))
      (core func $add (canon lower (func $api "[method]counter.add")))
      (core func $check (canon lower (func $api "check")))
      (core func $drop (canon resource.drop $counter))
      (core module $m
        (import "api" "new" (func $new (param i32) (result i32)))
        (import "api" "add" (func $add (param i32 i32) (result i32)))
        (import "api" "check" (func $check (param i32) (result i32)))
        (import "api" "drop" (func $drop (param i32)))
        (func (export "run") (param i32 i32) (result i32)
          (local $h i32) (local $r i32)
          (local.set $h (call $new (local.get 0)))
          (local.set $r (call $add (local.get $h) (local.get 1)))
          (call $drop (local.get $h))
          (local.get $r))
        (func (export "leak") (param i32) (result i32) (call $new (local.get 0)))
        (func (export "twice") (param i32) (result i32) (call $drop (local.get 0)) (call $drop (local.get 0)) (i32.const 0))
        (func (export "check") (param i32) (result i32) (call $check (local.get 0))))
      (core instance $i (instantiate $m (with "api" (instance
        (export "new" (func $new)) (export "add" (func $add)) (export "check" (func $check)) (export "drop" (func $drop))))))
      (func (export "run") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "run")))
      (func (export "leak") (param "a" u32) (result u32) (canon lift (core func $i "leak")))
      (func (export "twice") (param "a" u32) (result u32) (canon lift (core func $i "twice")))
      (func (export "check") (param "a" u32) (result u32) (canon lift (core func $i "check"))))
    """

  private func api(_ name: String = "test:host/api@1.2.0", method: Bool = true) throws -> HostImports {
    var api = HostInterface(name)
    api.resource("counter", Counter.self)
    try api.function("[constructor]counter") { (start: UInt32) in
      let counter = Counter()
      counter.value = start
      return Own(counter)
    }
    if method {
      try api.function("[method]counter.add") { (counter: Borrow<Counter>, n: UInt32) -> UInt32 in
        counter.resource.value += n
        return counter.resource.value
      }
    }
    try api.function("check") { (x: UInt32) throws -> UInt32 in
      guard x < 10 else { throw Refused() }
      return x
    }
    var imports = HostImports()
    imports.provide(api)
    return imports
  }

  @Test func `a guest makes, uses and drops a host resource`() throws {
    let instance = try instantiate(Self.importing, api())
    #expect(try instance.function("run")?.call(UInt32(40), UInt32(2), returning: UInt32.self) == 42)
    #expect(instance.handleCount == 0)
    _ = try instance.function("leak")?.call(UInt32(1), returning: UInt32.self)
    #expect(instance.handleCount == 1)
  }

  @Test func `a handle that is dropped twice ends the call`() throws {
    let instance = try instantiate(Self.importing, api())
    let handle = try #require(try instance.function("leak")?.call(UInt32(1), returning: UInt32.self))
    let error = #expect(throws: ComponentError.self) { try instance.function("twice")?.call(handle, returning: UInt32.self) }
    #expect(error?.message == "the guest used the handle \(handle) for a counter, but it holds no such handle")
  }

  @Test func `what a host function throws ends the call`() throws {
    let instance = try instantiate(Self.importing, api())
    #expect(try instance.function("check")?.call(UInt32(9), returning: UInt32.self) == 9)
    let error = #expect(throws: ComponentError.self) { try instance.function("check")?.call(UInt32(10), returning: UInt32.self) }
    #expect(error?.code == .host)
  }

  @Test(arguments: ["test:host/api@1.2.5", "test:host/api@1.3.0"]) func `a compatible newer interface serves`(name: String) throws {
    _ = try instantiate(Self.importing, api(name))
  }

  @Test(arguments: ["test:host/api@1.1.0", "test:host/api@2.0.0", "test:host/other@1.2.0"]) func `another interface does not serve`(name: String) throws {
    let error = try #require(throws: ComponentError.self) { try instantiate(Self.importing, api(name)) }
    #expect(error.code == .missingImport)
    #expect(error.message.contains("`test:host/api@1.2.0`"))
  }

  @Test func `a function that the host's interface lacks is named`() throws {
    let error = try #require(throws: ComponentError.self) { try instantiate(Self.importing, api(method: false)) }
    #expect(error.code == .missingImport)
    #expect(error.message.contains("[method]counter.add"))
    let binary = try parseText(Self.importing)
    let component = try ComponentFile(decoding: binary).component
    #expect(try api(method: false).problems(with: component).map(\.message) == [error.message])
    #expect(try api().problems(with: component).isEmpty)
  }

  @Test func `a function of another type is refused before anything runs`() throws {
    var api = HostInterface("test:host/api@1.2.0")
    api.resource("counter", Counter.self)
    try api.function("[constructor]counter") { (start: String) in Own(Counter()) }
    api.denyUnknown("it is a test")
    var imports = HostImports()
    imports.provide(api)
    let error = try #require(throws: ComponentError.self) { try instantiate(Self.importing, imports) }
    #expect(error.code == .typeMismatch)
    #expect(error.message.contains("[constructor]counter"))
  }
}
