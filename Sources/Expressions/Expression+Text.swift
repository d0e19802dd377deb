extension Expression: CustomStringConvertible {
  /// A text that says the same, with no more parentheses than it needs.
  public var description: String { term.text(derived, within: 0) }
}

extension Term {
  private var precedence: Int {
    switch self {
    case .binary(let binary, _, _): binary.precedence
    case .negated: Operator.negation
    case .literal(.int(let value)): value < 0 ? Operator.negation : 10
    case .literal(.float(let value)): value.sign == .minus ? Operator.negation : 10
    case .not: 9
    default: 10
    }
  }

  /// - Parameter precedence: what the surroundings bind with.
  func text(_ derived: [Expression.Derived], within precedence: Int) -> String {
    let text = bare(derived)
    return self.precedence < precedence ? "(\(text))" : text
  }

  private func bare(_ derived: [Expression.Derived]) -> String {
    func list(_ terms: [Term]) -> String { "(" + terms.map { $0.text(derived, within: 0) }.joined(separator: ", ") + ")" }
    switch self {
    case .literal(let value): return value.literal
    case .input(let index): return "$\(index + 1)"
    case .derived(let index): return derived[index].function.rawValue + "(" + (derived[index].input.map { "$\($0 + 1)" } ?? "") + ")"
    case .not(let term): return "!" + term.text(derived, within: 9)
    // A number would become part of the literal.
    case .negated(.literal(let value)) where value.kind.isNumber: return "-(\(value.literal))"
    case .negated(let term): return "-" + term.text(derived, within: Operator.negation)
    case .binary(let binary, let left, let right):
      return "\(left.text(derived, within: binary.precedence)) \(binary.rawValue) \(right.text(derived, within: binary.precedence + 1))"
    case .tuple(let terms): return list(terms)
    case .conditional(let condition, let yes, let no): return "if" + list([condition, yes, no])
    case .call(let function, let terms): return function.rawValue + list(terms)
    case .matches(let text, let expression): return Function.regexMatches.rawValue + list([text, .literal(.string(expression.pattern))])
    case .replacing(let text, let expression, let replacement):
      return Function.regexReplace.rawValue + list([text, .literal(.string(expression.pattern)), replacement])
    }
  }
}

extension Value {
  /// As an expression has it.
  fileprivate var literal: String {
    switch self {
    case .float(let value): return value.description
    case .string(let text):
      var quoted = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": quoted += "\\\""
        case "\\": quoted += "\\\\"
        case "\n": quoted += "\\n"
        case "\r": quoted += "\\r"
        case "\t": quoted += "\\t"
        default: quoted.unicodeScalars.append(scalar)
        }
      }
      return quoted + "\""
    case .tuple(let values): return "(" + values.map(\.literal).joined(separator: ", ") + ")"
    case .int, .bool, .empty: return description
    }
  }
}
