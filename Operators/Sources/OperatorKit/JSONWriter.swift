import COperatorKit

/// Writes JSON text piece by piece, without a tree in between.
///
///     var json = JSONWriter()
///     json.beginObject()
///     json.key("count"); json.value(3)
///     json.endObject()
///     return json.bytes
///
/// Commas are its business; that the pieces make up a value is the caller's.
@frozen public struct JSONWriter: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  /// How many bytes have been written.
  public private(set) var count = 0
  private var capacity: Int
  private var needsComma = false

  /// - Parameter capacity: how many bytes there is room for at first.
  public init(capacity: Int = 256) {
    self.capacity = max(capacity, 64)
    base = allocate(self.capacity).assumingMemoryBound(to: UInt8.self)
  }

  deinit { free(base) }

  /// What has been written; ends the writer.
  public var bytes: Bytes {
    consuming get {
      let bytes = Bytes(taking: base, count: count)
      discard self
      return bytes
    }
  }

  // MARK: Structure

  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// The key of an object's next member.
  public mutating func key(_ key: StaticString) {
    let length = key.utf8CodeUnitCount
    reserve(length + 4)
    if needsComma { put(UInt8(ascii: ",")) }
    put(UInt8(ascii: "\""))
    put(key.utf8Start, length)
    put(UInt8(ascii: "\""))
    put(UInt8(ascii: ":"))
    needsComma = false
  }
  /// The key of an object's next member. (A literal is taken to be a `StaticString`, which must need no escapes.)
  @_disfavoredOverload public mutating func key(_ key: String) {
    value(key)
    endKey()
  }
  public mutating func key(_ key: JSONText) {
    value(key)
    endKey()
  }
  /// The key of an object's next member, from its UTF-8.
  public mutating func key(utf8 key: Bytes) {
    value(utf8: key)
    endKey()
  }

  /// Text that is JSON already, such as several keys and brackets at once. The next value comes without a comma in front.
  public mutating func raw(_ text: StaticString) {
    reserve(text.utf8CodeUnitCount)
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    needsComma = false
  }

  // MARK: Values

  public mutating func null() { literal("null") }
  public mutating func value(_ value: Bool) { literal(value ? "true" : "false") }
  public mutating func value(_ value: Int) { self.value(Int64(value)) }
  public mutating func value(_ value: Int64) {
    separate()
    reserve(20)
    count += operator_kit_write_integer(value, base + count)
  }
  public mutating func value(_ value: UInt64) {
    separate()
    reserve(20)
    count += operator_kit_write_unsigned(value, base + count)
  }

  /// The shortest text that reads back as the same number, always with a point or an exponent; null for what JSON has no number for.
  public mutating func value(_ value: Double) {
    guard value.isFinite else { return null() }
    separate()
    reserve(25)
    count += operator_kit_write_double(value, base + count)
  }
  public mutating func value(_ value: Float) {
    guard value.isFinite else { return null() }
    separate()
    reserve(25)
    count += operator_kit_write_float(value, base + count)
  }
  /// The shortest text without an exponent, and without a point if the number is whole; null for what JSON has no number for.
  public mutating func plainValue(_ value: Double) {
    guard value.isFinite else { return null() }
    separate()
    reserve(328)
    count += operator_kit_write_plain_double(value, base + count)
  }

  /// A string that needs no escapes.
  public mutating func value(_ value: StaticString) {
    separate()
    append(UInt8(ascii: "\""))
    append(contentsOf: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    append(UInt8(ascii: "\""))
  }
  /// A string. (A literal is taken to be a `StaticString`.)
  @_disfavoredOverload public mutating func value(_ value: String) {
    var value = value
    value.withUTF8 { self.value(utf8: $0) }
  }
  public mutating func value(_ value: JSONText) {
    // Without escapes it has no character that needs one.
    if value.hasEscapes { value.withUTF8 { self.value(utf8: $0) } } else { plainValue(value) }
  }
  @inline(__always) private mutating func plainValue(_ text: JSONText) {
    reserve(text.count + 3)
    if needsComma { put(UInt8(ascii: ",")) }
    put(UInt8(ascii: "\""))
    put(text.base, text.count)
    put(UInt8(ascii: "\""))
    needsComma = true
  }

  /// A string from its UTF-8; what is not UTF-8 becomes U+FFFD.
  public mutating func value(utf8 string: Bytes) { value(string.string) }
  /// A string from its UTF-8, which must be valid.
  mutating func value(utf8 string: UnsafeBufferPointer<UInt8>) {
    separate()
    append(UInt8(ascii: "\""))
    var rest = string[...]
    while let index = rest.firstIndex(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
      append(contentsOf: UnsafeBufferPointer(rebasing: rest[..<index]))
      escape(string[index])
      rest = rest[(index + 1)...]
    }
    append(contentsOf: UnsafeBufferPointer(rebasing: rest))
    append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case 0x22, 0x5C: append(byte)
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0x0D: append(UInt8(ascii: "r"))
    default:
      for letter: UInt8 in [0x75, 0x30, 0x30, 0x30 + byte >> 4, byte & 15 + (byte & 15 < 10 ? 0x30 : 0x57)] { append(letter) }
    }
  }

  // MARK: Parts

  private mutating func open(_ bracket: UInt8) {
    separate()
    append(bracket)
    needsComma = false
  }
  private mutating func close(_ bracket: UInt8) {
    append(bracket)
    needsComma = true
  }
  private mutating func endKey() {
    append(UInt8(ascii: ":"))
    needsComma = false
  }
  private mutating func literal(_ text: StaticString) {
    separate()
    raw(text)
    needsComma = true
  }
  private mutating func separate() {
    if needsComma { append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func append(_ byte: UInt8) {
    reserve(1)
    put(byte)
  }
  /// There must be room.
  @inline(__always) private mutating func put(_ byte: UInt8) {
    base[count] = byte
    count += 1
  }
  private mutating func append(contentsOf text: UnsafeBufferPointer<UInt8>) {
    reserve(text.count)
    guard let source = text.baseAddress else { return }
    put(source, text.count)
  }
  /// There must be room. (`update(from:count:)` copies byte by byte here.)
  @inline(__always) private mutating func put(_ source: UnsafePointer<UInt8>, _ length: Int) {
    UnsafeMutableRawPointer(base + count).copyMemory(from: source, byteCount: length)
    count += length
  }

  @inline(__always) private mutating func reserve(_ more: Int) {
    if capacity - count < more { grow(more) }
  }
  @inline(never) private mutating func grow(_ more: Int) {
    capacity = max(capacity * 2, count + more)
    guard let grown = realloc(base, capacity) else { fatalError("out of memory") }
    base = grown.assumingMemoryBound(to: UInt8.self)
  }
}
