import ComponentEncoder
import ComponentModel
import Foundation
import Inference
import ModelFixtures
import Testing
import WASINN
import WebAssembly

/// The versions of wasi-nn in which a context holds the tensors: set, computed and got one by one.
struct OlderVersionTests {
  @Test(arguments: OlderGuest.versions) func `Inputs are set, computed and got`(version: String) throws {
    let guest = try OlderGuest(version)
    let context = try guest.context(ModelFixture.addition.bytes)
    try guest.set(context, "a", [1, 2, 3, 4, 5, 6])
    try guest.set(context, "1", [1, 1, 1, 1, 1, 1])
    #expect(throws: Guest.Failure(code: 0, message: "There is no output yet: compute comes first.")) { try guest.output(context, "0") }
    try guest.compute(context)
    #expect(try guest.output(context, "0") == [2, 3, 4, 5, 6, 7])
    // The other input stays as it was set.
    try guest.set(context, "0", [10, 20, 30, 40, 50, 60])
    try guest.compute(context)
    #expect(try guest.output(context, "0") == [11, 21, 31, 41, 51, 61])
  }

  @Test(arguments: OlderGuest.versions) func `Names that the model does not have, and inputs that are missing, are errors`(version: String) throws {
    let guest = try OlderGuest(version)
    let context = try guest.context(ModelFixture.addition.bytes)
    let unknown = try #require(throws: Guest.Failure.self) { try guest.set(context, "c", [1, 2, 3, 4, 5, 6]) }
    #expect(unknown.name == "invalid-argument" && unknown.message.contains("Unknown input \"c\""))
    try guest.set(context, "a", [1, 2, 3, 4, 5, 6])
    let missing = try #require(throws: Guest.Failure.self) { try guest.compute(context) }
    #expect(missing.name == "invalid-argument" && missing.message.contains("Missing input"))
    try guest.set(context, "b", [1, 2, 3, 4, 5, 6])
    try guest.compute(context)
    for name in ["z", "1", "-1"] {
      let error = try #require(throws: Guest.Failure.self) { try guest.output(context, name) }
      #expect(error.name == "invalid-argument" && error.message.contains("Unknown output \"\(name)\""), "\(error)")
    }
  }

  @Test func `In the oldest version a guest can make errors`() throws {
    let guest = try OlderGuest(OlderGuest.versions[0])
    #expect(try guest.error(code: 5, "too much") == Guest.Failure(code: 5, message: "too much"))
  }

  @Test func `Each version has its own functions, and a version that is not known is missing`() throws {
    #expect(throws: ComponentError.self) { try OlderGuest(OlderGuest.versions[1], withErrors: true) }
    let error = try #require(throws: ComponentError.self) { try OlderGuest("0.2.0-rc-2023-01-01") }
    #expect(error.code == .missingImport)
  }
}

/// A component that does with an older wasi-nn what the test says.
private final class OlderGuest {
  static let versions = ["0.2.0-rc-2024-06-25", "0.2.0-rc-2024-08-19"]
  private let instance: ComponentInstance

  init(_ version: String, withErrors: Bool? = nil) throws {
    let engine = try Engine()
    let bytes = try Self.component(version, withErrors: withErrors ?? (version == Self.versions[0]))
    let component = try CompiledComponent(ComponentFile(decoding: bytes), engine: engine, cache: CodeCache(directory: nil))
    var imports = HostImports()
    try imports.provideWASINN(NeuralNetwork(.init(sessions: SessionCache())))
    instance = try component.instantiate(imports: imports, in: Store(engine: engine))
  }

  /// A context of the model's.
  func context(_ model: [UInt8]) throws -> UInt32 { try number(call("context", model)) }
  func set(_ context: UInt32, _ name: String, _ floats: [Float]) throws {
    _ = try number(call("set", context, name, floats.withUnsafeBytes { Array($0) }))
  }
  func compute(_ context: UInt32) throws { _ = try number(call("compute", context)) }
  func output(_ context: UInt32, _ name: String) throws -> [Float] {
    let data: [UInt8] = try call("data", number(call("output", context, name)))
    return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }
  func error(code: UInt32, _ text: String) throws -> Guest.Failure { try call("error", code, text) }

  private func number(_ result: ComponentResult<Number, Guest.Failure>) throws -> UInt32 {
    switch result {
    case .ok(let number): return number.value
    case .error(let failure): throw failure
    }
  }

  private func call<each Argument: ComponentValue, Result: ComponentValue>(_ name: String, _ arguments: repeat each Argument) throws -> Result {
    guard let function = instance.function("test:nn/guest@1.0.0", name) else { throw ComponentError(.missingExport, name) }
    return try function.call(repeat each arguments, returning: Result.self)
  }

  private static func component(_ version: String, withErrors: Bool) throws -> [UInt8] {
    let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    var nn = try String(contentsOf: tests.appending(path: "../../Sources/ComponentEncoder/WIT/nn.wit"), encoding: .utf8)
    nn = nn.replacing("0.2.0-rc-2024-10-28", with: version)
    nn = nn.replacing(/compute: func.*\n/, with: """
      set-input: func(name: string, tensor: tensor) -> result<_, error>;
      compute: func() -> result<_, error>;
      get-output: func(name: string) -> result<tensor, error>;

      """)
    if withErrors { nn = nn.replacing("resource error {", with: "resource error { constructor(code: error-code, data: string);") }
    let wit = try WIT(packages: [[.init(name: "nn.wit", text: nn)], [.init(name: "test.wit", text: Self.wit(withErrors: withErrors))]])
    return try ComponentEncoder(wit: wit).encode(try parseText(core(version, withErrors: withErrors))).bytes
  }

  private static func wit(withErrors: Bool) -> String {
    """
    package test:nn@1.0.0;
    interface guest {
      context: func(model: list<u8>) -> result<u32, tuple<u32, string>>;
      set: func(context: u32, name: string, data: list<u8>) -> result<u32, tuple<u32, string>>;
      compute: func(context: u32) -> result<u32, tuple<u32, string>>;
      output: func(context: u32, name: string) -> result<u32, tuple<u32, string>>;
      data: func(tensor: u32) -> list<u8>;
      \(withErrors ? "error: func(code: u32, text: string) -> tuple<u32, string>;" : "")
    }
    """
  }

  /// Results are at 16, as in `Guest`. Tensors are of floats, 2 × 3: the dimensions are at 64, a list of one model at 72.
  private static func core(_ version: String, withErrors: Bool) -> String {
    """
    (module
      (import "wasi:nn/graph@\(version)" "load" (func $load (param i32 i32 i32 i32 i32)))
      (import "wasi:nn/graph@\(version)" "[method]graph.init-execution-context" (func $context (param i32 i32)))
      (import "wasi:nn/inference@\(version)" "[method]graph-execution-context.set-input" (func $set (param i32 i32 i32 i32 i32)))
      (import "wasi:nn/inference@\(version)" "[method]graph-execution-context.compute" (func $compute (param i32 i32)))
      (import "wasi:nn/inference@\(version)" "[method]graph-execution-context.get-output" (func $output (param i32 i32 i32 i32)))
      (import "wasi:nn/tensor@\(version)" "[constructor]tensor" (func $tensor (param i32 i32 i32 i32 i32) (result i32)))
      (import "wasi:nn/tensor@\(version)" "[method]tensor.data" (func $data (param i32 i32)))
      (import "wasi:nn/errors@\(version)" "[method]error.code" (func $code (param i32) (result i32)))
      (import "wasi:nn/errors@\(version)" "[method]error.data" (func $text (param i32 i32)))
      \(withErrors ? #"(import "wasi:nn/errors@\#(version)" "[constructor]error" (func $error (param i32 i32 i32) (result i32)))"# : "")
      (memory (export "memory") 64)
      (data (i32.const 64) "\\02\\00\\00\\00\\03\\00\\00\\00")
      (global $next (mut i32) (i32.const 1024))
      (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
        (local $address i32)
        (local.set $address (global.get $next))
        (global.set $next (i32.and (i32.add (i32.add (local.get $address) (local.get $size)) (i32.const 15)) (i32.const -16)))
        (local.get $address))
      (func $describe (param $error i32)
        (i32.store (i32.const 20) (call $code (local.get $error)))
        (call $text (local.get $error) (i32.const 24)))
      (func $result (result i32)
        (if (i32.load8_u (i32.const 16)) (then (call $describe (i32.load (i32.const 20)))))
        (i32.const 16))
      (func (export "test:nn/guest@1.0.0#context") (param i32 i32) (result i32)
        (i32.store (i32.const 72) (local.get 0))
        (i32.store (i32.const 76) (local.get 1))
        (call $load (i32.const 72) (i32.const 1) (i32.const 1) (i32.const 0) (i32.const 16))
        (if (i32.eqz (i32.load8_u (i32.const 16))) (then (call $context (i32.load (i32.const 20)) (i32.const 16))))
        (call $result))
      (func (export "test:nn/guest@1.0.0#set") (param i32 i32 i32 i32 i32) (result i32)
        (call $set (local.get 0) (local.get 1) (local.get 2)
          (call $tensor (i32.const 64) (i32.const 2) (i32.const 1) (local.get 3) (local.get 4)) (i32.const 16))
        (call $result))
      (func (export "test:nn/guest@1.0.0#compute") (param i32) (result i32) (call $compute (local.get 0) (i32.const 16)) (call $result))
      (func (export "test:nn/guest@1.0.0#output") (param i32 i32 i32) (result i32)
        (call $output (local.get 0) (local.get 1) (local.get 2) (i32.const 16)) (call $result))
      (func (export "test:nn/guest@1.0.0#data") (param i32) (result i32) (call $data (local.get 0) (i32.const 16)) (i32.const 16))
      \(withErrors ? """
      (func (export "test:nn/guest@1.0.0#error") (param i32 i32 i32) (result i32)
        (call $describe (call $error (local.get 0) (local.get 1) (local.get 2))) (i32.const 20))
      """ : ""))
    """
  }
}
