internal import CWasmtime
#if canImport(Glibc)
internal import Glibc
#endif

/// A store as calls of its guests need it: for host functions and the like, which the store owns and which therefore cannot hold it.
///
/// It is valid as long as somebody holds the ``Store``, and keeps nothing alive itself. Following a counted reference at every step of a call
/// would take longer than the call.
package struct StoreContext {
  @usableFromInline struct State {
    @usableFromInline let limits: StoreLimits
    let deadlineTicks: UInt64
    @usableFromInline var depth = 0
    /// What a host function threw, on its way through the guest's frames.
    var thrown: (any Error)?
    #if DEBUG
    var owner: pthread_t?
    #endif
  }

  let raw: OpaquePointer
  @usableFromInline let state: UnsafeMutablePointer<State>

  init(_ raw: OpaquePointer, _ limits: StoreLimits) {
    self.raw = raw
    let deadlineTicks = limits.callMilliseconds == 0 ? .max / 2 : Engine.ticks(milliseconds: limits.callMilliseconds)
    state = .allocate(capacity: 1)
    state.initialize(to: State(limits: limits, deadlineTicks: deadlineTicks))
    setDeadline()
  }

  /// To be called by the store when it is no more.
  func delete() {
    state.deinitialize(count: 1)
    state.deallocate()
  }

  @inlinable package var limits: StoreLimits { state.pointee.limits }

  /// Everything until ``endCall()`` happens before one deadline, which the outermost of calls in one another sets.
  @inlinable package func beginCall() {
    if state.pointee.depth == 0 { setDeadline() }
    state.pointee.depth += 1
  }

  @usableFromInline func setDeadline() { wasmtime_context_set_epoch_deadline(raw, state.pointee.deadlineTicks) }

  @inlinable package func endCall() { state.pointee.depth -= 1 }

  /// Calls `function`. `values` holds the arguments and then the results, and has room for whichever are more.
  package func call(_ function: Pinned<Function>, _ values: UnsafeMutableBufferPointer<RawValue>) throws(WebAssemblyError) {
    checkThread()
    var trap: OpaquePointer?
    // wasmtime wants a non-null pointer even where there is nothing to pass.
    var nothing = wasmtime_val_raw_t()
    beginCall()
    let error = withUnsafeMutablePointer(to: &nothing) { spare in
      let storage = values.baseAddress.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: wasmtime_val_raw_t.self) } ?? spare
      return wasmtime_func_call_unchecked(raw, function.raw, storage, values.count, &trap)
    }
    endCall()
    if error != nil || trap != nil { throw failure(error, trap, .trap) }
  }

  /// What a call failed with.
  func failure(_ error: OpaquePointer?, _ trap: OpaquePointer?, _ code: WebAssemblyError.Code) -> WebAssemblyError {
    let failure = trap.map { WebAssemblyError(consumingTrap: $0) } ?? WebAssemblyError(code, consuming: error!)
    if let thrown = state.pointee.thrown {
      state.pointee.thrown = nil
      return WebAssemblyError(.host, "\(thrown)", trace: failure.trace, underlying: thrown)
    }
    if failure.code == .deadline {
      return WebAssemblyError(.deadline, "the call took longer than its limit of \(limits.callMilliseconds) ms", trace: failure.trace)
    }
    return failure
  }

  /// Keeps what a host function threw until the call that led to it is over.
  func note(_ error: any Error) { state.pointee.thrown = error }

  /// The size of a memory, in bytes.
  package func count(of memory: Pinned<Memory>) -> Int { wasmtime_memory_data_size(raw, memory.raw) }

  /// The bytes of a memory. They move when it grows, which it may whenever the guest runs.
  package func bytes(of memory: Pinned<Memory>) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: wasmtime_memory_data(raw, memory.raw), count: count(of: memory))
  }

  func checkThread() {
    #if DEBUG
    let current = pthread_self()
    assert(pthread_equal(state.pointee.owner ?? current, current) != 0, "a WebAssembly store is used by a second thread")
    state.pointee.owner = current
    #endif
  }
}

/// A function or a memory at an address of its own, for wasmtime to read: reading what has just been copied would make the processor wait.
/// Whoever makes it deletes it.
package struct Pinned<Value> {
  fileprivate let pointer: UnsafeMutablePointer<Value>

  package init(_ value: Value) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: value)
  }

  package func delete() {
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }

  private init(pointer: UnsafeMutablePointer<Value>) { self.pointer = pointer }

  /// Runs `body` with a value that is pinned meanwhile.
  package static func temporarily<R, E: Error>(_ value: Value, _ body: (Pinned) throws(E) -> R) throws(E) -> R {
    var value = value
    return try withUnsafeMutablePointer(to: &value) { (pointer) throws(E) in try body(Pinned(pointer: pointer)) }
  }
}

extension Pinned<Function> {
  fileprivate var raw: UnsafeMutablePointer<wasmtime_func_t> { UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: wasmtime_func_t.self) }
}

extension Pinned<Memory> {
  fileprivate var raw: UnsafeMutablePointer<wasmtime_memory_t> { UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: wasmtime_memory_t.self) }
}
