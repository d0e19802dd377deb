extension CoreModuleType {
  /// The type of the core module that fills `range` of `bytes`.
  init(_ bytes: [UInt8], in range: Range<Int>) throws(ComponentError) {
    let outline = try ModuleOutline(bytes, in: range)
    let types = try Self.functionTypes(bytes, in: outline.types)
    func item(_ descriptor: CoreExternDescriptor) throws(ComponentError) -> Item {
      switch descriptor {
      case .function(let index): .function(try lookUp(types, index))
      case .tag(let index): .tag(try lookUp(types, index))
      case .table(let type): .table(type)
      case .memory(let limits): .memory(limits)
      case .global(let type): .global(type)
      }
    }
    var imports: [Import] = []
    if let section = outline.imports {
      var reader = BinaryReader(bytes, in: section)
      for _ in 0..<(try reader.count("imports")) {
        imports.append(Import(module: try reader.name("a module's name"), name: try reader.name("an import's name"), item: try item(try reader.coreExtern())))
      }
    }
    var exports: [Export] = []
    for export in outline.exports {
      var reader = BinaryReader(bytes, in: export.name)
      let name = try reader.name("an export's name")
      let imported = imports.filter { $0.item.sort == export.sort }
      if export.index < imported.count {
        exports.append(Export(name: name, item: imported[export.index].item))
      } else {
        var reader = BinaryReader(bytes, in: try lookUp(outline.definitions[export.sort] ?? [], export.index - imported.count))
        exports.append(Export(name: name, item: try item(try reader.definition(of: export.sort))))
      }
    }
    self.init(imports: imports, exports: exports)
  }

  /// By type index; nil for types that the component layer does not know. Those of garbage collection end the list: what follows is not read.
  private static func functionTypes(_ bytes: [UInt8], in section: Range<Int>?) throws(ComponentError) -> [CoreFunctionType?] {
    guard let section else { return [] }
    var reader = BinaryReader(bytes, in: section)
    let count = try reader.count("types")
    var types: [CoreFunctionType?] = []
    for _ in 0..<count {
      guard reader.peek() == 0x60 else { break }
      types.append(try reader.anyCoreFunctionType())
    }
    return types + Array(repeating: nil, count: count - types.count)
  }
}

/// The item at an index, which damaged modules may get wrong.
private func lookUp<Item>(_ items: [Item], _ index: Int) throws(ComponentError) -> Item {
  guard items.indices.contains(index) else { throw ComponentError(.malformed, "index \(index) in a core module does not exist") }
  return items[index]
}

extension BinaryReader {
  /// The type of something that a module defines itself.
  fileprivate mutating func definition(of sort: CoreSort) throws(ComponentError) -> CoreExternDescriptor {
    switch sort {
    case .function: return .function(type: try u32("a type's index"))
    case .table: return .table(try coreTable())
    case .memory: return .memory(try coreLimits())
    case .global: return .global(try coreGlobal())
    case .tag:
      try expect(0x00, "a tag's attribute")
      return .tag(type: try u32("a tag's type index"))
    case .type, .module, .instance: throw malformed("a core module exports a \(sort)")
    }
  }

  /// A function type; nil if it has references that the component layer does not know.
  fileprivate mutating func anyCoreFunctionType() throws(ComponentError) -> CoreFunctionType? {
    try expect(0x60, "a function type")
    let parameters = try vector("core parameters") { (reader) throws(ComponentError) in try reader.anyCoreValueType() }
    let results = try vector("core results") { (reader) throws(ComponentError) in try reader.anyCoreValueType() }
    let known = CoreFunctionType(parameters: parameters.compactMap { $0 }, results: results.compactMap { $0 })
    return known.parameters.count == parameters.count && known.results.count == results.count ? known : nil
  }
}
