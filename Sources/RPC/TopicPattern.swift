/// A topic with tokens in place of whole levels: `plants/{plant}/{commandName}` (host-apis.md §5).
struct TopicPattern: Hashable, Sendable {
  private enum Level: Hashable, Sendable {
    case text(String)
    case token(String)
  }

  private let levels: [Level]

  /// - Throws: `configurationInvalid`, naming the level that is wrong.
  init(_ text: String, namespace: String? = nil) throws(RPCError) {
    let full = namespace.map { $0 + "/" + text } ?? text
    guard full.utf8.count <= 65_535 else { throw RPCError(.configurationInvalid, "a topic pattern has more than 65,535 bytes") }
    var levels: [Level] = []
    for part in full.split(separator: "/", omittingEmptySubsequences: false) {
      if part.hasPrefix("{"), part.hasSuffix("}") {
        let name = part.dropFirst().dropLast()
        guard Self.isLevel(name), !name.contains(where: { $0 == "{" || $0 == "}" }) else {
          throw RPCError(.configurationInvalid, "the topic pattern \"\(text)\" has an empty or damaged token")
        }
        levels.append(.token(String(name)))
      } else {
        guard Self.isLevel(part), !part.contains(where: { $0 == "{" || $0 == "}" }) else {
          throw RPCError(.configurationInvalid, "the topic pattern \"\(text)\" has the level \"\(part)\": levels are not empty, have no spaces, +, # or $ in front, and a token is a whole level")
        }
        levels.append(.text(String(part)))
      }
    }
    self.levels = levels
  }

  /// The topic with every token replaced.
  ///
  /// - Throws: `configurationInvalid` if a token has no value, or one that is no topic level.
  func topic(_ values: [String: String]) throws(RPCError) -> String {
    try resolved(values) { name throws(RPCError) in
      throw RPCError(.configurationInvalid, "the token {\(name)} of a topic has no value")
    }
  }

  /// The filter for all topics that the pattern can become: tokens without a value match everything.
  func filter(_ values: [String: String]) throws(RPCError) -> String { try resolved(values) { _ in "+" } }

  private func resolved(_ values: [String: String], otherwise: (String) throws(RPCError) -> String) throws(RPCError) -> String {
    var parts: [String] = []
    for level in levels {
      switch level {
      case .text(let text): parts.append(text)
      case .token(let name):
        // Custom tokens are written {ex:name} in patterns; their values are given under either name.
        guard let value = values[name] ?? (name.hasPrefix("ex:") ? values[String(name.dropFirst(3))] : nil) else {
          parts.append(try otherwise(name))
          continue
        }
        guard Self.isLevel(value), !value.contains(where: { "/{}".contains($0) }) else {
          throw RPCError(.configurationInvalid, "\"\(value)\", the value of {\(name)}, is not one level of a topic")
        }
        parts.append(value)
      }
    }
    return parts.joined(separator: "/")
  }

  private static func isLevel(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && !text.hasPrefix("$") && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F && $0 != "+" && $0 != "#" }
  }
}
