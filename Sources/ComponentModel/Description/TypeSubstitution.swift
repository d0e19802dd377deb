/// Replaces resource types by others throughout a type; what has none of them inside stays the same object.
struct TypeSubstitution {
  private(set) var replacements: [ResourceType: ResourceType] = [:]
  /// Nodes already rebuilt, so that shared ones stay shared.
  private var rebuilt: [ObjectIdentifier: ValueType] = [:]

  mutating func replace(_ resource: ResourceType, by other: ResourceType) { replacements[resource] = other }

  func resource(_ type: ResourceType) -> ResourceType { replacements[type] ?? type }

  mutating func value(_ type: ValueType) throws(ComponentError) -> ValueType {
    guard type.layout.containsHandles, !replacements.isEmpty else { return type }
    switch type {
    case .own(let resource): return .own(self.resource(resource))
    case .borrow(let resource): return .borrow(self.resource(resource))
    case .list(let node): return try rebuild(node) { (self) throws(ComponentError) in try .list(of: self.value(node.element)) }
    case .fixedLengthList(let node):
      return try rebuild(node) { (self) throws(ComponentError) in try .fixedLengthList(of: self.value(node.element), length: UInt32(node.length)) }
    case .map(let node): return try rebuild(node) { (self) throws(ComponentError) in try .map(key: node.key, value: self.value(node.value)) }
    case .option(let node): return try rebuild(node) { (self) throws(ComponentError) in try .option(of: self.value(node.some)) }
    case .record(let node):
      return try rebuild(node) { (self) throws(ComponentError) in
        try .record(node.fields.map { (field) throws(ComponentError) in (field.name, try self.value(field.type)) })
      }
    case .tuple(let node):
      return try rebuild(node) { (self) throws(ComponentError) in
        try .tuple(node.elements.map { (element) throws(ComponentError) in try self.value(element) })
      }
    case .variant(let node):
      return try rebuild(node) { (self) throws(ComponentError) in
        try .variant(node.cases.map { (item) throws(ComponentError) in .init(name: item.name, type: try self.optional(item.type)) })
      }
    case .result(let node):
      return try rebuild(node) { (self) throws(ComponentError) in try .result(ok: self.optional(node.ok), error: self.optional(node.error)) }
    case .bool, .s8, .u8, .s16, .u16, .s32, .u32, .s64, .u64, .f32, .f64, .char, .string, .flags, .enumeration: return type
    }
  }

  private mutating func optional(_ type: ValueType?) throws(ComponentError) -> ValueType? {
    guard let type else { return nil }
    return try value(type)
  }

  private mutating func rebuild(
    _ node: AnyObject, _ body: (inout TypeSubstitution) throws(ComponentError) -> ValueType
  ) throws(ComponentError) -> ValueType {
    if let known = rebuilt[ObjectIdentifier(node)] { return known }
    let result = try body(&self)
    rebuilt[ObjectIdentifier(node)] = result
    return result
  }

  mutating func function(_ type: FunctionType) throws(ComponentError) -> FunctionType {
    var parameters: [FunctionType.Parameter] = []
    for parameter in type.parameters { parameters.append(.init(name: parameter.name, type: try value(parameter.type))) }
    return FunctionType(parameters: parameters, result: try optional(type.result))
  }

  mutating func defined(_ type: DefinedType) throws(ComponentError) -> DefinedType {
    switch type {
    case .value(let type): .value(try value(type))
    case .function(let type): .function(try function(type))
    case .resource(let type): .resource(resource(type))
    case .instance(let type): .instance(try instance(type))
    case .component(let type): .component(try component(type))
    }
  }

  mutating func extern(_ type: ExternType) throws(ComponentError) -> ExternType {
    switch type {
    case .function(let type): .function(try function(type))
    case .type(let type): .type(try defined(type))
    case .instance(let type): .instance(try instance(type))
    case .component(let type): .component(try component(type))
    case .coreModule: type
    }
  }

  mutating func instance(_ type: InstanceType) throws(ComponentError) -> InstanceType {
    guard !replacements.isEmpty else { return type }
    return InstanceType(exports: try externs(type.exports), resources: type.resources)
  }

  mutating func component(_ type: ComponentType) throws(ComponentError) -> ComponentType {
    guard !replacements.isEmpty else { return type }
    return ComponentType(
      imports: try externs(type.imports), exports: try externs(type.exports), importedResources: type.importedResources,
      exportedResources: type.exportedResources)
  }

  mutating func externs(_ externs: [NamedExtern]) throws(ComponentError) -> [NamedExtern] {
    var result: [NamedExtern] = []
    result.reserveCapacity(externs.count)
    for extern in externs { result.append(NamedExtern(name: extern.name, type: try self.extern(extern.type))) }
    return result
  }
}
