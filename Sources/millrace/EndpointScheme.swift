import EndpointKit

/// The endpoints of a scheme, such as `kafka://`, in place of files.
struct EndpointScheme: Sendable {
  typealias Listener = @Sendable (EndpointNotice) -> Void

  let name: String
  let openSource: @Sendable (EndpointAddress, EndpointClock, @escaping Listener) throws(EndpointError) -> any Source
  let openSink: @Sendable (EndpointAddress, EndpointClock, @escaping Listener) throws(EndpointError) -> any Sink
  /// A source and a sink between which messages count exactly once.
  let openTransfer: @Sendable (EndpointAddress, EndpointAddress, EndpointClock, @escaping Listener) throws(EndpointError) -> (any Source, any Sink)

  static let all = [kafka] + mqtt

  /// - Throws: `invalid` for a scheme that there is not.
  static func of(_ address: EndpointAddress) throws(EndpointError) -> EndpointScheme {
    guard let scheme = all.first(where: { $0.name == address.scheme }) else {
      throw EndpointError(.invalid, address.description, "There is no endpoint for \(address.scheme)://, but for \(all.map { $0.name + "://" }.joined(separator: ", ")) and files.")
    }
    return scheme
  }

  /// The text of a file that an address names.
  static func text(of path: String) throws(EndpointError) -> String {
    do {
      return String(decoding: try readFile(path), as: UTF8.self)
    } catch {
      throw EndpointError(.unreadable, path, "\(path): \(error.description)")
    }
  }
}
