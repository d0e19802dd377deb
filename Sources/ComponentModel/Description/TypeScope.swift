/// The type side of a component's index spaces, built up definition by definition.
///
/// One scope stands for one component (or component or instance type) while it is being evaluated; `parent` is the one around it. Printing and
/// static checks evaluate a component with nothing bound, so that every import makes fresh resource types. The linker keeps runtime values in
/// parallel spaces: it calls `bind` for imports and `appendInstance` for instantiations that it carries out itself, and `define` for all else;
/// then `functions[i]`, `instances[i]` and `types[i]` are the types of the values it holds at the same indices.
public final class TypeScope {
  public let parent: TypeScope?
  public internal(set) var types: [DefinedType] = []
  public internal(set) var functions: [FunctionType] = []
  public internal(set) var instances: [InstanceType] = []
  /// Nil where the type of the module has not been read.
  public internal(set) var coreModules: [CoreModuleType?] = []
  /// What has been imported and exported so far, in order.
  public internal(set) var imports: [NamedExtern] = []
  public internal(set) var exports: [NamedExtern] = []

  var coreTypes: [CoreDefinedType] = []
  var components: [ComponentReference] = []
  /// Resource types that came about in this scope, by importing them and by any other way.
  var importedResources: [ResourceType] = []
  var ownResources: [ResourceType] = []
  let budget: EvaluationBudget
  /// Whether components are looked into even if nothing instantiates them.
  private(set) var isThorough = false
  private var importNames: Set<String> = []
  private var exportNames: Set<String> = []

  public init(parent: TypeScope? = nil) {
    self.parent = parent
    budget = parent?.budget ?? EvaluationBudget()
    isThorough = parent?.isThorough ?? false
  }

  static func thorough() -> TypeScope {
    let scope = TypeScope()
    scope.isThorough = true
    return scope
  }

  /// The exports so far, as the type of the instance that this scope describes.
  public var instanceType: InstanceType { InstanceType(exports: exports) }

  // MARK: Lookup

  func type(at index: Int) throws(ComponentError) -> DefinedType { try lookUp(types, index, .type) }

  public func functionType(at index: Int) throws(ComponentError) -> FunctionType {
    guard case .function(let type) = try type(at: index) else { throw malformed("type \(index) is not a function type, but is used as one") }
    return type
  }

  public func resourceType(at index: Int) throws(ComponentError) -> ResourceType {
    guard case .resource(let type) = try type(at: index) else { throw malformed("type \(index) is not a resource type, but is used as one") }
    return type
  }

  func instanceType(at index: Int) throws(ComponentError) -> InstanceType {
    guard case .instance(let type) = try type(at: index) else { throw malformed("type \(index) is not an instance type, but is used as one") }
    return type
  }

  func lookUp<Item>(_ space: [Item], _ index: Int, _ sort: Sort) throws(ComponentError) -> Item {
    guard space.indices.contains(index) else {
      throw malformed("\(sort) \(index) does not exist: \(space.count) \(space.count == 1 ? "is" : "are") defined before this point")
    }
    return space[index]
  }

  /// The scope `count` levels out.
  func enclosing(_ count: Int) throws(ComponentError) -> TypeScope {
    var scope = self
    var remaining = count
    while remaining > 0 {
      guard let outer = scope.parent else { throw malformed("an alias reaches \(count) scopes out, which is more than there are") }
      scope = outer
      remaining -= 1
    }
    return scope
  }

  /// The type of an item of an index space.
  public func extern(_ sort: Sort, at index: Int) throws(ComponentError) -> ExternType {
    switch sort {
    case .function: .function(try lookUp(functions, index, sort))
    case .type: .type(try type(at: index))
    case .instance: .instance(try lookUp(instances, index, sort))
    case .component: .component(try componentType(at: index))
    case .core(.module): .coreModule(try lookUp(coreModules, index, sort) ?? CoreModuleType(imports: [], exports: []))
    case .core: throw malformed("\(sort.withArticle) cannot leave a component")
    }
  }

  func malformed(_ message: String) -> ComponentError { ComponentError(.malformed, message) }

  // MARK: Growth

  /// Adds an instance that the caller has made: the next index of the instance space.
  public func appendInstance(_ type: InstanceType) throws(ComponentError) { instances.append(try checked(type)) }

  /// Accounts for an instantiation: a scope of its own costs as much as a few definitions.
  func chargeInstantiation(_ argumentCount: Int) throws(ComponentError) { try budget.charge(16 + argumentCount) }

  func append(_ extern: ExternType) {
    switch extern {
    case .function(let type): functions.append(type)
    case .type(let type): types.append(type)
    case .instance(let type): instances.append(type)
    case .component(let type): components.append(.type(type))
    case .coreModule(let type): coreModules.append(type)
    }
  }

  func addImport(_ name: String, _ type: ExternType) throws(ComponentError) {
    guard importNames.insert(name).inserted else { throw malformed("the name `\(name)` is imported twice") }
    imports.append(NamedExtern(name: name, type: type))
  }

  func addExport(_ name: String, _ type: ExternType) throws(ComponentError) {
    guard exportNames.insert(name).inserted else { throw malformed("the name `\(name)` is exported twice") }
    exports.append(NamedExtern(name: name, type: type))
  }
}

/// A core type of a component's core type space.
enum CoreDefinedType {
  case function(CoreFunctionType)
  case module(CoreModuleType)
}

/// An item of the component index space.
enum ComponentReference {
  /// Defined in the scope `depth` levels out.
  case definition(Component, depth: Int)
  /// Imported, or exported by an instance: only its type is known.
  case type(ComponentType)
}

/// Bounds the work that a hostile file can cause: small files can describe exponentially many instances. Shared by all scopes of an evaluation.
final class EvaluationBudget {
  private var remaining = 1_000_000
  private var depth = 0
  /// How often core modules are instantiated.
  private(set) var coreInstantiationCount = 0

  func charge(_ cost: Int) throws(ComponentError) {
    remaining -= cost
    guard remaining >= 0 else { throw ComponentError(.limitExceeded, "the component's types and instances take too much work to evaluate; this is the limit") }
  }

  func charge(_ instance: CoreInstance) throws(ComponentError) {
    switch instance {
    case .instantiate(_, let arguments):
      coreInstantiationCount += 1
      try charge(arguments.count)
    case .inline(let exports): try charge(exports.count)
    }
  }

  /// Runs `body` one level deeper; at most 100.
  func descend<Result>(_ body: () throws(ComponentError) -> Result) throws(ComponentError) -> Result {
    guard depth < BinaryReader.maximumDepth else {
      throw ComponentError(.limitExceeded, "components are instantiated more than \(BinaryReader.maximumDepth) deep; this is the limit")
    }
    depth += 1
    defer { depth -= 1 }
    return try body()
  }
}
