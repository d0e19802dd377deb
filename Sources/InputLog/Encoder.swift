internal import Dataflow

/// Puts entries together, byte by byte.
struct Encoder {
  private(set) var bytes: [UInt8] = []

  /// Writes an entry: its kind and what `content` writes, in a frame.
  mutating func entry(_ kind: InputLog.Kind, _ content: (inout Encoder) -> Void) {
    let start = bytes.count
    bytes += Array(repeating: 0, count: InputLog.frameSize)
    write(kind.rawValue)
    content(&self)
    let body = bytes[(start + InputLog.frameSize)...]
    put(UInt32(body.count), at: start)
    put(Checksum.of(body), at: start + 4)
  }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  private mutating func put(_ number: UInt32, at offset: Int) {
    for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index)) }
  }

  mutating func write(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  mutating func write(_ content: [UInt8]) {
    write(UInt32(content.count))
    bytes += content
  }

  mutating func write(_ text: String) {
    write(UInt32(text.utf8.count))
    bytes += text.utf8
  }

  mutating func write(_ time: WallTime) {
    write(time.seconds)
    write(time.nanoseconds)
  }

  mutating func write(_ timestamp: Timestamp) {
    write(timestamp.wallTime)
    write(timestamp.counter)
    write(timestamp.nodeID)
  }

  mutating func write<Element>(_ elements: [Element], _ body: (Element, inout Encoder) -> Void) {
    write(UInt32(elements.count))
    for element in elements { body(element, &self) }
  }

  mutating func write<Element>(_ element: Element?, _ body: (Element, inout Encoder) -> Void) {
    write(element != nil)
    if let element { body(element, &self) }
  }
}

/// CRC-32 as of IEEE 802.3, as in gzip and PNG.
enum Checksum {
  private static let table: [UInt32] = (0..<256 as Range<UInt32>).map { byte in
    (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }

  static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer { bytes in
      table.withUnsafeBufferPointer { table in
        var value = UInt32.max
        for byte in bytes { value = table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] ^ value >> 8 }
        return ~value
      }
    }
  }
}
