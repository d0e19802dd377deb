internal import WebAssembly

/// What the canonical ABI keeps per component instance: its handles and the flags that guard entry and exit.
/// Source: CanonicalABI.md, "Component Instances".
@usableFromInline
final class InstanceState {
  let store: StoreContext
  /// The instance that this one is nested in.
  private let parent: InstanceState?
  private let root: Root
  let handles: HandleTable
  /// False while the guest must not call out: in realloc and in post-return.
  var mayLeave = true
  /// False while a call into the instance is in progress, while it is being instantiated, and after a call failed.
  var mayEnter = false

  init(store: StoreContext, parent: InstanceState?) {
    self.store = store
    self.parent = parent
    root = parent?.root ?? Root()
    handles = HandleTable(quota: root.handles)
  }

  /// Begins a call into the instance, from `caller` or, where that is nil, from the host. All that runs until it ends shares one deadline.
  @inline(__always)
  func enter(from caller: InstanceState?) throws(ComponentError) {
    if caller == nil, parent == nil, mayEnter { mayEnter = false } else { try enterAll(from: caller) }
    store.beginCall()
  }

  /// Ends a call.
  @inline(__always)
  func leave(from caller: InstanceState?) {
    store.endCall()
    if caller == nil, parent == nil { mayEnter = true } else { setMayEnter(true, from: caller) }
  }

  /// Ends a call that failed, and with it the life of the whole component instance: its memories may be in any state.
  func fail(_ error: ComponentError, from caller: InstanceState?) {
    store.endCall()
    root.poison = error
  }

  /// Enters the instance and those around it.
  @inline(never)
  private func enterAll(from caller: InstanceState?) throws(ComponentError) {
    try checkMayEnter(from: caller)
    setMayEnter(false, from: caller)
  }

  private func checkMayEnter(from caller: InstanceState?) throws(ComponentError) {
    guard root.poison == nil else { throw refusal }
    var instance: InstanceState? = self
    while let entered = instance, caller == nil || !entered.contains(caller) {
      guard entered.mayEnter else { throw refusal }
      instance = entered.parent
    }
  }

  /// Entering an instance enters those around it too, but for those that the caller is in already.
  @inline(never)
  private func setMayEnter(_ value: Bool, from caller: InstanceState?) {
    var instance: InstanceState? = self
    while let entered = instance, caller == nil || !entered.contains(caller) {
      entered.mayEnter = value
      instance = entered.parent
    }
  }

  /// Why the instance cannot be entered.
  private var refusal: ComponentError {
    if let poison = root.poison {
      return ComponentError(.trap, "the component instance was discarded after an earlier failure: \(poison.message)")
    }
    return ComponentError(.reentrance, "cannot enter component instance: it is already running, or still being instantiated")
  }

  /// Whether `other` is this instance or nested in it.
  func contains(_ other: InstanceState?) -> Bool {
    var instance = other
    while let inner = instance {
      if inner === self { return true }
      instance = inner.parent
    }
    return false
  }

  func checkMayLeave() throws(ComponentError) {
    guard mayLeave else { throw ComponentError(.canonicalABI, "cannot leave component instance: the guest called an import from its realloc or post-return function") }
  }

  /// Serves a guest that drops a handle.
  func drop(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) {
    try checkMayLeave()
    if let (representation, resource) = try handles.drop(handle, type) { try Self.destroy(representation, resource, from: self) }
  }

  /// Ends the life of a guest's resource that nobody holds any more. `caller` is nil for the host.
  static func destroy(_ representation: UInt32, _ resource: GuestResource, from caller: InstanceState?) throws(ComponentError) {
    guard let destructor = resource.destructor else { return }
    guard let owner = resource.instance else { throw ComponentError(.canonicalABI, "a resource was dropped after the instance that implements it") }
    if owner !== caller { try owner.enter(from: caller) }
    do throws(ComponentError) {
      var argument = RawValue(representation)
      try withUnsafeMutablePointer(to: &argument) { (argument) throws(ComponentError) in
        try Pinned.temporarily(destructor) { (destructor) throws(ComponentError) in try owner.store.callTranslated(destructor, argument, count: 1) }
      }
    } catch {
      if owner !== caller { owner.fail(error, from: caller) }
      throw error
    }
    if owner !== caller { owner.leave(from: caller) }
  }

  /// What an instance shares with all that are nested in it.
  private final class Root {
    /// Why no more calls are possible; set by the first failure.
    var poison: ComponentError?
    let handles = HandleQuota()
  }
}

extension StoreContext {
  /// `call` with this target's error. A component error that a host function threw comes out as it was.
  @inline(__always)
  func callTranslated(_ function: Pinned<Function>, _ values: UnsafeMutablePointer<RawValue>, count: Int) throws(ComponentError) {
    guard call(function, values, count: count) else { throw translatedFailure() }
  }

  @inline(never)
  private func translatedFailure() -> ComponentError { ComponentError(failure()) }
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
    case .limit: self.init(.limitExceeded, error.message)
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
  /// A call would have entered a component instance that is already running.
  public static let reentrance = Self(rawValue: "reentrance")
}
