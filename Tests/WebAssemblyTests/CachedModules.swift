@testable import WebAssembly

/// Modules that are told apart by the number in their exports' names, and a cache for them.
struct CachedModules {
  let folder: TestFolder
  let cache: CodeCache

  init(limit: Int = CodeCache.defaultLimit, patience: Duration = .seconds(120)) throws {
    folder = try TestFolder()
    cache = CodeCache(directory: folder.path, limit: limit, patience: patience)
  }

  static func module(_ number: Int) throws -> [UInt8] {
    try parseText("(module (memory 1) (data (i32.const 0) \"some data\") (func (export \"f\(number)\") (result i32) (i32.const \(number))))")
  }

  /// The name of the module's file.
  func file(_ number: Int) throws -> String {
    let bytes = try Self.module(number)
    return CodeCache.Kind.code.name(of: CodeCache.Key(bytes.span.bytes, engine: try Engine()))
  }

  /// Loads or compiles a module as another process would: with an engine and a cache of its own. Tells whether it was compiled.
  @discardableResult
  func load(_ number: Int) throws -> Bool {
    let bytes = try Self.module(number)
    let (module, compiled) = try CodeCache(directory: folder.path, limit: cache.limit, patience: cache.patience).module(engine: Engine(), bytes: bytes.span.bytes)
    try Self.check(module, number)
    return compiled
  }

  /// Whether the cache has the module.
  func has(_ number: Int) throws -> Bool {
    let bytes = try Self.module(number)
    guard let module = try cache.find(engine: Engine(), bytes: bytes.span.bytes) else { return false }
    try Self.check(module, number)
    return true
  }

  /// Runs the module: its code must be that of the module asked for.
  private static func check(_ module: Module, _ number: Int) throws {
    let store = try Store(engine: module.engine)
    guard module.exports == ["f\(number)"], let function = try store.instantiate(module, imports: []).export("f\(number)", in: store)?.function else {
      throw WrongModule(expected: number, exports: module.exports)
    }
    var values = [RawValue()]
    try values.withUnsafeMutableBufferPointer { try store.call(function, $0) }
    guard values[0].u32 == number else { throw WrongModule(expected: number, exports: module.exports) }
  }

  struct WrongModule: Error { let expected: Int, exports: [String] }
}
