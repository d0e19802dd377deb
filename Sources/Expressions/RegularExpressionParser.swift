/// What a pattern says.
indirect enum PatternNode {
  case empty
  case scalar(Unicode.Scalar)
  case set(ScalarSet)
  case assertion(Assertion)
  /// With a number: one that is remembered.
  case group(PatternNode, Int?)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  case repeated(PatternNode, least: Int, most: Int?, isGreedy: Bool)
}

enum Assertion: Sendable {
  case start, end, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// Unicode scalars of some kinds.
struct ScalarSet: Sendable {
  enum Part: Sendable {
    case range(ClosedRange<Unicode.Scalar>)
    case digit, word, space
    case notDigit, notWord, notSpace
  }

  var parts: [Part]
  var isNegated = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    for part in parts where Self.matches(part, scalar) { return !isNegated }
    return isNegated
  }

  private static func matches(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
    switch part {
    case .range(let range): range.contains(scalar)
    case .digit: scalar.isDecimalDigit
    case .notDigit: !scalar.isDecimalDigit
    case .word: scalar.isWordPart
    case .notWord: !scalar.isWordPart
    case .space: scalar.properties.isWhitespace
    case .notSpace: !scalar.properties.isWhitespace
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isDecimalDigit: Bool { isASCII ? ("0"..."9").contains(self) : properties.generalCategory == .decimalNumber }

  /// A letter, a mark, a digit, or a character like `_` that joins them.
  var isWordPart: Bool {
    if isASCII { return ("a"..."z").contains(self) || ("A"..."Z").contains(self) || ("0"..."9").contains(self) || self == "_" }
    switch properties.generalCategory {
    case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark: return true
    default: return properties.isAlphabetic
    }
  }

  /// Itself and what differs from it only in case, where that is one scalar.
  fileprivate var caseVariants: [Unicode.Scalar] {
    [self] + [properties.lowercaseMapping, properties.uppercaseMapping].compactMap { $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first : nil }.filter { $0 != self }
  }
}

struct RegularExpressionParser {
  private static let maximumNesting = 50
  private static let maximumCount = 1000

  private struct Flags {
    var ignoresCase = false, isMultiline = false, dotMatchesNewline = false
  }

  private let pattern: String
  private let text: [Unicode.Scalar]
  private var position = 0
  private var nesting = 0
  private var flags = Flags()
  /// The names of the groups; the first is the whole match.
  private(set) var groups: [String?] = [nil]

  init(_ pattern: String) {
    self.pattern = pattern
    text = Array(pattern.unicodeScalars)
  }

  mutating func parse() throws(EvaluationError) -> PatternNode {
    guard text.count <= RegularExpression.maximumSize else { throw EvaluationError("the pattern is longer than \(RegularExpression.maximumSize) characters") }
    let node = try alternatives()
    if position < text.count { throw error("`)` closes nothing") }
    return node
  }

  private func error(_ message: String) -> EvaluationError { EvaluationError("the pattern `\(pattern)` is wrong at character \(position + 1): \(message)") }

  private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func alternatives() throws(EvaluationError) -> PatternNode {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw error("groups nest deeper than \(Self.maximumNesting)") }
    let outerFlags = flags
    defer { flags = outerFlags }
    var alternatives: [PatternNode] = []
    repeat { alternatives.append(try sequence()) } while take("|")
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private mutating func sequence() throws(EvaluationError) -> PatternNode {
    var nodes: [PatternNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      guard let node = try atom() else { continue }
      nodes.append(try repeated(node))
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  private mutating func repeated(_ node: PatternNode) throws(EvaluationError) -> PatternNode {
    let least: Int, most: Int?
    switch next {
    case "*": (least, most) = (0, nil)
    case "+": (least, most) = (1, nil)
    case "?": (least, most) = (0, 1)
    case "{": return try counted(node)
    default: return node
    }
    position += 1
    return try finished(node, least, most)
  }

  private mutating func counted(_ node: PatternNode) throws(EvaluationError) -> PatternNode {
    position += 1
    guard let least = number() else { throw error("a number is expected after `{`; write `\\{` for the character") }
    var most: Int? = least
    if take(",") { most = next == "}" ? nil : number() ?? -1 }
    guard take("}"), most.map({ $0 >= least }) ?? true, max(least, most ?? 0) <= Self.maximumCount else {
      throw error("a repetition is `{2}`, `{2,}` or `{2,5}`, up to \(Self.maximumCount)")
    }
    return try finished(node, least, most)
  }

  private mutating func finished(_ node: PatternNode, _ least: Int, _ most: Int?) throws(EvaluationError) -> PatternNode {
    let isGreedy = !take("?")
    if let scalar = next, scalar == "*" || scalar == "+" || scalar == "?" || scalar == "{" { throw error("one repetition follows another") }
    return .repeated(node, least: least, most: most, isGreedy: isGreedy)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = next, ("0"..."9").contains(scalar) {
      value = min((value ?? 0) * 10 + Int(scalar.value - 48), Self.maximumCount + 1)
      position += 1
    }
    return value
  }

  /// Nil for flags, which match nothing.
  private mutating func atom() throws(EvaluationError) -> PatternNode? {
    guard let scalar = next else { return nil }
    switch scalar {
    case "(": return try group()
    case "[": return try set()
    case "\\":
      position += 1
      return try escape()
    case ".":
      position += 1
      let newline = ScalarSet(parts: [.range("\n"..."\n")], isNegated: true)
      return .set(flags.dotMatchesNewline ? ScalarSet(parts: [], isNegated: true) : newline)
    case "^":
      position += 1
      return .assertion(flags.isMultiline ? .lineStart : .start)
    case "$":
      position += 1
      return .assertion(flags.isMultiline ? .lineEnd : .end)
    case "*", "+", "?", "{": throw error("nothing is there for `\(scalar)` to repeat; write `\\\(scalar)` for the character")
    default:
      position += 1
      return literal(scalar)
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> PatternNode {
    guard flags.ignoresCase else { return .scalar(scalar) }
    let variants = scalar.caseVariants
    return variants.count == 1 ? .scalar(scalar) : .set(ScalarSet(parts: variants.map { .range($0...$0) }))
  }

  private mutating func group() throws(EvaluationError) -> PatternNode? {
    position += 1
    var number: Int?
    let outerFlags = flags
    if take("?") {
      if take("P") || next == "<" {
        guard take("<"), let name = groupName() else { throw error("a group with a name is `(?P<name>…)`; looking back is not part of the language") }
        number = groups.count
        groups.append(name)
      } else if try takeFlags() {
        // For the rest of what is around.
        return nil
      }
    } else {
      number = groups.count
      groups.append(nil)
    }
    let node = try alternatives()
    flags = outerFlags
    guard take(")") else { throw error("a group has no `)`") }
    return .group(node, number)
  }

  private mutating func groupName() -> String? {
    var name = ""
    while let scalar = next, scalar.isASCII, scalar.isWordPart {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    guard take(">"), let first = name.first, !first.isNumber, !groups.contains(name) else { return nil }
    return name
  }

  /// Reads `i)`, `i-s:` and so on; returns whether that was all.
  private mutating func takeFlags() throws(EvaluationError) -> Bool {
    var isOn = true
    while let scalar = next {
      position += 1
      switch scalar {
      case ":": return false
      case ")": return true
      case "-": isOn = false
      case "i": flags.ignoresCase = isOn
      case "m": flags.isMultiline = isOn
      case "s": flags.dotMatchesNewline = isOn
      default:
        position -= 1
        throw error("`(?` is followed by `:`, by `P<name>` or by the flags i, m and s; looking around is not part of the language")
      }
    }
    throw error("a group has no `)`")
  }

  // MARK: Escapes and sets

  private mutating func escape() throws(EvaluationError) -> PatternNode {
    if take("b") { return .assertion(.wordBoundary) }
    if take("B") { return .assertion(.noWordBoundary) }
    if take("A") { return .assertion(.start) }
    if take("z") { return .assertion(.end) }
    switch try escapedPart() {
    case .range(let range): return literal(range.lowerBound)
    case let part: return .set(ScalarSet(parts: [part]))
    }
  }

  /// What stands after a backslash.
  private mutating func escapedPart() throws(EvaluationError) -> ScalarSet.Part {
    guard let scalar = next else { throw error("nothing follows `\\`") }
    position += 1
    func one(_ scalar: Unicode.Scalar) -> ScalarSet.Part { .range(scalar...scalar) }
    switch scalar {
    case "d": return .digit
    case "D": return .notDigit
    case "w": return .word
    case "W": return .notWord
    case "s": return .space
    case "S": return .notSpace
    case "n": return one("\n")
    case "r": return one("\r")
    case "t": return one("\t")
    case "f": return one("\u{c}")
    case "v": return one("\u{b}")
    case "x": return one(try hexadecimal())
    default:
      guard scalar.isASCII, !scalar.isWordPart else {
        position -= 1
        throw error(("1"..."9").contains(scalar) ? "backreferences are not part of the language" : "there is no escape `\\\(scalar)`")
      }
      return one(scalar)
    }
  }

  /// `41` or `{1F600}`.
  private mutating func hexadecimal() throws(EvaluationError) -> Unicode.Scalar {
    let isBraced = take("{")
    var value: UInt32 = 0, count = 0
    while let digit = next.flatMap({ Character($0).hexDigitValue }), count < (isBraced ? 6 : 2) {
      value = value << 4 | UInt32(digit)
      count += 1
      position += 1
    }
    guard count > 0, isBraced ? take("}") : count == 2, let scalar = Unicode.Scalar(value) else { throw error("a character by its number is `\\x41` or `\\x{1F600}`") }
    return scalar
  }

  private mutating func set() throws(EvaluationError) -> PatternNode {
    position += 1
    var set = ScalarSet(parts: [], isNegated: take("^"))
    var isFirst = true
    while true {
      guard let scalar = next else { throw error("a set has no `]`") }
      if scalar == "]", !isFirst {
        position += 1
        return .set(set)
      }
      isFirst = false
      var part = try setPart()
      if case .range(let range) = part, next == "-", position + 1 < text.count, text[position + 1] != "]" {
        position += 1
        guard case .range(let end) = try setPart(), end.lowerBound >= range.lowerBound else { throw error("a range goes from a lower to a higher character") }
        part = .range(range.lowerBound...end.lowerBound)
      }
      set.parts += flags.ignoresCase ? Self.ignoringCase(part) : [part]
    }
  }

  private mutating func setPart() throws(EvaluationError) -> ScalarSet.Part {
    guard let scalar = next else { throw error("a set has no `]`") }
    if scalar == "[" { throw error("sets do not nest; write `\\[` for the character") }
    position += 1
    return scalar == "\\" ? try escapedPart() : .range(scalar...scalar)
  }

  /// Of a range of many, only ASCII's letters have their other case added.
  private static func ignoringCase(_ part: ScalarSet.Part) -> [ScalarSet.Part] {
    guard case .range(let range) = part else { return [part] }
    if range.lowerBound == range.upperBound { return range.lowerBound.caseVariants.map { .range($0...$0) } }
    var parts = [part]
    let letters: [(ClosedRange<Unicode.Scalar>, Int)] = [("a"..."z", -32), ("A"..."Z", 32)]
    for (letters, offset) in letters {
      let low = max(range.lowerBound, letters.lowerBound), high = min(range.upperBound, letters.upperBound)
      if low <= high, let from = Unicode.Scalar(UInt32(Int(low.value) + offset)), let to = Unicode.Scalar(UInt32(Int(high.value) + offset)) { parts.append(.range(from...to)) }
    }
    return parts
  }
}
