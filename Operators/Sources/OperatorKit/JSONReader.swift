/// Reads JSON text (RFC 8259) piece by piece, without a tree in between.
///
///     var reader = JSONReader(payload)
///     try reader.beginObject()
///     while let key = try reader.nextKey() {
///       switch key {
///       case "count": count = try reader.unsigned()
///       default: try reader.skip()
///       }
///     }
///     try reader.end()
///
/// Every value must be read or skipped before the next key or element. A copy of a reader remembers a place: what is read from
/// it does not move the original. Text is checked as far as it is read; nesting deeper than 128 levels is refused.
public struct JSONReader {
  public typealias Failure = JSON.ParseError

  static let deepest = 128

  /// Keeps what `base` points to.
  let source: Bytes
  let base: UnsafePointer<UInt8>
  let count: Int
  var offset = 0
  private var depth = 0
  /// Nothing of the innermost object or array has been read.
  private var isFirst = false

  public init(_ text: Bytes) {
    source = text
    (base, count) = text.withUnsafeBytes { ($0.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? ("" as StaticString).utf8Start, $0.count) }
  }

  /// Reads only what stands between a string's quotes.
  init(within text: JSONText) { (source, base, count) = (text.source, text.base, text.count) }

  /// What kind of value comes next.
  public enum Kind {
    case null, bool, number, string, array, object
  }

  /// Looks at the next value without reading it.
  public mutating func kind() throws(Failure) -> Kind {
    switch skipSpace() {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    default: throw error(offset == count ? JSONReader.ends : "expected a value")
    }
  }

  // MARK: Objects and arrays

  /// Enters an object.
  public mutating func beginObject() throws(Failure) { try begin(UInt8(ascii: "{"), "expected an object") }

  /// The key of the next member, whose value follows; nil leaves the object.
  public mutating func nextKey() throws(Failure) -> JSONText? {
    guard let (start, count, hasEscapes) = try scanKey() else { return nil }
    return JSONText(source: source, base: base + start, count: count, hasEscapes: hasEscapes)
  }

  private mutating func scanKey() throws(Failure) -> (start: Int, count: Int, hasEscapes: Bool)? {
    guard try next(UInt8(ascii: "}"), "expected ',' or '}'") else { return nil }
    guard skipSpace() == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
    let (start, hasEscapes) = try scanText()
    let count = offset - 1 - start
    guard skipSpace() == UInt8(ascii: ":") else { throw error("expected ':' after a key") }
    offset += 1
    return (start, count, hasEscapes)
  }

  /// Enters an array.
  public mutating func beginArray() throws(Failure) { try begin(UInt8(ascii: "["), "expected an array") }

  /// Whether an element follows; if not, leaves the array.
  public mutating func nextElement() throws(Failure) -> Bool { try next(UInt8(ascii: "]"), "expected ',' or ']'") }

  private mutating func begin(_ bracket: UInt8, _ expected: StaticString) throws(Failure) {
    guard skipSpace() == bracket else { throw unexpected(expected) }
    guard depth < JSONReader.deepest else { throw error("more than 128 levels") }
    depth += 1
    offset += 1
    isFirst = true
  }

  private mutating func next(_ bracket: UInt8, _ expected: StaticString) throws(Failure) -> Bool {
    let byte = skipSpace()
    let wasFirst = isFirst
    isFirst = false
    if byte == bracket {
      offset += 1
      depth -= 1
      return false
    }
    if wasFirst { return true }
    guard byte == UInt8(ascii: ",") else { throw error(expected) }
    offset += 1
    return true
  }

  // MARK: Values

  /// Reads null if that comes next.
  public mutating func null() throws(Failure) -> Bool {
    guard skipSpace() == UInt8(ascii: "n") else { return false }
    try word("null")
    return true
  }

  public mutating func bool() throws(Failure) -> Bool {
    switch skipSpace() {
    case UInt8(ascii: "t"):
      try word("true")
      return true
    case UInt8(ascii: "f"):
      try word("false")
      return false
    default: throw unexpected("expected true or false")
    }
  }

  public mutating func string() throws(Failure) -> JSONText {
    guard skipSpace() == UInt8(ascii: "\"") else { throw unexpected("expected a string") }
    return try text()
  }

  /// Passes over the next value, whatever it is.
  public mutating func skip() throws(Failure) {
    switch try kind() {
    case .null: try word("null")
    case .bool: _ = try bool()
    case .number: _ = try scanNumber()
    case .string: _ = try scanText()
    case .array:
      try beginArray()
      while try nextElement() { try skip() }
    case .object:
      try beginObject()
      while try scanKey() != nil { try skip() }
    }
  }

  /// Nothing but space may follow.
  public mutating func end() throws(Failure) {
    _ = skipSpace()
    guard offset == count else { throw error("something follows the value") }
  }

  // MARK: Parts

  private static let ends: StaticString = "the text ends where a value is expected"

  /// An error at this place, for instance because a member is missing or has no meaning.
  public func error(_ problem: StaticString) -> Failure { Failure(offset: offset, problem: problem) }

  /// The error for a value of another kind.
  func unexpected(_ expected: StaticString) -> Failure { error(offset == count ? JSONReader.ends : expected) }

  /// The next byte, 0 at the end.
  @inline(__always) var byte: UInt8 { offset < count ? base[offset] : 0 }

  /// The next byte that is not space.
  @inline(__always) mutating func skipSpace() -> UInt8 {
    let next = byte
    return next > 0x20 ? next : skipSpaces()
  }

  @inline(never) private mutating func skipSpaces() -> UInt8 {
    while true {
      let next = byte
      guard next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 else { return next }
      offset += 1
    }
  }

  private mutating func word(_ word: StaticString) throws(Failure) {
    for index in 0..<word.utf8CodeUnitCount {
      guard byte == word.utf8Start[index] else { throw error("expected a value") }
      offset += 1
    }
  }
}
