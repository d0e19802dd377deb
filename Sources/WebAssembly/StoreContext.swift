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
  package func call(_ function: Function, _ values: UnsafeMutableBufferPointer<RawValue>) throws(WebAssemblyError) {
    checkThread()
    var function = function.raw, trap: OpaquePointer?
    // wasmtime wants a non-null pointer even where there is nothing to pass.
    var nothing = wasmtime_val_raw_t()
    beginCall()
    let error = withUnsafeMutablePointer(to: &nothing) { spare in
      let storage = values.baseAddress.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: wasmtime_val_raw_t.self) } ?? spare
      return wasmtime_func_call_unchecked(raw, &function, storage, values.count, &trap)
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

  /// The bytes of a memory. They move whenever the guest runs.
  package func bytes(of memory: Memory) -> UnsafeMutableRawBufferPointer {
    var memory = memory.raw
    let base = wasmtime_memory_data(raw, &memory)
    return UnsafeMutableRawBufferPointer(start: base, count: wasmtime_memory_data_size(raw, &memory))
  }

  func checkThread() {
    #if DEBUG
    let current = pthread_self()
    assert(pthread_equal(state.pointee.owner ?? current, current) != 0, "a WebAssembly store is used by a second thread")
    state.pointee.owner = current
    #endif
  }
}
