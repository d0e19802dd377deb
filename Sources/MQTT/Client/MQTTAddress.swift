/// Where a server is.
public struct MQTTAddress: Hashable, Sendable, CustomStringConvertible {
  /// A name, or an IPv4 or IPv6 address.
  public var host: String
  public var port: Int

  public init(host: String, port: Int = 1883) {
    self.host = host
    self.port = port
  }

  /// - Parameter text: `HOST`, `HOST:PORT`, `[IPv6]` or `[IPv6]:PORT`.
  /// - Throws: `invalid`.
  public init(_ text: String, defaultPort: Int = 1883) throws(MQTTError) {
    var host = text[...], port: Substring?
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      port = rest.isEmpty ? nil : rest.hasPrefix(":") ? rest.dropFirst() : rest
    } else if let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
    }
    guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || "/[]".contains($0) }), let number = port.map({ Int($0) }) ?? defaultPort, (1...65_535).contains(number)
    else { throw MQTTError(.invalid, "An address such as localhost:1883 was expected, not \"\(text)\".") }
    self.init(host: String(host), port: number)
  }

  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
