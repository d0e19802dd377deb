import ResidentMemory
import Testing
import WebAssembly

private struct Refused: Error {}

/// No module may take more memory, time or stack than its store's limits say, or bring the process down.
struct HostileModuleTests {
  let engine: Engine
  init() throws { engine = try Engine() }

  private func module(_ text: String) throws -> Module {
    let bytes = try parseText(text)
    return try Module(engine: engine, bytes: bytes.span.bytes)
  }

  private func call(_ store: Store, _ instance: Instance, _ name: String, _ arguments: UInt32...) throws -> UInt32 {
    let function = try #require(instance.export(name, in: store)?.function)
    var values = arguments.map { RawValue($0) } + [RawValue()]
    try values.withUnsafeMutableBufferPointer { try store.call(function, $0) }
    return values[0].u32
  }

  private func error(_ body: () throws -> Void) throws -> WebAssemblyError { try #require(throws: WebAssemblyError.self, performing: body) }

  // MARK: Memory

  private static let mebibyte = 1 << 20
  /// Memory `n` grows page by page until it is refused; the size in pages comes back.
  private static func growing(_ count: Int, exported: Bool) -> String {
    let memories = (0..<count).map { "(memory $m\($0) \(exported ? "(export \"m\($0)\") " : "")1)" }
    let functions = (0..<count).map { index in
      """
      (func (export "grow\(index)") (result i32)
        (loop $more (br_if $more (i32.ne (i32.const -1) (memory.grow $m\(index) (i32.const 1)))))
        (memory.size $m\(index)))
      """
    }
    return "(module " + (memories + functions).joined(separator: "\n") + ")"
  }

  @Test(arguments: [true, false]) func `All memories of a store together stay within its total limit`(exported: Bool) throws {
    let store = try Store(engine: engine, limits: StoreLimits(memory: 8 * Self.mebibyte, totalMemory: 16 * Self.mebibyte))
    let three = try module(Self.growing(3, exported: exported))
    var pages: [Int] = []
    let error = try error {
      while true {
        let instance = try store.instantiate(three, imports: [])
        for index in 0..<3 { pages.append(Int(try call(store, instance, "grow\(index)"))) }
      }
    }
    #expect(error.code == .limit)
    #expect(!pages.isEmpty && pages.reduce(0, +) << 16 <= 16 * Self.mebibyte)
  }

  @Test func `One memory of several may still grow to its limit`() throws {
    let store = try Store(engine: engine, limits: StoreLimits(memory: 8 * Self.mebibyte))
    _ = try store.instantiate(module("(module (memory (export \"m\") 1))"), imports: [])
    let instance = try store.instantiate(module(Self.growing(1, exported: true)), imports: [])
    // The instances themselves take a little.
    #expect(try call(store, instance, "grow0") >= 127)
  }

  @Test func `A memory that is larger than the limit from the start is refused`() throws {
    let store = try Store(engine: engine, limits: StoreLimits(memory: Self.mebibyte))
    for text in ["(module (memory 17))", "(module (memory 65536))", "(module (memory 9) (memory 16) (memory 16))"] {
      #expect(try error { _ = try store.instantiate(module(text), imports: []) }.code == .limit)
    }
    _ = try Store(engine: engine, limits: StoreLimits(memory: Self.mebibyte)).instantiate(module("(module (memory 16))"), imports: [])
  }

  @Test func `More memories than the limit are refused`() throws {
    let text = "(module " + String(repeating: "(memory 0)", count: 40) + ")"
    let store = try Store(engine: engine)
    _ = try store.instantiate(module(text), imports: [])
    #expect(try error { _ = try store.instantiate(module(text), imports: []) }.message.contains("64 linear memories"))
  }

  @Test func `Tables count towards the total, with what they may grow to`() throws {
    let store = try Store(engine: engine, limits: StoreLimits(memory: 32 * Self.mebibyte))
    for text in ["(table 1000000 funcref)", "(table 1 funcref)", "(table 1 externref)", "(table 1 2000000000 funcref)", "(table 1 (ref func) (ref.func $f)) (func $f)"] {
      let text = "(module " + text + String(repeating: "(table 1 funcref)", count: 9) + ")"
      #expect(try error { _ = try store.instantiate(module(text), imports: []) }.code == .limit, "\(text)")
    }
    _ = try Store(engine: engine, limits: StoreLimits(memory: 32 * Self.mebibyte))
      .instantiate(module("(module " + String(repeating: "(table 100 100 funcref)", count: 9) + ")"), imports: [])
  }

  @Test func `A table that grows without end ends at its limit`() throws {
    let store = try Store(engine: engine)
    let instance = try store.instantiate(
      module(
        """
        (module (table $t 0 funcref)
          (func (export "grow") (result i32)
            (loop $more (br_if $more (i32.ne (i32.const -1) (table.grow $t (ref.null func) (i32.const 10000)))))
            (table.size $t)))
        """), imports: [])
    #expect(try call(store, instance, "grow") == 1_040_000)
  }

  @Test func `A small file that makes large instances again and again is stopped`() async {
    await #expect(processExitsWith: .success) {
      let tests = try HostileModuleTests()
      let large = try tests.module("(module " + String(repeating: "(global i64 (i64.const 0))", count: 100_000) + ")")
      let store = try Store(engine: tests.engine, limits: StoreLimits(memory: 64 << 20))
      let growth = try peakGrowth {
        let error = try tests.error { for _ in 0..<1000 { _ = try store.instantiate(large, imports: []) } }
        #expect(error.code == .limit)
      }
      #expect(growth < 128 << 20)
    }
  }

  @Test func `More instances than the limit are refused`() throws {
    let empty = try module("(module)")
    let store = try Store(engine: engine)
    #expect(try error { for _ in 0..<5000 { _ = try store.instantiate(empty, imports: []) } }.message.contains("instance count too high"))
  }

  @Test func `A garbage-collected heap is a memory like others`() throws {
    let store = try Store(engine: engine, limits: StoreLimits(memory: 8 * Self.mebibyte))
    let instance = try store.instantiate(
      module(
        """
        (module (type $node (struct (field (ref null $node)) (field i64)))
          (global $list (mut (ref null $node)) (ref.null $node))
          (func (export "run") (result i32)
            (loop $more (global.set $list (struct.new $node (global.get $list) (i64.const 1))) (br $more)) unreachable))
        """), imports: [])
    let error = try error { _ = try call(store, instance, "run") }
    #expect(error.code == .trap)
    #expect(error.message.contains("GC heap out of memory"))
  }

  @Test func `A store gives its memory back`() async {
    await #expect(processExitsWith: .success) {
      let tests = try HostileModuleTests()
      let filling = try tests.module("(module (memory 256) (func $fill (memory.fill (i32.const 0) (i32.const 1) (i32.const 16777216))) (start $fill))")
      let growth = try peakGrowth {
        for _ in 0..<50 { _ = try Store(engine: tests.engine).instantiate(filling, imports: []) }
      }
      #expect(growth < 40 << 20)
    }
  }

  // MARK: Time

  @Test(arguments: ["(loop $l (br $l))", "(return_call $f)", "(loop $l (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br $l))", "(block (try_table (catch $e 0) (throw $e))) (return_call $f)"])
  func `Loops of every kind end at the deadline, in a start function too`(body: String) throws {
    let limits = StoreLimits(callMilliseconds: 30)
    let looping = try module("(module (tag $e) (memory 1) (func $f \(body)) (start $f))")
    #expect(try error { _ = try Store(engine: engine, limits: limits).instantiate(looping, imports: []) }.code == .deadline)
    let called = try module("(module (tag $e) (memory 1) (func $f (export \"f\") \(body)))")
    let store = try Store(engine: engine, limits: limits)
    let instance = try store.instantiate(called, imports: [])
    #expect(try error { _ = try call(store, instance, "f") }.code == .deadline)
  }

  @Test func `Many calls that are one call share its deadline`() throws {
    let slow = try module("(module (func (export \"f\") (result i32) (local $i i32) (loop $l (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000000)))) (i32.const 1)))")
    let store = try Store(engine: engine, limits: StoreLimits(callMilliseconds: 50))
    let instance = try store.instantiate(slow, imports: [])
    let error = try error { try store.asOneCall { while true { _ = try call(store, instance, "f") } } }
    #expect(error.code == .deadline)
    #expect(try call(store, instance, "f") == 1)
  }

  @Test func `Waiting for other threads is refused`() throws {
    #expect(throws: WebAssemblyError.self) { try Store(engine: engine).instantiate(module("(module (memory 1 1 shared))"), imports: []) }
    let store = try Store(engine: engine)
    let instance = try store.instantiate(
      module("(module (memory 1) (func (export \"f\") (result i32) (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))"), imports: [])
    #expect(try error { _ = try call(store, instance, "f") }.code == .trap)
  }

  // MARK: Stack

  @Test func `Recursion through host functions ends in a trap`() throws {
    let store = try Store(engine: engine)
    var inner: Function?
    let recursion = store.function(FunctionType([.i32], [.i32])) { values in
      guard let inner else { return }
      try store.call(inner, values)
    }
    let instance = try store.instantiate(
      module("(module (import \"h\" \"f\" (func $h (param i32) (result i32))) (func (export \"f\") (param i32) (result i32) (call $h (local.get 0))))"), imports: [Extern(recursion)])
    inner = try #require(instance.export("f", in: store)?.function)
    let error = try error { _ = try call(store, instance, "f", 1) }
    #expect(error.code == .host)
    #expect("\(error)".contains("call stack exhausted"))
    inner = nil
    #expect(try call(store, instance, "f", 7) == 7)
  }

  @Test func `Large frames end in a trap`() throws {
    let locals = String(repeating: "i64 ", count: 40_000)
    let sum = String(repeating: "(i64.add (call $f) ", count: 1)
    let store = try Store(engine: engine)
    let instance = try store.instantiate(module("(module (func $f (export \"f\") (result i64) (local \(locals)) \(sum) (local.get 39999))))"), imports: [])
    #expect(try error { _ = try call(store, instance, "f") }.message.contains("call stack exhausted"))
  }

  @Test func `A trace names no more than a few functions, and not at length`() throws {
    let name = String(repeating: "n", count: 5000)
    let store = try Store(engine: engine)
    let instance = try store.instantiate(module("(module (func $\(name) (export \"f\") (call $\(name))))"), imports: [])
    let error = try error { _ = try call(store, instance, "f") }
    #expect((1...64).contains(error.trace.count))
    #expect(error.trace.allSatisfy { $0.count <= 100 })
  }

  // MARK: Errors

  @Test func `An error that a host function has handled is not blamed for a later trap`() throws {
    let store = try Store(engine: engine)
    let refusing = store.function(FunctionType([], [])) { _ in throw Refused() }
    let text = "(module (import \"h\" \"f\" (func $h)) (func (export \"f\") (result i32) (call $h) unreachable))"
    let inner = try #require(try store.instantiate(module(text), imports: [Extern(refusing)]).export("f", in: store)?.function)
    let handling = store.function(FunctionType([], [])) { _ in
      var values = [RawValue()]
      #expect(throws: WebAssemblyError.self) { try values.withUnsafeMutableBufferPointer { try store.call(inner, $0) } }
    }
    let outer = try store.instantiate(module(text), imports: [Extern(handling)])
    #expect(try error { _ = try call(store, outer, "f") }.code == .trap)
  }
}
