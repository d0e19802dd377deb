public import CWasmtime
#if canImport(Glibc)
internal import Glibc
#endif
public import struct Synchronization.Atomic

/// A store as calls of its guests need it: for host functions and the like, which the store owns and which therefore cannot hold it.
///
/// It is valid as long as somebody holds the ``Store``, and keeps nothing alive itself. Following a counted reference at every step of a call
/// would take longer than the call.
public struct StoreContext {
  @usableFromInline struct State {
    @usableFromInline let limits: StoreLimits
    /// How often the engine's epoch has advanced.
    @usableFromInline let ticks: UnsafePointer<Atomic<UInt64>>
    /// How many ticks a call may take.
    @usableFromInline let allowedTicks: UInt64
    /// When wasmtime was last told the deadline.
    @usableFromInline var startTick: UInt64 = 0
    /// How many calls are in progress, one within the other.
    @usableFromInline var depth = 0
    /// Where wasmtime puts the trap of a call; null between calls.
    @usableFromInline let trap: UnsafeMutablePointer<OpaquePointer?>
    /// What the latest call failed with, if it was no trap.
    @usableFromInline var error: OpaquePointer?
    /// What a host function threw, on its way through the guest's frames.
    var thrown: (any Error)?
    #if DEBUG
    var owner: pthread_t?
    #endif
  }

  @usableFromInline let raw: OpaquePointer
  @usableFromInline let state: UnsafeMutablePointer<State>

  init(_ raw: OpaquePointer, _ limits: StoreLimits, _ engine: Engine) {
    self.raw = raw
    let allowedTicks = limits.callMilliseconds == 0 ? .max / 2 : Engine.ticks(milliseconds: limits.callMilliseconds)
    state = .allocate(capacity: 1)
    let trap = UnsafeMutablePointer<OpaquePointer?>.allocate(capacity: 1)
    trap.initialize(to: nil)
    state.initialize(to: State(limits: limits, ticks: engine.ticks, allowedTicks: allowedTicks, trap: trap))
    setDeadline(state.pointee.ticks.pointee.load(ordering: .relaxed))
  }

  /// To be called by the store when it is no more.
  func delete() {
    state.pointee.trap.deallocate()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  @inlinable public var limits: StoreLimits { state.pointee.limits }

  // MARK: Deadlines

  /// Everything until ``endCall()`` happens before one deadline, which the outermost of calls in one another sets.
  @inlinable public func beginCall() {
    if state.pointee.depth == 0 {
      // The deadline is told in ticks from now, so that a tick has to pass before it needs to be told again.
      let now = state.pointee.ticks.pointee.load(ordering: .relaxed)
      if now != state.pointee.startTick { setDeadline(now) }
    }
    state.pointee.depth &+= 1
  }

  @inlinable public func endCall() { state.pointee.depth &-= 1 }

  @usableFromInline func setDeadline(_ now: UInt64) {
    state.pointee.startTick = now
    wasmtime_context_set_epoch_deadline(raw, state.pointee.allowedTicks)
  }

  /// How long the call in progress may still take, in nanoseconds, for host functions that wait; as exact as a tick.
  public var timeLeft: UInt64 {
    guard limits.callMilliseconds > 0 else { return .max }
    let passed = state.pointee.ticks.pointee.load(ordering: .relaxed) - state.pointee.startTick
    let left = state.pointee.allowedTicks - min(passed, state.pointee.allowedTicks)
    return left.multipliedReportingOverflow(by: Engine.tickMilliseconds * 1_000_000).partialValue
  }

  // MARK: Calls

  /// Calls `function`, within ``beginCall()`` and ``endCall()``. `values` holds the arguments and then the results: `count`, whichever are more.
  /// Not null, even where there are none.
  ///
  /// - Returns: false if the call failed; ``failure()`` says why.
  @inlinable public func call(_ function: Pinned<Function>, _ values: UnsafeMutablePointer<RawValue>, count: Int) -> Bool {
    #if DEBUG
    checkThread()
    #endif
    let values = UnsafeMutableRawPointer(values).assumingMemoryBound(to: wasmtime_val_raw_t.self), trap = state.pointee.trap
    let error = wasmtime_func_call_unchecked(raw, function.raw, values, count, trap)
    if error == nil, trap.pointee == nil { return true }
    state.pointee.error = error
    return false
  }

  /// Why the latest call failed. To be asked for once.
  public func failure() -> WebAssemblyError {
    let (error, trap) = (state.pointee.error, state.pointee.trap.pointee)
    (state.pointee.error, state.pointee.trap.pointee) = (nil, nil)
    return failure(error, trap, .trap)
  }

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

  @usableFromInline func checkThread() {
    #if DEBUG
    let current = pthread_self()
    assert(pthread_equal(state.pointee.owner ?? current, current) != 0, "a WebAssembly store is used by a second thread")
    state.pointee.owner = current
    #endif
  }

  // MARK: Memories

  /// The bytes of a memory. It grows when the guest makes it grow, but neither moves nor shrinks: the engine reserves address space for all that
  /// it may become.
  public func bytes(of memory: Pinned<Memory>) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: wasmtime_memory_data(raw, memory.raw), count: wasmtime_memory_data_size(raw, memory.raw))
  }
}

/// A function or a memory at an address of its own, for wasmtime to read: reading what has just been copied would make the processor wait.
/// Whoever makes it deletes it.
public struct Pinned<Value> {
  @usableFromInline let pointer: UnsafeMutablePointer<Value>

  public init(_ value: Value) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: value)
  }

  public func delete() {
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }

  private init(pointer: UnsafeMutablePointer<Value>) { self.pointer = pointer }

  /// Runs `body` with a value that is pinned meanwhile.
  public static func temporarily<R, E: Error>(_ value: Value, _ body: (Pinned) throws(E) -> R) throws(E) -> R {
    var value = value
    return try withUnsafeMutablePointer(to: &value) { (pointer) throws(E) in try body(Pinned(pointer: pointer)) }
  }
}

extension Pinned<Function> {
  @inlinable var raw: UnsafeMutablePointer<wasmtime_func_t> { UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: wasmtime_func_t.self) }
}

extension Pinned<Memory> {
  var raw: UnsafeMutablePointer<wasmtime_memory_t> { UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: wasmtime_memory_t.self) }
}
