import AllocationCount
import ComponentModel
import Dataflow
import OperatorFixtures
import OperatorHost
import Testing
import WebAssembly

/// How often calls allocate memory once everything is warm: in Swift, in C and in wasmtime, on the thread that calls.
@Suite(.enabled(if: allocation_count_is_kept(), "sanitizers have allocators of their own"))
struct AllocationTests {
  /// Some thousand calls, so that what grows only now and then shows too.
  private static let callCount = 4000

  /// Allocations of ``callCount`` calls.
  private func allocations(_ call: () throws -> Void) rethrows -> Int64 {
    for _ in 0..<100 { try call() }
    let before = allocation_count()
    for _ in 0..<Self.callCount { try call() }
    return allocation_count() - before
  }

  private static let everything = Message(
    timestamp: noon, topic: Array("factory/line-1/camera".utf8), contentType: "application/octet-stream", payload: [UInt8](repeating: 7, count: 4096),
    userProperties: [UserProperty(key: "camera", value: "no. 3"), UserProperty(key: "shift", value: "early morning, before seven")],
    schema: .reference("aio-sr://namespace/frame:1"))

  @Test(arguments: [true, false])
  func `A filter of a message whose payload is a buffer allocates nothing`(isTimed: Bool) throws {
    let dropping = OperatorFixture(
      "filter", imports: #"(import "wasm-graph:processor/types@1.1.0" "[resource-drop]buffer" (func $drop (param i32)))"#,
      process: "(call $drop (i32.load offset=80 (local.get $data))) (call $answer (i32.const 1))")
    let instance = try OperatorInstance(dropping), data = DataModel.message(Self.everything)
    instance.isTimed = isTimed
    #expect(try allocations { guard try instance.isIncluded(data, at: noon) else { throw Unexpected() } } == 0)
    #expect(instance.handleCount == 0)
  }

  @Test func `A map allocates what its result is made of`() throws {
    let instance = try OperatorInstance(.passingOn), data = DataModel.message(Self.everything)
    // The topic, the list of properties, and each string of more than 15 bytes; the payload is the host's own buffer.
    let parts: Int64 = 1 + 1 + 3
    #expect(try allocations { _ = try instance.map(data, at: noon) } == parts * Int64(Self.callCount))
  }

  // MARK: Functions of any type

  private static let component = """
    (component
      (core module $module
        (memory (export "memory") 4)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0x10000))
        (func (export "nothing"))
        (func (export "take") (param i32 i32))
        (func (export "give") (param i32) (result i32)
          (i32.store (i32.const 0) (i32.const 0x10000))
          (i32.store (i32.const 4) (local.get 0))
          (i32.const 0)))
      (core instance $guest (instantiate $module))
      (func (export "nothing") (canon lift (core func $guest "nothing")))
      (func (export "take") (param "data" (list u8))
        (canon lift (core func $guest "take") (memory (core memory $guest "memory")) (realloc (core func $guest "realloc"))))
      (func (export "give") (param "count" u32) (result (list u8))
        (canon lift (core func $guest "give") (memory (core memory $guest "memory")))))
    """

  private func function(_ name: String) throws -> LiftedFunction {
    let file = try ComponentFile(decoding: try parseText(Self.component))
    let compiled = try CompiledComponent(file, engine: engine.get(), cache: CodeCache(directory: nil))
    return try #require(try compiled.instantiate(imports: HostImports(), in: Store(engine: engine.get())).function(name))
  }

  @Test func `A function without arguments allocates nothing`() throws {
    let nothing = try function("nothing")
    #expect(try allocations { try nothing.call() } == 0)
  }

  @Test func `A list that is passed allocates nothing`() throws {
    let take = try function("take"), bytes = [UInt8](repeating: 7, count: 150_528)
    #expect(try allocations { try take.call(bytes) } == 0)
  }

  @Test func `A list that is returned is one allocation`() throws {
    let give = try function("give")
    #expect(try allocations { _ = try give.call(150_528 as UInt32, returning: [UInt8].self) } == Int64(Self.callCount))
  }

  private struct Unexpected: Error {}
}
