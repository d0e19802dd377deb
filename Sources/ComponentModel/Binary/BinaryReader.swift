/// A bounds-checked cursor over a range of a file, with the encodings that core and component binaries share.
///
/// Whatever the bytes are, reading either succeeds or throws a `ComponentError` with the byte offset: memory and time stay proportional to
/// the bytes actually there.
struct BinaryReader {
  let bytes: [UInt8]
  private(set) var offset: Int
  private(set) var end: Int
  /// Those read so far, in order.
  var fixedLengthLists: [FixedLengthListPlace] = []
  private var depth = 0
  private var remainingItems = BinaryReader.maximumItems

  /// More than any real component has by two orders of magnitude, and still a bounded amount of memory.
  static let maximumItems = 1_000_000
  static let maximumDepth = 100

  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { offset == end }
  var remaining: Int { end - offset }

  // MARK: Errors

  func malformed(_ message: String, at place: Int? = nil) -> ComponentError {
    ComponentError(.malformed, at: place ?? offset, message)
  }

  func unsupported(_ feature: String, at place: Int) -> ComponentError {
    ComponentError(.unsupported, at: place, "the component uses \(feature); Millrace runs components of WASI 0.2")
  }

  // MARK: Bytes and numbers

  mutating func byte(_ what: String) throws(ComponentError) -> UInt8 {
    guard offset < end else { throw malformed("the bytes end where \(what) was expected") }
    defer { offset += 1 }
    return bytes[offset]
  }

  func peek() -> UInt8? { offset < end ? bytes[offset] : nil }

  /// Accepts exactly one value of a byte.
  mutating func expect(_ value: UInt8, _ what: String) throws(ComponentError) {
    let place = offset
    let found = try byte(what)
    guard found == value else { throw malformed("\(what) must be \(hexadecimal(value)), but is \(hexadecimal(found))", at: place) }
  }

  /// An unsigned LEB128 number of at most `bits` bits.
  mutating func unsigned(bits: Int, _ what: String) throws(ComponentError) -> UInt64 {
    let start = offset
    var result: UInt64 = 0
    var shift = 0
    while true {
      let byte = try byte(what)
      let payload = UInt64(byte & 0x7f)
      guard shift < bits, bits - shift >= 7 || payload >> (bits - shift) == 0 else {
        throw malformed("the number for \(what) does not fit \(bits) bits", at: start)
      }
      result |= payload << shift
      if byte & 0x80 == 0 { return result }
      shift += 7
    }
  }

  mutating func u32(_ what: String) throws(ComponentError) -> Int { Int(try unsigned(bits: 32, what)) }

  /// A signed LEB128 number of 33 bits: how type indices and negative type codes share one encoding.
  mutating func s33(_ what: String) throws(ComponentError) -> Int64 {
    let start = offset
    var result: Int64 = 0
    var shift: Int64 = 0
    while true {
      let byte = try byte(what)
      if shift == 28 {
        // The last byte holds bits 28 to 32; bit 32 is the sign and must be repeated above it.
        guard byte & 0x80 == 0, byte & 0x70 == (byte & 0x10 == 0 ? 0 : 0x70) else {
          throw malformed("the number for \(what) does not fit 33 bits", at: start)
        }
      }
      result |= Int64(byte & 0x7f) << shift
      shift += 7
      if byte & 0x80 == 0 { return byte & 0x40 == 0 ? result : result | (-1 << shift) }
    }
  }

  /// A length, then that many bytes of UTF-8.
  mutating func name(_ what: String) throws(ComponentError) -> String {
    let start = offset
    let length = try u32("the length of \(what)")
    guard length <= remaining else {
      throw malformed("\(what) claims \(length) bytes, but only \(remaining) are left", at: start)
    }
    guard let text = String(validating: bytes[offset..<offset + length], as: UTF8.self) else {
      throw malformed("\(what) is not valid UTF-8", at: start)
    }
    offset += length
    return text
  }

  /// The next `length` bytes as a range, skipped.
  mutating func skip(_ length: Int, _ what: String) throws(ComponentError) -> Range<Int> {
    guard length <= remaining else { throw malformed("\(what) claims \(length) bytes, but only \(remaining) are left") }
    defer { offset += length }
    return offset..<offset + length
  }

  // MARK: Structure

  /// A count, then that many items. The count is checked before anything is reserved: every item takes at least one byte.
  mutating func vector<Item>(
    _ what: String, _ item: (inout BinaryReader) throws(ComponentError) -> Item
  ) throws(ComponentError) -> [Item] {
    let count = try self.count(what)
    var items: [Item] = []
    items.reserveCapacity(min(count, 1024))
    for _ in 0..<count { items.append(try item(&self)) }
    return items
  }

  mutating func count(_ what: String) throws(ComponentError) -> Int {
    let start = offset
    let count = try u32("the number of \(what)")
    guard count <= remaining else { throw malformed("the binary claims \(count) \(what), but only \(remaining) bytes are left", at: start) }
    remainingItems -= count
    guard remainingItems >= 0 else {
      throw ComponentError(.limitExceeded, at: start, "the file has more than \(Self.maximumItems) definitions, names and types; this is the limit")
    }
    return count
  }

  mutating func optional<Item>(
    _ what: String, _ item: (inout BinaryReader) throws(ComponentError) -> Item
  ) throws(ComponentError) -> Item? {
    let place = offset
    switch try byte(what) {
    case 0: return nil
    case 1: return try item(&self)
    case let other: throw malformed("\(what) must begin with 0 or 1, but begins with \(hexadecimal(other))", at: place)
    }
  }

  /// Reads something that may contain its like, at most 100 levels deep.
  mutating func nested<Item>(_ body: (inout BinaryReader) throws(ComponentError) -> Item) throws(ComponentError) -> Item {
    guard depth < Self.maximumDepth else {
      throw ComponentError(.limitExceeded, at: offset, "components and types are nested more than \(Self.maximumDepth) deep; this is the limit")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  /// Reads the next `length` bytes with `body`, which must use them up exactly.
  mutating func bounded<Item>(
    _ length: Int, _ what: String, _ body: (inout BinaryReader) throws(ComponentError) -> Item
  ) throws(ComponentError) -> Item {
    guard length <= remaining else { throw malformed("\(what) claims \(length) bytes, but only \(remaining) are left") }
    let outerEnd = end
    end = offset + length
    defer { end = outerEnd }
    let item = try body(&self)
    guard isAtEnd else { throw malformed("\(what) is longer than its contents: \(remaining) bytes are left over") }
    return item
  }
}

/// `0x2a`.
func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.count == 1 ? "0x0" + digits : "0x" + digits
}
