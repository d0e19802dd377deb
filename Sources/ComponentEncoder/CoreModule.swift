/// What the encoder needs to know of a core module: its function imports and its exports.
struct CoreModule {
  struct Import: Hashable {
    let module: String
    let name: String
    let type: CoreFunctionType
  }

  enum Export {
    case function(CoreFunctionType)
    case other(kind: String)
  }

  private(set) var imports: [Import] = []
  /// The exports' names in the module's order.
  private(set) var exportNames: [String] = []
  private(set) var exports: [String: Export] = [:]

  private var types: [CoreFunctionType] = []
  /// The type index of each function, imported ones first.
  private var functions: [UInt32] = []

  /// Reads the type, import, function and export sections; the others are skipped, since what runs the component validates them.
  init(_ bytes: [UInt8]) throws(ComponentEncoderError) {
    try Self.checkPreamble(bytes)
    var reader = ByteReader(bytes, range: 8..<bytes.count)
    while !reader.isAtEnd {
      let start = reader.position
      let id = try reader.byte()
      var section = ByteReader(bytes, range: try reader.skip(try reader.unsigned()))
      switch id {
      case 1: try readTypes(&section)
      case 2: try readImports(&section)
      case 3: try readFunctions(&section)
      case 7: try readExports(&section)
      case 0, 4...6, 8...13: continue
      default: throw reader.error("There is no section \(id) in a core module.", at: start)
      }
      guard section.isAtEnd else { throw reader.error("Section \(id) holds more than its items.", at: section.position) }
    }
  }

  private static func checkPreamble(_ bytes: [UInt8]) throws(ComponentEncoderError) {
    let start = ComponentEncoderError.Location.byte(offset: 0)
    guard bytes.starts(with: [0x00, 0x61, 0x73, 0x6d]) else {
      throw ComponentEncoderError(
        .malformedModule, "The file is not WebAssembly: it does not begin with '\\0asm'. Give the .wasm file that the linker wrote.", at: start)
    }
    guard bytes.count >= 8 else { throw ComponentEncoderError(.malformedModule, "The file ends within WebAssembly's preamble. Build it again.", at: start) }
    switch bytes[4..<8] {
    case [0x01, 0x00, 0x00, 0x00]: return
    case _ where bytes[6] == 1:
      throw ComponentEncoderError(.alreadyComponent, "The file is a component already: use it as it is.", at: start)
    default:
      throw ComponentEncoderError(.malformedModule, "The file is not a core module of version 1. Build it with a current linker.", at: start)
    }
  }

  private mutating func readTypes(_ section: inout ByteReader) throws(ComponentEncoderError) {
    for _ in 0..<(try section.unsigned()) {
      let start = section.position
      let form = try section.byte()
      guard form == 0x60 else {
        throw section.error("Type \(types.count) is not a plain function type (form 0x\(String(form, radix: 16))); modules that use garbage collection types are not supported.", at: start)
      }
      types.append(CoreFunctionType(parameters: try Self.valueTypes(&section), results: try Self.valueTypes(&section)))
    }
  }

  private static func valueTypes(_ section: inout ByteReader) throws(ComponentEncoderError) -> [CoreValueType] {
    var types: [CoreValueType] = []
    for _ in 0..<(try section.unsigned()) {
      let start = section.position
      let byte = try section.byte()
      guard let type = CoreValueType(rawValue: byte) else { throw section.error("There is no value type 0x\(String(byte, radix: 16)).", at: start) }
      types.append(type)
    }
    return types
  }

  private mutating func readImports(_ section: inout ByteReader) throws(ComponentEncoderError) {
    var names: Set<[String]> = []
    for _ in 0..<(try section.unsigned()) {
      let start = section.position
      let module = try section.name(), name = try section.name()
      let kind = try section.byte()
      guard kind == 0 else { throw Self.unsupported(module: module, name: name, kind: kind, at: start) }
      guard names.insert([module, name]).inserted else {
        throw ComponentEncoderError(
          .unsupportedImport,
          "The core module imports '\(name)' from '\(module)' twice, which the modules of a component may not. Declare it under one symbol for the whole program.",
          at: .byte(offset: start))
      }
      let index = try section.unsigned()
      imports.append(Import(module: module, name: name, type: try type(index, section, at: start)))
      functions.append(index)
    }
  }

  private mutating func readFunctions(_ section: inout ByteReader) throws(ComponentEncoderError) {
    for _ in 0..<(try section.unsigned()) { functions.append(try section.unsigned()) }
  }

  private mutating func readExports(_ section: inout ByteReader) throws(ComponentEncoderError) {
    for _ in 0..<(try section.unsigned()) {
      let start = section.position
      let name = try section.name()
      let kind = try section.byte(), index = try section.unsigned()
      let export: Export
      if kind == 0 {
        guard index < functions.count else { throw section.error("The export '\(name)' refers to function \(index), which does not exist.", at: start) }
        export = .function(try type(functions[Int(index)], section, at: start))
      } else {
        export = .other(kind: Self.kindName(kind))
      }
      guard exports.updateValue(export, forKey: name) == nil else { throw section.error("'\(name)' is exported twice.", at: start) }
      exportNames.append(name)
    }
  }

  private func type(_ index: UInt32, _ section: ByteReader, at offset: Int) throws(ComponentEncoderError) -> CoreFunctionType {
    guard index < types.count else { throw section.error("There is no type \(index).", at: offset) }
    return types[Int(index)]
  }

  private static func kindName(_ kind: UInt8) -> String {
    switch kind {
    case 0: "function"
    case 1: "table"
    case 2: "memory"
    case 3: "global"
    case 4: "tag"
    default: "item of kind \(kind)"
    }
  }

  private static func unsupported(module: String, name: String, kind: UInt8, at offset: Int) -> ComponentEncoderError {
    let fix = switch kind {
    case 1: "Link without --import-table."
    case 2: "Link without --import-memory, so that the module has a memory of its own."
    default: "Link statically, without position-independent code (-fPIC, -shared)."
    }
    return ComponentEncoderError(
      .unsupportedImport, "The core module imports the \(kindName(kind)) '\(name)' from '\(module)', but a component can pass in functions only. \(fix)",
      at: .byte(offset: offset))
  }
}
