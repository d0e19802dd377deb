import ComponentEncoder
import ComponentModel
import Dataflow
import Glibc
import WebAssembly

/// What crossing between host and guest costs.
struct Boundary {
  let quick: Bool

  func measure(_ report: inout Report) throws {
    let rounds = quick ? 11 : 41
    let figures = try TypedCalls(rounds: rounds).figures() + calls(rounds) + copies(rounds)
    report.add("Boundary", figures)
  }

  // MARK: Calls

  private static let wit = """
    package benchmark:calls@1.0.0;
    interface host { nothing: func(); increment: func(x: u32) -> u32; }
    interface guest { increment: func(x: u32) -> u32; call-nothing: func(count: u32) -> u32; call-increment: func(count: u32) -> u32; }
    """

  private static let text = """
    (module
      (import "benchmark:calls/host@1.0.0" "nothing" (func $nothing))
      (import "benchmark:calls/host@1.0.0" "increment" (func $increment (param i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "benchmark:calls/guest@1.0.0#increment") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
      (func (export "benchmark:calls/guest@1.0.0#call-nothing") (param i32) (result i32)
        (loop $again (call $nothing) (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get 0))
      (func (export "benchmark:calls/guest@1.0.0#call-increment") (param i32) (result i32)
        (loop $again (drop (call $increment (local.get 0))) (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get 0)))
    """

  /// Calls through the component layer over the same calls through wasmtime's core functions.
  private func calls(_ rounds: Int) throws -> [Figure] {
    let core = try parseText(Self.text)
    let engine = try Engine()

    let encoded = try ComponentEncoder(wit: WIT(packages: [[.init(name: "calls.wit", text: Self.wit)]])).encode(core)
    var host = HostInterface("benchmark:calls/host@1.0.0")
    try host.function("nothing") { () -> Void in }
    try host.function("increment") { (x: UInt32) -> UInt32 in x &+ 1 }
    var imports = HostImports()
    imports.provide(host)
    let component = try CompiledComponent(try ComponentFile(decoding: encoded.bytes), engine: engine, cache: CodeCache(directory: nil))
      .instantiate(imports: imports, in: Store(engine: engine))
    func lifted(_ name: String) throws -> LiftedFunction {
      guard let function = component.function("benchmark:calls/guest@1.0.0", name) else { throw Failure("the probe has no \(name)") }
      return function
    }
    let increment = try lifted("increment"), callNothing = try lifted("call-nothing"), callIncrement = try lifted("call-increment")

    let store = try Store(engine: engine)
    let nothing = store.function(FunctionType([], [])) { _ in }
    let raw = store.function(FunctionType([.i32], [.i32])) { $0[0].u32 &+= 1 }
    let instance = try store.instantiate(Module(engine: engine, bytes: core.span.bytes), imports: [Extern(nothing), Extern(raw)])
    func call(_ name: String, _ count: Int, _ argument: Int) throws {
      guard let function = instance.export("benchmark:calls/guest@1.0.0#" + name, in: store)?.function else { throw Failure("the probe has no \(name)") }
      try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: 1) { values in
        values.initialize(repeating: RawValue())
        for _ in 0..<count {
          values[0].u32 = UInt32(argument)
          try store.call(function, values)
        }
      }
    }

    let probe = try Probe(.nothing)
    let message = Probe.message([UInt8](repeating: 7, count: 256))
    let count = 20_000
    let comparison = try Comparison(
      [
        Contender("core call") { try call("increment", $0, 7) },
        Contender("call") { for _ in 0..<$0 { _ = try increment.call(UInt32(7), returning: UInt32.self) } },
        Contender("core host nothing") { try call("call-nothing", 1, $0) },
        Contender("host nothing") { _ = try callNothing.call(UInt32($0), returning: UInt32.self) },
        Contender("core host increment") { try call("call-increment", 1, $0) },
        Contender("host increment") { _ = try callIncrement.call(UInt32($0), returning: UInt32.self) },
        Contender("process") { try probe.call(message, $0) },
      ], rounds: rounds, count: count)
    return [
      Figure("guest function u32 → u32", comparison, 1, over: 0, of: "core call"),
      Figure("host function without arguments", comparison, 3, over: 2, of: "core call"),
      Figure("host function u32 → u32", comparison, 5, over: 4, of: "core call"),
      Figure("process, 256-byte message", comparison, 6, over: 0, of: "core call"),
    ]
  }

  // MARK: Copies

  private func copies(_ rounds: Int) throws -> [Figure] {
    let reading = try Probe(.readPayload), making = try Probe(.makeTensor)
    let frame = Probe.message([UInt8](repeating: 7, count: Frames.byteCount)), small = Probe.message([7])
    func copy(_ byteCount: Int) -> Contender {
      let from = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64), to = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
      memset(from, 7, byteCount)
      return Contender("memcpy") { count in for _ in 0..<count { memcpy(to, from, byteCount) } }
    }
    // One call of the probe is many pieces of work.
    func repeated(_ probe: Probe, _ message: Message) -> Contender { Contender("probe") { try probe.call(message, $0 / Probe.repetitions) } }
    let comparison = try Comparison(
      [copy(Frames.byteCount), repeated(reading, frame), copy(Probe.tensorByteCount), repeated(making, small)], rounds: rounds, count: 10 * Probe.repetitions)
    return [
      Figure("buffer.read, 150,528 bytes", comparison, 1, over: 0, of: "memcpy"),
      Figure("tensor from 602,112 bytes", comparison, 3, over: 2, of: "memcpy"),
    ]
  }
}
