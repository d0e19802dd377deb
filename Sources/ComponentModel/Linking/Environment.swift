internal import WebAssembly

/// The index spaces of one component while it is instantiated: the run-time values beside the types that `scope` keeps.
final class Environment {
  let parent: Environment?
  let scope: TypeScope
  let state: InstanceState
  var functions: [ComponentFunction] = []
  var instances: [[String: ComponentItem]] = []
  var components: [ComponentDefinition] = []
  var coreModules: [CoreModuleValue] = []
  var coreInstances: [CoreInstanceValue] = []
  var coreFunctions: [Function] = []
  var coreMemories: [Memory] = []
  var coreTables: [Extern] = []
  var coreGlobals: [Extern] = []
  var coreTags: [Extern] = []
  var exports: [String: ComponentItem] = [:]
  /// The resource types that the component defines.
  var resources: [ResourceType: GuestResource] = [:]

  /// `parent` is the environment around the component's definition, `instantiator` the instance that makes this one.
  init(parent: Environment?, instantiator: InstanceState?, store: Store) {
    self.parent = parent
    scope = TypeScope(parent: parent?.scope)
    state = InstanceState(store: store.context, parent: instantiator)
  }

  /// Lets go of everything: components among the items refer back to the environments they come from.
  func clear() {
    components = []
    instances = []
    exports = [:]
  }

  func enclosing(_ count: Int) throws(ComponentError) -> Environment {
    var environment = self
    for _ in 0..<count {
      guard let outer = environment.parent else { throw ComponentError(.malformed, "an alias reaches \(count) scopes out, which is more than there are") }
      environment = outer
    }
    return environment
  }

  /// The item at `index` of a space, which hostile files may get wrong.
  func item<T>(_ space: [T], _ index: Int, _ sort: Sort) throws(ComponentError) -> T {
    guard space.indices.contains(index) else { throw ComponentError(.malformed, "\(sort) \(index) does not exist: \(space.count) are defined before this point") }
    return space[index]
  }

  func item(_ sort: Sort, _ index: Int) throws(ComponentError) -> ComponentItem {
    switch sort {
    case .function: .function(try item(functions, index, sort))
    case .instance: .instance(try item(instances, index, sort))
    case .core(.module): .coreModule(try item(coreModules, index, sort))
    case .type: .type
    case .component: .component(try component(index))
    case .core: throw ComponentError(.malformed, "a \(sort) cannot leave a component")
    }
  }

  func component(_ index: Int) throws(ComponentError) -> ComponentClosure {
    switch try item(components, index, .component) {
    case .own(let component): ComponentClosure(component: component, environment: self)
    case .other(let closure): closure
    }
  }

  func append(_ item: ComponentItem) {
    switch item {
    case .function(let function): functions.append(function)
    case .instance(let items): instances.append(items)
    case .component(let closure): components.append(.other(closure))
    case .coreModule(let module): coreModules.append(module)
    case .type: break
    }
  }

  func coreItem(_ sort: CoreSort, _ index: Int) throws(ComponentError) -> Extern {
    switch sort {
    case .function: Extern(try item(coreFunctions, index, .core(sort)))
    case .memory: Extern(try item(coreMemories, index, .core(sort)))
    case .table: try item(coreTables, index, .core(sort))
    case .global: try item(coreGlobals, index, .core(sort))
    case .tag: try item(coreTags, index, .core(sort))
    case .type, .module, .instance: throw ComponentError(.malformed, "a core instance cannot export a \(sort)")
    }
  }

  func append(_ extern: Extern, _ sort: CoreSort, _ name: String) throws(ComponentError) {
    switch (sort, extern.function, extern.memory) {
    case (.function, let function?, _): coreFunctions.append(function)
    case (.memory, _, let memory?): coreMemories.append(memory)
    case (.table, nil, nil) where extern.kind == "table": coreTables.append(extern)
    case (.global, nil, nil) where extern.kind == "global": coreGlobals.append(extern)
    case (.tag, nil, nil) where extern.kind == "tag": coreTags.append(extern)
    default: throw ComponentError(.malformed, "the core export `\(name)` is a \(extern.kind), not a \(sort)")
    }
  }
}

/// An item of the component index space.
enum ComponentDefinition {
  case own(Component)
  /// Imported, aliased or exported by an instance.
  case other(ComponentClosure)
}

/// A core instance: a real one, or items bundled under names.
enum CoreInstanceValue {
  case instance(WebAssembly.Instance)
  case inline([String: Extern])

  func export(_ name: String, in store: Store) -> Extern? {
    switch self {
    case .instance(let instance): instance.export(name, in: store)
    case .inline(let items): items[name]
    }
  }
}
