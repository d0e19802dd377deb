/// An import's or export's type, with the resource types that it introduces.
struct Declared {
  let type: ExternType
  let resources: [ResourceType]
}

extension TypeScope {
  // MARK: Component types

  func defineType(_ definition: TypeDefinition) throws(ComponentError) {
    let type = try evaluate(definition)
    try budget.charge(type.weight.nodeCount)
    types.append(type)
  }

  /// Resolves the references of a type definition; a resource definition makes a fresh resource type.
  private func evaluate(_ definition: TypeDefinition) throws(ComponentError) -> DefinedType {
    switch definition {
    case .value(let definition): return .value(try evaluate(definition))
    case .function(let definition):
      var parameters: [FunctionType.Parameter] = []
      for parameter in definition.parameters { parameters.append(.init(name: parameter.name, type: try resolve(parameter.type))) }
      let result = try resolve(definition.result)
      if let result, result.layout.containsBorrows { throw malformed("a function returns a `borrow`, which is not allowed") }
      let type = FunctionType(parameters: parameters, result: result)
      try type.weight.check("a function type")
      return .function(type)
    case .resource:
      let resource = ResourceType(name: "resource-\(types.count)")
      ownResources.append(resource)
      return .resource(resource)
    case .instance(let declarations):
      let scope = TypeScope(parent: self)
      for declaration in declarations { try scope.declare(declaration) }
      return .instance(try checked(InstanceType(exports: scope.exports, resources: scope.ownResources)))
    case .component(let declarations):
      let scope = TypeScope(parent: self)
      for declaration in declarations { try scope.declare(declaration) }
      return .component(try scope.componentType())
    }
  }

  private func evaluate(_ definition: ValueTypeDefinition) throws(ComponentError) -> ValueType {
    switch definition {
    case .primitive(let type): return ValueType(type)
    case .record(let fields):
      var resolved: [(name: String, type: ValueType)] = []
      for field in fields { resolved.append((field.name, try resolve(field.type))) }
      return try .record(resolved)
    case .variant(let cases):
      var resolved: [VariantType.Case] = []
      for item in cases { resolved.append(.init(name: item.name, type: try resolve(item.type))) }
      return try .variant(resolved)
    case .list(let element): return try .list(of: resolve(element))
    case .fixedLengthList(let element, let length): return try .fixedLengthList(of: resolve(element), length: length)
    case .map(let key, let value): return try .map(key: resolve(key), value: resolve(value))
    case .tuple(let elements):
      var resolved: [ValueType] = []
      for element in elements { resolved.append(try resolve(element)) }
      return try .tuple(resolved)
    case .flags(let names): return try .flags(names)
    case .enumeration(let names): return try .enumeration(names)
    case .option(let some): return try .option(of: resolve(some))
    case .result(let ok, let error): return try .result(ok: resolve(ok), error: resolve(error))
    case .own(let index): return .own(try resourceType(at: index))
    case .borrow(let index): return .borrow(try resourceType(at: index))
    }
  }

  func resolve(_ reference: ValueTypeReference) throws(ComponentError) -> ValueType {
    switch reference {
    case .primitive(let type): return ValueType(type)
    case .index(let index):
      guard case .value(let type) = try type(at: index) else { throw malformed("type \(index) is not a value type, but is used as one") }
      return type
    }
  }

  private func resolve(_ reference: ValueTypeReference?) throws(ComponentError) -> ValueType? {
    guard let reference else { return nil }
    return try resolve(reference)
  }

  // MARK: Declarations

  private func declare(_ declaration: Declaration) throws(ComponentError) {
    try budget.charge(1)
    switch declaration {
    case .coreType(let type): coreTypes.append(try evaluate(type))
    case .type(.resource): throw malformed("a resource type is defined inside an instance or component type; only `sub resource` is allowed there")
    case .type(let type): try defineType(type)
    case .alias(let alias): try define(.alias(alias))
    case .import(let name, let descriptor):
      let type = try evaluate(descriptor, name: name, into: \.importedResources).type
      append(type)
      try addImport(name, type)
    case .export(let name, let descriptor):
      let type = try evaluate(descriptor, name: name, into: \.ownResources).type
      append(type)
      try addExport(name, type)
    }
  }

  /// Resolves the type of an import or export. Every such use of an instance type has resource types of its own, which are added to `list`.
  func evaluate(
    _ descriptor: ExternDescriptor, name: String, into list: ReferenceWritableKeyPath<TypeScope, [ResourceType]>
  ) throws(ComponentError) -> Declared {
    switch descriptor {
    case .coreModule(let index):
      guard case .module(let type) = try lookUp(coreTypes, index, .core(.type)) else {
        throw malformed("core type \(index) is not a module type, but is used as one")
      }
      return Declared(type: .coreModule(type), resources: [])
    case .function(let index): return Declared(type: .function(try functionType(at: index)), resources: [])
    case .typeEqual(let index): return Declared(type: .type(try type(at: index)), resources: [])
    case .subResource:
      let resource = ResourceType(name: name)
      self[keyPath: list].append(resource)
      return Declared(type: .type(.resource(resource)), resources: [resource])
    case .component(let index):
      guard case .component(let type) = try type(at: index) else { throw malformed("type \(index) is not a component type, but is used as one") }
      return Declared(type: .component(type), resources: [])
    case .instance(let index):
      let type = try instanceType(at: index)
      if type.resources.isEmpty { return Declared(type: .instance(type), resources: []) }
      try budget.charge(type.weight.nodeCount)
      var substitution = TypeSubstitution()
      var fresh: [ResourceType] = []
      for resource in type.resources {
        let replacement = ResourceType(name: resource.name)
        substitution.replace(resource, by: replacement)
        fresh.append(replacement)
      }
      self[keyPath: list] += fresh
      return Declared(type: .instance(InstanceType(exports: try substitution.externs(type.exports))), resources: fresh)
    }
  }

  /// The type of an import that needs nobody to provide it, because it says all there is: a type, or an instance of nothing but such. Else nil.
  func describedInFull(_ descriptor: ExternDescriptor) throws(ComponentError) -> ExternType? {
    switch descriptor {
    case .typeEqual(let index): return .type(try type(at: index))
    case .instance(let index):
      let type = try instanceType(at: index)
      return type.isDescribedInFull ? .instance(type) : nil
    case .coreModule, .function, .subResource, .component: return nil
    }
  }

  // MARK: Core types

  func evaluate(_ definition: CoreTypeDefinition) throws(ComponentError) -> CoreDefinedType {
    switch definition {
    case .function(let type): return .function(type)
    case .module(let declarations):
      var types: [CoreFunctionType] = []
      var imports: [CoreModuleType.Import] = []
      var exports: [CoreModuleType.Export] = []
      for declaration in declarations {
        try budget.charge(1)
        switch declaration {
        case .type(let type): types.append(type)
        case .outerType(let count, let index):
          types.append(try outerFunctionType(count, index, types))
        case .import(let module, let name, let type): imports.append(.init(module: module, name: name, item: try resolve(type, types)))
        case .export(let name, let type): exports.append(.init(name: name, item: try resolve(type, types)))
        }
      }
      return .module(CoreModuleType(imports: imports, exports: exports))
    }
  }

  /// Scope 0 is the module type itself, with its types so far; 1 is this one.
  private func outerFunctionType(_ count: Int, _ index: Int, _ types: [CoreFunctionType]) throws(ComponentError) -> CoreFunctionType {
    if count == 0 { return try lookUp(types, index, .core(.type)) }
    guard case .function(let type) = try enclosing(count - 1).coreType(at: index) else {
      throw malformed("core type \(index) is not a function type, but is used as one")
    }
    return type
  }

  private func coreType(at index: Int) throws(ComponentError) -> CoreDefinedType { try lookUp(coreTypes, index, .core(.type)) }

  private func resolve(_ descriptor: CoreExternDescriptor, _ types: [CoreFunctionType]) throws(ComponentError) -> CoreModuleType.Item {
    switch descriptor {
    case .function(let index): .function(try lookUp(types, index, .core(.type)))
    case .table(let type): .table(type)
    case .memory(let limits): .memory(limits)
    case .global(let type): .global(type)
    case .tag(let index): .tag(try lookUp(types, index, .core(.type)))
    }
  }
}

extension ValueType {
  public init(_ type: PrimitiveType) {
    self =
      switch type {
      case .bool: .bool
      case .s8: .s8
      case .u8: .u8
      case .s16: .s16
      case .u16: .u16
      case .s32: .s32
      case .u32: .u32
      case .s64: .s64
      case .u64: .u64
      case .f32: .f32
      case .f64: .f64
      case .char: .char
      case .string: .string
      }
  }
}
