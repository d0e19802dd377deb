/// What is known not to pass, and why: the list in `exceptions.txt`.
public struct Exceptions: Sendable {
  struct Entry: Sendable {
    /// The end of the script's path.
    let script: String
    /// Nil for the whole script.
    let lines: [ClosedRange<Int>]?
    let reason: String

    func covers(_ line: Int) -> Bool { lines?.contains { $0.contains(line) } ?? true }
  }

  /// Directives of certain scripts. Each must fail: one that passes is an error.
  private(set) var entries: [Entry] = []
  /// What is refused: directives whose component is refused with such a text are excepted.
  private(set) var refusals: [(text: String, reason: String)] = []

  public init() {}

  /// The list of the repository.
  public static let recorded: Exceptions = {
    do {
      return try Exceptions(String(decoding: PackageResources.exceptions_txt, as: UTF8.self))
    } catch {
      fatalError("exceptions.txt: \(error)")
    }
  }()

  /// Reads a list: lines of `end of a script's path | lines | reason` and `refused | text of the refusal | reason`;
  /// `#` begins a comment, lines are numbers and ranges between commas, and `*` stands for all.
  public init(_ text: String) throws(ScriptError) {
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard let first = line.first(where: { $0 != " " }), first != "#" else { continue }
      let parts = line.split(separator: "|", maxSplits: 2).map { String($0.trimmingSpaces) }
      guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else {
        throw ScriptError(SourcePosition(line: index + 1, column: 1), "`script | lines | reason` was expected")
      }
      if parts[0] == "refused" {
        refusals.append((parts[1], parts[2]))
      } else {
        let ranges = parts[1].split(separator: ",").map { Self.range($0) }
        guard parts[1] == "*" || ranges.allSatisfy({ $0 != nil }) else {
          throw ScriptError(SourcePosition(line: index + 1, column: 1), "`\(parts[1])` is no line, range of lines, list of these, or `*`")
        }
        entries.append(Entry(script: parts[0], lines: parts[1] == "*" ? nil : ranges.compactMap { $0 }, reason: parts[2]))
      }
    }
  }

  private static func range(_ text: Substring) -> ClosedRange<Int>? {
    let bounds = text.trimmingSpaces.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(bounds.count), let first = bounds[0], let last = bounds[bounds.count - 1], first <= last else { return nil }
    return first...last
  }

  func entries(for script: String) -> [Entry] { entries.filter { script == $0.script || script.hasSuffix("/" + $0.script) } }

  func reason(refused failure: Failure) -> String? { failure.isRefusal ? refusals.first { failure.message.contains($0.text) }?.reason : nil }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}
