internal import Synchronization
internal import WebAssembly

/// Gets the core modules of one component.
final class ModuleLoading: Sendable {
  private struct State {
    var modules: [Range<Int>: Module] = [:]
    var compiledCount = 0
    /// Those of invalid modules, by their places.
    var errors: [Int: ComponentError] = [:]
  }

  private let bytes: [UInt8]
  private let engine: Engine
  private let cache: CodeCache
  /// The largest first.
  private let ranges: [Range<Int>]
  private let state = Mutex(State())

  init(_ file: ComponentFile, engine: Engine, cache: CodeCache) {
    bytes = file.bytes
    self.engine = engine
    self.cache = cache
    ranges = file.component.coreModules.map(\.byteRange).sorted { $0.count > $1.count }
  }

  /// Takes what the engine or the cache has.
  func find() {
    forEach(ranges) { _, range throws(WebAssemblyError) in
      let bytes = bytes
      let module = try cache.find(engine: engine, bytes: bytes.span.bytes.extracting(range))
      state.withLock { $0.modules[range] = module }
    }
  }

  /// Compiles the rest, what has most code first: compiling one large module does not keep all cores busy to its end.
  func compile(_ progress: (CompilationEvent) -> Void) {
    let missing = state.withLock { state in ranges.filter { state.modules[$0] == nil } }
      .map { (range: $0, codeSize: (try? CoreModuleHeader(bytes, in: $0))?.sectionSizes[10] ?? 0) }.sorted { $0.codeSize > $1.codeSize }
    let total = missing.reduce(0) { $0 + $1.codeSize }
    forEach(missing.map(\.range)) { index, range throws(WebAssemblyError) in
      func tell(_ step: CompilationEvent.Step) {
        progress(CompilationEvent(step: step, number: index + 1, count: missing.count, codeSize: missing[index].codeSize, totalCodeSize: total))
      }
      let bytes = bytes, start = ContinuousClock.now
      tell(.started)
      let (module, compiled) = try cache.compile(engine: engine, bytes: bytes.span.bytes.extracting(range)) { tell(.waiting) }
      let (seconds, attoseconds) = start.duration(to: .now).components
      tell(.finished(nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)))
      state.withLock { state in
        state.modules[range] = module
        state.compiledCount += compiled ? 1 : 0
      }
    }
  }

  /// All the modules, or the error that comes first in the file.
  func result() throws(ComponentError) -> (modules: [Range<Int>: Module], compiledCount: Int) {
    let state = state.withLock { $0 }
    if let (_, error) = state.errors.min(by: { $0.key < $1.key }) { throw error }
    return (state.modules, state.compiledCount)
  }

  /// Calls `body` with each module's place in `ranges`, on several threads. Modules behind an invalid one are not worth the time; those before it
  /// decide which error comes first.
  private func forEach(_ ranges: [Range<Int>], _ body: (Int, Range<Int>) throws(WebAssemblyError) -> Void) {
    concurrently(ranges.count) { index in
      let place = ranges[index].lowerBound
      guard state.withLock({ $0.errors.keys.allSatisfy { place < $0 } }) else { return }
      do throws(WebAssemblyError) {
        try body(index, ranges[index])
      } catch {
        let (reason, offset) = error.rejection ?? (error.message, nil)
        let problem = error.code == .limit
          ? ComponentError(.limitExceeded, at: place, "a core module of the component is too costly: \(reason)")
          : ComponentError(.invalid, at: place + (offset ?? 0), "a core module of the component is invalid: \(reason)")
        state.withLock { $0.errors[place] = problem }
      }
    }
  }
}
