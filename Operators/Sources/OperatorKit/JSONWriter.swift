/// Writes JSON text piece by piece, without a tree in between.
///
///     var json = JSONWriter()
///     json.beginObject()
///     json.key("count"); json.value(3)
///     json.endObject()
///     return json.bytes
///
/// Commas are its business; that the pieces make up a value is the caller's.
public struct JSONWriter {
  private var text: [UInt8] = []
  private var needsComma = false

  public init() { text.reserveCapacity(256) }

  /// What has been written.
  public var bytes: Bytes { Bytes(text) }

  public mutating func beginObject() { open("{") }
  public mutating func endObject() { close("}") }
  public mutating func beginArray() { open("[") }
  public mutating func endArray() { close("]") }

  /// The key of an object's next member.
  public mutating func key(_ key: String) {
    value(key)
    append(":")
    needsComma = false
  }

  public mutating func null() { literal("null") }
  public mutating func value(_ value: Bool) { literal(value ? "true" : "false") }
  public mutating func value(_ value: Int64) { literal(value.description) }
  public mutating func value(_ value: Int) { self.value(Int64(value)) }
  /// The shortest text that reads back as the same number; null for what JSON has no number for.
  public mutating func value(_ value: Double) { literal(value.isFinite ? value.description : "null") }
  public mutating func value(_ value: Float) { literal(value.isFinite ? value.description : "null") }

  public mutating func value(_ value: String) {
    var value = value
    value.withUTF8 { self.value(utf8: UnsafeRawBufferPointer($0)) }
  }

  /// A string from its UTF-8.
  public mutating func value(utf8 string: UnsafeRawBufferPointer) {
    separate()
    append("\"")
    var start = 0
    for index in string.indices where string[index] < 0x20 || string[index] == 0x22 || string[index] == 0x5C {
      text.append(contentsOf: string[start..<index])
      escape(string[index])
      start = index + 1
    }
    text.append(contentsOf: string[start...])
    append("\"")
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case 0x22: append("\\\"")
    case 0x5C: append("\\\\")
    case 0x0A: append("\\n")
    case 0x0D: append("\\r")
    case 0x09: append("\\t")
    default:
      append("\\u00")
      for digit in [byte >> 4, byte & 15] { text.append(digit + (digit < 10 ? 0x30 : 0x57)) }
    }
  }

  private mutating func open(_ bracket: StaticString) {
    separate()
    append(bracket)
    needsComma = false
  }
  private mutating func close(_ bracket: StaticString) {
    append(bracket)
    needsComma = true
  }
  private mutating func literal(_ string: String) {
    separate()
    text.append(contentsOf: string.utf8)
  }
  private mutating func separate() {
    if needsComma { append(",") }
    needsComma = true
  }
  private mutating func append(_ string: StaticString) {
    string.withUTF8Buffer { text.append(contentsOf: $0) }
  }
}
