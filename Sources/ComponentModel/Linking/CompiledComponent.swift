public import WebAssembly

/// A valid component whose core modules are compiled: immutable, and shared by all the workers that instantiate it.
public final class CompiledComponent: Sendable {
  public let file: ComponentFile
  public let engine: Engine
  /// How many core modules had to be compiled because the cache did not have them.
  public let compiledCount: Int
  /// By the core modules' places in the file.
  private let modules: [Range<Int>: Module]

  /// Validates `file` and compiles all its core modules, nested components' included, or loads them from `cache`.
  public init(_ file: ComponentFile, engine: Engine, cache: CodeCache) throws(ComponentError) {
    try file.validate(cache: cache)
    self.file = file
    self.engine = engine
    var modules: [Range<Int>: Module] = [:]
    var compiled = 0
    for slice in file.component.coreModules {
      do {
        let (module, wasCompiled) = try cache.module(engine: engine, bytes: file.bytes.span.bytes.extracting(slice.byteRange))
        modules[slice.byteRange] = module
        compiled += wasCompiled ? 1 : 0
      } catch {
        let (reason, offset) = error.rejection ?? (error.message, nil)
        throw ComponentError(.invalid, at: slice.byteRange.lowerBound + (offset ?? 0), "a core module of the component is invalid: \(reason)")
      }
    }
    self.modules = modules
    compiledCount = compiled
  }

  func module(_ slice: CoreModuleSlice) throws(ComponentError) -> CoreModuleValue {
    guard let module = modules[slice.byteRange] else { throw ComponentError(.linking, at: slice.byteRange.lowerBound, "a core module was not compiled") }
    return CoreModuleValue(module: module) { [file] () throws(ComponentError) in try CoreModuleType(file.bytes, in: slice.byteRange) }
  }
}
