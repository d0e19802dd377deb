/// An endpoint as it is written on the command line: `mqtt://user@host:1883/sensors/#?qos=1`, `kafka://host:9092/readings?group=mill`.
///
/// Not a URL to the letter: `#`, `+` and `${…}` belong to the path, as topics have them. `%` and two digits stand for any byte, `%3F` for a question mark.
public struct EndpointAddress: Sendable, CustomStringConvertible {
  /// In lower case.
  public let scheme: String
  public let user: String?
  public let password: String?
  /// Without brackets, if it is an IPv6 address.
  public let host: String
  public let port: Int?
  /// Without the slash in front.
  public let path: String
  /// What follows the question mark, in order.
  public let settings: [(name: String, value: String)]
  /// The address as it was written, but for the password: for people.
  public let description: String

  /// Whether a text is an address at all, and no path of a file.
  public static func isAddress(_ text: String) -> Bool { text.firstRange(of: "://").map { isScheme(text[..<$0.lowerBound]) } ?? false }

  /// - Throws: `invalid`, saying what is missing or wrong.
  public init(_ text: String) throws(EndpointError) {
    guard let separator = text.firstRange(of: "://"), Self.isScheme(text[..<separator.lowerBound]) else {
      throw EndpointError(.invalid, text, "An address starts with a scheme, such as mqtt:// or kafka://.")
    }
    scheme = text[..<separator.lowerBound].lowercased()
    var rest = text[separator.upperBound...]
    let query = rest.firstIndex(of: "?").map { rest[rest.index(after: $0)...] }
    if let query { rest = rest[..<rest.index(before: query.startIndex)] }
    let slash = rest.firstIndex(of: "/")
    var authority = slash.map { rest[..<$0] } ?? rest
    let rawPath = slash.map { rest[rest.index(after: $0)...] } ?? ""

    let at = authority.lastIndex(of: "@")
    let credentials = at.map { authority[..<$0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false) } ?? []
    let isSecret = credentials.count > 1
    let shown = isSecret ? "\(scheme)://\(credentials[0]):…@" + text[text.index(after: at ?? text.startIndex)...] : text
    description = shown
    func invalid(_ message: String) -> EndpointError { EndpointError(.invalid, shown, message) }
    func decoded(_ part: Substring) throws(EndpointError) -> String {
      guard let text = Self.decoded(part) else { throw invalid("A % stands in front of two hexadecimal digits, and what they make is UTF-8; write %25 for a % itself.") }
      return text
    }

    user = try credentials.first.map { part throws(EndpointError) in try decoded(part) }
    password = isSecret ? try decoded(credentials[1]) : nil
    if let at { authority = authority[authority.index(after: at)...] }
    let portText: Substring?
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      host = String(authority[authority.index(after: authority.startIndex)..<end])
      let tail = authority[authority.index(after: end)...]
      guard tail.isEmpty || tail.hasPrefix(":") else { throw invalid("After an IPv6 address in brackets comes a colon and the port.") }
      portText = tail.isEmpty ? nil : tail.dropFirst()
    } else {
      guard authority.filter({ $0 == ":" }).count <= 1 else { throw invalid("An IPv6 address stands in brackets: \(scheme)://[::1]:1883/.") }
      let colon = authority.firstIndex(of: ":")
      host = String(authority[..<(colon ?? authority.endIndex)])
      portText = colon.map { authority[authority.index(after: $0)...] }
    }
    guard !host.isEmpty else { throw invalid("The host is missing: \(scheme)://localhost/…") }
    port = try portText.map { text throws(EndpointError) in
      guard let port = Int(text), (1...65_535).contains(port) else { throw invalid("The port is a number from 1 to 65535, not \"\(text)\".") }
      return port
    }
    path = try decoded(rawPath)
    var settings: [(name: String, value: String)] = []
    for part in (query ?? "").split(separator: "&") {
      guard let equals = part.firstIndex(of: "=") else { throw invalid("A setting is name=value, not \"\(part)\".") }
      settings.append((try decoded(part[..<equals]), try decoded(part[part.index(after: equals)...])))
    }
    self.settings = settings
  }

  private static func isScheme(_ text: Substring) -> Bool {
    text.first?.isLetter == true && text.utf8.allSatisfy { ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")) || $0 == UInt8(ascii: "+") }
  }

  private static func decoded(_ text: Substring) -> String? {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }), let value = UInt8(Substring(digits), radix: 16) else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
