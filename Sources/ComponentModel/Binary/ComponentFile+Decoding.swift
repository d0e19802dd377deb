extension ComponentFile {
  /// Decodes a component from the bytes of a file.
  ///
  /// The structure is checked here, indices and types when they are resolved (`ComponentSignature`, linking). Core modules are neither copied
  /// nor looked into.
  /// - Throws: `ComponentError` with the byte offset; its message says what the file is if it is no component.
  public init(decoding bytes: [UInt8]) throws(ComponentError) {
    try Self.checkPreamble(bytes)
    var reader = BinaryReader(bytes, in: bytes.indices)
    let component = try reader.component()
    self.init(bytes: bytes, component: component, fixedLengthLists: reader.fixedLengthLists)
  }

  /// Tells people what they have passed instead of a component.
  private static func checkPreamble(_ bytes: [UInt8]) throws(ComponentError) {
    let magic: [UInt8] = [0x00, 0x61, 0x73, 0x6d]
    if bytes.isEmpty { throw ComponentError(.notAComponent, "the file is empty; a WebAssembly component was expected") }
    guard bytes.starts(with: magic.prefix(bytes.count)) else {
      throw ComponentError(.notAComponent, describeForeign(bytes))
    }
    guard bytes.count >= 8 else {
      throw ComponentError(.malformed, at: bytes.count, "the file ends after \(bytes.count) bytes, within the 8 that every WebAssembly file begins with")
    }
    switch (bytes[6], bytes[7]) {
    case (0, 0):
      throw ComponentError(
        .notAComponent, "this is a core module, not a component; wrap it with `millrace build` or `wasm-tools component new`")
    case (1, 0): break
    default: throw ComponentError(.notAComponent, at: 6, "this WebAssembly file is neither a core module nor a component")
    }
    guard bytes[4] == 0x0d, bytes[5] == 0 else {
      throw ComponentError(
        .malformed, at: 4,
        "the component is in version \(hexadecimal(bytes[4])) of the binary format, but only version 0x0d is known; rebuild it with current tools")
    }
  }

  private static func describeForeign(_ bytes: [UInt8]) -> String {
    var head = bytes.prefix(512)
    // The last character may be cut in two.
    while let last = head.last, last >= 0x80, bytes.count > 512 { head.removeLast() }
    let hasControlCharacters = head.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0a && $0 != 0x0d || $0 == 0x7f }
    if !hasControlCharacters, String(validating: head, as: UTF8.self) != nil {
      let first = head.first { $0 > 0x20 }
      return first == UInt8(ascii: "(")
        ? "this looks like WebAssembly text, not a component; convert it with `wasm-tools parse`"
        : "this is a text file, not a WebAssembly component"
    }
    let start = bytes.prefix(4).map { hexadecimal($0).dropFirst(2) }.joined(separator: " ")
    return "this is not a WebAssembly file: it begins with the bytes \(start) instead of 00 61 73 6d"
  }
}

extension BinaryReader {
  /// A component from its preamble to the end of the reader's range.
  fileprivate mutating func component() throws(ComponentError) -> Component {
    let start = offset
    for byte: UInt8 in [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00] { try expect(byte, "a byte of the component's preamble") }
    var contents = ComponentContents()
    while !isAtEnd { try section(into: &contents) }
    return Component(
      definitions: contents.definitions, definitionOffsets: contents.offsets, customSections: contents.customSections, byteRange: start..<offset)
  }

  private mutating func section(into contents: inout ComponentContents) throws(ComponentError) {
    let place = offset
    let identifier = try byte("a section")
    let length = try u32("a section's length")
    let name = "the section that begins at byte \(place)"
    switch identifier {
    case 0:
      contents.customSections.append(
        try bounded(length, name) { (reader) throws(ComponentError) in
          CustomSection(name: try reader.name("a custom section's name"), byteRange: try reader.skip(reader.remaining, "a custom section"))
        })
    case 1: contents.append(.coreModule(CoreModuleSlice(byteRange: try skip(length, "a core module"))), at: place)
    case 4:
      let component = try nested { (reader) throws(ComponentError) in
        try reader.bounded(length, name) { (reader) throws(ComponentError) in try reader.component() }
      }
      contents.append(.component(component), at: place)
    case 9: throw unsupported("a start function", at: place)
    case 12: throw unsupported("values", at: place)
    case 2, 3, 5...8, 10, 11:
      try bounded(length, name) { (reader) throws(ComponentError) in
        for _ in 0..<(try reader.count("definitions")) {
          let place = reader.offset
          contents.append(try reader.definition(inSection: identifier), at: place)
        }
      }
    default: throw malformed("\(hexadecimal(identifier)) is not a section of a component", at: place)
    }
  }

  private mutating func definition(inSection identifier: UInt8) throws(ComponentError) -> Definition {
    switch identifier {
    case 2: .coreInstance(try coreInstance())
    case 3: .coreType(try coreType())
    case 5: .instance(try instance())
    case 6: .alias(try alias())
    case 7: .type(try typeDefinition())
    case 8: .canonical(try canonicalDefinition())
    case 10: .import(try importDefinition())
    case 11: .export(try exportDefinition())
    default: throw malformed("\(hexadecimal(identifier)) is not a section of definitions")
    }
  }
}

/// A component's definitions while they are being read.
private struct ComponentContents {
  var definitions: [Definition] = []
  var offsets: [Int] = []
  var customSections: [CustomSection] = []

  mutating func append(_ definition: Definition, at offset: Int) {
    definitions.append(definition)
    offsets.append(offset)
  }
}
