internal import CWasmtime
internal import Crypto
#if canImport(Glibc)
internal import Glibc
#endif

/// Compiled code on disk, so that a module is compiled once per machine.
///
/// A file is named after the SHA-256 of the module's bytes, wasmtime's version and the engine's configuration; wasmtime itself
/// refuses code made for another CPU, which then counts as a miss. Loaded code is trusted, so a folder that others may
/// write to is not used. Anything wrong with the cache costs a compilation, never the run.
public struct CodeCache: Sendable {
  /// Where compiled code is kept; nil compiles every time.
  public let directory: String?
  /// Why the cache is off although a directory was given.
  public let problem: String?

  public init(directory: String?) {
    guard let directory else { (self.directory, problem) = (nil, nil); return }
    problem = Self.prepare(directory)
    self.directory = problem == nil ? directory : nil
  }

  /// `$XDG_CACHE_HOME/millrace/code`, or the same under `~/.cache`.
  public static var standard: CodeCache {
    if let base = getenv("XDG_CACHE_HOME"), base.pointee != 0 { return CodeCache(directory: String(cString: base) + "/millrace/code") }
    if let home = getenv("HOME"), home.pointee != 0 { return CodeCache(directory: String(cString: home) + "/.cache/millrace/code") }
    return CodeCache(directory: nil)
  }

  /// The module of `bytes`, from the cache if it is there. `compiled` tells whether it had to be compiled.
  public func module(engine: Engine, bytes: borrowing RawSpan) throws(WebAssemblyError) -> (module: Module, compiled: Bool) {
    guard let directory else { return (try Module(engine: engine, bytes: bytes), true) }
    let path = directory + "/" + Self.key(bytes) + ".cwasm"
    if access(path, R_OK) == 0 {
      var handle: OpaquePointer?
      if let error = wasmtime_module_deserialize_file(engine.handle, path, &handle) {
        wasmtime_error_delete(error)
      } else if let handle {
        return (try Module(engine: engine, handle: handle, bytes: bytes), false)
      }
    }
    let module = try Module(engine: engine, bytes: bytes)
    store(module, at: path)
    return (module, true)
  }

  private static func key(_ bytes: borrowing RawSpan) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    Engine.fingerprint.utf8.withContiguousStorageIfAvailable { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    return hash.finalize().hexadecimal
  }

  /// Written beside and renamed, so that readers see whole files only.
  private func store(_ module: Module, at path: String) {
    var code = wasm_byte_vec_t()
    if let error = wasmtime_module_serialize(module.handle, &code) { return wasmtime_error_delete(error) }
    defer { wasm_byte_vec_delete(&code) }
    let partial = path + ".\(getpid()).\(UInt64.random(in: 0 ... .max))"
    let file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    var written = 0
    while written < code.size {
      let count = write(file, code.data! + written, code.size - written)
      if count <= 0 { break }
      written += count
    }
    close(file)
    if written < code.size || rename(partial, path) != 0 { unlink(partial) }
  }

  /// Makes the folder and its parents; says why it cannot be trusted, if so.
  private static func prepare(_ directory: String) -> String? {
    var path = ""
    for part in directory.split(separator: "/") {
      path += "/" + part
      mkdir(path, 0o700)
    }
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return "the code cache \(directory) is not a folder that can be made" }
    guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
      return "the code cache \(directory) is writable by others, so compiled code in it cannot be trusted; run `chmod go-w` on it"
    }
    return nil
  }
}

extension SHA256.Digest {
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
