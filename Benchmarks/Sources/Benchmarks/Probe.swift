import ComponentEncoder
import ComponentModel
import Dataflow
import Inference
import OperatorHost
import WASINN
import WebAssembly

/// A map operator in a few lines of WebAssembly text, with next to no code of its own: what a call of it takes is the host's doing.
struct Probe {
  /// What a call does before it returns its message as it came.
  enum Work: String {
    case nothing
    /// Reads the payload, a buffer, `repetitions` times.
    case readPayload
    /// Makes a tensor of 602,112 bytes and drops it, `repetitions` times.
    case makeTensor
    /// The first call loads its payload as a model. Every other one makes a tensor [1, 3, 224, 224], runs the model on it and reads the first output.
    case infer
  }

  static let repetitions = 100
  static let tensorByteCount = 4 * 3 * 224 * 224

  private let instance: OperatorInstance

  init(_ work: Work, sessions: SessionCache = SessionCache()) throws {
    let engine = try Engine()
    let component = try ComponentEncoder(wit: .builtIn()).encode(try parseText(Self.text))
    let path = "\(temporaryFolder)/probe.wasm"
    try writeFile(path, component.bytes)
    instance = try OperatorInstance(
      OperatorModule(path: path, engine: engine, cache: CodeCache(directory: nil)), operation: "probe", kind: .map,
      configuration: ModuleConfiguration(properties: [("work", work.rawValue)]), services: OperatorServices(neuralNetworks: .init(sessions: sessions)))
  }

  func call(_ payload: [UInt8]) throws {
    let time = Timestamp(seconds: 1, nodeID: "benchmark")
    _ = try instance.map(.message(Message(timestamp: time, topic: Array("topic".utf8), payload: payload)), at: time)
  }

  /// Calls with one message, again and again.
  func call(_ message: Message, _ count: Int) throws {
    for _ in 0..<count { _ = try instance.map(.message(message), at: message.timestamp) }
  }

  static func message(_ payload: [UInt8]) -> Message {
    Message(timestamp: Timestamp(seconds: 1, nodeID: "benchmark"), topic: Array("topic".utf8), payload: payload)
  }

  /// Memory: below 512, results and lists; from 1 MiB, the tensor; from 2 MiB, what the host allocates, given up at the end of each call.
  /// Offsets into the argument are those of a `data-model` that is a message: its payload is at 76.
  private static let text = """
    (module
      (import "wasm-graph:processor/types@1.1.0" "[method]buffer.read" (func $read (param i32 i32)))
      (import "wasi:nn/tensor@0.2.0-rc-2024-10-28" "[constructor]tensor" (func $new-tensor (param i32 i32 i32 i32 i32) (result i32)))
      (import "wasi:nn/tensor@0.2.0-rc-2024-10-28" "[method]tensor.data" (func $data (param i32 i32)))
      (import "wasi:nn/tensor@0.2.0-rc-2024-10-28" "[resource-drop]tensor" (func $drop-tensor (param i32)))
      (import "wasi:nn/graph@0.2.0-rc-2024-10-28" "load" (func $load (param i32 i32 i32 i32 i32)))
      (import "wasi:nn/graph@0.2.0-rc-2024-10-28" "[method]graph.init-execution-context" (func $make-context (param i32 i32)))
      (import "wasi:nn/inference@0.2.0-rc-2024-10-28" "[method]graph-execution-context.compute" (func $compute (param i32 i32 i32 i32)))
      (memory (export "memory") 1024)
      (data (i32.const 96) "\\01\\00\\00\\00\\03\\00\\00\\00\\e0\\00\\00\\00\\e0\\00\\00\\00")  ;; the dimensions 1, 3, 224, 224
      (data (i32.const 128) "\\90\\00\\00\\00\\01\\00\\00\\00")  ;; the list of inputs: the text at 144 of length 1, and the tensor at 136
      (data (i32.const 144) "0")
      (global $work (mut i32) (i32.const 0))
      (global $context (mut i32) (i32.const 0))
      (global $heap (mut i32) (i32.const 0x200000))

      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 15)) (i32.const -16)))
        (global.set $heap (i32.add (local.get $at) (local.get 3)))
        (local.get $at))

      ;; Keeps the first letter of the first parameter's value.
      (func (export "wasm-graph:processor/map@1.1.0#init") (param i32 i32 i32 i32) (result i32)
        (global.set $work (i32.load8_u (i32.load offset=8 (local.get 0))))
        (i32.const 1))

      (func $tensor (result i32) (call $new-tensor (i32.const 96) (i32.const 4) (i32.const 1) (i32.const 0x100000) (i32.const \(tensorByteCount))))

      (func $load-model (param $buffer i32)
        (call $read (local.get $buffer) (i32.const 16))
        (call $load (i32.const 16) (i32.const 1) (i32.const 1) (i32.const 0) (i32.const 32))
        (if (i32.load8_u (i32.const 32)) (then unreachable))
        (call $make-context (i32.load (i32.const 36)) (i32.const 40))
        (if (i32.load8_u (i32.const 40)) (then unreachable))
        (global.set $context (i32.load (i32.const 44))))

      (func $infer
        (local $output i32)
        (i32.store (i32.const 136) (call $tensor))
        (call $compute (global.get $context) (i32.const 128) (i32.const 1) (i32.const 48))
        (if (i32.load8_u (i32.const 48)) (then unreachable))
        (local.set $output (i32.load offset=8 (i32.load (i32.const 52))))
        (call $data (local.get $output) (i32.const 64))
        (call $drop-tensor (local.get $output)))

      (func (export "wasm-graph:processor/map@1.1.0#process") (param $message i32) (result i32)
        (local $left i32) (local $heap i32)
        (local.set $left (i32.const \(repetitions)))
        (local.set $heap (global.get $heap))
        (if (i32.eq (global.get $work) (i32.const 0x72)) (then  ;; readPayload
          (loop $again
            (call $read (i32.load offset=80 (local.get $message)) (i32.const 16))
            (global.set $heap (local.get $heap))
            (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))
        (if (i32.eq (global.get $work) (i32.const 0x6d)) (then  ;; makeTensor
          (loop $again
            (call $drop-tensor (call $tensor))
            (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))
        (if (i32.eq (global.get $work) (i32.const 0x69)) (then  ;; infer
          (if (global.get $context) (then (call $infer)) (else (call $load-model (i32.load offset=80 (local.get $message)))))))
        ;; result<data-model, error>: the argument as it came, handles and all.
        (memory.copy (i32.const 264) (local.get $message) (i32.const 160))
        (i32.store8 (i32.const 256) (i32.const 0))
        (global.set $heap (i32.const 0x200000))
        (i32.const 256)))
    """
}
