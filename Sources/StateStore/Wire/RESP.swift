/// A value of RESP3, as far as AIO's state store speaks it (host-apis.md §4).
///
/// Strings are bytes: keys and values need not be UTF-8.
public enum RESP: Hashable, Sendable {
  /// `+OK`
  case simple(String)
  /// `-ERR text`
  case error(String)
  /// `:1`
  case integer(Int64)
  /// `$5 hello`; nil is the null string, `$-1`.
  case bulk([UInt8]?)
  /// `*2 …`, of bulk strings: requests and notifications.
  case array([[UInt8]])
}

/// Where a payload is not RESP3, or none that the state store's protocol uses.
public struct RESPError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The offset of the byte that could not be read.
  public let offset: Int
  public let description: String
}

extension RESP {
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    func line(_ prefix: Character, _ text: some StringProtocol) {
      bytes.append(prefix.asciiValue ?? 0)
      bytes.append(contentsOf: text.utf8)
      bytes.append(contentsOf: [13, 10])
    }
    func string(_ content: [UInt8]) {
      line("$", "\(content.count)")
      bytes.append(contentsOf: content)
      bytes.append(contentsOf: [13, 10])
    }
    switch self {
    case .simple(let text): line("+", text)
    case .error(let text): line("-", text)
    case .integer(let value): line(":", "\(value)")
    case .bulk(nil): line("$", "-1")
    case .bulk(let content?): string(content)
    case .array(let elements):
      bytes.reserveCapacity(elements.reduce(16) { $0 + $1.count + 16 })
      line("*", "\(elements.count)")
      for element in elements { string(element) }
    }
    return bytes
  }

  /// Reads one value that takes up all of the bytes.
  public init(parsing bytes: [UInt8]) throws(RESPError) {
    var reader = RESPReader(bytes: bytes)
    self = try reader.value()
    guard reader.offset == bytes.count else { throw reader.error("\(bytes.count - reader.offset) bytes follow the value") }
  }
}

private struct RESPReader {
  let bytes: [UInt8]
  var offset = 0

  func error(_ description: String) -> RESPError { RESPError(offset: offset, description: "\(description) (at byte \(offset))") }

  mutating func value() throws(RESPError) -> RESP {
    guard offset < bytes.count else { throw error("the payload is empty") }
    let prefix = bytes[offset]
    switch prefix {
    case UInt8(ascii: "+"): return .simple(try text())
    case UInt8(ascii: "-"): return .error(try text())
    case UInt8(ascii: ":"): return .integer(try number())
    case UInt8(ascii: "$"): return .bulk(try string())
    case UInt8(ascii: "*"):
      let count = try number()
      // Every element takes five bytes at least, so that a false count cannot ask for memory.
      guard count >= 0, count <= (bytes.count - offset) / 5 else { throw error("an array of \(count) elements does not fit the payload") }
      var elements: [[UInt8]] = []
      elements.reserveCapacity(Int(count))
      for _ in 0..<count {
        guard let element = try string() else { throw error("a null string stands in an array") }
        elements.append(element)
      }
      return .array(elements)
    default: throw error("a value starts with +, -, :, $ or *, not with byte \(prefix)")
    }
  }

  /// The rest of a line, behind its first character.
  private mutating func line() throws(RESPError) -> ArraySlice<UInt8> {
    guard let end = bytes[offset...].firstIndex(of: 13), end + 1 < bytes.count, bytes[end + 1] == 10 else { throw error("a line does not end") }
    defer { offset = end + 2 }
    return bytes[(offset + 1)..<end]
  }

  private mutating func text() throws(RESPError) -> String {
    let start = offset
    guard let text = String(validating: try line(), as: UTF8.self) else { throw RESPError(offset: start, description: "a text is not UTF-8 (at byte \(start))") }
    return text
  }

  private mutating func number() throws(RESPError) -> Int64 {
    let start = offset
    let digits = try line()
    guard let value = Int64(String(decoding: digits, as: UTF8.self)) else {
      throw RESPError(offset: start, description: "a number of 64 bits is expected (at byte \(start))")
    }
    return value
  }

  private mutating func string() throws(RESPError) -> [UInt8]? {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "$") else { throw error("a string is expected, which starts with $") }
    let count = try number()
    if count == -1 { return nil }
    guard count >= 0, count <= bytes.count - offset - 2 else { throw error("a string of \(count) bytes does not fit the payload") }
    let end = offset + Int(count)
    guard bytes[end] == 13, bytes[end + 1] == 10 else { throw error("a string of \(count) bytes does not end with a line break") }
    defer { offset = end + 2 }
    return Array(bytes[offset..<end])
  }
}
