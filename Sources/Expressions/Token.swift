/// A word of an expression.
struct Token: Hashable {
  enum Kind: Hashable {
    case int(Int64)
    case float(Double)
    case string(String)
    /// `$1` is 0.
    case input(Int)
    /// A function's name, `true` or `false`.
    case name(String)
    /// An operator, a parenthesis or a comma.
    case symbol(String)
    case end
  }

  let kind: Kind
  /// Where it starts, in Unicode scalars from 0.
  let offset: Int

  /// As messages have it.
  var description: String {
    switch kind {
    case .int(let value): "`\(value)`"
    case .float(let value): "`\(value)`"
    case .string: "a string"
    case .input(let index): "`$\(index + 1)`"
    case .name(let name): "`\(name)`"
    case .symbol(let symbol): "`\(symbol)`"
    case .end: "the end"
    }
  }
}

/// Splits an expression's text into tokens.
struct Lexer {
  let text: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) { self.text = Array(text.unicodeScalars) }

  private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

  func error(_ message: String, at offset: Int) -> ExpressionError {
    let before = text[..<min(offset, text.count)]
    let lineStart = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
    return ExpressionError(line: 1 + before.reduce(0) { $0 + ($1 == "\n" ? 1 : 0) }, column: 1 + before.count - lineStart, message: message)
  }

  mutating func tokens() throws(ExpressionError) -> [Token] {
    var tokens: [Token] = []
    while true {
      while let scalar = next, scalar.properties.isWhitespace { position += 1 }
      let start = position
      let kind = try token()
      tokens.append(Token(kind: kind, offset: start))
      if kind == .end { return tokens }
    }
  }

  private mutating func token() throws(ExpressionError) -> Token.Kind {
    guard let scalar = next else { return .end }
    switch scalar {
    case "0"..."9": return try number()
    case "\"", "'": return try string(endingWith: scalar)
    case "$": return try input()
    case "a"..."z", "A"..."Z", "_": return .name(name())
    default: return try symbol()
    }
  }

  private static let symbols = ["==", "!=", "<=", ">=", "&&", "||", "(", ")", ",", "+", "-", "*", "/", "%", "^", "<", ">", "!"]

  private mutating func symbol() throws(ExpressionError) -> Token.Kind {
    let rest = text[position...]
    for symbol in Self.symbols where rest.starts(with: symbol.unicodeScalars) {
      position += symbol.unicodeScalars.count
      return .symbol(symbol)
    }
    let fix: String
    switch next {
    case "=": fix = "; compare with `==`"
    case "&": fix = "; the logical and is `&&`"
    case "|": fix = "; the logical or is `||`"
    case ".": fix = "; a number starts with a digit, and fields are read with `inputs`"
    default: fix = ""
    }
    throw error("`\(String(Character(text[position])))` is not part of the language\(fix)", at: position)
  }

  private mutating func name() -> String {
    let start = position
    while let scalar = next {
      if scalar.isNamePart { position += 1 } else if scalar == ":", position + 1 < text.count, text[position + 1] == ":" { position += 2 } else { break }
    }
    return String(scalars: text[start..<position])
  }

  private mutating func digits() {
    while let scalar = next, ("0"..."9").contains(scalar) { position += 1 }
  }

  private mutating func number() throws(ExpressionError) -> Token.Kind {
    let start = position
    digits()
    var isInt = true
    if next == ".", position + 1 < text.count, ("0"..."9").contains(text[position + 1]) {
      isInt = false
      position += 1
      digits()
    }
    if next == "e" || next == "E" {
      isInt = false
      position += 1
      if next == "+" || next == "-" { position += 1 }
      digits()
    }
    let number = String(scalars: text[start..<position])
    if let scalar = next, scalar.isNamePart || scalar == "." { throw error("a number is expected, such as `3` or `0.5`", at: start) }
    if isInt {
      guard let value = Int64(number) else { throw error("`\(number)` is larger than any int; write `\(number).0` for a float", at: start) }
      return .int(value)
    }
    guard let value = Double(number), value.isFinite else { throw error("`\(number)` is no number", at: start) }
    return .float(value)
  }

  private mutating func input() throws(ExpressionError) -> Token.Kind {
    let start = position
    position += 1
    let first = position
    digits()
    guard let number = Int(String(scalars: text[first..<position])), number > 0 else {
      throw error("an input is `$` and its number, from `$1`; metadata and data sets are read with `inputs`", at: start)
    }
    return .input(number - 1)
  }

  private mutating func string(endingWith quote: Unicode.Scalar) throws(ExpressionError) -> Token.Kind {
    let start = position
    var value = String.UnicodeScalarView()
    position += 1
    while let scalar = next {
      position += 1
      if scalar == quote { return .string(String(value)) }
      guard scalar == "\\" else {
        value.append(scalar)
        continue
      }
      let escaped = next
      position += 1
      switch escaped {
      case "\\", "\"", "'": value.append(escaped ?? "\\")
      case "n": value.append("\n")
      case "r": value.append("\r")
      case "t": value.append("\t")
      default: throw error("a string has the escapes \\\\, \\\", \\', \\n, \\r and \\t; for a backslash write two", at: position - 2)
      }
    }
    throw error("the string has no end: `\(String(Character(quote)))` is expected", at: start)
  }
}

extension String {
  fileprivate init(scalars: ArraySlice<Unicode.Scalar>) {
    self.init(String.UnicodeScalarView(scalars))
  }
}

extension Unicode.Scalar {
  fileprivate var isNamePart: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }
}
