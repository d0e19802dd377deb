public import WebAssembly

extension CompiledComponent {
  /// Makes an instance in `store`, its imports served by `imports`.
  ///
  /// Throws `.missingImport` or `.typeMismatch` naming the import, before any guest code has run; `.trap` if a core module's start function fails.
  public func instantiate(imports: HostImports, in store: Store) throws(ComponentError) -> ComponentInstance {
    if file.component.importsAfterRunning, let problem = imports.problems(with: file.component).first { throw problem }
    let instantiation = Instantiation(component: self, imports: imports, store: store)
    defer { instantiation.clear() }
    let environment = try store.asOneCall { () throws(ComponentError) in
      try instantiation.evaluate(file.component, in: nil, by: nil, arguments: nil)
    }
    return ComponentInstance(
      store: store, type: environment.scope.instanceType, exports: environment.exports.mapValues(\.withoutComponents),
      states: instantiation.environments.map(\.state), memories: instantiation.memories, providers: imports.providers)
  }
}

extension Component {
  /// True if guest code may run before the last import is bound. Tools write the imports first.
  fileprivate var importsAfterRunning: Bool {
    let afterwards = definitions.drop { definition in
      switch definition {
      case .coreInstance(.instantiate), .instance(.instantiate): false
      default: true
      }
    }
    return afterwards.contains { if case .import = $0 { true } else { false } }
  }
}

/// One instantiation: evaluates definitions in the order of the file, as Explainer.md describes.
private final class Instantiation {
  let component: CompiledComponent
  let imports: HostImports
  let store: Store
  /// Of the component and of those that it instantiates.
  private(set) var environments: [Environment] = []
  private(set) var memories: [Memory] = []

  init(component: CompiledComponent, imports: HostImports, store: Store) {
    self.component = component
    self.imports = imports
    self.store = store
  }

  func clear() { for environment in environments { environment.clear() } }

  /// Instantiates `component`, which is defined in `parent`. `arguments` is nil for the outermost component, whose imports the host serves.
  func evaluate(
    _ component: Component, in parent: Environment?, by instantiator: InstanceState?, arguments: [String: (ExternType, ComponentItem)]?
  ) throws(ComponentError) -> Environment {
    let environment = Environment(parent: parent, instantiator: instantiator, store: store)
    environments.append(environment)
    for (definition, offset) in zip(component.definitions, component.definitionOffsets) {
      do {
        try evaluate(definition, at: offset, in: environment, arguments)
      } catch {
        guard error.byteOffset == nil, error.code == .malformed || error.code == .unsupported else { throw error }
        throw ComponentError(error.code, at: offset, error.message)
      }
    }
    environment.state.mayEnter = true
    return environment
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
    case .component(let component): environment.components.append(.own(component))
    case .alias(let alias): try define(alias, in: environment)
    case .type(.resource(let destructor)): try defineResource(destructor, in: environment)
    case .canonical(let canonical): try define(canonical, in: environment)
    case .export(let export):
      let item = try environment.item(export.sort, export.index)
      environment.exports[export.name] = item
      environment.append(item)
    case .coreType, .type, .import, .instance: break
    }
  }

  // MARK: Imports

  private func bind(_ item: Import, at offset: Int, in environment: Environment, _ arguments: [String: (ExternType, ComponentItem)]?) throws(ComponentError) {
    if let arguments {
      guard let (type, value) = arguments[item.name] else { throw ComponentError(.linking, "a component is instantiated without its import `\(item.name)`") }
      try environment.scope.bind(item, to: ExternOffer(type), at: offset)
      environment.append(value)
    } else {
      let type = try environment.scope.bind(item, to: try imports.offer(for: item, in: environment.scope), at: offset)
      environment.append(imports.item(for: item.name, type))
    }
  }

  // MARK: Instances

  private func instantiate(_ index: Int, _ items: [Instance.Item], in environment: Environment) throws(ComponentError) {
    let closure = try environment.component(index)
    try environment.scope.chargeInstantiation(items.count)
    var arguments: [String: (ExternType, ComponentItem)] = [:]
    for item in items { arguments[item.name] = (try environment.scope.extern(item.sort, at: item.index), try environment.item(item.sort, item.index)) }
    let child = try environment.scope.budget.descend { () throws(ComponentError) in
      try evaluate(closure.component, in: closure.environment, by: environment.state, arguments: arguments)
    }
    try environment.scope.appendInstance(child.scope.instanceType)
    environment.instances.append(child.exports)
  }

  private func make(_ instance: CoreInstance, in environment: Environment) throws(ComponentError) -> CoreInstanceValue {
    switch instance {
    case .inline(let items):
      var exports: [String: Extern] = [:]
      for item in items { exports[item.name] = try environment.coreItem(item.sort, item.index) }
      return .inline(exports)
    case .instantiate(let index, let arguments):
      let module = try environment.item(environment.coreModules, index, .core(.module)).module
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
    case .outer(let sort, let count, let index):
      guard sort == .component || sort == .core(.module) else { break }
      environment.append(try environment.enclosing(count).item(sort, index))
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
      let resource = try ownResource(type, in: environment)
      environment.coreFunctions.append(store.function(.init([.i32], [.i32])) { values in
        try state.checkMayLeave()
        values[0].u32 = try state.handles.insert(type, .guest(values[0].u32, resource), isOwn: true)
      })
    case .resourceRep(let index):
      let type = try environment.scope.resourceType(at: index)
      _ = try ownResource(type, in: environment)
      environment.coreFunctions.append(store.function(.init([.i32], [.i32])) { values in
        guard case .guest(let representation, _) = try state.handles.content(values[0].u32, type) else { return }
        values[0].u32 = representation
      })
    case .resourceDrop(let index):
      let type = try environment.scope.resourceType(at: index)
      environment.coreFunctions.append(store.function(.init([.i32], [])) { values in try state.drop(values[0].u32, type) })
    }
  }

  private func defineResource(_ destructor: Int?, in environment: Environment) throws(ComponentError) {
    guard case .resource(let type)? = environment.scope.types.last else { return }
    var function: Function?
    if let destructor {
      let found = try environment.item(environment.coreFunctions, destructor, .core(.function))
      try check(found, CoreFunctionType(parameters: [.i32], results: []), "a destructor")
      function = found
    }
    environment.resources[type] = GuestResource(instance: environment.state, destructor: function)
  }

  private func ownResource(_ type: ResourceType, in environment: Environment) throws(ComponentError) -> GuestResource {
    guard let resource = environment.resources[type] else {
      throw ComponentError(.malformed, "`resource.new` and `resource.rep` work on resource types of the component itself only")
    }
    return resource
  }

  private func lift(_ core: Int, _ options: CanonicalOptions, _ type: FunctionType, in environment: Environment) throws(ComponentError) -> GuestFunction {
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
    return try GuestFunction(type: type, function: function, postReturn: postReturn, context: context)
  }

  private func lower(_ function: ComponentFunction, _ type: FunctionType, _ options: CanonicalOptions, in environment: Environment) throws(ComponentError) -> Function {
    let layout = try FunctionLayout(type), path = CallPath(layout)
    let context = try context(options, in: environment)
    guard let coreType = WebAssembly.FunctionType(layout.loweredCoreType) else { throw ComponentError(.unsupported, "a function of type \(type) cannot be lowered") }
    switch function {
    case .host(let host):
      let body = host.lowered(context, path)
      return store.function(coreType) { values in
        try context.instance.checkMayLeave()
        try body(values)
      }
    case .unavailable(let message): return store.function(coreType) { _ in throw ComponentError(.host, message) }
    case .lifted(let callee):
      let caller = context.instance
      // Source: test/async/trap-on-reenter.wast, "for now, trap"; a component that calls itself or those around it would run into itself.
      let isRelated = caller.contains(callee.instance) || callee.instance.contains(caller)
      return store.function(coreType) { values in
        try context.instance.checkMayLeave()
        guard !isRelated else { throw ComponentError(.reentrance, "cannot enter component instance: it calls itself, or one it is nested in, or one nested in it") }
        try callee.call(from: context, path, values)
      }
    }
  }

  private func context(_ options: CanonicalOptions, in environment: Environment) throws(ComponentError) -> CanonicalContext {
    var memory: Memory?, realloc: Function?
    if let index = options.memory { memory = try environment.item(environment.coreMemories, index, .core(.memory)) }
    if let index = options.realloc {
      let function = try environment.item(environment.coreFunctions, index, .core(.function))
      try check(function, CoreFunctionType(parameters: [.i32, .i32, .i32, .i32], results: [.i32]), "a realloc function")
      realloc = function
    }
    return CanonicalContext(instance: environment.state, memory: memory, realloc: realloc, stringEncoding: options.stringEncoding)
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

extension ComponentItem {
  /// Without components, which refer to the environments they were defined in and are of no use to the host.
  fileprivate var withoutComponents: ComponentItem {
    switch self {
    case .component: .type
    case .instance(let items): .instance(items.mapValues(\.withoutComponents))
    case .function, .coreModule, .type: self
    }
  }
}
