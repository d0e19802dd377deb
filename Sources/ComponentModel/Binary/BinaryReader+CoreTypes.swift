/// Core types as they appear in components and core modules. Sources: Binary.md, `core:type`; the core specification's binary format.
extension BinaryReader {
  mutating func coreType() throws(ComponentError) -> CoreTypeDefinition {
    let place = offset
    switch try byte("a core type") {
    case 0x60: return .function(try coreFunctionTypeBody())
    case 0x50:
      return .module(try vector("core module declarations") { (reader) throws(ComponentError) in try reader.coreModuleDeclaration() })
    case 0x00, 0x4e, 0x4f, 0x5d, 0x5e, 0x5f: throw unsupported("core types of garbage collection", at: place)
    case let other: throw malformed("\(hexadecimal(other)) is not a core type", at: place)
    }
  }

  private mutating func coreFunctionTypeBody() throws(ComponentError) -> CoreFunctionType {
    let parameters = try vector("core parameters") { (reader) throws(ComponentError) in try reader.coreValueType() }
    let results = try vector("core results") { (reader) throws(ComponentError) in try reader.coreValueType() }
    return CoreFunctionType(parameters: parameters, results: results)
  }

  private mutating func coreValueType() throws(ComponentError) -> CoreValueType {
    let place = offset
    let code = try byte("a core value type")
    if let type = CoreValueType(rawValue: code) { return type }
    guard (0x63...0x74).contains(code) else { throw malformed("\(hexadecimal(code)) is not a core value type", at: place) }
    throw unsupported("core reference types other than funcref and externref", at: place)
  }

  private mutating func coreModuleDeclaration() throws(ComponentError) -> CoreModuleDeclaration {
    let place = offset
    switch try byte("a core module declaration") {
    case 0x00:
      return .import(module: try name("an import's module name"), name: try name("an import's name"), try coreExtern())
    case 0x01:
      let place = offset
      guard case .function(let type) = try coreType() else {
        throw malformed("a core module type declares another module type, which is not allowed", at: place)
      }
      return .type(type)
    case 0x02:
      try expect(CoreSort.type.rawValue, "the sort of a core alias")
      try expect(0x01, "the kind of a core alias")
      return .outerType(count: try u32("a scope count"), index: try u32("a core type's index"))
    case 0x03: return .export(name: try name("an export's name"), try coreExtern())
    case let other: throw malformed("\(hexadecimal(other)) is not a core module declaration", at: place)
    }
  }

  /// The type of a core import or export.
  mutating func coreExtern() throws(ComponentError) -> CoreExternDescriptor {
    let place = offset
    switch try byte("a core import's or export's kind") {
    case 0x00: return .function(type: try u32("a core function type's index"))
    case 0x01: return .table(try coreTable())
    case 0x02: return .memory(try coreLimits())
    case 0x03: return .global(try coreGlobal())
    case 0x04:
      try expect(0x00, "a tag's attribute")
      return .tag(type: try u32("a tag's type index"))
    case let other: throw malformed("\(hexadecimal(other)) is not the kind of a core import or export", at: place)
    }
  }

  mutating func coreTable() throws(ComponentError) -> CoreTableType { CoreTableType(element: try anyCoreValueType(), limits: try coreLimits()) }

  mutating func coreGlobal() throws(ComponentError) -> CoreGlobalType {
    let value = try anyCoreValueType()
    let place = offset
    let mutability = try byte("a global's mutability")
    guard mutability <= 0x03 else { throw malformed("\(hexadecimal(mutability)) is not a global's mutability", at: place) }
    return CoreGlobalType(value: value, isMutable: mutability & 0x01 != 0)
  }

  /// Bounds of a table or memory, shared and 64-bit ones included.
  mutating func coreLimits() throws(ComponentError) -> CoreLimits {
    let place = offset
    let flags = try byte("a table's or memory's flags")
    guard flags < 0x10 else { throw malformed("\(hexadecimal(flags)) are not the flags of a table or memory", at: place) }
    let bits = flags & 0x04 == 0 ? 32 : 64
    let minimum = try unsigned(bits: bits, "a minimum size")
    let maximum = flags & 0x01 == 0 ? nil : try unsigned(bits: bits, "a maximum size")
    if flags & 0x08 != 0 { _ = try u32("a page size") }
    return CoreLimits(minimum: minimum, maximum: maximum, kind: flags & ~0x01)
  }

  /// Any value type; nil for the references that the component layer does not know.
  mutating func anyCoreValueType() throws(ComponentError) -> CoreValueType? {
    let place = offset
    switch try byte("a core value type") {
    case 0x63, 0x64:
      _ = try s33("a heap type")
      return nil
    case let code where (0x69...0x74).contains(code) || (0x7b...0x7f).contains(code): return CoreValueType(rawValue: code)
    case let other: throw malformed("\(hexadecimal(other)) is not a core value type", at: place)
    }
  }
}
