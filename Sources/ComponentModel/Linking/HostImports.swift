/// Everything the host offers to a component, by import name.
public struct HostImports {
  private var interfaces: [String: HostInterface] = [:]
  private var instances: [String: ComponentInstance] = [:]
  private var root = HostInterface("the host")

  public init() {}

  public mutating func provide(_ interface: HostInterface) { interfaces[interface.name] = interface }

  /// Provides the exports of a component's instance as an interface. The instances that import it must belong to the same store.
  public mutating func provide(_ instance: ComponentInstance, as name: String) { instances[name] = instance }

  /// Provides what components import by a plain name, outside of any interface.
  public mutating func provide(root: HostInterface) { self.root = root }

  /// The interface that serves a request for `name`: the same one, or one of a compatible version.
  public subscript(name: String) -> HostInterface? {
    if let exact = interfaces[name] { return exact }
    guard let wanted = InterfaceName(name) else { return nil }
    return interfaces.values.first { InterfaceName($0.name)?.serves(wanted) == true }
  }

  /// The names of the interfaces offered, sorted; for error messages.
  public var names: [String] { interfaces.keys.sorted() }

  /// The instances that are offered; whoever imports from them keeps them alive.
  var providers: [ComponentInstance] { Array(instances.values) }

  /// What the host offers for an import of the component that `scope` describes, as far as types are concerned.
  func offer(for item: Import, in scope: TypeScope) throws(ComponentError) -> ExternOffer {
    if let instance = instances[item.name] { return ExternOffer(.instance(instance.type), .instance(instance.exports)) }
    if let interface = self[item.name] { return .instance { interface.offer($0) } }
    if let offer = root.offer(item.name) { return offer }
    if let type = try scope.describedInFull(item.type) { return ExternOffer(type) }
    let base = item.name.split(separator: "@").first.map { $0 + "@" } ?? ""
    let other = names.first { $0.hasPrefix(base) && !base.isEmpty }
    let hint = other.map { "; `\($0)` is, which is not compatible" } ?? ""
    throw ComponentError(.missingImport, "the component imports `\(item.name)`, which nobody provides\(hint)")
  }

  /// The run-time value for an import of the given, bound type.
  func item(for name: String, _ type: ExternType) -> ComponentItem {
    if let instance = instances[name] { return .instance(instance.exports) }
    if case .instance(let exports) = type, let interface = self[name] { return .instance(interface.items(exports)) }
    return root.item(name, type)
  }

  /// What keeps a component from being linked, found from types alone. Empty if nothing does.
  public func problems(with component: Component) -> [ComponentError] {
    let scope = TypeScope()
    var missing: [ComponentError] = [], mismatches: [ComponentError] = []
    for (definition, offset) in zip(component.definitions, component.definitionOffsets) {
      do throws(ComponentError) {
        guard case .import(let item) = definition else {
          try scope.define(definition, at: offset)
          continue
        }
        do throws(ComponentError) {
          try scope.bind(item, to: try offer(for: item, in: scope), at: offset)
        } catch {
          if error.code == .missingImport { missing.append(error) } else { mismatches.append(error) }
          try scope.define(definition, at: offset)
        }
      } catch {
        return missing + [error]
      }
    }
    // With an import missing, resource types that come from it match nothing, which is no news.
    return missing.isEmpty ? mismatches : missing
  }
}

extension HostInterface {
  func offer(_ name: String) -> ExternOffer? {
    if let resource = resources[name] { return .type(.resource(resource)) }
    if let type = functions[name]?.type ?? deniedFunctions[name] { return .function(type) }
    if let interface = instances[name] { return .instance { interface.offer($0) } }
    if let module = modules[name] { return .coreModule(try? module.type()) }
    return denial == nil ? nil : .function(nil)
  }

  /// The run-time values for an import of this interface with the given, bound type.
  func items(_ type: InstanceType) -> [String: ComponentItem] {
    var items: [String: ComponentItem] = [:]
    for export in type.exports { items[export.name] = item(export.name, export.type) }
    return items
  }

  /// The run-time value of one export, which is offered.
  func item(_ name: String, _ type: ExternType) -> ComponentItem {
    switch type {
    case .function: .function(functions[name].map { .host($0) } ?? .unavailable("`\(name)` of \(self.name) is not available: \(denial ?? "")"))
    case .instance(let type): .instance((instances[name] ?? HostInterface(name)).items(type))
    case .coreModule: modules[name].map { .coreModule($0) } ?? .type
    case .type, .component: .type
    }
  }
}

extension ExternOffer {
  /// Offers what an instance exports. Core modules are known by their values only.
  init(_ type: ExternType, _ item: ComponentItem?) {
    switch (type, item) {
    case (.instance(let type), .instance(let items)): self = .instance { name in type[name].map { ExternOffer($0, items[name]) } }
    case (.coreModule, .coreModule(let module)): self = .coreModule(try? module.type())
    default: self.init(type)
    }
  }
}
