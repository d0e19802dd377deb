internal import CWasmtime
#if canImport(Glibc)
internal import Glibc
#endif

/// What the instances of one store may use.
public struct StoreLimits: Sendable, Hashable {
  /// The size to which each linear memory may grow, in bytes. A guest that asks for more is told that there is none.
  /// The heap of guests with garbage collection is one more memory.
  public var memory: Int
  /// What all linear memories, tables and instances may take together, in bytes. Where there are many memories, each may grow less.
  public var totalMemory: Int
  /// How long one call may take, in milliseconds; 0 means no limit.
  public var callMilliseconds: UInt64

  /// - Parameter totalMemory: twice `memory` if nil.
  public init(memory: Int = 512 << 20, totalMemory: Int? = nil, callMilliseconds: UInt64 = 30_000) {
    self.memory = memory
    self.totalMemory = totalMemory ?? memory * 2
    self.callMilliseconds = callMilliseconds
  }
}

/// Owns instances, their memories and the host functions they call. It belongs to the thread that first calls into it.
public final class Store {
  public let limits: StoreLimits
  public let engine: Engine
  let handle: OpaquePointer
  let context: OpaquePointer
  private let deadlineTicks: UInt64
  /// What a host function threw, on its way through the guest's frames.
  private var thrown: (any Error)?
  private var depth = 0
  private var budget: MemoryBudget
  #if DEBUG
  private var owner: pthread_t?
  #endif

  public init(engine: Engine, limits: StoreLimits = StoreLimits()) throws(WebAssemblyError) {
    guard let handle = wasmtime_store_new(engine.handle, nil, nil) else { throw WebAssemblyError(.memory, "a WebAssembly store could not be made") }
    self.engine = engine
    self.limits = limits
    self.handle = handle
    context = wasmtime_store_context(handle)
    deadlineTicks = limits.callMilliseconds == 0 ? .max / 2 : Engine.ticks(milliseconds: limits.callMilliseconds)
    budget = MemoryBudget(limits)
    wasmtime_context_set_epoch_deadline(context, deadlineTicks)
  }

  deinit { wasmtime_store_delete(handle) }

  /// Instantiates `module`; `imports` come in the order of `module.imports`. Throws `.limit` where there is no room for it.
  public func instantiate(_ module: Module, imports: [Extern]) throws(WebAssemblyError) -> Instance {
    checkThread()
    let memoryLimit = try budget.charge(module.resources, in: self)
    wasmtime_store_limiter(
      handle, Int64(memoryLimit), Int64(ModuleResources.maximumTableElements), Self.maximumCount, Self.maximumCount, Int64(MemoryBudget.maximumCount))
    var instance = wasmtime_instance_t()
    var trap: OpaquePointer?
    let externs = imports.map(\.raw)
    beginCall()
    let error = wasmtime_instance_new(context, module.handle, externs, externs.count, &instance, &trap)
    try endCall(error, trap, .linking)
    let made = Instance(raw: instance)
    budget.found(module.memoryExports.compactMap { made.export($0, in: self)?.memory })
    return made
  }

  /// Of instances, and of tables, in a store.
  private static let maximumCount: Int64 = 1 << 12

  /// Runs `body` as one call: everything in it happens before one deadline.
  public func asOneCall<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    beginCall()
    defer { depth -= 1 }
    return try body()
  }

  /// Calls `function`. `values` holds the arguments and then the results, and has room for whichever are more.
  public func call(_ function: Function, _ values: UnsafeMutableBufferPointer<RawValue>) throws(WebAssemblyError) {
    checkThread()
    var raw = function.raw
    var trap: OpaquePointer?
    // wasmtime wants a non-null pointer even where there is nothing to pass.
    var nothing = wasmtime_val_raw_t()
    beginCall()
    let error = withUnsafeMutablePointer(to: &nothing) { spare in
      let storage = values.baseAddress.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: wasmtime_val_raw_t.self) } ?? spare
      return wasmtime_func_call_unchecked(context, &raw, storage, values.count, &trap)
    }
    try endCall(error, trap, .trap)
  }

  /// The outermost call sets the deadline; calls that a host function makes back into the guest run under it.
  private func beginCall() {
    if depth == 0 { wasmtime_context_set_epoch_deadline(context, deadlineTicks) }
    depth += 1
  }

  private func endCall(_ error: OpaquePointer?, _ trap: OpaquePointer?, _ code: WebAssemblyError.Code) throws(WebAssemblyError) {
    depth -= 1
    guard error != nil || trap != nil else { return }
    let failure = trap.map { WebAssemblyError(consumingTrap: $0) } ?? WebAssemblyError(code, consuming: error!)
    if let thrown {
      self.thrown = nil
      throw WebAssemblyError(.host, "\(thrown)", trace: failure.trace, underlying: thrown)
    }
    if failure.code == .deadline {
      throw WebAssemblyError(.deadline, "the call took longer than its limit of \(limits.callMilliseconds) ms", trace: failure.trace)
    }
    throw failure
  }

  /// Makes a function that guests can import. `body` gets the raw arguments and leaves the raw results in the same place;
  /// what it throws comes out of the `call` that led to it, with code `.host`.
  public func function(_ type: FunctionType, _ body: @escaping (UnsafeMutableBufferPointer<RawValue>) throws -> Void) -> Function {
    let raw = type.withHandle { handle in
      var function = wasmtime_func_t()
      let host = Unmanaged.passRetained(HostFunction(store: self, body: body)).toOpaque()
      wasmtime_func_new_unchecked(context, handle, { environment, _, values, count in
        Unmanaged<HostFunction>.fromOpaque(environment!).takeUnretainedValue().run(UnsafeMutableRawPointer(values), count)
      }, host, { Unmanaged<HostFunction>.fromOpaque($0!).release() }, &function)
      return function
    }
    return Function(raw: raw)
  }

  fileprivate func note(_ error: any Error) { thrown = error }

  func checkThread() {
    #if DEBUG
    let current = pthread_self()
    assert(pthread_equal(owner ?? current, current) != 0, "a WebAssembly store is used by a second thread")
    owner = current
    #endif
  }
}

/// A host function's closure, kept by the store.
private final class HostFunction {
  unowned let store: Store
  let body: (UnsafeMutableBufferPointer<RawValue>) throws -> Void

  init(store: Store, body: @escaping (UnsafeMutableBufferPointer<RawValue>) throws -> Void) {
    self.store = store
    self.body = body
  }

  /// Nil, or the trap that unwinds the guest.
  func run(_ values: UnsafeMutableRawPointer?, _ count: Int) -> OpaquePointer? {
    do {
      try body(UnsafeMutableBufferPointer(start: values?.assumingMemoryBound(to: RawValue.self), count: count))
      return nil
    } catch {
      store.note(error)
      return wasmtime_trap_new("host", 4)
    }
  }
}
