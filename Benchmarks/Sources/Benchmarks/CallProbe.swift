import CBoundary
import ComponentEncoder
import ComponentModel
import Dataflow
import Inference
import OperatorHost
import WASINN
import WebAssembly

/// A guest with functions that do nothing, take a list or give one, in the three ways of calling it.
struct CallProbe {
  let core: OpaquePointer
  let component: OpaquePointer
  let function: LiftedFunction

  init(_ name: String) throws {
    let module = try parseText(Self.text), interface = "benchmark:calls/guest@1.0.0"
    let encoded = try ComponentEncoder(wit: WIT(packages: [[.init(name: "calls.wit", text: Self.wit)]])).encode(module).bytes
    (core, component) = try open(module, encoded, interface, name)
    function = try instantiate(encoded, HostImports(), interface, name)
  }

  private static let wit = """
    package benchmark:calls@1.0.0;
    interface guest { nothing: func(); take: func(data: list<u8>); give: func(count: u32) -> list<u8>; }
    """

  /// Lists are at 64 KiB, one at a time.
  private static let text = """
    (module
      (memory (export "memory") 16)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0x10000))
      (func (export "benchmark:calls/guest@1.0.0#nothing"))
      (func (export "benchmark:calls/guest@1.0.0#take") (param i32 i32))
      (func (export "benchmark:calls/guest@1.0.0#give") (param i32) (result i32)
        (i32.store (i32.const 0) (i32.const 0x10000))
        (i32.store (i32.const 4) (local.get 0))
        (i32.const 0)))
    """
}

/// A filter that drops the message's buffer and lets it pass, in the four ways of calling it.
struct FilterProbe {
  let core: OpaquePointer
  let component: OpaquePointer
  let function: LiftedFunction
  let instance: OperatorInstance

  init() throws {
    let module = try parseText(Self.text), interface = "wasm-graph:processor/filter@1.1.0"
    let encoded = try ComponentEncoder(wit: .builtIn()).encode(module).bytes
    (core, component) = try open(module, encoded, interface, "process")
    var types = HostInterface("wasm-graph:processor/types@1.1.0"), imports = HostImports()
    types.resource("buffer", Payload.self)
    imports.provide(types)
    imports.provide(HostInterface("wasm-graph:processor/hybrid-logical-clock@1.1.0"))
    function = try instantiate(encoded, imports, interface, "process")
    let path = "\(temporaryFolder)/filter.wasm"
    try writeFile(path, encoded)
    instance = try OperatorInstance(
      OperatorModule(path: path, engine: Engine(), cache: CodeCache(directory: nil)), operation: "filter", kind: .filter,
      configuration: ModuleConfiguration(), services: OperatorServices(neuralNetworks: .init(sessions: SessionCache())))
  }

  static let message = Message(
    timestamp: Timestamp(seconds: 1_700_000_000, nanoseconds: 5, counter: 7, nodeID: "benchmark"), topic: Array("factory/line-1/camera".utf8),
    contentType: "application/octet-stream", payload: payload.bytes,
    userProperties: [("camera", "no. 3"), ("line", "north"), ("shift", "early morning, before seven")].map { UserProperty(key: $0, value: $1) },
    schema: .reference("aio-sr://namespace/frame:1"))

  /// The same, for C.
  static func withRawMessage<R>(_ body: (UnsafePointer<boundary_message_t>) throws -> R) rethrows -> R {
    func text(_ text: StaticString) -> boundary_text_t {
      boundary_text_t(data: UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self), count: text.utf8CodeUnitCount)
    }
    var message = boundary_message_t(
      seconds: 1_700_000_000, nanoseconds: 5, counter: 7, node: text("benchmark"), topic: text("factory/line-1/camera"),
      content_type: text("application/octet-stream"), schema: text("aio-sr://namespace/frame:1"),
      properties: (
        (text("camera"), text("no. 3")), (text("line"), text("north")), (text("shift"), text("early morning, before seven"))
      ))
    return try body(&message)
  }

  /// The same, as a value of a run-time type.
  static func value() -> Value {
    func string(_ text: String) -> Value { .variant(case: 1, .string(text)) }
    let time = message.timestamp
    let timestamp = Value.record([.record([.u64(time.seconds), .u32(time.nanoseconds)]), .u64(time.counter), string(time.nodeID)])
    let properties = message.userProperties.map { Value.tuple([string($0.key), string($0.value)]) }
    return .variant(
      case: 1,
      .record([
        timestamp, .variant(case: 1, .bytes(message.topic)), .option(string("application/octet-stream")), .variant(case: 0, .own(Resource(payload))),
        .record([.list(properties)]), .option(.variant(case: 0, string("aio-sr://namespace/frame:1"))),
      ]))
  }

  /// What the buffer is where no operator host makes it.
  private final class Payload: HostResource, Sendable {
    static let resourceType = ResourceType(name: "buffer")
    let bytes = [UInt8](repeating: 7, count: 4096)
  }
  private static let payload = Payload()

  /// Memory: the result is at 1024; from 4096, what the host allocates, given up at the end of each call.
  /// Offsets into the argument are those of a `data-model` that is a message.
  private static let text = """
    (module
      (import "wasm-graph:processor/types@1.1.0" "[resource-drop]buffer" (func $drop (param i32)))
      (memory (export "memory") 1)
      (global $heap (mut i32) (i32.const 4096))
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
        (global.set $heap (i32.add (local.get $at) (local.get 3)))
        (local.get $at))
      (func (export "wasm-graph:processor/filter@1.1.0#init") (param i32 i32 i32 i32) (result i32) (i32.const 1))
      (func (export "wasm-graph:processor/filter@1.1.0#process") (param $message i32) (result i32)
        (call $drop (i32.load offset=80 (local.get $message)))
        (global.set $heap (i32.const 4096))
        (i32.store (i32.const 1024) (i32.const 0))
        ;; The last letter of the last user property is an "n".
        (i32.store8 (i32.const 1028) (i32.eq (i32.const 110) (i32.load8_u
          (i32.add (i32.load offset=64 (i32.load offset=88 (local.get $message))) (i32.const 26)))))
        (i32.const 1024)))
    """
}

/// The same guest through wasmtime's core functions and through its component functions.
private func open(_ module: [UInt8], _ component: [UInt8], _ interface: String, _ name: String) throws -> (core: OpaquePointer, component: OpaquePointer) {
  guard let core = boundary_core_new(module, module.count, interface + "#" + name) else { throw Failure("the core probe has no \(name)") }
  guard let whole = boundary_component_new(component, component.count, interface, name) else { throw Failure("the component probe has no \(name)") }
  return (core, whole)
}

private func instantiate(_ component: [UInt8], _ imports: HostImports, _ interface: String, _ name: String) throws -> LiftedFunction {
  let engine = try Engine()
  let instance = try CompiledComponent(try ComponentFile(decoding: component), engine: engine, cache: CodeCache(directory: nil))
    .instantiate(imports: imports, in: Store(engine: engine))
  guard let function = instance.function(interface, name) else { throw Failure("the probe has no \(name)") }
  return function
}
