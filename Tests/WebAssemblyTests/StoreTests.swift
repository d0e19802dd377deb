import Testing
import WebAssembly

private struct Refused: Error {}

struct StoreTests {
  let engine: Engine
  init() throws { engine = try Engine() }

  func instance(_ text: String, limits: StoreLimits = StoreLimits(), imports: (Store) -> [Extern] = { _ in [] }) throws -> (Store, Instance) {
    let binary = try parseText(text)
    let module = try Module(engine: engine, bytes: binary.span.bytes)
    let store = try Store(engine: engine, limits: limits)
    return (store, try store.instantiate(module, imports: imports(store)))
  }

  func call(_ store: Store, _ instance: Instance, _ name: String, _ arguments: UInt32...) throws -> UInt32 {
    let function = try #require(instance.export(name, in: store)?.function)
    var values = arguments.map { RawValue($0) } + [RawValue()]
    try values.withUnsafeMutableBufferPointer { try store.call(function, $0) }
    return values[0].u32
  }

  @Test func `a guest computes with its arguments`() throws {
    let (store, instance) = try instance("(module (func (export \"add\") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))")
    #expect(try call(store, instance, "add", 40, 2) == 42)
  }

  @Test func `a host function is called and what it throws comes out unchanged`() throws {
    let (store, instance) = try instance(
      "(module (import \"host\" \"f\" (func $f (param i32) (result i32))) (func (export \"run\") (param i32) (result i32) (call $f (local.get 0))))",
      imports: { store in
        [Extern(store.function(FunctionType([.i32], [.i32])) { values in
          guard values[0].u32 < 10 else { throw Refused() }
          values[0].u32 *= 2
        })]
      })
    #expect(try call(store, instance, "run", 4) == 8)
    let error = #expect(throws: WebAssemblyError.self) { try call(store, instance, "run", 11) }
    #expect(error?.code == .host && error?.underlying is Refused)
    #expect(try call(store, instance, "run", 5) == 10)
  }

  @Test func `a trap tells its reason and the guest's functions`() throws {
    let (store, instance) = try instance("(module (func $inner unreachable) (func $outer (export \"run\") (call $inner)))")
    let error = #expect(throws: WebAssemblyError.self) { try call(store, instance, "run") }
    #expect(error?.code == .trap)
    #expect(error?.message.contains("unreachable") == true)
    #expect(error?.trace == ["inner", "outer"])
  }

  @Test func `an endless loop is stopped at its deadline`() throws {
    let (store, instance) = try instance("(module (func (export \"run\") (loop (br 0))))", limits: StoreLimits(callMilliseconds: 20))
    let error = #expect(throws: WebAssemblyError.self) { try call(store, instance, "run") }
    #expect(error?.code == .deadline)
    #expect(error?.message == "the call took longer than its limit of 20 ms")
  }

  @Test func `endless recursion is a trap, not a crash`() throws {
    let (store, instance) = try instance("(module (func $f (export \"run\") (call $f)))")
    let error = #expect(throws: WebAssemblyError.self) { try call(store, instance, "run") }
    #expect(error?.message.contains("stack") == true)
  }

  @Test func `memory grows to its limit and no further`() throws {
    let (store, instance) = try instance(
      "(module (memory (export \"m\") 1) (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0))))", limits: StoreLimits(memory: 1 << 20))
    #expect(try call(store, instance, "grow", 10) == 1)
    #expect(try call(store, instance, "grow", 10) == UInt32.max)
    #expect(instance.export("m", in: store)?.memory?.count(in: store) == 11 * 65_536)
  }

  @Test func `an invalid module is refused with wasmtime's reason`() throws {
    for bytes: [UInt8] in [[], [0], Array("\0asm\u{1}\0\0\0\u{63}".utf8), Array("hello, world".utf8)] {
      #expect(throws: WebAssemblyError.self) { try Module(engine: engine, bytes: bytes.span.bytes) }
    }
  }
}
