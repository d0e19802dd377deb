internal import CWasmtime

/// A compiled core module; immutable and shared by all threads.
public final class Module: Sendable {
  /// One import, in the order in which instantiation wants them.
  public struct Import: Sendable, Hashable {
    public let module: String, name: String
  }

  public let imports: [Import]
  public let exports: [String]
  nonisolated(unsafe) let handle: OpaquePointer
  let engine: Engine

  /// Compiles (and validates) `bytes`. Throws `.invalidModule` with wasmtime's reason and byte offset.
  public convenience init(engine: Engine, bytes: borrowing RawSpan) throws(WebAssemblyError) {
    var module: OpaquePointer?
    let error = bytes.withUnsafeBytes { wasmtime_module_new(engine.handle, $0.bindMemory(to: UInt8.self).baseAddress, $0.count, &module) }
    guard error == nil, let module else { throw WebAssemblyError(.invalidModule, consuming: error!) }
    self.init(engine: engine, handle: module)
  }

  /// Takes ownership of `handle`.
  init(engine: Engine, handle: OpaquePointer) {
    self.engine = engine
    self.handle = handle
    var imports = wasm_importtype_vec_t()
    wasmtime_module_imports(handle, &imports)
    self.imports = (0..<imports.size).compactMap { index in
      imports.data?[index].map { Import(module: String(wasm_importtype_module($0).pointee), name: String(wasm_importtype_name($0).pointee)) }
    }
    wasm_importtype_vec_delete(&imports)
    var exports = wasm_exporttype_vec_t()
    wasmtime_module_exports(handle, &exports)
    self.exports = (0..<exports.size).compactMap { index in exports.data?[index].map { String(wasm_exporttype_name($0).pointee) } }
    wasm_exporttype_vec_delete(&exports)
  }

  deinit { wasmtime_module_delete(handle) }
}
