internal import CWasmtime
internal import Glibc

/// Compiled code on disk, so that a module is compiled once per machine.
///
/// Each core module has a file of its own, named after its ``Key``: the SHA-256 of its bytes and of what the engine is, CPU features included.
/// So the modules that two components share are compiled once, and two kinds of machine can share a home folder. A file is used only if its
/// last bytes prove that it is whole and stands under its own name (see ``CacheSeal``); any other one is a miss and is written anew. Anything
/// wrong with the cache costs a compilation, never the run.
///
/// **Threads and processes** may use one folder at the same time. A file appears under its name when it is complete, and is never changed
/// after that. Who compiles a module holds its lock, which the system takes away when the process dies; others wait for it (at most for
/// `patience`) and load what it left.
///
/// **Protected against**: files that are damaged, cut short, renamed, left by a killed process, or not ours; links in place of files; folders
/// and files that others can write to. **Not protected against**: programs of the same user, or root, that mean harm. They could put their own
/// code into a file and seal it, or change a file while it is mapped; but they could change this program as well.
public struct CodeCache: Sendable {
  /// How much a cache may hold, in bytes, unless told otherwise.
  public static let defaultLimit = 1 << 30

  /// Where compiled code is kept; nil compiles every time.
  public let directory: String?
  /// What is wrong with the folder or with the settings, for the user to hear.
  public let problem: String?
  /// How much the cache may hold, in bytes. What was used least recently goes when something new is stored.
  public let limit: Int
  /// How long to wait for another process that compiles the same module, before compiling it a second time.
  let patience: Duration

  var folder: CacheFolder? { directory.map { CacheFolder(path: $0, limit: limit) } }

  /// - Parameter directory: is made, if need be; nil for no cache.
  public init(directory: String?, limit: Int = defaultLimit, patience: Duration = .seconds(120)) {
    self.init(Settings(directory: directory, limit: limit), patience: patience)
  }

  public init(_ settings: Settings, patience: Duration = .seconds(120)) {
    let fault = settings.directory.flatMap(CacheFolder.prepare)
    directory = fault == nil ? settings.directory : nil
    problem = fault ?? settings.problem
    limit = settings.limit
    self.patience = patience
  }

  /// The cache of the user, as the environment says.
  public static var standard: CodeCache { CodeCache(Settings()) }

  /// The module of `bytes`, from the cache if it is there. `compiled` tells whether it had to be compiled.
  public func module(engine: Engine, bytes: RawSpan) throws(WebAssemblyError) -> (module: Module, compiled: Bool) {
    if let module = try find(engine: engine, bytes: bytes) { return (module, false) }
    return try compile(engine: engine, bytes: bytes)
  }

  /// The module of `bytes` if the engine has it in use or the cache has it; nil if it has to be compiled.
  public func find(engine: Engine, bytes: RawSpan) throws(WebAssemblyError) -> Module? {
    let key = Key(bytes, engine: engine)
    if let module = engine.modules.module(key) { return module }
    guard let handle = stored(key, engine) else { return nil }
    return engine.modules.share(try Module(engine: engine, handle: handle, bytes: bytes), key)
  }

  /// Compiles what ``find(engine:bytes:)`` did not find, and stores it. `compiled` is false if another thread or process has done it meanwhile.
  ///
  /// - Parameter waiting: is called if another process is compiling the module, before waiting for it.
  public func compile(engine: Engine, bytes: RawSpan, waiting: () -> Void = {}) throws(WebAssemblyError) -> (module: Module, compiled: Bool) {
    let key = Key(bytes, engine: engine)
    var compiled = false
    let module = try engine.modules.module(key) { () throws(WebAssemblyError) in
      let lock = folder?.lock(Kind.code.name(of: key), patience: patience, waiting: waiting)
      // Whoever had the lock before may have left what we want.
      if lock != nil, let handle = stored(key, engine) { return try Module(engine: engine, handle: handle, bytes: bytes) }
      let module = try Module(engine: engine, bytes: bytes)
      compiled = true
      if let lock { store(module, under: lock) }
      return module
    }
    return (module, compiled)
  }

  private func stored(_ key: Key, _ engine: Engine) -> OpaquePointer? {
    guard let file = folder?.open(Kind.code.name(of: key)) else { return nil }
    var handle: OpaquePointer?
    // By its descriptor, so that this is the file that was checked; and mapped rather than read: that takes a fifth of the time, and processes
    // that run the same code have it in memory once.
    if let error = wasmtime_module_deserialize_file(engine.handle, "/proc/self/fd/\(file.descriptor)", &handle) { wasmtime_error_delete(error) }
    return handle
  }

  private func store(_ module: Module, under lock: borrowing CacheLock) {
    var code = wasm_byte_vec_t()
    if let error = wasmtime_module_serialize(module.handle, &code) { return wasmtime_error_delete(error) }
    defer { wasm_byte_vec_delete(&code) }
    folder?.store(UnsafeRawBufferPointer(start: code.data, count: code.size), under: lock)
  }
}
