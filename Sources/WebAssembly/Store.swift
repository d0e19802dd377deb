internal import CWasmtime

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
  public let engine: Engine
  public var limits: StoreLimits { context.limits }
  /// The store for those whom it owns, or who hold it otherwise.
  public let context: StoreContext
  private let handle: OpaquePointer
  private var budget: MemoryBudget

  public init(engine: Engine, limits: StoreLimits = StoreLimits()) throws(WebAssemblyError) {
    guard let handle = wasmtime_store_new(engine.handle, nil, nil) else { throw WebAssemblyError(.memory, "a WebAssembly store could not be made") }
    self.engine = engine
    self.handle = handle
    context = StoreContext(wasmtime_store_context(handle), limits, engine)
    budget = MemoryBudget(limits)
  }

  deinit {
    wasmtime_store_delete(handle)
    context.delete()
  }

  /// Instantiates `module`; `imports` come in the order of `module.imports`. Throws `.limit` where there is no room for it.
  public func instantiate(_ module: Module, imports: [Extern]) throws(WebAssemblyError) -> Instance {
    context.checkThread()
    let memoryLimit = try budget.charge(module.resources, in: self)
    wasmtime_store_limiter(
      handle, Int64(memoryLimit), Int64(ModuleResources.maximumTableElements), Self.maximumCount, Self.maximumCount, Int64(MemoryBudget.maximumCount))
    var instance = wasmtime_instance_t()
    var trap: OpaquePointer?
    let externs = imports.map(\.raw)
    context.beginCall()
    let error = wasmtime_instance_new(context.raw, module.handle, externs, externs.count, &instance, &trap)
    context.endCall()
    if error != nil || trap != nil { throw context.failure(error, trap, .linking) }
    let made = Instance(raw: instance)
    budget.found(module.memoryExports.compactMap { made.export($0, in: self)?.memory })
    return made
  }

  /// Of instances, and of tables, in a store.
  private static let maximumCount: Int64 = 1 << 12

  /// Runs `body` as one call: everything in it happens before one deadline.
  public func asOneCall<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    context.beginCall()
    defer { context.endCall() }
    return try body()
  }

  /// Calls `function`. `values` holds the arguments and then the results, and has room for whichever are more.
  public func call(_ function: Function, _ values: UnsafeMutableBufferPointer<RawValue>) throws(WebAssemblyError) {
    var nothing = RawValue()
    try asOneCall { () throws(WebAssemblyError) in
      try withUnsafeMutablePointer(to: &nothing) { (nothing) throws(WebAssemblyError) in
        try Pinned.temporarily(function) { (function) throws(WebAssemblyError) in
          guard context.call(function, values.baseAddress ?? nothing, count: values.count) else { throw context.failure() }
        }
      }
    }
  }

  /// Makes a function that guests can import. `body` gets the raw arguments and leaves the raw results in the same place;
  /// what it throws comes out of the `call` that led to it, with code `.host`.
  public func function(_ type: FunctionType, _ body: @escaping (UnsafeMutableBufferPointer<RawValue>) throws -> Void) -> Function {
    let raw = type.withHandle { handle in
      var function = wasmtime_func_t()
      let host = Unmanaged.passRetained(HostFunction(context: context, body: body)).toOpaque()
      wasmtime_func_new_unchecked(context.raw, handle, { environment, _, values, count in
        Unmanaged<HostFunction>.fromOpaque(environment!)._withUnsafeGuaranteedRef { $0.run(UnsafeMutableRawPointer(values), count) }
      }, host, { Unmanaged<HostFunction>.fromOpaque($0!).release() }, &function)
      return function
    }
    return Function(raw: raw)
  }
}

/// A host function's closure, kept by the store.
private final class HostFunction {
  private let context: StoreContext
  private let body: (UnsafeMutableBufferPointer<RawValue>) throws -> Void

  init(context: StoreContext, body: @escaping (UnsafeMutableBufferPointer<RawValue>) throws -> Void) {
    self.context = context
    self.body = body
  }

  /// Nil, or the trap that unwinds the guest.
  func run(_ values: UnsafeMutableRawPointer?, _ count: Int) -> OpaquePointer? {
    do {
      try body(UnsafeMutableBufferPointer(start: values?.assumingMemoryBound(to: RawValue.self), count: count))
      return nil
    } catch {
      context.note(error)
      return wasmtime_trap_new("host", 4)
    }
  }
}
