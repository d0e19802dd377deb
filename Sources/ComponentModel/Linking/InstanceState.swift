internal import WebAssembly

/// What the canonical ABI keeps per component instance: its handles and the flags that guard entry and exit.
final class InstanceState {
  let store: Store
  var handles = HandleTable()
  /// False while the guest must not call out: in realloc and in post-return.
  var mayLeave = true
  /// Why no more calls are possible; set by the first trap.
  var poison: ComponentError?
  private var isEntered = false

  init(store: Store) { self.store = store }

  /// Runs `body` as a call into the instance. Any failure discards the instance: its memory may be in any state.
  func enter<R>(_ body: () throws(ComponentError) -> R) throws(ComponentError) -> R {
    if let poison {
      throw ComponentError(.trap, "the component instance was discarded after an earlier failure: \(poison.message)")
    }
    guard !isEntered else { throw ComponentError(.canonicalABI, "the component instance was called while it was already running") }
    isEntered = true
    defer { isEntered = false }
    do throws(ComponentError) {
      return try body()
    } catch {
      poison = error
      throw error
    }
  }

  func checkMayLeave() throws(ComponentError) {
    guard mayLeave else { throw ComponentError(.canonicalABI, "the guest called an import from its realloc or post-return function") }
  }

  func callRealloc(_ realloc: Function, count: Int, alignment: Int) throws(ComponentError) -> Int {
    let before = mayLeave
    mayLeave = false
    defer { mayLeave = before }
    return try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: 4) { (values) throws(ComponentError) in
      values.initialize(repeating: RawValue())
      values[2].u32 = UInt32(alignment)
      values[3].u32 = UInt32(truncatingIfNeeded: count)
      try store.callTranslated(realloc, values)
      return Int(values[0].u32)
    }
  }
}

extension Store {
  /// `call` with this target's error. A component error that a host function threw comes out as it was.
  func callTranslated(_ function: Function, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) {
    do {
      try call(function, values)
    } catch {
      throw ComponentError(error)
    }
  }
}

extension ComponentError {
  init(_ error: WebAssemblyError) {
    if let component = error.underlying as? ComponentError {
      self = component
      return
    }
    let trace = error.trace.isEmpty ? "" : " (in \(error.trace.prefix(4).joined(separator: " ← ")))"
    switch error.code {
    case .deadline: self.init(.deadline, error.message + trace)
    case .linking, .invalidModule, .version, .memory: self.init(.linking, error.message)
    case .host: self.init(.host, error.message)
    default: self.init(.trap, "\(error.message)\(trace)")
    }
  }
}

extension ComponentError.Code {
  /// The guest ran past the time limit of its call.
  public static let deadline = Self(rawValue: "deadline")
  /// A host function failed for a reason of the host's.
  public static let host = Self(rawValue: "host")
}
