/// Writes a planned component: imports, core modules and their wiring, exports.
final class ComponentEmitter: TypeSpace {
  let plan: EncodingPlan
  let builder: ComponentBuilder
  var wit: WIT { plan.wit }

  var anonymous: [WITType: UInt32] = [:]
  private var instances: [InterfaceID: UInt32] = [:]
  private var types: [TypeID: UInt32] = [:]

  init(_ plan: EncodingPlan, coreModuleSize: Int) {
    self.plan = plan
    builder = ComponentBuilder(size: coreModuleSize + 16384)
  }

  func emit(coreModule: [UInt8], exportForm: ComponentEncoder.ExportForm) {
    for interface in plan.interfaces { _ = instance(of: interface) }
    let main = wire(coreModule)
    for export in plan.exports { emit(export, of: main, as: exportForm) }
  }

  // MARK: Imports

  /// The imported instance of an interface; imports it if that has not been done.
  func instance(of interface: InterfaceID) -> UInt32 {
    if let known = instances[interface] { return known }
    let space = InstanceTypeSpace(wit) { self.index(of: $0) }
    for type in wit[interface].types where plan.liveTypes.contains(type) { _ = space.index(of: type) }
    for function in functionsImported(from: interface) { space.export(function) }
    let instance = builder.importInstance(wit[interface].name, type: builder.type(space.encoding))
    instances[interface] = instance
    return instance
  }

  private func functionsImported(from interface: InterfaceID) -> [WIT.Function] {
    let functions = plan.imports.compactMap { item in
      if item.interface == interface, case .function(let function, _) = item.kind { function } else { nil }
    }
    return functions.sorted { $0.name < $1.name }
  }

  // MARK: The component's own type space

  func define(_ encoding: [UInt8]) -> UInt32 { builder.type(encoding) }

  /// Takes a type out of the imported instance of the interface that declares it.
  func index(of type: TypeID) -> UInt32 {
    let origin = wit.origin(of: type)
    if let known = types[origin] { return known }
    let index = builder.alias(.type, wit[origin].name, of: instance(of: wit[origin].interface))
    types[origin] = index
    return index
  }

  // MARK: Core modules

  /// The instantiated main module, and what of it canonical functions refer to.
  struct MainInstance {
    let instance: UInt32
    let memory: UInt32?
    let realloc: UInt32?

    func options(for function: CanonicalFunction, postReturn: UInt32? = nil) -> CanonicalOptions {
      CanonicalOptions(
        memory: function.needsMemory ? memory : nil, realloc: function.needsRealloc ? realloc : nil, postReturn: postReturn)
    }
  }

  /// Embeds the main module and instantiates it with its imports.
  private func wire(_ coreModule: [UInt8]) -> MainInstance {
    let module = builder.coreModule(coreModule)
    let slots = plan.imports.compactMap(Slot.init)
    let ready = plan.imports.map(lowerDirectly)
    guard !slots.isEmpty || plan.hasInitializer else { return instantiate(module, with: ready, shim: nil) }

    let shims = ShimModule(slots: slots.map(\.canonical.type), initializes: plan.hasInitializer)
    let shimModule = builder.coreModule(shims.shim), fixupModule = builder.coreModule(shims.fixup)
    let shim = builder.instantiate(coreModule: shimModule, with: [])
    let main = instantiate(module, with: ready, shim: shim)
    fill(slots, of: shim, main, fixup: fixupModule)
    return main
  }

  /// An import that can be lowered only when the main module's memory is there.
  private struct Slot {
    let interface: InterfaceID
    let name: String
    let canonical: CanonicalFunction

    init?(_ item: EncodingPlan.Import) {
      guard case .function(_, let canonical) = item.kind, canonical.needsMemory else { return nil }
      interface = item.interface
      name = item.name
      self.canonical = canonical
    }
  }

  /// The core function for an import that needs no memory; nil for one that does.
  private func lowerDirectly(_ item: EncodingPlan.Import) -> UInt32? {
    switch item.kind {
    case .resourceDrop(let resource): builder.resourceDrop(index(of: resource))
    case .function(_, let canonical) where canonical.needsMemory: nil
    case .function: builder.lower(builder.alias(.function, item.name, of: instance(of: item.interface)))
    }
  }

  /// Instantiates the main module with one core instance per import module name. What is not ready comes from the shim,
  /// whose functions are numbered in the imports' order.
  private func instantiate(_ module: UInt32, with ready: [UInt32?], shim: UInt32?) -> MainInstance {
    var slot = 0
    let sources = ready.map { function in
      defer { slot += function == nil ? 1 : 0 }
      return (function, slot)
    }
    var names: [String] = []
    for item in plan.imports where !names.contains(item.module) { names.append(item.module) }
    let arguments = names.map { name in
      var exports: [(name: String, sort: ComponentBuilder.CoreSort, index: UInt32)] = []
      for (item, (function, slot)) in zip(plan.imports, sources) where item.module == name {
        guard let source = function ?? shim.map({ builder.alias(core: .function, "\(slot)", of: $0) }) else { continue }
        exports.append((item.name, .function, source))
      }
      return (name: name, instance: builder.coreInstance(exports))
    }
    let instance = builder.instantiate(coreModule: module, with: arguments)
    return MainInstance(
      instance: instance,
      memory: plan.needsMemory ? builder.alias(core: .memory, "memory", of: instance) : nil,
      realloc: plan.needsRealloc ? builder.alias(core: .function, "cabi_realloc", of: instance) : nil)
  }

  /// Lowers what had to wait, and lets the fixup module put it into the shim's table.
  private func fill(_ slots: [Slot], of shim: UInt32, _ main: MainInstance, fixup: UInt32) {
    let table = builder.alias(core: .table, ShimModule.tableName, of: shim)
    var exports: [(name: String, sort: ComponentBuilder.CoreSort, index: UInt32)] = []
    for (number, slot) in slots.enumerated() {
      let function = builder.alias(.function, slot.name, of: instance(of: slot.interface))
      exports.append(("\(number)", .function, builder.lower(function, main.options(for: slot.canonical))))
    }
    if plan.hasInitializer {
      exports.append((ShimModule.initializerName, .function, builder.alias(core: .function, ShimModule.initializerName, of: main.instance)))
    }
    exports.append((ShimModule.tableName, .table, table))
    _ = builder.instantiate(coreModule: fixup, with: [("", builder.coreInstance(exports))])
  }
}
