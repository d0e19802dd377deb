internal import CWasmtime

/// A compiled core module; immutable and shared by all threads.
public final class Module: Sendable {
  /// One import, in the order in which instantiation wants them.
  public struct Import: Sendable, Hashable {
    public let module: String, name: String
  }

  public let imports: [Import]
  public let exports: [String]
  /// Those of `exports` that are memories.
  let memoryExports: [String]
  let resources: ModuleResources
  nonisolated(unsafe) let handle: OpaquePointer
  let engine: Engine

  /// Compiles (and validates) `bytes`. Throws `.invalidModule` with wasmtime's reason and byte offset; `.limit` for code that would take too much to
  /// compile.
  public convenience init(engine: Engine, bytes: borrowing RawSpan) throws(WebAssemblyError) {
    try Self.checkCost(engine, bytes)
    var module: OpaquePointer?
    let error = bytes.withUnsafeBytes { wasmtime_module_new(engine.handle, $0.bindMemory(to: UInt8.self).baseAddress, $0.count, &module) }
    guard error == nil, let module else { throw WebAssemblyError(.invalidModule, consuming: error!) }
    try self.init(engine: engine, handle: module, bytes: bytes)
  }

  private static func checkCost(_ engine: Engine, _ bytes: borrowing RawSpan) throws(WebAssemblyError) {
    try bytes.withUnsafeBytes { (bytes) throws(WebAssemblyError) in
      guard try !CompilationCost.check(bytes) else { return }
      // Damaged: then wasmtime knows best what is wrong.
      if let error = wasmtime_module_validate(engine.handle, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count) {
        throw WebAssemblyError(.invalidModule, consuming: error)
      }
      throw WebAssemblyError(.limit, "the module has instructions that are not known, so that there is no telling how long it would take to compile")
    }
  }

  /// Takes ownership of `handle`, which was compiled from `bytes`.
  init(engine: Engine, handle: OpaquePointer, bytes: borrowing RawSpan) throws(WebAssemblyError) {
    self.engine = engine
    self.handle = handle
    resources = try bytes.withUnsafeBytes { (bytes) throws(WebAssemblyError) in try ModuleResources(bytes) }
    var imports = wasm_importtype_vec_t()
    wasmtime_module_imports(handle, &imports)
    self.imports = (0..<imports.size).compactMap { index in
      imports.data?[index].map { Import(module: String(wasm_importtype_module($0).pointee), name: String(wasm_importtype_name($0).pointee)) }
    }
    wasm_importtype_vec_delete(&imports)
    var exports = wasm_exporttype_vec_t()
    wasmtime_module_exports(handle, &exports)
    let types = (0..<exports.size).compactMap { exports.data?[$0] }
    self.exports = types.map { String(wasm_exporttype_name($0).pointee) }
    memoryExports = types.filter { wasm_externtype_kind(wasm_exporttype_type($0)) == WASMTIME_EXTERN_MEMORY }.map { String(wasm_exporttype_name($0).pointee) }
    wasm_exporttype_vec_delete(&exports)
  }

  deinit { wasmtime_module_delete(handle) }
}
