/// A core module matched with WIT: everything that can be wrong has been found when a plan exists.
struct EncodingPlan {
  struct Import {
    enum Kind {
      case resourceDrop(TypeID)
      case function(WIT.Function, CanonicalFunction)
    }

    let interface: InterfaceID
    /// The names by which the core module asks for it.
    let module: String
    let name: String
    let kind: Kind
  }

  struct Export {
    struct Function {
      let function: WIT.Function
      let canonical: CanonicalFunction
      let coreName: String
      let postReturn: String?
    }

    let interface: InterfaceID
    let functions: [Function]
  }

  let wit: WIT
  /// In the core module's order, each once.
  let imports: [Import]
  /// Sorted by interface name.
  let exports: [Export]
  /// The interfaces to import, each after those that it uses.
  let interfaces: [InterfaceID]
  /// The types that some imported or exported function needs.
  let liveTypes: Set<TypeID>
  let needsMemory: Bool
  let needsRealloc: Bool
  let hasInitializer: Bool

  init(_ module: CoreModule, _ wit: WIT) throws(ComponentEncoderError) {
    self.wit = wit
    imports = try Self.imports(of: module, wit)
    exports = try Self.exports(of: module, wit)

    var needs = Needs(wit)
    for item in imports {
      switch item.kind {
      case .resourceDrop(let resource): needs.require(resource)
      case .function(let function, _): needs.require(function)
      }
    }
    for export in exports {
      for item in export.functions { needs.require(item.function) }
      for type in wit[export.interface].types { needs.require(type) }
    }
    liveTypes = needs.types
    interfaces = needs.interfaces(importing: imports.map(\.interface), exporting: exports.map(\.interface))

    let lowered = imports.compactMap { if case .function(_, let canonical) = $0.kind { canonical } else { nil } }
    let lifted = exports.flatMap { $0.functions.map(\.canonical) }
    needsMemory = (lowered + lifted).contains(where: \.needsMemory)
    needsRealloc = (lowered + lifted).contains(where: \.needsRealloc)
    hasInitializer = module.exports["_initialize"] != nil
    try Self.checkSupport(of: module, memory: needsMemory, realloc: needsRealloc)
  }

  /// The exports that serve the canonical ABI rather than an interface.
  private static func checkSupport(of module: CoreModule, memory: Bool, realloc: Bool) throws(ComponentEncoderError) {
    if memory {
      switch module.exports["memory"] {
      case .other(kind: "memory"): break
      case nil:
        throw ComponentEncoderError(
          .missingExport, "The core module exports no memory, but its functions pass strings, lists or large values through one. Link it with its memory exported as 'memory'.")
      default:
        throw ComponentEncoderError(.typeMismatch, "The core module's export 'memory' is not a memory. Export the memory under this name.")
      }
    }
    if realloc || module.exports["cabi_realloc"] != nil {
      let expected = CoreFunctionType(parameters: [.i32, .i32, .i32, .i32], results: [.i32])
      try check(
        module.exports["cabi_realloc"], named: "cabi_realloc", is: expected,
        missing: "The core module does not export the function 'cabi_realloc', with which the host makes room for strings and lists in the module's memory. "
          + "Export one of type \(expected): (old pointer, old size, alignment, new size) -> pointer.")
    }
    if module.exports["_initialize"] != nil {
      try check(module.exports["_initialize"], named: "_initialize", is: CoreFunctionType(parameters: [], results: []), missing: "")
    }
  }

  static func check(
    _ export: CoreModule.Export?, named name: String, is expected: CoreFunctionType, missing: String
  ) throws(ComponentEncoderError) {
    switch export {
    case nil: throw ComponentEncoderError(.missingExport, missing)
    case .other(let kind):
      throw ComponentEncoderError(.typeMismatch, "The core module's export '\(name)' is a \(kind), not a function. Export a function of type \(expected) under this name.")
    case .function(let found) where found != expected:
      throw ComponentEncoderError(
        .typeMismatch, "The core module's export '\(name)' has type \(found), but the canonical ABI expects \(expected). Correct the function's parameters and result.")
    case .function: break
    }
  }
}

/// Collects the types that functions need, and from them the interfaces.
private struct Needs {
  let wit: WIT
  private(set) var types: Set<TypeID> = []

  init(_ wit: WIT) { self.wit = wit }

  mutating func require(_ function: WIT.Function) {
    for type in function.parameters.map(\.type) + [function.result].compactMap(\.self) {
      for reference in type.references { require(reference) }
    }
  }

  mutating func require(_ type: TypeID) {
    guard types.insert(type).inserted else { return }
    for component in wit[type].definition.components {
      for reference in component.references { require(reference) }
    }
  }

  /// Imported interfaces and those whose types are needed, dependencies first; an exported one is not imported for its own sake.
  func interfaces(importing: [InterfaceID], exporting: [InterfaceID]) -> [InterfaceID] {
    var ordered: [InterfaceID] = []
    var visited: Set<InterfaceID> = []
    func visit(_ interface: InterfaceID) {
      guard visited.insert(interface).inserted else { return }
      for dependency in wit[interface].dependencies { visit(dependency) }
      ordered.append(interface)
    }
    for interface in importing + exporting {
      for dependency in wit[interface].dependencies { visit(dependency) }
    }
    for interface in importing { visit(interface) }
    return ordered.filter { interface in importing.contains(interface) || wit[interface].types.contains(where: types.contains) }
  }
}
