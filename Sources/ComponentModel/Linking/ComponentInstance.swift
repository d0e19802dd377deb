public import WebAssembly

/// An instantiated component: its exports, callable from the thread that its store belongs to.
public final class ComponentInstance {
  public let store: Store
  private let exports: [String: ComponentItem]
  /// The instance and those nested in it. Lifted functions refer to them without owning them.
  private let states: [InstanceState]
  private let memories: [Memory]

  init(store: Store, exports: [String: ComponentItem], states: [InstanceState], memories: [Memory]) {
    self.store = store
    self.exports = exports
    self.states = states
    self.memories = memories
  }

  /// The function `name` of the exported interface `interface`.
  public func function(_ interface: String, _ name: String) -> LiftedFunction? {
    guard case .instance(let items)? = exports[interface], case .function(.lifted(let function))? = items[name] else { return nil }
    return function
  }

  /// The function that the component exports under `name` itself.
  public func function(_ name: String) -> LiftedFunction? {
    guard case .function(.lifted(let function))? = exports[name] else { return nil }
    return function
  }

  /// The size of the largest linear memory, in bytes.
  public var memorySize: Int { memories.map { $0.count(in: store) }.max() ?? 0 }

  /// How many handles the guest holds. One that grows from call to call is a leak of the guest's.
  public var handleCount: Int { states.reduce(0) { $0 + $1.handles.count } }
}

/// An item of a component's index spaces at run time.
enum ComponentItem {
  case function(ComponentFunction)
  case instance([String: ComponentItem])
  case coreModule(Module)
  /// Types have no run-time part: the scope keeps them.
  case type
}

enum ComponentFunction {
  case host(HostFunction)
  /// Linked, but not there: calling it fails with the message.
  case unavailable(String)
  case lifted(LiftedFunction)
}
