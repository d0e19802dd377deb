public import WebAssembly

extension CompiledComponent {
  /// Makes an instance in `store`, its imports served by `imports`.
  ///
  /// Throws `.missingImport` or `.typeMismatch` naming the import, before any guest code has run; `.trap` if a core module's start function fails.
  public func instantiate(imports: HostImports, in store: Store) throws(ComponentError) -> ComponentInstance {
    let instantiation = Instantiation(component: self, imports: imports, store: store)
    let environment = Environment(parent: nil, scope: TypeScope(), store: store)
    try instantiation.evaluate(file.component, in: environment, arguments: nil)
    return ComponentInstance(store: store, exports: environment.exports, states: instantiation.states, memories: instantiation.memories)
  }
}

/// One instantiation: evaluates definitions in the order of the file, as Explainer.md describes.
private final class Instantiation {
  let component: CompiledComponent
  let imports: HostImports
  let store: Store
  var states: [InstanceState] = []
  var memories: [Memory] = []

  init(component: CompiledComponent, imports: HostImports, store: Store) {
    self.component = component
    self.imports = imports
    self.store = store
  }

  /// `arguments` is nil for the outermost component, whose imports the host serves.
  func evaluate(_ component: Component, in environment: Environment, arguments: [String: (ExternType, ComponentItem)]?) throws(ComponentError) {
    states.append(environment.state)
    for (definition, offset) in zip(component.definitions, component.definitionOffsets) {
      do {
        try evaluate(definition, at: offset, in: environment, arguments)
      } catch {
        guard error.byteOffset == nil, error.code == .malformed || error.code == .unsupported else { throw error }
        throw ComponentError(error.code, at: offset, error.message)
      }
    }
  }

  private func evaluate(
    _ definition: Definition, at offset: Int, in environment: Environment, _ arguments: [String: (ExternType, ComponentItem)]?
  ) throws(ComponentError) {
    switch definition {
    case .import(let item):
      try bind(item, at: offset, in: environment, arguments)
      return
    case .instance(.instantiate(let component, let items)):
      try instantiate(component, items, in: environment)
      return
    default: try environment.scope.define(definition, at: offset)
    }
    switch definition {
    case .coreModule(let slice): environment.coreModules.append(try component.module(slice))
    case .coreInstance(let instance): environment.coreInstances.append(try make(instance, in: environment))
    case .instance(.inline(let items)):
      var exports: [String: ComponentItem] = [:]
      for item in items { exports[item.name] = try environment.item(item.sort, item.index) }
      environment.instances.append(exports)
    case .alias(let alias): try define(alias, in: environment)
    case .type(.resource(let destructor)):
      if let destructor, case .resource(let type)? = environment.scope.types.last {
        environment.destructors[type] = try environment.item(environment.coreFunctions, destructor, .core(.function))
      }
    case .canonical(let canonical): try define(canonical, in: environment)
    case .export(let export):
      guard export.sort != .component else { break }
      let item = try environment.item(export.sort, export.index)
      environment.exports[export.name] = item
      environment.append(item)
    case .coreType, .component, .type, .import, .instance: break
    }
  }

  // MARK: Imports

  private func bind(_ item: Import, at offset: Int, in environment: Environment, _ arguments: [String: (ExternType, ComponentItem)]?) throws(ComponentError) {
    if let arguments {
      guard let (type, value) = arguments[item.name] else { throw ComponentError(.linking, "a component is instantiated without its import `\(item.name)`") }
      try environment.scope.bind(item, to: ExternOffer(type), at: offset)
      environment.append(value)
      return
    }
    let type = try environment.scope.bind(item, to: try imports.offer(for: item), at: offset)
    guard case .instance(let exports) = type, let interface = imports[item.name] else {
      environment.append(.type)
      return
    }
    environment.instances.append(interface.items(exports))
  }

  // MARK: Instances

  private func instantiate(_ index: Int, _ items: [Instance.Item], in environment: Environment) throws(ComponentError) {
    guard case .definition(let nested, let depth) = try environment.scope.lookUp(environment.scope.components, index, .component) else {
      throw ComponentError(.unsupported, "a component that imports other components is not supported")
    }
    var arguments: [String: (ExternType, ComponentItem)] = [:]
    for item in items { arguments[item.name] = (try environment.scope.extern(item.sort, at: item.index), try environment.item(item.sort, item.index)) }
    let parent = try environment.enclosing(depth)
    let child = Environment(parent: parent, scope: TypeScope(parent: parent.scope), store: store)
    try environment.scope.budget.descend { () throws(ComponentError) in try evaluate(nested, in: child, arguments: arguments) }
    environment.scope.appendInstance(child.scope.instanceType)
    environment.instances.append(child.exports)
  }

  private func make(_ instance: CoreInstance, in environment: Environment) throws(ComponentError) -> CoreInstanceValue {
    switch instance {
    case .inline(let items):
      var exports: [String: Extern] = [:]
      for item in items { exports[item.name] = try environment.coreItem(item.sort, item.index) }
      return .inline(exports)
    case .instantiate(let index, let arguments):
      let module = try environment.item(environment.coreModules, index, .core(.module))
      var providers: [String: CoreInstanceValue] = [:]
      for argument in arguments { providers[argument.name] = try environment.item(environment.coreInstances, argument.instance, .core(.instance)) }
      var externs: [Extern] = []
      for wanted in module.imports {
        guard let extern = providers[wanted.module]?.export(wanted.name, in: store) else {
          throw ComponentError(.linking, "a core module imports `\(wanted.name)` from `\(wanted.module)`, which the component does not pass to it")
        }
        externs.append(extern)
      }
      do {
        return .instance(try store.instantiate(module, imports: externs))
      } catch {
        throw ComponentError(error)
      }
    }
  }

  private func define(_ alias: Alias, in environment: Environment) throws(ComponentError) {
    switch alias {
    case .coreExport(let sort, let index, let name):
      guard let extern = try environment.item(environment.coreInstances, index, .core(.instance)).export(name, in: store) else {
        throw ComponentError(.malformed, "core instance \(index) has no export `\(name)`")
      }
      try environment.append(extern, sort, name)
      if let memory = extern.memory { memories.append(memory) }
    case .export(let sort, let index, let name):
      guard sort != .type else { return }
      guard let item = try environment.item(environment.instances, index, .instance)[name] else {
        throw ComponentError(.malformed, "instance \(index) has no export `\(name)`")
      }
      environment.append(item)
    case .outer(.core(.module), let count, let index):
      let outer = try environment.enclosing(count)
      environment.coreModules.append(try outer.item(outer.coreModules, index, .core(.module)))
    case .outer: break
    }
  }

  // MARK: Canonical functions

  private func define(_ canonical: CanonicalDefinition, in environment: Environment) throws(ComponentError) {
    let state = environment.state
    switch canonical {
    case .lift(let core, let options, let index):
      environment.functions.append(.lifted(try lift(core, options, try environment.scope.functionType(at: index), in: environment)))
    case .lower(let index, let options):
      let type = try environment.scope.lookUp(environment.scope.functions, index, .function)
      environment.coreFunctions.append(try lower(try environment.item(environment.functions, index, .function), type, options, in: environment))
    case .resourceNew(let index):
      let type = try environment.scope.resourceType(at: index)
      environment.coreFunctions.append(store.function(.init([.i32], [.i32])) { [unowned state] values in
        values[0].u32 = try state.handles.insert(.init(type: type, content: .guest(values[0].u32), isOwn: true))
      })
    case .resourceRep(let index):
      let type = try environment.scope.resourceType(at: index)
      environment.coreFunctions.append(store.function(.init([.i32], [.i32])) { [unowned state] values in
        guard case .guest(let representation) = try state.handles.entry(values[0].u32, type).content else { return }
        values[0].u32 = representation
      })
    case .resourceDrop(let index):
      let type = try environment.scope.resourceType(at: index)
      environment.coreFunctions.append(drop(type, environment.destructors[type], state))
    }
  }

  private func drop(_ type: ResourceType, _ destructor: Function?, _ state: InstanceState) -> Function {
    store.function(.init([.i32], [])) { [unowned state] values in
      try state.checkMayLeave()
      let entry = try state.handles.remove(values[0].u32, type)
      guard entry.isOwn else {
        state.handles.openBorrows -= 1
        return
      }
      guard case .guest(let representation) = entry.content, let destructor else { return }
      try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: 1) { arguments in
        arguments.initialize(repeating: RawValue(representation))
        try state.store.callTranslated(destructor, arguments)
      }
    }
  }

  private func lift(_ core: Int, _ options: CanonicalOptions, _ type: FunctionType, in environment: Environment) throws(ComponentError) -> LiftedFunction {
    let function = try environment.item(environment.coreFunctions, core, .core(.function))
    let layout = try FunctionLayout(type)
    try check(function, layout.liftedCoreType, "the core function of a lifted function")
    let context = try context(options, in: environment)
    var postReturn: Function?
    if let index = options.postReturn {
      let function = try environment.item(environment.coreFunctions, index, .core(.function))
      try check(function, CoreFunctionType(parameters: layout.liftedCoreType.results, results: []), "a post-return function")
      postReturn = function
    }
    return try LiftedFunction(type: type, function: function, postReturn: postReturn, context: context)
  }

  private func lower(_ function: ComponentFunction, _ type: FunctionType, _ options: CanonicalOptions, in environment: Environment) throws(ComponentError) -> Function {
    let layout = try FunctionLayout(type)
    let context = try context(options, in: environment)
    guard let coreType = WebAssembly.FunctionType(layout.loweredCoreType) else { throw ComponentError(.unsupported, "a function of type \(type) cannot be lowered") }
    switch function {
    case .host(let host):
      let body = host.lowered(context, layout)
      return store.function(coreType) { values in
        try context.instance.checkMayLeave()
        try body(values)
      }
    case .unavailable(let message): return store.function(coreType) { _ in throw ComponentError(.host, message) }
    case .lifted:
      throw ComponentError(.unsupported, "the component calls from one of its nested components into another, which is not supported yet")
    }
  }

  private func context(_ options: CanonicalOptions, in environment: Environment) throws(ComponentError) -> CanonicalContext {
    guard options.stringEncoding == .utf8 else { throw ComponentError(.unsupported, "the component passes strings in another encoding than UTF-8, which is not supported yet") }
    var memory: Memory?, realloc: Function?
    if let index = options.memory { memory = try environment.item(environment.coreMemories, index, .core(.memory)) }
    if let index = options.realloc {
      let function = try environment.item(environment.coreFunctions, index, .core(.function))
      try check(function, CoreFunctionType(parameters: [.i32, .i32, .i32, .i32], results: [.i32]), "a realloc function")
      realloc = function
    }
    return CanonicalContext(instance: environment.state, store: store, memory: memory, realloc: realloc)
  }

  /// Core functions are called without checks by wasmtime, so their types are checked here, once.
  private func check(_ function: Function, _ expected: CoreFunctionType, _ what: String) throws(ComponentError) {
    guard let type = function.type(in: store), type == WebAssembly.FunctionType(expected) else {
      let found = function.type(in: store).map { "\($0)" } ?? "a type with other values than numbers"
      throw ComponentError(.malformed, "\(what) has the type \(found), but the canonical ABI wants \(WebAssembly.FunctionType(expected).map { "\($0)" } ?? "numbers")")
    }
  }
}

extension WebAssembly.FunctionType {
  init?(_ type: CoreFunctionType) {
    func numbers(_ types: [CoreValueType]) -> [CoreType]? {
      var numbers: [CoreType] = []
      for type in types {
        switch type {
        case .i32: numbers.append(.i32)
        case .i64: numbers.append(.i64)
        case .f32: numbers.append(.f32)
        case .f64: numbers.append(.f64)
        case .v128, .funcref, .externref: return nil
        }
      }
      return numbers
    }
    guard let parameters = numbers(type.parameters), let results = numbers(type.results) else { return nil }
    self.init(parameters, results)
  }
}
