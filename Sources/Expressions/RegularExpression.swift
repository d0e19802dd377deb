/// A regular expression whose matching takes time in proportion to the text and the pattern, whatever they are: all ways through the pattern are followed
/// at once (Thompson, Pike), nothing is tried and taken back. Backtracking engines, that of Swift among them, can be kept busy for years by a pattern of
/// ten characters, which a configuration or a message might hold.
///
/// The syntax is that of RE2 and of Rust's `regex`: no backreferences and no looking around. Texts are matched by Unicode scalars.
///
///     \d \w \s \D \W \S \b \B ^ $ . [a-z] [^a-z] (…) (?:…) (?P<name>…) (?i) (?m) (?s) | * + ? {2} {2,} {2,5} and the lazy forms of these
public struct RegularExpression: Sendable {
  /// How many instructions a pattern may come to.
  static let maximumSize = 2000
  /// How many steps one match or replacement may take: what a long pattern and a long text come to together.
  var maximumSteps = 10_000_000

  public let pattern: String
  let program: Program

  /// Throws with what is wrong, and where.
  public init(_ pattern: String) throws(EvaluationError) {
    self.pattern = pattern
    var parser = RegularExpressionParser(pattern)
    let node = try parser.parse()
    var compiler = ProgramCompiler(groups: parser.groups)
    program = try compiler.compile(node, pattern)
  }

  /// Whether the pattern matches anywhere in the text.
  public func matches(_ text: String) throws(EvaluationError) -> Bool {
    var matcher = Matcher(program, text, capturesGroups: false, maximumSteps: maximumSteps)
    return try matcher.match(from: 0) != nil
  }

  /// The text with all matches replaced; they do not overlap.
  ///
  /// - Parameter replacement: `$1` or `${1}` stands for a group, `$name` for one with a name, `$0` for the match, `$$` for `$`.
  public func replacing(in text: String, with replacement: String) throws(EvaluationError) -> String {
    let template = try template(replacement)
    var matcher = Matcher(program, text, capturesGroups: true, maximumSteps: maximumSteps)
    var output = String.UnicodeScalarView()
    var position = 0, copied = 0, size = 0
    func append(_ scalars: some Sequence<Unicode.Scalar>, _ count: Int) throws(EvaluationError) {
      size += count
      guard size <= maximumStringLength / 4 else { throw EvaluationError("the result of `str::regex_replace` is longer than \(maximumStringLength >> 20) MiB") }
      output.append(contentsOf: scalars)
    }
    while position <= matcher.text.count, let groups = try matcher.match(from: position) {
      let start = groups[0], end = groups[1]
      // Nothing is no match of its own right after another one.
      if end == start, start == copied, start > 0 {
        position = end + 1
        continue
      }
      try append(matcher.text[copied..<start], start - copied)
      for part in template {
        switch part {
        case .text(let text): try append(text, text.count)
        case .group(let group) where groups[2 * group] >= 0:
          try append(matcher.text[groups[2 * group]..<groups[2 * group + 1]], groups[2 * group + 1] - groups[2 * group])
        case .group: break
        }
      }
      copied = end
      position = end == start ? end + 1 : end
    }
    if copied == 0, output.isEmpty { return text }
    try append(matcher.text[copied...], matcher.text.count - copied)
    return String(output)
  }

  enum TemplatePart {
    case text([Unicode.Scalar])
    case group(Int)
  }

  func template(_ replacement: String) throws(EvaluationError) -> [TemplatePart] {
    var parts: [TemplatePart] = [], text: [Unicode.Scalar] = []
    var rest = replacement.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "$" else {
        text.append(scalar)
        continue
      }
      if rest.first == "$" {
        text.append("$")
        rest.removeFirst()
        continue
      }
      let isBraced = rest.first == "{"
      if isBraced { rest.removeFirst() }
      let name = String(rest.prefix { $0 == "_" || $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) })
      rest = rest.dropFirst(name.unicodeScalars.count)
      if isBraced { guard rest.popFirst() == "}" else { throw EvaluationError("the replacement `\(replacement)` has no `}` after `${\(name)`") } }
      guard let group = program.groups.firstIndex(of: name) ?? Int(name), program.groups.indices.contains(group) else {
        throw EvaluationError("the replacement `\(replacement)` refers to `$\(name)`, but the pattern has no such group; write `$$` for `$`")
      }
      if !text.isEmpty { parts.append(.text(text)) }
      text = []
      parts.append(.group(group))
    }
    if !text.isEmpty { parts.append(.text(text)) }
    return parts
  }
}

extension RegularExpression: Hashable {
  public static func == (left: RegularExpression, right: RegularExpression) -> Bool { left.pattern == right.pattern }
  public func hash(into hasher: inout Hasher) { hasher.combine(pattern) }
}
