public import EndpointKit

/// The topic that results are published to: text with variables that each message fills in (resources.md §5).
///
/// `${inputTopic}` is the topic of the source message, `${inputTopic.N}` its N-th level, counted from 1; `${outputTopic}` is the topic as the last
/// operator left it.
public struct DestinationTopic: Hashable, Sendable, CustomStringConvertible {
  private enum Part: Hashable, Sendable {
    case text([UInt8])
    case inputTopic
    case inputLevel(Int)
    case outputTopic
  }

  public let description: String
  private let parts: [Part]

  /// - Throws: `invalid` if the text is no topic: empty, with wildcards, or with a variable that is none of the three.
  public init(_ text: String) throws(EndpointError) {
    func invalid(_ message: String) -> EndpointError { EndpointError(.invalid, text, message) }
    guard !text.isEmpty else { throw invalid("The destination topic is empty.") }
    var parts: [Part] = [], literal: [UInt8] = []
    var rest = Substring(text)
    while let character = rest.first {
      if rest.hasPrefix("${") {
        guard let end = rest.firstIndex(of: "}") else { throw invalid("The variable \(rest) does not end with a brace.") }
        let name = rest[rest.index(rest.startIndex, offsetBy: 2)..<end]
        guard let variable = Self.variable(name) else {
          throw invalid("${\(name)} is no variable of a destination topic: those are ${inputTopic}, ${inputTopic.N} with N from 1, and ${outputTopic}.")
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        literal = []
        parts.append(variable)
        rest = rest[rest.index(after: end)...]
      } else {
        guard character != "+", character != "#", character != "*" else { throw invalid("A destination topic has no wildcards; this one has \(character).") }
        guard character.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else { throw invalid("A destination topic has no control characters.") }
        literal += Array(String(character).utf8)
        rest.removeFirst()
      }
    }
    if !literal.isEmpty { parts.append(.text(literal)) }
    self.parts = parts
    description = text
  }

  private static func variable(_ name: Substring) -> Part? {
    switch name {
    case "inputTopic": return .inputTopic
    case "outputTopic": return .outputTopic
    default:
      guard name.hasPrefix("inputTopic."), let level = Int(name.dropFirst("inputTopic.".count)), level >= 1 else { return nil }
      return .inputLevel(level)
    }
  }

  /// The topic if it is the same for all messages.
  public var literal: String? { parts.allSatisfy { if case .text = $0 { true } else { false } } ? description : nil }

  /// A topic filter that matches every topic this can become.
  public var filter: String {
    if let literal { return literal }
    // A variable may stand for several levels, so that nothing behind the first one is known.
    guard case .text(let start)? = parts.first, let end = start.lastIndex(of: UInt8(ascii: "/")) else { return "#" }
    return String(decoding: start[...end], as: UTF8.self) + "#"
  }

  /// Fills in the variables.
  ///
  /// - Parameters:
  ///   - input: the topic of the source message.
  ///   - output: the topic of the result.
  /// - Throws: `invalid` if the source topic has no such level, or if what comes out is empty or has wildcards.
  public func topic(input: [UInt8], output: [UInt8]) throws(EndpointError) -> [UInt8] {
    if parts.count == 1, case .text(let topic) = parts[0] { return topic }
    var topic: [UInt8] = []
    for part in parts {
      switch part {
      case .text(let text): topic += text
      case .inputTopic: topic += input
      case .outputTopic: topic += output
      case .inputLevel(let number):
        guard let level = Self.level(number, of: input) else {
          throw refusal("The source topic \(String(decoding: input, as: UTF8.self)) has no level \(number).")
        }
        topic += level
      }
    }
    guard !topic.isEmpty else { throw refusal("The topic of a result is empty.") }
    guard !topic.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "#") || $0 == 0 }) else {
      throw refusal("The topic of a result, \(String(decoding: topic, as: UTF8.self)), has a wildcard.")
    }
    guard topic.count <= 65_535 else { throw refusal("The topic of a result has \(topic.count) bytes; 65,535 are allowed.") }
    return topic
  }

  private func refusal(_ message: String) -> EndpointError { EndpointError(.invalid, description, message) }

  /// A slash at either end counts for nothing.
  private static func level(_ number: Int, of topic: [UInt8]) -> ArraySlice<UInt8>? {
    let slash = UInt8(ascii: "/")
    var rest = topic[...]
    if rest.first == slash { rest.removeFirst() }
    if rest.last == slash { rest.removeLast() }
    guard !rest.isEmpty else { return nil }
    for _ in 1..<number {
      guard let end = rest.firstIndex(of: slash) else { return nil }
      rest = rest[(end + 1)...]
    }
    return rest[..<(rest.firstIndex(of: slash) ?? rest.endIndex)]
  }
}
