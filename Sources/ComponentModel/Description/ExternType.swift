/// What an index of the type index space stands for.
public enum DefinedType: Hashable, Sendable {
  case value(ValueType)
  case function(FunctionType)
  case resource(ResourceType)
  case instance(InstanceType)
  case component(ComponentType)
}

/// The fully resolved type of an import or an export.
public enum ExternType: Hashable, Sendable {
  case function(FunctionType)
  /// A type under a name. A resource is new at its first appearance and the same object wherever it is used afterwards.
  case type(DefinedType)
  case instance(InstanceType)
  case component(ComponentType)
  case coreModule(CoreModuleType)

  /// "function", "type", "instance", "component" or "core module".
  public var sort: Sort {
    switch self {
    case .function: .function
    case .type: .type
    case .instance: .instance
    case .component: .component
    case .coreModule: .core(.module)
    }
  }
}

/// A named extern, in the order of the binary.
public struct NamedExtern: Hashable, Sendable {
  public let name: String
  public let type: ExternType

  public init(name: String, type: ExternType) {
    self.name = name
    self.type = type
  }
}

/// An instance's exports. Names are unique.
public final class InstanceType: Hashable, Sendable {
  public let exports: [NamedExtern]
  /// The resource types that the type itself declares (`sub resource`): stand-ins, replaced by actual ones when an instance is bound to it.
  public let resources: [ResourceType]
  let weight: TypeWeight
  private let indices: [String: Int]

  public init(exports: [NamedExtern], resources: [ResourceType] = []) {
    self.exports = exports
    self.resources = resources
    weight = TypeWeight(around: exports.lazy.map(\.type.weight))
    indices = Dictionary(exports.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public subscript(name: String) -> ExternType? { indices[name].map { exports[$0].type } }

  /// True if it has nothing but types, none of which is a resource type of its own.
  var isDescribedInFull: Bool {
    resources.isEmpty && exports.allSatisfy { export in
      switch export.type {
      case .type: true
      case .instance(let type): type.isDescribedInFull
      case .function, .component, .coreModule: false
      }
    }
  }

  public static func == (left: InstanceType, right: InstanceType) -> Bool { left === right || left.exports == right.exports }
  public func hash(into hasher: inout Hasher) { hasher.combine(exports.count) }
}

/// A component's imports and exports.
public final class ComponentType: Hashable, Sendable {
  public let imports: [NamedExtern]
  public let exports: [NamedExtern]
  /// Stand-ins for the resource types that an instantiation is given.
  public let importedResources: [ResourceType]
  /// Stand-ins for the resource types that every instantiation makes anew.
  public let exportedResources: [ResourceType]
  let weight: TypeWeight

  public init(imports: [NamedExtern], exports: [NamedExtern], importedResources: [ResourceType], exportedResources: [ResourceType]) {
    self.imports = imports
    self.exports = exports
    self.importedResources = importedResources
    self.exportedResources = exportedResources
    weight = TypeWeight(around: (imports + exports).lazy.map(\.type.weight))
  }

  public static func == (left: ComponentType, right: ComponentType) -> Bool {
    left === right || left.imports == right.imports && left.exports == right.exports
  }
  public func hash(into hasher: inout Hasher) { hasher.combine(exports.count) }
}
