/// Checks JSON (RFC 8259), and copies it without the white space between its tokens, so that it fits on a line.
///
/// Strict, and without recursion: how deep a text nests costs a byte per level.
struct JSONText {
  private enum Expected {
    case value, firstElement, firstKey, key, colon, commaOrEnd, nothing
  }

  /// Appends the bytes, compact, to `output`, if they are a JSON text. Otherwise returns false and leaves `output` as it was.
  ///
  /// - Parameter bytes: UTF-8, checked before.
  static func appendCompact(_ bytes: [UInt8], to output: inout [UInt8]) -> Bool {
    switch check(bytes) {
    case nil: return false
    case .compact?: output += bytes
    case .spaced?: appendWithoutSpace(bytes, to: &output)
    }
    return true
  }

  /// Whether the bytes are a JSON text in UTF-8.
  static func isValid(_ bytes: [UInt8]) -> Bool {
    (try? UTF8Span(validating: bytes.span)) != nil && check(bytes) != nil
  }

  /// Whether there is white space between the tokens.
  private enum Form { case compact, spaced }

  /// Nil if the bytes are no JSON text.
  private static func check(_ bytes: [UInt8]) -> Form? {
    bytes.withUnsafeBufferPointer { bytes in
      var text = JSONText(bytes: bytes)
      return text.read() ? text.hasSpace ? .spaced : .compact : nil
    }
  }

  /// - Parameter bytes: a JSON text.
  private static func appendWithoutSpace(_ bytes: [UInt8], to output: inout [UInt8]) {
    var start = 0, isInString = false, isEscaped = false
    for (index, byte) in bytes.enumerated() {
      if isInString {
        isInString = isEscaped || byte != UInt8(ascii: "\"")
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      } else if isSpace(byte) {
        output += bytes[start..<index]
        start = index + 1
      } else {
        isInString = byte == UInt8(ascii: "\"")
      }
    }
    output += bytes[start...]
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var hasSpace = false

  private init(bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func read() -> Bool {
    /// The closing brackets that are still to come.
    var open: [UInt8] = []
    var expected = Expected.value
    while true {
      skipSpace()
      guard let byte = next else { return expected == .nothing }
      switch (expected, byte) {
      case (.value, UInt8(ascii: "{")), (.firstElement, UInt8(ascii: "{")):
        open.append(UInt8(ascii: "}"))
        position += 1
        expected = .firstKey
      case (.value, UInt8(ascii: "[")), (.firstElement, UInt8(ascii: "[")):
        open.append(UInt8(ascii: "]"))
        position += 1
        expected = .firstElement
      case (.firstElement, UInt8(ascii: "]")), (.firstKey, UInt8(ascii: "}")):
        open.removeLast()
        position += 1
        expected = open.isEmpty ? .nothing : .commaOrEnd
      case (.value, _), (.firstElement, _):
        guard skipScalar(byte) else { return false }
        expected = open.isEmpty ? .nothing : .commaOrEnd
      case (.firstKey, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")):
        guard skipString() else { return false }
        expected = .colon
      case (.colon, UInt8(ascii: ":")):
        position += 1
        expected = .value
      case (.commaOrEnd, UInt8(ascii: ",")):
        position += 1
        expected = open.last == UInt8(ascii: "}") ? .key : .value
      case (.commaOrEnd, open.last):
        open.removeLast()
        position += 1
        expected = open.isEmpty ? .nothing : .commaOrEnd
      default:
        return false
      }
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

  private mutating func skipSpace() {
    while let byte = next, Self.isSpace(byte) {
      position += 1
      hasSpace = true
    }
  }

  private mutating func skipScalar(_ first: UInt8) -> Bool {
    switch first {
    case UInt8(ascii: "\""): skipString()
    case UInt8(ascii: "t"): skip("true")
    case UInt8(ascii: "f"): skip("false")
    case UInt8(ascii: "n"): skip("null")
    default: skipNumber()
    }
  }

  private mutating func skip(_ word: StaticString) -> Bool {
    let isThere = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
    if isThere { position += word.utf8CodeUnitCount }
    return isThere
  }

  private mutating func skipString() -> Bool {
    position += 1
    skipPlainWords()
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return true
      case UInt8(ascii: "\\"): if !skipEscape() { return false }
      case 0..<0x20: return false
      default: break
      }
    }
    return false
  }

  /// Passes over characters that need no attention, eight at a time.
  private mutating func skipPlainWords() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    while bytes.count - position >= 8 {
      let word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt64.self)
      let quote = word ^ (0x22 &* ones), backslash = word ^ (0x5C &* ones)
      let ends = (word &- 0x20 &* ones) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
      if ends & (0x80 &* ones) != 0 { return }
      position += 8
    }
  }

  private mutating func skipEscape() -> Bool {
    guard let byte = next else { return false }
    position += 1
    if byte != UInt8(ascii: "u") { return "\"\\/bfnrt".utf8.contains(byte) }
    for _ in 0..<4 {
      guard let digit = next, isHexDigit(digit) else { return false }
      position += 1
    }
    return true
  }

  private mutating func skipNumber() -> Bool {
    if next == UInt8(ascii: "-") { position += 1 }
    let first = next
    let digits = skipDigits()
    if digits == 0 || (first == UInt8(ascii: "0") && digits > 1) { return false }
    if next == UInt8(ascii: ".") {
      position += 1
      if skipDigits() == 0 { return false }
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      if skipDigits() == 0 { return false }
    }
    return true
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position - start
  }
}

private func isHexDigit(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
  default: false
  }
}
