/// What an instance of a module takes beside its code, read off the binary: wasmtime tells only of what a module exports.
struct ModuleResources: Sendable {
  /// The initial sizes of the memories that the module defines itself, in bytes.
  private(set) var memories: [Int] = []
  /// The most that the module's tables, functions, globals and segments may take in the host, in bytes.
  private(set) var hostBytes = 0

  /// The most elements of one table.
  static let maximumTableElements = 1 << 20
  private static let bytesPerElement = 8
  /// Every import, function, global and element takes at least a byte of the file, and at most this in an instance.
  private static let bytesPerSectionByte = 32

  /// Reads a module that wasmtime has accepted. Throws `.invalidModule` where that is not so.
  init(_ module: UnsafeRawBufferPointer) throws(WebAssemblyError) {
    var reader = Reader(bytes: module, offset: 8)
    while reader.offset < reader.bytes.count {
      let identifier = try reader.byte(), length = try reader.number(), end = reader.offset + length
      guard end <= reader.bytes.count else { throw Reader.invalid }
      switch identifier {
      case 2, 3, 6, 9: hostBytes += length * Self.bytesPerSectionByte
      case 4: hostBytes += try Self.tables(&reader) * Self.bytesPerElement
      case 5:
        for _ in 0..<(try reader.number()) { memories.append(try reader.limits().minimum << 16) }
      default: break
      }
      reader.offset = end
    }
  }

  /// The number of elements to which the tables of a table section may grow.
  private static func tables(_ reader: inout Reader) throws(WebAssemblyError) -> Int {
    let count = try reader.number()
    var elements = 0
    for index in 0..<count {
      switch try reader.byte() {
      // Tables that are initialised by an expression, which is not worth reading: as if they and those after them had no maximum.
      case 0x40: return elements + (count - index) * maximumTableElements
      case 0x63, 0x64: _ = try reader.number()
      default: break
      }
      elements += min(try reader.limits().maximum ?? maximumTableElements, maximumTableElements)
    }
    return elements
  }
}

/// Reads numbers and bounds within the bytes of a module.
private struct Reader {
  let bytes: UnsafeRawBufferPointer
  var offset: Int

  static let invalid = WebAssemblyError(.invalidModule, "a section of the core module is damaged")

  mutating func byte() throws(WebAssemblyError) -> UInt8 {
    guard offset < bytes.count else { throw Self.invalid }
    defer { offset += 1 }
    return bytes[offset]
  }

  /// A LEB128 number of at most 32 bits.
  mutating func number() throws(WebAssemblyError) -> Int {
    var result = 0
    for shift in stride(from: 0, to: 35, by: 7) {
      let byte = try byte()
      result |= Int(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return result }
    }
    throw Self.invalid
  }

  mutating func limits() throws(WebAssemblyError) -> (minimum: Int, maximum: Int?) {
    let hasMaximum = try byte() & 1 != 0
    return (try number(), hasMaximum ? try number() : nil)
  }
}
