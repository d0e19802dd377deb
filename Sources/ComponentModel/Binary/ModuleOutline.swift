/// Where the parts of a core module lie that determine its type.
struct ModuleOutline {
  struct Export {
    /// Its length included.
    let name: Range<Int>
    let sort: CoreSort
    let index: Int
  }

  /// The contents of the type section and of the import section.
  private(set) var types: Range<Int>?
  private(set) var imports: Range<Int>?
  private(set) var importCounts: [CoreSort: Int] = [:]
  /// By sort, what says the type of each definition: a type index, or the encoded type of a table, memory, global or tag.
  private(set) var definitions: [CoreSort: [Range<Int>]] = [:]
  private(set) var exports: [Export] = []
  var importCount: Int { importCounts.values.reduce(0, +) }

  init(_ bytes: [UInt8], in range: Range<Int>) throws(ComponentError) {
    var reader = BinaryReader(bytes, in: range)
    for byte: UInt8 in [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] { try reader.expect(byte, "a byte of the core module's preamble") }
    var seen: Set<UInt8> = []
    while !reader.isAtEnd {
      let identifier = try reader.byte("a section")
      guard identifier == 0 || seen.insert(identifier).inserted else { throw reader.malformed("a section comes twice") }
      let length = try reader.u32("a section's length")
      try reader.bounded(length, "a section") { (reader) throws(ComponentError) in try read(section: identifier, &reader) }
    }
  }

  private mutating func read(section identifier: UInt8, _ reader: inout BinaryReader) throws(ComponentError) {
    switch identifier {
    case 1: types = try reader.skip(reader.remaining, "the type section")
    case 2:
      let start = reader.offset
      for _ in 0..<(try reader.count("imports")) {
        _ = try reader.nameRange()
        _ = try reader.nameRange()
        importCounts[try reader.coreExtern().sort, default: 0] += 1
      }
      imports = start..<reader.offset
    case 3: definitions[.function] = try reader.ranges { (reader) throws(ComponentError) in _ = try reader.u32("a type's index") }
    case 4: definitions[.table] = try reader.vector("tables") { (reader) throws(ComponentError) in try reader.tableRange() }
    case 5: definitions[.memory] = try reader.ranges { (reader) throws(ComponentError) in _ = try reader.coreLimits() }
    case 6: definitions[.global] = try reader.vector("globals") { (reader) throws(ComponentError) in try reader.globalRange() }
    case 7:
      exports = try reader.vector("exports") { (reader) throws(ComponentError) in
        Export(name: try reader.nameRange(), sort: try reader.coreSort(), index: try reader.u32("an export's index"))
      }
    case 13:
      definitions[.tag] = try reader.ranges { (reader) throws(ComponentError) in
        _ = try reader.byte("a tag's attribute")
        _ = try reader.u32("a tag's type index")
      }
    default: _ = try reader.skip(reader.remaining, "a section")
    }
  }
}

extension BinaryReader {
  fileprivate mutating func range(_ body: (inout BinaryReader) throws(ComponentError) -> Void) throws(ComponentError) -> Range<Int> {
    let start = offset
    try body(&self)
    return start..<offset
  }

  fileprivate mutating func ranges(_ item: (inout BinaryReader) throws(ComponentError) -> Void) throws(ComponentError) -> [Range<Int>] {
    try vector("definitions") { (reader) throws(ComponentError) in try reader.range(item) }
  }

  fileprivate mutating func nameRange() throws(ComponentError) -> Range<Int> {
    try range { (reader) throws(ComponentError) in _ = try reader.skip(try reader.u32("the length of a name"), "a name") }
  }

  /// The type of a table, which may have a first value of its own.
  fileprivate mutating func tableRange() throws(ComponentError) -> Range<Int> {
    guard peek() == 0x40 else { return try range { (reader) throws(ComponentError) in _ = try reader.coreTable() } }
    _ = try byte("a table")
    try expect(0x00, "the second byte of a table with a first value")
    // Without its value, only a table of nullable references can be defined.
    guard peek() != 0x64 else { throw malformed("a table of references that are never null has no skeleton") }
    let type = try range { (reader) throws(ComponentError) in _ = try reader.coreTable() }
    try skipConstantExpression()
    return type
  }

  fileprivate mutating func globalRange() throws(ComponentError) -> Range<Int> {
    let type = try range { (reader) throws(ComponentError) in
      _ = try reader.coreGlobal()
    }
    try skipConstantExpression()
    return type
  }

  /// Skips a constant expression of the core specification: numbers, references, arithmetic on them, and what makes objects.
  private mutating func skipConstantExpression() throws(ComponentError) {
    while true {
      let place = offset
      switch try byte("a constant expression") {
      case 0x0b: return
      case 0x23, 0xd2: _ = try u32("an index")
      case 0x41, 0x42: try skipNumber()
      case 0x43: _ = try skip(4, "a number")
      case 0x44: _ = try skip(8, "a number")
      case 0xd0: _ = try s33("a heap type")
      case 0x6a...0x6c, 0x7c...0x7e: break
      case 0xfd:
        try expect(0x0c, "a constant vector instruction")
        _ = try skip(16, "a vector")
      case 0xfb: try skipObjectInstruction()
      case let other: throw malformed("\(hexadecimal(other)) is not known to be constant", at: place)
      }
    }
  }

  private mutating func skipObjectInstruction() throws(ComponentError) {
    let place = offset
    switch try u32("an instruction") {
    // struct.new, struct.new_default, array.new, array.new_default
    case 0, 1, 6, 7: _ = try u32("a type's index")
    case 8:
      _ = try u32("a type's index")
      _ = try u32("an array's length")
    // any.convert_extern, extern.convert_any, ref.i31
    case 0x1a...0x1c: break
    case let other: throw malformed("the instruction 0xfb \(other) is not known to be constant", at: place)
    }
  }

  /// A number in LEB128, whatever its size.
  private mutating func skipNumber() throws(ComponentError) {
    while try byte("a number") & 0x80 != 0 {}
  }
}
