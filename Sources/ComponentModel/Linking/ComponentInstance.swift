public import WebAssembly

/// An instantiated component: its exports, callable from the thread that its store belongs to.
public final class ComponentInstance {
  public let store: Store
  /// The exports with their types.
  public let type: InstanceType
  let exports: [String: ComponentItem]
  /// The instance and those nested in it.
  private let states: [InstanceState]
  private let memories: [Memory]
  /// The instances that this one imports from, and may call.
  private let providers: [ComponentInstance]

  init(store: Store, type: InstanceType, exports: [String: ComponentItem], states: [InstanceState], memories: [Memory], providers: [ComponentInstance]) {
    self.store = store
    self.type = type
    self.exports = exports
    self.states = states
    self.memories = memories
    self.providers = providers
  }

  /// The function `name` of the exported interface `interface`.
  public func function(_ interface: String, _ name: String) -> LiftedFunction? {
    guard case .instance(let items)? = exports[interface], case .function(.lifted(let function))? = items[name] else { return nil }
    return LiftedFunction(function, self)
  }

  /// The function that the component exports under `name` itself.
  public func function(_ name: String) -> LiftedFunction? {
    guard case .function(.lifted(let function))? = exports[name] else { return nil }
    return LiftedFunction(function, self)
  }

  /// Ends the life of a resource that a call returned as ``Value/own(_:)`` and that was not passed on. Runs the guest's destructor, if it has one.
  public func drop(_ resource: Resource) throws(ComponentError) {
    if case .guest(let representation, let resource) = resource.content { try InstanceState.destroy(representation, resource, from: nil) }
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
  case component(ComponentClosure)
  case coreModule(CoreModuleValue)
  /// Types have no run-time part: the scope keeps them.
  case type
}

/// A component as a value: its definition, and where that was found, for aliases that reach out of it.
struct ComponentClosure {
  let component: Component
  let environment: Environment
}

/// A compiled core module as a value.
struct CoreModuleValue {
  let module: Module
  /// Read when it is asked for: most modules never leave their component.
  let type: () throws(ComponentError) -> CoreModuleType
}

enum ComponentFunction {
  case host(HostFunction)
  /// Linked, but not there: calling it fails with the message.
  case unavailable(String)
  case lifted(GuestFunction)
}
