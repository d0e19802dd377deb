/// What can be read off a core module without compiling it: its imports, exports, memories, and the sizes of its parts.
public struct CoreModuleHeader: Sendable {
  public struct Import: Hashable, Sendable {
    public let module: String
    public let name: String
    public let type: CoreExternDescriptor
  }

  public struct Export: Hashable, Sendable {
    public let name: String
    public let sort: CoreSort
    public let index: Int
  }

  public private(set) var imports: [Import] = []
  public private(set) var exports: [Export] = []
  /// The memories that the module defines itself, in pages of 64 KiB.
  public private(set) var memories: [CoreLimits] = []
  /// The functions that the module defines itself.
  public private(set) var functionCount = 0
  /// Bytes of all sections of a kind, by the identifiers of the core specification (0 custom, 10 code, 11 data, …).
  public private(set) var sectionSizes: [UInt8: Int] = [:]
  public private(set) var customSections: [CustomSection] = []
  public let byteRange: Range<Int>

  /// Reads the module that fills `byteRange` of `bytes`.
  public init(_ bytes: [UInt8], in byteRange: Range<Int>) throws(ComponentError) {
    self.byteRange = byteRange
    guard byteRange.lowerBound >= 0, byteRange.upperBound <= bytes.count else {
      throw ComponentError(.malformed, "a core module reaches past the end of the file")
    }
    var reader = BinaryReader(bytes, in: byteRange)
    for byte: UInt8 in [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] { try reader.expect(byte, "a byte of the core module's preamble") }
    while !reader.isAtEnd { try readSection(&reader) }
  }

  private mutating func readSection(_ reader: inout BinaryReader) throws(ComponentError) {
    let place = reader.offset
    let identifier = try reader.byte("a section")
    let length = try reader.u32("a section's length")
    let what = "the section that begins at byte \(place)"
    sectionSizes[identifier, default: 0] += length
    switch identifier {
    case 0:
      customSections.append(
        try reader.bounded(length, what) { (reader) throws(ComponentError) in
          CustomSection(name: try reader.name("a custom section's name"), byteRange: try reader.skip(reader.remaining, "a custom section"))
        })
    case 2:
      imports += try reader.bounded(length, what) { (reader) throws(ComponentError) in
        try reader.vector("imports") { (reader) throws(ComponentError) in
          Import(module: try reader.name("an import's module name"), name: try reader.name("an import's name"), type: try reader.coreExtern())
        }
      }
    case 3:
      functionCount += try reader.bounded(length, what) { (reader) throws(ComponentError) in
        let count = try reader.u32("the number of functions")
        _ = try reader.skip(reader.remaining, "the function section")
        return count
      }
    case 5:
      memories += try reader.bounded(length, what) { (reader) throws(ComponentError) in
        try reader.vector("memories") { (reader) throws(ComponentError) in try reader.coreLimits() }
      }
    case 7:
      exports += try reader.bounded(length, what) { (reader) throws(ComponentError) in
        try reader.vector("exports") { (reader) throws(ComponentError) in
          Export(name: try reader.name("an export's name"), sort: try reader.coreSort(), index: try reader.u32("an export's index"))
        }
      }
    default: _ = try reader.skip(length, what)
    }
  }

  /// The module's own name, from its name section; nil where there is none or it is damaged.
  public func name(in bytes: [UInt8]) -> String? {
    guard let section = customSections.first(where: { $0.name == "name" }) else { return nil }
    var reader = BinaryReader(bytes, in: section.byteRange)
    guard let kind = try? reader.byte("a subsection"), kind == 0, (try? reader.u32("a subsection's length")) != nil else { return nil }
    return try? reader.name("the module's name")
  }
}
