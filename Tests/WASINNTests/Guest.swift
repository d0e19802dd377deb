import ComponentEncoder
import ComponentModel
import Foundation
import Inference
import WASINN
import WebAssembly

/// A component that does with wasi-nn what the test says, one call at a time: its own functions pass everything on, handles as numbers.
final class Guest {
  let instance: ComponentInstance
  let network: NeuralNetwork

  private static let engine = Result { try Engine() }
  private static let component = Result { try CompiledComponent(ComponentFile(decoding: makeComponent()), engine: engine.get(), cache: CodeCache(directory: nil)) }

  init(_ configuration: NeuralNetwork.Configuration = .init(sessions: SessionCache()), note: @escaping (String) -> Void = { _ in }) throws {
    network = NeuralNetwork(configuration, note: note)
    var imports = HostImports()
    try imports.provideWASINN(network)
    instance = try Self.component.get().instantiate(imports: imports, in: Store(engine: Self.engine.get()))
  }

  // MARK: wasi-nn

  enum Encoding: UInt32 { case openvino, onnx, tensorflow, pytorch, tensorflowlite, ggml, autodetect }
  enum Target: UInt32 { case cpu, gpu, tpu }
  enum TensorType: UInt32, CaseIterable { case fp16, fp32, fp64, bf16, u8, i32, i64 }

  func load(_ parts: [[UInt8]], _ encoding: Encoding = .onnx, _ target: Target = .cpu) throws -> UInt32 {
    try number(call("load", parts, encoding.rawValue, target.rawValue))
  }
  func loadByName(_ name: String) throws -> UInt32 { try number(call("load-by-name", name)) }
  func context(_ graph: UInt32) throws -> UInt32 { try number(call("context", graph)) }

  func tensor(_ dimensions: [UInt32], _ type: TensorType, _ data: [UInt8]) throws -> UInt32 { try call("tensor", dimensions, type.rawValue, data) }
  func tensor(_ floats: [Float], _ dimensions: [UInt32]) throws -> UInt32 { try tensor(dimensions, .fp32, floats.withUnsafeBytes { Array($0) }) }
  func dimensions(_ tensor: UInt32) throws -> [UInt32] { try call("dimensions", tensor) }
  func type(_ tensor: UInt32) throws -> TensorType? { TensorType(rawValue: try call("ty", tensor)) }
  func data(_ tensor: UInt32) throws -> [UInt8] { try call("data", tensor) }
  func floats(_ tensor: UInt32) throws -> [Float] { try data(tensor).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) } }

  /// Passes the tensors on for good, as wasi-nn wants.
  func compute(_ context: UInt32, _ inputs: (String, UInt32)...) throws -> [(name: String, tensor: UInt32)] {
    let result: ComponentResult<Handles, Failure> = try call("compute", context, inputs.map { Pair($0.0, $0.1) })
    switch result {
    case .ok(let outputs): return outputs.value.map { ($0.first, $0.second) }
    case .error(let failure): throw failure
    }
  }

  enum Kind: String { case graph, context, tensor }
  func drop(_ kind: Kind, _ handle: UInt32) throws { let _: UInt32 = try call("drop-\(kind.rawValue)", handle) }

  private func number(_ result: ComponentResult<Number, Failure>) throws -> UInt32 {
    switch result {
    case .ok(let number): return number.value
    case .error(let failure): throw failure
    }
  }

  private func call<each Argument: ComponentValue, Result: ComponentValue>(_ name: String, _ arguments: repeat each Argument) throws -> Result {
    guard let function = instance.function("test:nn/guest@1.0.0", name) else { throw ComponentError(.missingExport, name) }
    return try function.call(repeat each arguments, returning: Result.self)
  }

  /// An error of wasi-nn's, as the guest read it.
  struct Failure: Error, Equatable, ComponentRecord, ResultSide {
    var code: UInt32, message: String

    static let names = [
      "invalid-argument", "invalid-encoding", "timeout", "runtime-error", "unsupported-operation", "too-large", "not-found", "security", "unknown",
    ]
    var name: String { Self.names[Int(code)] }

    init(code: UInt32, message: String) { (self.code, self.message) = (code, message) }

    static var type: ValueType { get throws(ComponentError) { try .tuple([.u32, .string]) } }
    static let shape = ValueShape().field(UInt32.shape).field(String.shape).record
    init(fields reader: inout ValueReader) throws(ComponentError) {
      code = try reader.read()
      message = try reader.read()
    }
    func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
      try writer.write(code)
      try writer.write(message)
    }
  }
}

extension Guest {
  static let wit = """
    package test:nn@1.0.0;
    interface guest {
      load: func(parts: list<list<u8>>, encoding: u32, target: u32) -> result<u32, tuple<u32, string>>;
      load-by-name: func(name: string) -> result<u32, tuple<u32, string>>;
      context: func(graph: u32) -> result<u32, tuple<u32, string>>;
      tensor: func(dimensions: list<u32>, ty: u32, data: list<u8>) -> u32;
      dimensions: func(tensor: u32) -> list<u32>;
      ty: func(tensor: u32) -> u32;
      data: func(tensor: u32) -> list<u8>;
      compute: func(context: u32, inputs: list<tuple<string, u32>>) -> result<list<tuple<string, u32>>, tuple<u32, string>>;
      drop-graph: func(graph: u32) -> u32;
      drop-context: func(context: u32) -> u32;
      drop-tensor: func(tensor: u32) -> u32;
    }
    """

  /// Results come from the host at 16, in the form in which they go on; an error's handle is replaced by its code and text.
  static let core = """
    (module
      (import "wasi:nn/graph@0.2.0-rc-2024-10-28" "load" (func $load (param i32 i32 i32 i32 i32)))
      (import "wasi:nn/graph@0.2.0-rc-2024-10-28" "load-by-name" (func $load-by-name (param i32 i32 i32)))
      (import "wasi:nn/graph@0.2.0-rc-2024-10-28" "[method]graph.init-execution-context" (func $context (param i32 i32)))
      (import "wasi:nn/graph@0.2.0-rc-2024-10-28" "[resource-drop]graph" (func $drop-graph (param i32)))
      (import "wasi:nn/inference@0.2.0-rc-2024-10-28" "[method]graph-execution-context.compute" (func $compute (param i32 i32 i32 i32)))
      (import "wasi:nn/inference@0.2.0-rc-2024-10-28" "[resource-drop]graph-execution-context" (func $drop-context (param i32)))
      (import "wasi:nn/tensor@0.2.0-rc-2024-10-28" "[constructor]tensor" (func $tensor (param i32 i32 i32 i32 i32) (result i32)))
      (import "wasi:nn/tensor@0.2.0-rc-2024-10-28" "[method]tensor.dimensions" (func $dimensions (param i32 i32)))
      (import "wasi:nn/tensor@0.2.0-rc-2024-10-28" "[method]tensor.ty" (func $ty (param i32) (result i32)))
      (import "wasi:nn/tensor@0.2.0-rc-2024-10-28" "[method]tensor.data" (func $data (param i32 i32)))
      (import "wasi:nn/tensor@0.2.0-rc-2024-10-28" "[resource-drop]tensor" (func $drop-tensor (param i32)))
      (import "wasi:nn/errors@0.2.0-rc-2024-10-28" "[method]error.code" (func $code (param i32) (result i32)))
      (import "wasi:nn/errors@0.2.0-rc-2024-10-28" "[method]error.data" (func $text (param i32 i32)))
      (import "wasi:nn/errors@0.2.0-rc-2024-10-28" "[resource-drop]error" (func $drop-error (param i32)))
      (memory (export "memory") 64)
      (global $next (mut i32) (i32.const 1024))
      (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
        (local $address i32)
        (local.set $address (global.get $next))
        (global.set $next (i32.and (i32.add (i32.add (local.get $address) (local.get $size)) (i32.const 15)) (i32.const -16)))
        (local.get $address))
      (func $result (result i32)
        (local $error i32)
        (if (i32.load8_u (i32.const 16)) (then
          (local.set $error (i32.load (i32.const 20)))
          (i32.store (i32.const 20) (call $code (local.get $error)))
          (call $text (local.get $error) (i32.const 24))
          (call $drop-error (local.get $error))))
        (i32.const 16))
      (func (export "test:nn/guest@1.0.0#load") (param i32 i32 i32 i32) (result i32)
        (call $load (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 16)) (call $result))
      (func (export "test:nn/guest@1.0.0#load-by-name") (param i32 i32) (result i32)
        (call $load-by-name (local.get 0) (local.get 1) (i32.const 16)) (call $result))
      (func (export "test:nn/guest@1.0.0#context") (param i32) (result i32) (call $context (local.get 0) (i32.const 16)) (call $result))
      (func (export "test:nn/guest@1.0.0#tensor") (param i32 i32 i32 i32 i32) (result i32)
        (call $tensor (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4)))
      (func (export "test:nn/guest@1.0.0#dimensions") (param i32) (result i32) (call $dimensions (local.get 0) (i32.const 16)) (i32.const 16))
      (func (export "test:nn/guest@1.0.0#ty") (param i32) (result i32) (call $ty (local.get 0)))
      (func (export "test:nn/guest@1.0.0#data") (param i32) (result i32) (call $data (local.get 0) (i32.const 16)) (i32.const 16))
      (func (export "test:nn/guest@1.0.0#compute") (param i32 i32 i32) (result i32)
        (call $compute (local.get 0) (local.get 1) (local.get 2) (i32.const 16)) (call $result))
      (func (export "test:nn/guest@1.0.0#drop-graph") (param i32) (result i32) (call $drop-graph (local.get 0)) (i32.const 0))
      (func (export "test:nn/guest@1.0.0#drop-context") (param i32) (result i32) (call $drop-context (local.get 0)) (i32.const 0))
      (func (export "test:nn/guest@1.0.0#drop-tensor") (param i32) (result i32) (call $drop-tensor (local.get 0)) (i32.const 0)))
    """

  /// wasi-nn's WIT is the encoder's own.
  private static func makeComponent() throws -> [UInt8] {
    let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    let nn = tests.appending(path: "../../Sources/ComponentEncoder/WIT/nn.wit")
    let wit = try WIT(packages: [[.init(name: "nn.wit", text: String(contentsOf: nn, encoding: .utf8))], [.init(name: "test.wit", text: wit)]])
    return try ComponentEncoder(wit: wit).encode(try parseText(core)).bytes
  }
}

/// A `u32` in a result.
struct Number: ComponentValue, ResultSide {
  var value: UInt32
  static var type: ValueType { .u32 }
  static let shape = UInt32.shape
  static func read(from reader: inout ValueReader) throws(ComponentError) -> Number { Number(value: try reader.read()) }
  func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.write(value) }
}

/// A list of named handles in a result.
struct Handles: ComponentValue, ResultSide {
  var value: [Pair<String, UInt32>]
  static var type: ValueType { get throws(ComponentError) { try [Pair<String, UInt32>].type } }
  static let shape = [UInt8].shape
  static func read(from reader: inout ValueReader) throws(ComponentError) -> Handles { Handles(value: try reader.read()) }
  func write(to writer: inout ValueWriter) throws(ComponentError) { try writer.write(value) }
}
