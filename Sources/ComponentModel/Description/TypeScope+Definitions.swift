extension TypeScope {
  /// Evaluates the type side of one definition and appends to the index spaces it extends.
  ///
  /// Imports are bound to nothing and instantiations are evaluated from their types alone; for others, see `bind` and `appendInstance`.
  /// - Parameter byteOffset: blamed in errors.
  public func define(_ definition: Definition, at byteOffset: Int? = nil) throws(ComponentError) {
    try blaming(byteOffset, for: { _ in true }) { () throws(ComponentError) in
      try budget.charge(1)
      switch definition {
      case .coreModule: coreModules.append(nil)
      case .coreInstance(let instance): try budget.charge(instance)
      case .coreType(let type): coreTypes.append(try evaluate(type))
      case .component(let component):
        components.append(.definition(component, depth: 0))
        if isThorough { _ = try componentType(at: components.count - 1) }
      case .instance(let instance): instances.append(try evaluate(instance))
      case .alias(let alias): try define(alias)
      case .type(let type): try defineType(type)
      case .canonical(let canonical): try define(canonical)
      case .import(let item): try importItem(item, offer: nil)
      case .export(let item): try exportItem(item)
      }
    }
  }

  /// Binds an import to what is offered for it and appends it to its index space.
  ///
  /// Resource types that the import declares become those of the offer.
  /// - Returns: the import's type with those resource types.
  /// - Throws: `missingImport` or `typeMismatch`, naming the import and the item in it.
  @discardableResult
  public func bind(_ item: Import, to offer: ExternOffer, at byteOffset: Int? = nil) throws(ComponentError) -> ExternType {
    // What does not match is the offer's fault or the import's: whoever makes the offer knows a place for it.
    try blaming(byteOffset, for: { $0 == .malformed || $0 == .limitExceeded }) { () throws(ComponentError) in try importItem(item, offer: offer) }
  }

  private func blaming<Result>(
    _ byteOffset: Int?, for codes: (ComponentError.Code) -> Bool, _ body: () throws(ComponentError) -> Result
  ) throws(ComponentError) -> Result {
    do {
      return try body()
    } catch {
      guard error.byteOffset == nil, codes(error.code) else { throw error }
      throw ComponentError(error.code, at: byteOffset, error.message)
    }
  }

  @discardableResult
  private func importItem(_ item: Import, offer: ExternOffer?) throws(ComponentError) -> ExternType {
    let declared = try evaluate(item.type, name: item.name, into: \.importedResources)
    let type = try bound(declared, to: offer, path: [item.name])
    append(type)
    try addImport(item.name, type)
    return type
  }

  private func exportItem(_ item: Export) throws(ComponentError) {
    var type = try extern(item.sort, at: item.index)
    if let ascribed = item.type {
      // An opaque ascription (`sub resource`) would hide a resource type's identity from its own component too: keep the item's own.
      if case .subResource = ascribed {} else {
        type = try bound(try evaluate(ascribed, name: item.name, into: \.ownResources), to: ExternOffer(type), path: [item.name], isAscription: true)
      }
    }
    if item.sort == .component, item.type == nil {
      components.append(try lookUp(components, item.index, .component))
    } else {
      append(type)
    }
    try addExport(item.name, type)
  }

  private func define(_ alias: Alias) throws(ComponentError) {
    switch alias {
    case .coreExport: break
    case .export(let sort, let index, let name):
      let instance = try lookUp(instances, index, .instance)
      guard let type = instance[name] else { throw malformed("instance \(index) has no export `\(name)`") }
      guard type.sort == sort else { throw malformed("the export `\(name)` of instance \(index) is \(type.sort.withArticle), not \(sort.withArticle)") }
      append(type)
    case .outer(let sort, let count, let index):
      let scope = try enclosing(count)
      switch sort {
      case .type: types.append(try scope.type(at: index))
      case .core(.type): coreTypes.append(try scope.lookUp(scope.coreTypes, index, sort))
      case .core(.module): coreModules.append(try scope.lookUp(scope.coreModules, index, sort))
      case .component:
        switch try scope.lookUp(scope.components, index, sort) {
        case .definition(let component, let depth): components.append(.definition(component, depth: depth + count))
        case .type(let type): components.append(.type(type))
        }
      case .function, .instance, .core: throw malformed("\(sort.withArticle) cannot be taken from an enclosing component")
      }
    }
  }

  private func define(_ canonical: CanonicalDefinition) throws(ComponentError) {
    switch canonical {
    case .lift(_, _, let index):
      let type = try functionType(at: index)
      try budget.charge(type.weight.nodeCount)
      functions.append(type)
    case .lower(let index, _): try budget.charge(try lookUp(functions, index, .function).weight.nodeCount)
    case .resourceNew(let type), .resourceDrop(let type), .resourceRep(let type): _ = try resourceType(at: type)
    }
  }
}

// MARK: Instances and components

extension TypeScope {
  private func evaluate(_ instance: Instance) throws(ComponentError) -> InstanceType {
    switch instance {
    case .inline(let items):
      var exports: [NamedExtern] = []
      for item in items {
        try budget.charge(1)
        exports.append(NamedExtern(name: item.name, type: try extern(item.sort, at: item.index)))
      }
      return try checked(InstanceType(exports: exports))
    case .instantiate(let component, let items):
      var arguments: [String: ExternType] = [:]
      try chargeInstantiation(items.count)
      for item in items { arguments[item.name] = try extern(item.sort, at: item.index) }
      return try instantiate(try lookUp(components, component, .component), with: arguments)
    }
  }

  /// The type of the instance that comes of giving `arguments` to a component.
  private func instantiate(_ reference: ComponentReference, with arguments: [String: ExternType]) throws(ComponentError) -> InstanceType {
    func argument(_ name: String) throws(ComponentError) -> ExternOffer {
      guard let type = arguments[name] else { throw ComponentError(.linking, "a component is instantiated without its import `\(name)`") }
      return ExternOffer(type)
    }
    switch reference {
    case .definition(let component, let depth):
      let scope = TypeScope(parent: try enclosing(depth))
      try budget.descend { () throws(ComponentError) in
        for (definition, offset) in zip(component.definitions, component.definitionOffsets) {
          if case .import(let item) = definition {
            try scope.bind(item, to: try argument(item.name), at: offset)
          } else {
            try scope.define(definition, at: offset)
          }
        }
      }
      ownResources += scope.ownResources
      return try checked(scope.instanceType)
    case .type(let type):
      try budget.charge(type.weight.nodeCount)
      var substitution = TypeSubstitution()
      let binding = ExternBinding(standIns: Set(type.importedResources), budget: budget)
      for item in type.imports {
        _ = try binding.bind(item.type, to: try argument(item.name), path: [item.name], &substitution)
      }
      for resource in type.exportedResources {
        let fresh = ResourceType(name: resource.name)
        ownResources.append(fresh)
        substitution.replace(resource, by: fresh)
      }
      return try checked(InstanceType(exports: try substitution.externs(type.exports)))
    }
  }

  func componentType(at index: Int) throws(ComponentError) -> ComponentType {
    switch try lookUp(components, index, .component) {
    case .type(let type): return type
    case .definition(let component, let depth):
      let scope = TypeScope(parent: try enclosing(depth))
      try budget.descend { () throws(ComponentError) in
        for (definition, offset) in zip(component.definitions, component.definitionOffsets) { try scope.define(definition, at: offset) }
      }
      return try scope.componentType()
    }
  }

  /// The imports and exports so far, as the type of the component that this scope describes.
  func componentType() throws(ComponentError) -> ComponentType {
    let type = ComponentType(imports: imports, exports: exports, importedResources: importedResources, exportedResources: ownResources)
    try type.weight.check("a component type")
    return type
  }

  func checked(_ type: InstanceType) throws(ComponentError) -> InstanceType {
    try type.weight.check("an instance type")
    return type
  }

  /// Replaces the resource types that `declared` introduces: by the offer's, or if there is no offer by keeping those it has, which are fresh.
  private func bound(_ declared: Declared, to offer: ExternOffer?, path: [String], isAscription: Bool = false) throws(ComponentError) -> ExternType {
    guard let offer else { return declared.type }
    var substitution = TypeSubstitution()
    let binding = ExternBinding(standIns: Set(declared.resources), budget: budget, isAscription: isAscription)
    return try binding.bind(declared.type, to: offer, path: path, &substitution)
  }
}
