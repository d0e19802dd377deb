public import WebAssembly

/// A valid component whose core modules are compiled: immutable, and shared by all the workers that instantiate it.
public final class CompiledComponent: Sendable {
  public let file: ComponentFile
  public let engine: Engine
  /// How many core modules had to be compiled because the cache did not have them.
  public let compiledCount: Int
  /// By the core modules' places in the file.
  private let modules: [Range<Int>: Module]

  /// Validates `file` and compiles all its core modules, nested components' included, or loads them from `cache`, several at a time.
  ///
  /// - Parameter progress: hears of the modules that are not in the cache; called from several threads.
  public init(
    _ file: ComponentFile, engine: Engine, cache: CodeCache, progress: @escaping @Sendable (CompilationEvent) -> Void = { _ in }
  ) throws(ComponentError) {
    try file.validate(cache: cache)
    self.file = file
    self.engine = engine
    let loading = ModuleLoading(file, engine: engine, cache: cache)
    loading.find()
    loading.compile(progress)
    (modules, compiledCount) = try loading.result()
  }

  func module(_ slice: CoreModuleSlice) throws(ComponentError) -> CoreModuleValue {
    guard let module = modules[slice.byteRange] else { throw ComponentError(.linking, at: slice.byteRange.lowerBound, "a core module was not compiled") }
    return CoreModuleValue(module: module) { [file] () throws(ComponentError) in try CoreModuleType(file.bytes, in: slice.byteRange) }
  }
}
