// The naming contract of the core module ("classic" mangling of the C ABI bindings generators): imports come from a module
// named as the interface and are called `f`, `[method]r.f`, `[static]r.f`, `[constructor]r` or `[resource-drop]r`; exports are
// called `interface#f`, with an optional `cabi_post_interface#f` that frees a result's memory.

extension EncodingPlan {
  /// Matches the core module's imports with WIT functions.
  static func imports(of module: CoreModule, _ wit: WIT) throws(ComponentEncoderError) -> [Import] {
    var imports: [Import] = []
    for item in module.imports {
      let interface = try interface(importedBy: item, wit)
      imports.append(Import(interface: interface, module: item.module, name: item.name, kind: try kind(of: item, in: interface, wit)))
    }
    return imports
  }

  private static func interface(importedBy item: CoreModule.Import, _ wit: WIT) throws(ComponentEncoderError) -> InterfaceID {
    if let interface = wit.interface(named: item.module) { return interface }
    if item.module.hasPrefix("wasi_snapshot_preview1") || item.module.hasPrefix("wasi_unstable") {
      throw ComponentEncoderError(
        .unsupportedImport,
        "The core module imports '\(item.name)' from '\(item.module)', which components do not have. "
          + "Build for wasm32-unknown-none-wasm, and leave out what prints, reads files or asks for the time through the C library.")
    }
    if item.module == "env" || item.module.isEmpty {
      throw ComponentEncoderError(
        .unsupportedImport,
        "The core module imports '\(item.name)' from '\(item.module)': a symbol that was not defined when the module was linked. Define it, or link the library that does.")
    }
    throw ComponentEncoderError(
      .unknownInterface,
      "The core module imports '\(item.name)' from the unknown interface '\(item.module)'.\(suggestion(for: item.module, among: wit.interfaceNames)) "
        + "Correct the name, version included, or add the interface's WIT.")
  }

  private static func kind(of item: CoreModule.Import, in interface: InterfaceID, _ wit: WIT) throws(ComponentEncoderError) -> Import.Kind {
    let expected: CoreFunctionType
    let kind: Import.Kind
    let dropPrefix = "[resource-drop]"
    if item.name.hasPrefix(dropPrefix) {
      let resources = wit[interface].types.filter { wit.isResource($0) }
      let name = String(item.name.dropFirst(dropPrefix.count))
      guard let resource = resources.first(where: { wit[$0].name == name }) else {
        throw ComponentEncoderError(
          .unknownFunction,
          "The core module imports '\(item.name)' from '\(item.module)', which has no such resource.\(suggestion(for: name, among: resources.map { wit[$0].name })) Correct the name.")
      }
      expected = CoreFunctionType(parameters: [.i32], results: [])
      kind = .resourceDrop(resource)
    } else {
      let functions = wit[interface].functions
      guard let function = functions.first(where: { $0.name == item.name }) else {
        throw ComponentEncoderError(
          .unknownFunction,
          "The core module imports '\(item.name)' from '\(item.module)', which has no such function.\(suggestion(for: item.name, among: functions.map(\.name))) Correct the name.")
      }
      let lowered = wit.lowered(function)
      expected = lowered.type
      kind = .function(function, lowered)
    }
    guard item.type == expected else {
      throw ComponentEncoderError(
        .typeMismatch,
        "The core module imports '\(item.name)' from '\(item.module)' with type \(item.type), but the canonical ABI gives it \(expected). Correct the import's declaration.")
    }
    return kind
  }

  /// Matches the core module's exports with WIT interfaces; an interface is exported as a whole.
  static func exports(of module: CoreModule, _ wit: WIT) throws(ComponentEncoderError) -> [Export] {
    let postPrefix = "cabi_post_"
    var names: [InterfaceID: Set<String>] = [:]
    for coreName in module.exportNames where coreName.contains("#") && !coreName.hasPrefix(postPrefix) {
      let (interface, name) = try function(exportedAs: coreName, wit)
      names[interface, default: []].insert(name)
    }
    for coreName in module.exportNames where coreName.hasPrefix(postPrefix) {
      let function = String(coreName.dropFirst(postPrefix.count))
      guard module.exports[function] == nil else { continue }
      throw ComponentEncoderError(
        .missingExport, "The core module exports '\(coreName)', but not '\(function)', whose result it would free. Export both, or neither.")
    }
    guard !names.isEmpty else {
      throw ComponentEncoderError(
        .missingExport,
        "The core module exports no function of any interface, so the component could do nothing. "
          + "Export functions under names such as 'wasm-graph:processor/map@1.1.0#process', and check that the linker keeps them.")
    }
    var exports: [Export] = []
    for interface in names.keys.sorted(by: { wit[$0].name < wit[$1].name }) {
      exports.append(try export(of: interface, exported: names[interface] ?? [], module, wit))
    }
    return exports
  }

  /// The interface and the function behind `interface#function`.
  private static func function(exportedAs coreName: String, _ wit: WIT) throws(ComponentEncoderError) -> (InterfaceID, String) {
    let parts = coreName.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let interface = wit.interface(named: parts[0]) else {
      throw ComponentEncoderError(
        .unknownInterface,
        "The core module exports '\(coreName)', of an unknown interface.\(suggestion(for: parts[0], among: wit.interfaceNames)) "
          + "Correct the name, version included, or add the interface's WIT.")
    }
    let functions = wit[interface].functions.map(\.name)
    guard functions.contains(parts[1]) else {
      throw ComponentEncoderError(
        .unknownFunction, "The core module exports '\(coreName)', but the interface has no such function.\(suggestion(for: parts[1], among: functions)) Correct the name.")
    }
    return (interface, parts[1])
  }

  private static func export(
    of interface: InterfaceID, exported names: Set<String>, _ module: CoreModule, _ wit: WIT
  ) throws(ComponentEncoderError) -> Export {
    let declared = wit[interface]
    let missing = declared.functions.map(\.name).filter { !names.contains($0) }
    guard missing.isEmpty else {
      throw ComponentEncoderError(
        .missingExport,
        "The core module exports '\(declared.name)' only in part: it lacks \(missing.map { "'\(declared.name)#\($0)'" }.joined(separator: ", ")). Export every function of the interface.")
    }
    for type in declared.types {
      if case .used = wit[type].definition { continue }
      throw ComponentEncoderError(
        .unsupportedExport,
        "The core module exports '\(declared.name)', which declares types of its own ('\(wit[type].name)'); this is not supported. Move them to another interface and 'use' them.")
    }
    var functions: [Export.Function] = []
    for function in declared.functions {
      let coreName = "\(declared.name)#\(function.name)"
      let canonical = wit.lifted(function)
      try check(module.exports[coreName], named: coreName, is: canonical.type, missing: "")
      let postReturn = "cabi_post_\(coreName)"
      let hasPostReturn = module.exports[postReturn] != nil
      if hasPostReturn {
        let expected = CoreFunctionType(parameters: canonical.type.results, results: [])
        try check(module.exports[postReturn], named: postReturn, is: expected, missing: "")
      }
      functions.append(Export.Function(function: function, canonical: canonical, coreName: coreName, postReturn: hasPostReturn ? postReturn : nil))
    }
    return Export(interface: interface, functions: functions)
  }
}
