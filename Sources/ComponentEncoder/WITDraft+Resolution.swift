extension WITDraft {
  /// How many interfaces there may be: far more than anyone has, few enough to walk recursively.
  private static let maximumInterfaces = 1000

  /// Checks the whole: every mentioned name is declared, no interface or type depends on itself, handles are of resources.
  func resolved() throws(ComponentEncoderError) -> WIT {
    try checkInterfacesAreDefined()
    var resolver = try Resolver(self)
    let (types, orders) = try resolver.resolve(try interfacesInDependencyOrder())
    let resolved = interfaces.enumerated().map { index, interface in
      WIT.Interface(name: interface.name, types: orders[index], functions: interface.functions, dependencies: interface.dependencies)
    }
    let wit = WIT(types: types, interfaces: resolved)
    for (type, location) in handles where !wit.isResource(type) {
      throw ComponentEncoderError(.invalidWIT, "'\(wit[type].name)' is not a resource, so there is no handle to it. Name it without own or borrow.", at: location)
    }
    return wit
  }

  private func checkInterfacesAreDefined() throws(ComponentEncoderError) {
    if interfaces.count > Self.maximumInterfaces {
      throw ComponentEncoderError(
        .unsupportedWIT, "There are more than \(Self.maximumInterfaces) interfaces. Leave out those that the module does not use.",
        at: interfaces[Self.maximumInterfaces].location)
    }
    for interface in interfaces where !interface.isDefined {
      let known = interfaces.filter(\.isDefined).map(\.name)
      throw ComponentEncoderError(
        .invalidWIT, "There is no interface '\(interface.name)'.\(suggestion(for: interface.name, among: known)) Declare it, or add the package that does.",
        at: interface.location)
    }
  }

  /// Repeatedly takes away the interfaces that use none of the rest; what stays forms a cycle.
  private func interfacesInDependencyOrder() throws(ComponentEncoderError) -> [InterfaceID] {
    var order: [InterfaceID] = []
    var missing = interfaces.map(\.dependencies.count)
    var users = [[Int]](repeating: [], count: interfaces.count)
    for (index, interface) in interfaces.enumerated() {
      for dependency in interface.dependencies { users[dependency.index].append(index) }
    }
    var ready = missing.indices.filter { missing[$0] == 0 }
    while let index = ready.popLast() {
      order.append(InterfaceID(index: index))
      for user in users[index] {
        missing[user] -= 1
        if missing[user] == 0 { ready.append(user) }
      }
    }
    if let index = missing.firstIndex(where: { $0 > 0 }) {
      throw ComponentEncoderError(
        .invalidWIT, "The interface '\(interfaces[index].name)' uses itself, directly or through others. Move the shared types to an interface of their own.",
        at: interfaces[index].location)
    }
    return order
  }
}

/// Visits types depth first, so that what a type is made of comes before it, and computes each one's layout.
private struct Resolver {
  /// How deep types may nest, names included: the limit of the common component validators.
  static let maximumDepth = 100

  private let draft: WITDraft
  private var definitions: [TypeDefinition] = []
  private var layouts: [FlatLayout?]
  private var isBeingVisited: [Bool]
  private var orders: [[TypeID]]

  /// Throws for a name that nothing declares.
  init(_ draft: WITDraft) throws(ComponentEncoderError) {
    self.draft = draft
    layouts = Array(repeating: nil, count: draft.types.count)
    isBeingVisited = Array(repeating: false, count: draft.types.count)
    orders = Array(repeating: [], count: draft.interfaces.count)
    for type in draft.types {
      guard let definition = type.definition else {
        let interface = draft[type.interface]
        let known = interface.types.map { draft[$0].name }
        throw ComponentEncoderError(
          .invalidWIT, "The interface '\(interface.name)' has no type '\(type.name)'.\(suggestion(for: type.name, among: known)) Declare it, or 'use' it from another interface.",
          at: type.location)
      }
      definitions.append(definition)
    }
  }

  /// The types with their layouts, and each interface's types in order.
  mutating func resolve(_ interfaces: [InterfaceID]) throws(ComponentEncoderError) -> (types: [WIT.DeclaredType], orders: [[TypeID]]) {
    for interface in interfaces {
      for type in draft.interfaces[interface.index].types { _ = try visit(type, depth: 1) }
    }
    let types = zip(draft.types, definitions).enumerated().map { index, declared in
      WIT.DeclaredType(name: declared.0.name, interface: declared.0.interface, definition: declared.1, layout: layouts[index] ?? .empty)
    }
    return (types, orders)
  }

  private mutating func visit(_ type: TypeID, depth: Int) throws(ComponentEncoderError) -> FlatLayout {
    if let layout = layouts[type.index] { return layout }
    if isBeingVisited[type.index] {
      throw error("The type '\(draft[type].name)' contains itself. WIT has no recursive types: refer to parts by an index or a resource.", type)
    }
    guard depth <= Self.maximumDepth else { throw tooDeep(type) }
    isBeingVisited[type.index] = true
    var parts: [TypeID: FlatLayout] = [:]
    for component in definitions[type.index].components {
      for part in component.references { parts[part] = try visit(part, depth: depth + 1) }
    }
    let layout = FlatLayout(definitions[type.index]) { parts[$0] ?? .empty }
    guard layout.depth <= Self.maximumDepth else { throw tooDeep(type) }
    layouts[type.index] = layout
    orders[draft[type].interface.index].append(type)
    return layout
  }

  private func tooDeep(_ type: TypeID) -> ComponentEncoderError {
    error("Types nest more than \(Self.maximumDepth) deep in '\(draft[type].name)'. Make them flatter.", type)
  }

  private func error(_ message: String, _ type: TypeID) -> ComponentEncoderError {
    ComponentEncoderError(.invalidWIT, message, at: draft[type].location)
  }
}
