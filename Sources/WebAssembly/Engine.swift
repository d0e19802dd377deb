internal import CWasmtime
internal import struct Synchronization.Atomic
#if canImport(Glibc)
internal import Glibc
#endif

/// Compiles modules and gives stores their configuration; one per process, shared by all threads.
///
/// Calls are bounded in time by epochs: a thread of the engine's counts ticks, and compiled code compares the count with
/// the deadline of its store at every loop header and function entry.
public final class Engine: Sendable {
  /// The version of wasmtime this build was made for; compiled code is cached per version.
  public static let version = MILLRACE_WASMTIME_VERSION
  /// How often the epoch advances, in milliseconds: the resolution of call deadlines.
  public static let tickMilliseconds: UInt64 = 10
  /// The native stack a guest may use, in bytes. Threads that run guests need more than this.
  public static let maximumStackSize = 1 << 20

  nonisolated(unsafe) let handle: OpaquePointer
  /// Tells code of another version, configuration or machine apart: what this engine makes of an empty module, which has all that wasmtime itself
  /// compares before it accepts code, CPU features included.
  let fingerprint: [UInt8]
  let modules = ModuleTable()
  private let ticker: Ticker
  /// How often the epoch has advanced. The engine keeps it, at a place of its own.
  var ticks: UnsafePointer<Atomic<UInt64>> { UnsafePointer(ticker.count) }

  /// Throws `.version` if wasmtime refuses the configuration.
  public init() throws(WebAssemblyError) {
    let configuration = wasm_config_new()
    Self.setFeatures(configuration)
    wasmtime_config_epoch_interruption_set(configuration, true)
    // Address space for a whole memory is reserved at once; see `StoreContext.base(of:)`.
    wasmtime_config_memory_may_move_set(configuration, false)
    wasmtime_config_max_wasm_stack_set(configuration, Self.maximumStackSize)
    guard let handle = wasm_engine_new_with_config(configuration) else { throw Self.refusedConfiguration }
    self.handle = handle
    fingerprint = Self.emptyModule(handle)
    ticker = Ticker(engine: wasmtime_engine_clone(handle))
  }

  deinit {
    ticker.stop()
    wasm_engine_delete(handle)
  }

  /// What core modules may use; the validator of components goes by it too.
  static func setFeatures(_ configuration: OpaquePointer) {
    wasmtime_config_concurrency_support_set(configuration, false)
    wasmtime_config_wasm_memory64_set(configuration, false)
    wasmtime_config_wasm_exceptions_set(configuration, true)
    wasmtime_config_parallel_compilation_set(configuration, true)
  }

  static var refusedConfiguration: WebAssemblyError {
    WebAssemblyError(.version, "wasmtime refused the engine's configuration; is .vendor/lib/libwasmtime.so version \(version)? Run `make setup`")
  }

  private static func emptyModule(_ engine: OpaquePointer) -> [UInt8] {
    var module: OpaquePointer?
    if let error = wasmtime_module_new(engine, [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0], 8, &module) { wasmtime_error_delete(error) }
    defer { if let module { wasmtime_module_delete(module) } }
    var code = wasm_byte_vec_t()
    if let module, let error = wasmtime_module_serialize(module, &code) { wasmtime_error_delete(error) }
    defer { wasm_byte_vec_delete(&code) }
    return [UInt8](UnsafeRawBufferPointer(start: code.data, count: code.size))
  }

  /// Deadline in epoch ticks for a call that may take `milliseconds`. The current tick is nearly over, and a store may not have seen the latest.
  static func ticks(milliseconds: UInt64) -> UInt64 {
    milliseconds.addingReportingOverflow(tickMilliseconds - 1).partialValue / tickMilliseconds + 2
  }
}

/// The thread that advances an engine's epoch. It owns a reference to the engine and lets go of it one tick after `stop`.
private final class Ticker: Sendable {
  nonisolated(unsafe) let count: UnsafeMutablePointer<Atomic<UInt64>>
  private let stopped = Atomic(false)
  private nonisolated(unsafe) let engine: OpaquePointer

  init(engine: OpaquePointer) {
    self.engine = engine
    count = .allocate(capacity: 1)
    count.initialize(to: Atomic(0))
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let status = pthread_create(&thread, nil, { context in
      Unmanaged<Ticker>.fromOpaque(context!).takeRetainedValue().run()
      return nil
    }, context)
    if status == 0 { pthread_detach(thread) } else { Unmanaged<Ticker>.fromOpaque(context).release() }
  }

  deinit {
    wasm_engine_delete(engine)
    count.deinitialize(count: 1)
    count.deallocate()
  }

  func stop() { stopped.store(true, ordering: .relaxed) }

  private func run() {
    while !stopped.load(ordering: .relaxed) {
      usleep(UInt32(Engine.tickMilliseconds) * 1000)
      wasmtime_engine_increment_epoch(engine)
      count.pointee.add(1, ordering: .relaxed)
    }
  }
}
