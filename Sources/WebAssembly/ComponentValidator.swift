internal import CWasmtime

/// wasmtime's validator of components. Millrace links and runs components itself, but what a valid component is, wasmtime decides.
///
/// wasmtime offers no validation without compilation, so callers pass components whose core modules have next to no code.
public enum ComponentValidator {
  /// Accepts a component, or throws `.invalidComponent` with wasmtime's reason and place.
  ///
  /// Whatever can be run synchronously is accepted, maps and `implements` attributes included; async, error contexts and fixed-length lists,
  /// which wasmtime's C API cannot switch on, are not. Core modules may use what those of an ``Engine`` may.
  public static func validate(_ bytes: borrowing RawSpan) throws(WebAssemblyError) {
    var component: OpaquePointer?
    let engine = try engine.get()
    let error = bytes.withUnsafeBytes { wasmtime_component_new(engine.handle, $0.bindMemory(to: UInt8.self).baseAddress, $0.count, &component) }
    if let error { throw WebAssemblyError(.invalidComponent, consuming: error) }
    if let component { wasmtime_component_delete(component) }
  }

  /// What the answers depend on besides the bytes.
  public static let fingerprint = "wasmtime \(Engine.version); exceptions, maps, implements"

  /// Made for the first component, kept for all: its code never runs, so that it is made as cheaply as possible.
  private static let engine = Result<ValidationEngine, WebAssemblyError> { () throws(WebAssemblyError) in try ValidationEngine() }
}

private final class ValidationEngine: Sendable {
  nonisolated(unsafe) let handle: OpaquePointer

  init() throws(WebAssemblyError) {
    let configuration = wasm_config_new()
    Engine.setFeatures(configuration)
    wasmtime_config_wasm_component_model_async_set(configuration, false)
    wasmtime_config_wasm_component_model_map_set(configuration, true)
    wasmtime_config_wasm_component_model_implements_set(configuration, true)
    wasmtime_config_cranelift_opt_level_set(configuration, UInt8(WASMTIME_OPT_LEVEL_NONE))
    guard let handle = wasm_engine_new_with_config(configuration) else { throw Engine.refusedConfiguration }
    self.handle = handle
  }

  deinit { wasm_engine_delete(handle) }
}
