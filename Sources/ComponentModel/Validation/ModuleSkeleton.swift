/// A core module reduced to what its type depends on: types, imports and exports as they are, but behind the exports only one definition per type,
/// and no code, data, elements or custom sections. Megabytes become kilobytes, and no component can tell the difference by validation.
struct ModuleSkeleton {
  let bytes: [UInt8]

  /// Nil for a module that exports what cannot be had without its code: references that are never null, or things that do not exist.
  init?(_ outline: ModuleOutline, of file: [UInt8]) {
    guard let bytes = Self.write(outline, file) else { return nil }
    self.bytes = bytes
  }

  private static func write(_ outline: ModuleOutline, _ file: [UInt8]) -> [UInt8]? {
    var kept = KeptDefinitions(outline, file)
    var exports: [UInt8] = []
    for export in outline.exports {
      guard let index = kept.index(of: export) else { return nil }
      exports += file[export.name]
      exports.append(export.sort.rawValue)
      append(index, to: &exports)
    }
    var bytes: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
    func section(_ identifier: UInt8, _ contents: some Collection<UInt8>) {
      bytes.append(identifier)
      append(contents.count, to: &bytes)
      bytes += contents
    }
    func section(_ identifier: UInt8, _ count: Int, _ items: some Collection<UInt8>) {
      guard count > 0 else { return }
      var contents: [UInt8] = []
      append(count, to: &contents)
      section(identifier, contents + items)
    }
    if let types = outline.types { section(1, file[types]) }
    if let imports = outline.imports { section(2, file[imports]) }
    for (identifier, sort) in [(3, .function), (4, .table), (5, .memory), (13, .tag)] as [(UInt8, CoreSort)] {
      section(identifier, kept[sort].count, kept[sort].joined())
    }
    var globals: [UInt8] = []
    for type in kept[.global] {
      guard let value = anyValue(ofGlobal: type) else { return nil }
      globals += type + value
    }
    section(6, kept[.global].count, globals)
    section(7, outline.exports.count, exports)
    // Each function: three bytes, no locals, `unreachable`, `end`.
    section(10, kept[.function].count, repeatElement([0x03, 0x00, 0x00, 0x0b], count: kept[.function].count).joined())
    return bytes
  }

  /// A constant expression for a global of the type whose encoding is given; nil where the type has no constant of its own.
  private static func anyValue(ofGlobal type: ArraySlice<UInt8>) -> [UInt8]? {
    switch type.first {
    case 0x7f: [0x41, 0x00, 0x0b]
    case 0x7e: [0x42, 0x00, 0x0b]
    case 0x7d: [0x43] + [UInt8](repeating: 0, count: 4) + [0x0b]
    case 0x7c: [0x44] + [UInt8](repeating: 0, count: 8) + [0x0b]
    case 0x7b: [0xfd, 0x0c] + [UInt8](repeating: 0, count: 16) + [0x0b]
    // ref.null of the heap type, which lies between the code of the reference and the mutability.
    case 0x63: [0xd0] + type.dropFirst().dropLast() + [0x0b]
    case let code? where (0x69...0x74).contains(code): [0xd0, code, 0x0b]
    default: nil
    }
  }
}

/// The definitions behind a module's exports, one per type, in order of first use.
private struct KeptDefinitions {
  private let outline: ModuleOutline
  private let file: [UInt8]
  private var kept: [CoreSort: [ArraySlice<UInt8>]] = [:]
  private var indices: [CoreSort: [ArraySlice<UInt8>: Int]] = [:]

  init(_ outline: ModuleOutline, _ file: [UInt8]) {
    self.outline = outline
    self.file = file
  }

  subscript(_ sort: CoreSort) -> [ArraySlice<UInt8>] { kept[sort] ?? [] }

  /// The index in the skeleton of what the module exports; nil if there is no such thing.
  mutating func index(of export: ModuleOutline.Export) -> Int? {
    let imported = outline.importCounts[export.sort] ?? 0
    if export.index < imported { return export.index }
    guard let definitions = outline.definitions[export.sort], export.index - imported < definitions.count else { return nil }
    let type = file[definitions[export.index - imported]]
    if let known = indices[export.sort]?[type] { return known }
    let index = imported + self[export.sort].count
    indices[export.sort, default: [:]][type] = index
    kept[export.sort, default: []].append(type)
    return index
  }
}

/// Appends an unsigned LEB128 number.
func append(_ number: Int, to bytes: inout [UInt8]) {
  var rest = number
  while rest > 0x7f {
    bytes.append(UInt8(rest & 0x7f) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(rest))
}
