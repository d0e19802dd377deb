/// Appends WebAssembly's binary encodings.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  mutating func byte(_ byte: UInt8) { bytes.append(byte) }

  mutating func append(_ other: [UInt8]) { bytes.append(contentsOf: other) }

  /// An unsigned LEB128 number.
  mutating func unsigned(_ value: UInt32) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func count(_ count: Int) { unsigned(UInt32(clamping: count)) }

  /// A non-negative number as signed LEB128, which type indices are inside value types.
  mutating func signed(_ value: UInt32) {
    var rest = value
    while rest >= 0x40 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func name(_ name: String) {
    let utf8 = name.utf8
    count(utf8.count)
    bytes.append(contentsOf: utf8)
  }

  /// A count and that many items.
  mutating func vector<Items: Collection>(_ items: Items, _ write: (inout ByteWriter, Items.Element) -> Void) {
    count(items.count)
    for item in items { write(&self, item) }
  }

  /// A section, or a function body, with its length in front.
  mutating func sized(_ content: [UInt8]) {
    count(content.count)
    append(content)
  }
}
