internal import CComponentOracle
internal import CWasmtime
public import ComponentModel

/// A component as wasmtime's own component layer runs it, for tests that compare Millrace's with it.
///
/// The component may import nothing. An instance that has trapped cannot be used again.
public final class ComponentOracle {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  private let store: OpaquePointer
  private let context: OpaquePointer
  private var instance = wasmtime_component_instance_t()

  /// Validates, compiles and instantiates a component.
  public init(_ bytes: [UInt8]) throws {
    let engine = OracleEngine.shared.handle
    store = wasmtime_store_new(engine, nil, nil)!
    context = wasmtime_store_context(store)
    // As much as Millrace gives a guest.
    wasmtime_store_limiter(store, 512 << 20, 1 << 20, 1 << 12, 1 << 12, 64)
    var component: OpaquePointer?
    try Self.check(wasmtime_component_new(engine, bytes, bytes.count, &component))
    defer { wasmtime_component_delete(component!) }
    let linker = wasmtime_component_linker_new(engine)
    defer { wasmtime_component_linker_delete(linker) }
    try Self.check(wasmtime_component_linker_instantiate(linker, context, component!, &instance))
  }

  deinit { wasmtime_store_delete(store) }

  /// Calls the function `name` of the exported interface `interface`, or of the component itself, which has the type `type`.
  public func call(_ interface: String? = nil, _ name: String, _ arguments: [Value], type: FunctionType) throws -> Value? {
    var function = try find(interface, name)
    var values = zip(arguments, type.parameters).map { OracleValue.make($0, $1.type) }
    defer { for index in values.indices { wasmtime_component_val_delete(&values[index]) } }
    var results = [wasmtime_component_val_t](repeating: wasmtime_component_val_t(), count: type.result == nil ? 0 : 1)
    try Self.check(wasmtime_component_func_call(&function, context, values, values.count, &results, results.count))
    guard let result = type.result else { return nil }
    defer { wasmtime_component_val_delete(&results[0]) }
    return try OracleValue.read(results[0], result)
  }

  private func find(_ interface: String?, _ name: String) throws -> wasmtime_component_func_t {
    var function = wasmtime_component_func_t()
    let parent = try interface.map { try index($0, in: nil) }
    defer { if let parent { wasmtime_component_export_index_delete(parent) } }
    let export = try index(name, in: parent)
    defer { wasmtime_component_export_index_delete(export) }
    guard wasmtime_component_instance_get_func(&instance, context, export, &function) else { throw Failure(description: "`\(name)` is not a function") }
    return function
  }

  private func index(_ name: String, in parent: OpaquePointer?) throws -> OpaquePointer {
    guard let index = wasmtime_component_instance_get_export_index(&instance, context, parent, name, name.utf8.count) else {
      throw Failure(description: "there is no export `\(name)`")
    }
    return index
  }

  static func check(_ error: OpaquePointer?) throws {
    guard let error else { return }
    var message = wasm_byte_vec_t()
    wasmtime_error_message(error, &message)
    wasmtime_error_delete(error)
    defer { wasm_byte_vec_delete(&message) }
    throw Failure(description: OracleValue.string(message))
  }
}

/// One per process, with everything on that Millrace runs.
private final class OracleEngine: Sendable {
  static let shared = OracleEngine()
  nonisolated(unsafe) let handle: OpaquePointer

  private init() {
    let configuration = wasm_config_new()
    wasmtime_config_concurrency_support_set(configuration, false)
    wasmtime_config_wasm_component_model_async_set(configuration, false)
    wasmtime_config_wasm_component_model_map_set(configuration, true)
    wasmtime_config_wasm_component_model_implements_set(configuration, true)
    wasmtime_config_cranelift_opt_level_set(configuration, UInt8(WASMTIME_OPT_LEVEL_NONE))
    handle = wasm_engine_new_with_config(configuration)!
  }
}
