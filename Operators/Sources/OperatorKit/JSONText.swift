import COperatorKit

/// A string within JSON text, as it stands between its quotes.
public struct JSONText {
  /// Keeps what `base` points to.
  let source: Bytes
  let base: UnsafePointer<UInt8>
  let count: Int
  let hasEscapes: Bool

  /// The string, its escapes resolved.
  public var string: String { withUTF8 { String(decoding: $0, as: UTF8.self) } }

  /// Calls `body` with the UTF-8 of the string, its escapes resolved.
  public func withUTF8<R>(_ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    if hasEscapes { return unescaped.withUnsafeBufferPointer(body) }
    return body(UnsafeBufferPointer(start: base, count: count))
  }

  private var unescaped: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var reader = JSONReader(within: self)
    while reader.offset < count {
      let byte = reader.byte
      reader.offset += 1
      if byte != UInt8(ascii: "\\") {
        bytes.append(byte)
      } else if let scalar = try? reader.escape() {  // It has been checked when the string was read.
        bytes.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
      }
    }
    return bytes
  }

  @inline(__always) public static func == (text: JSONText, string: StaticString) -> Bool {
    let literal = UnsafeBufferPointer(start: string.utf8Start, count: string.utf8CodeUnitCount)
    if text.hasEscapes { return text.unescapedIsSame(as: literal) }
    return UnsafeBufferPointer(start: text.base, count: text.count).isSame(as: literal)
  }
  /// For `switch`.
  @inline(__always) public static func ~= (string: StaticString, text: JSONText) -> Bool { text == string }

  public static func == (text: JSONText, other: JSONText) -> Bool {
    text.withUTF8 { text in other.withUTF8 { text.isSame(as: $0) } }
  }
  /// A literal is taken to be a `StaticString`, with which to compare is cheaper.
  @_disfavoredOverload public static func == (text: JSONText, string: String) -> Bool {
    var string = string
    return string.withUTF8 { string in text.withUTF8 { $0.isSame(as: string) } }
  }

  @inline(never) private func unescapedIsSame(as literal: UnsafeBufferPointer<UInt8>) -> Bool {
    unescaped.withUnsafeBufferPointer { $0.isSame(as: literal) }
  }
}

extension UnsafeBufferPointer<UInt8> {
  @inline(__always) func isSame(as other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count else { return false }
    guard let mine = baseAddress, let theirs = other.baseAddress else { return true }
    return operator_kit_is_same(mine, theirs, count)
  }
}

extension JSONReader {
  /// Reads the string that begins here, at its quote.
  mutating func text() throws(Failure) -> JSONText {
    let (start, hasEscapes) = try scanText()
    return JSONText(source: source, base: base + start, count: offset - 1 - start, hasEscapes: hasEscapes)
  }

  /// Passes over the string that begins here; returns where it begins after its quote.
  mutating func scanText() throws(Failure) -> (start: Int, hasEscapes: Bool) {
    let start = offset + 1
    var at = start, hasEscapes = false, isASCII = true
    while true {
      at += plainRun(from: at, &isASCII)
      guard at < count else {
        offset = at
        throw error("the text ends within a string")
      }
      let byte = base[at]
      if byte == UInt8(ascii: "\"") {
        if !isASCII { try checkUTF8(from: start, to: at) }
        offset = at + 1
        return (start, hasEscapes)
      }
      offset = at
      guard byte == UInt8(ascii: "\\") else { throw error("a control character within a string") }
      hasEscapes = true
      offset += 1
      _ = try escape()
      at = offset
    }
  }

  /// How many characters follow that need no attention. Short strings, which most are, end within their first eight bytes.
  @inline(__always) private func plainRun(from start: Int, _ isASCII: inout Bool) -> Int {
    if count - start >= 8 {
      let ones: UInt64 = 0x0101_0101_0101_0101
      let word = UnsafeRawPointer(base + start).loadUnaligned(as: UInt64.self)
      let quote = word ^ (0x22 &* ones), backslash = word ^ (0x5C &* ones)
      // The lowest of the highest bits is right; those above it may be wrong.
      let end = ((word &- 0x20 &* ones) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash) & (0x80 &* ones)
      if end != 0 {
        let before = (end & (0 &- end)) &- 1
        if word & before & (0x80 &* ones) != 0 { isASCII = false }
        return end.trailingZeroBitCount &>> 3
      }
    }
    return operator_kit_plain_run(base + start, count - start, &isASCII)
  }

  /// Reads what follows a backslash.
  mutating func escape() throws(Failure) -> Unicode.Scalar {
    let letter = byte
    offset += offset < count ? 1 : 0
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var unit = try hexadecimal()
      if unit & 0xFC00 == 0xD800, byte == UInt8(ascii: "\\"), offset + 1 < count, base[offset + 1] == UInt8(ascii: "u") {
        offset += 2
        let low = try hexadecimal()
        guard low & 0xFC00 == 0xDC00 else { throw error("half of a surrogate pair") }
        unit = 0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF
      }
      guard let scalar = Unicode.Scalar(unit) else { throw error("half of a surrogate pair") }
      return scalar
    default: throw error(offset < count ? "an escape that JSON does not have" : "the text ends within a string")
    }
  }

  private mutating func hexadecimal() throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - 0x30
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - 0x57
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - 0x37
      default: throw error("expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  /// Unicode's table of well-formed sequences: the first byte gives the length and the bounds of the second.
  @inline(never) private func checkUTF8(from start: Int, to end: Int) throws(Failure) {
    var index = start
    while index < end {
      let first = base[index]
      index += 1
      if first < 0x80 { continue }
      let length: Int, second: ClosedRange<UInt8>
      switch first {
      case 0xC2...0xDF: (length, second) = (1, 0x80...0xBF)
      case 0xE0: (length, second) = (2, 0xA0...0xBF)
      case 0xED: (length, second) = (2, 0x80...0x9F)
      case 0xE1...0xEF: (length, second) = (2, 0x80...0xBF)
      case 0xF0: (length, second) = (3, 0x90...0xBF)
      case 0xF1...0xF3: (length, second) = (3, 0x80...0xBF)
      case 0xF4: (length, second) = (3, 0x80...0x8F)
      default: throw Failure(offset: index - 1, problem: "a string that is not UTF-8")
      }
      guard index + length <= end, second.contains(base[index]) else { throw Failure(offset: index - 1, problem: "a string that is not UTF-8") }
      for next in index + 1..<index + length where base[next] & 0xC0 != 0x80 { throw Failure(offset: index - 1, problem: "a string that is not UTF-8") }
      index += length
    }
  }
}
