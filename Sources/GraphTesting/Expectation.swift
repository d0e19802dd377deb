public import JSONTree
internal import OrderedCollections

/// What a test case expects of the output, and how the two are compared (tooling.md §5).
public struct Expectation: Sendable {
  /// An object is compared with the last message; an array with all messages, one by one; `[]` allows none.
  public var expected: JSON
  /// What is kept of each message before it is compared; nothing in the list keeps everything.
  public var select: [FieldPath] = []
  /// What is taken out of each message before it is compared.
  public var ignores: [FieldPath] = []

  public init(_ expected: JSON) { self.expected = expected }

  /// Nil, or in which way the messages are not as expected.
  public func difference(to messages: [JSON]) -> String? {
    switch expected {
    case .array(let expected):
      if expected.isEmpty, !messages.isEmpty { return "no message was expected, but \(messages.count) came; the first is\n\(prepared(messages[0]).lines())" }
      guard expected.count == messages.count else {
        return "\(expected.count) messages were expected, but \(messages.count) came" + (messages.last.map { "; the last is\n\(prepared($0).lines())" } ?? "")
      }
      let differences = zip(expected, messages).enumerated().compactMap { index, pair in
        compare(pair.0, pair.1).map { "message \(index + 1) of \(messages.count):\n\($0)" }
      }
      return differences.isEmpty ? nil : differences.joined(separator: "\n")
    default:
      guard let last = messages.last else { return "a message was expected, but none came" }
      return compare(expected, last)
    }
  }

  private func compare(_ expected: JSON, _ found: JSON) -> String? {
    let expected = prepared(expected), found = prepared(found)
    return expected == found ? nil : LineDifference.text(expected.lines(), found.lines())
  }

  /// A message as it is compared: a payload that is a JSON text is that JSON.
  func prepared(_ message: JSON) -> JSON {
    var message = message
    if case .object(var members) = message, case .string(let text)? = members["payload"], let payload = JSON(bytes: text.utf8) {
      members["payload"] = payload
      message = .object(members)
    }
    return FieldPath.remove(ignores, from: FieldPath.select(select, from: message))
  }
}

/// The lines of two texts that differ, as `diff -u` marks them: `-` expected, `+` found.
enum LineDifference {
  static func text(_ expected: String, _ found: String) -> String {
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false), new = found.split(separator: "\n", omittingEmptySubsequences: false)
    let difference = new.difference(from: old)
    let removed = Set(difference.removals.map(\.offset)), inserted = Set(difference.insertions.map(\.offset))
    var lines: [String] = [], left = 0, right = 0
    while left < old.count || right < new.count {
      if left < old.count, removed.contains(left) {
        lines.append("- \(old[left])")
        left += 1
      } else if right < new.count, inserted.contains(right) {
        lines.append("+ \(new[right])")
        right += 1
      } else {
        if left < old.count { lines.append("  \(old[left])") }
        (left, right) = (left + 1, right + 1)
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }
}
