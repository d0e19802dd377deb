/// The longest string that an expression makes, in UTF-8 bytes.
let maximumStringLength = 16 << 20

/// One evaluation of a tree.
struct Evaluation<Derived: DerivedValues> {
  let inputs: [Value]
  let derived: Derived

  /// As deep as the tree, which is bounded.
  func value(of term: Term) throws(EvaluationError) -> Value {
    switch term {
    case .literal(let value): return value
    case .input(let index): return inputs[index]
    case .derived(let index): return try derived.value(at: index)
    case .not(let term): return .bool(!(try boolean(term, of: "`!`")))
    case .negated(let term): return try negated(try value(of: term))
    case .binary(.and, let left, let right): return .bool(try boolean(left, of: "`&&`") ? try boolean(right, of: "`&&`") : false)
    case .binary(.or, let left, let right): return .bool(try boolean(left, of: "`||`") ? true : try boolean(right, of: "`||`"))
    case .binary(let binary, let left, let right): return try binary.apply(try value(of: left), try value(of: right))
    case .tuple(let terms): return .tuple(try values(of: terms))
    case .conditional(let condition, let yes, let no): return try value(of: try boolean(condition, of: "`if`") ? yes : no)
    case .call(let function, let arguments): return try call(function, arguments)
    case .matches(let text, let expression): return .bool(try expression.matches(try string(text, .regexMatches, 0)))
    case .replacing(let text, let expression, let replacement):
      return .string(try expression.replacing(in: try string(text, .regexReplace, 0), with: try string(replacement, .regexReplace, 2)))
    }
  }

  private func values(of terms: [Term]) throws(EvaluationError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(terms.count)
    for term in terms { values.append(try value(of: term)) }
    return values
  }

  private func boolean(_ term: Term, of user: String) throws(EvaluationError) -> Bool {
    let value = try value(of: term)
    guard case .bool(let boolean) = value else { throw EvaluationError("\(user) takes booleans, not \(value.kind.phrase)") }
    return boolean
  }

  private func negated(_ value: Value) throws(EvaluationError) -> Value {
    switch value {
    case .int(let value):
      guard value != .min else { throw EvaluationError("the result of `-` is larger than any int") }
      return .int(-value)
    case .float(let value): return .float(-value)
    default: throw EvaluationError("`-` takes a number, not \(value.kind.phrase)")
    }
  }

  func string(_ term: Term, _ function: Function, _ index: Int) throws(EvaluationError) -> String {
    let value = try value(of: term)
    guard case .string(let text) = value else { throw wrong(value, function, index, "a string") }
    return text
  }

  func number(_ term: Term, _ function: Function, _ index: Int) throws(EvaluationError) -> Double {
    let value = try value(of: term)
    guard let number = value.number else { throw wrong(value, function, index, "a number") }
    return number
  }

  func int(_ term: Term, _ function: Function, _ index: Int) throws(EvaluationError) -> Int64 {
    let value = try value(of: term)
    guard case .int(let number) = value else { throw wrong(value, function, index, "an int") }
    return number
  }

  func tuple(_ term: Term, _ function: Function, _ index: Int) throws(EvaluationError) -> [Value] {
    let value = try value(of: term)
    guard case .tuple(let values) = value else { throw wrong(value, function, index, "a tuple") }
    return values
  }

  func wrong(_ value: Value, _ function: Function, _ index: Int, _ expected: String) -> EvaluationError {
    EvaluationError("argument \(index + 1) of `\(function.rawValue)` is to be \(expected), not \(value.kind.phrase)")
  }
}

extension Operator {
  /// Of two values; `&&` and `||` are evaluated elsewhere, because they may not need the second.
  func apply(_ left: Value, _ right: Value) throws(EvaluationError) -> Value {
    switch (self, left, right) {
    case (.equal, _, _): return .bool(left == right)
    case (.unequal, _, _): return .bool(left != right)
    case (.less, _, _), (.greater, _, _), (.lessOrEqual, _, _), (.greaterOrEqual, _, _): return .bool(try compare(left, right))
    case (_, .int(let left), .int(let right)): return try apply(left, right)
    case (.plus, .string(let left), .string(let right)): return .string(try joined(left, right))
    default:
      if case .failure(let error) = result(left.kind, right.kind) { throw error }
      if let left = left.number, let right = right.number { return .float(try apply(left, right)) }
      return .string(try joined(left.description, right.description))
    }
  }

  private func joined(_ left: String, _ right: String) throws(EvaluationError) -> String {
    guard left.utf8.count + right.utf8.count <= maximumStringLength else {
      throw EvaluationError("the result of `+` is longer than \(maximumStringLength >> 20) MiB")
    }
    return left + right
  }

  private func compare(_ left: Value, _ right: Value) throws(EvaluationError) -> Bool {
    func holds<Element: Comparable>(_ left: Element, _ right: Element) -> Bool {
      switch self {
      case .less: left < right
      case .greater: left > right
      case .lessOrEqual: left <= right
      default: left >= right
      }
    }
    switch (left, right) {
    case (.int(let left), .int(let right)): return holds(left, right)
    case (.string(let left), .string(let right)): return holds(left, right)
    case (.bool(let left), .bool(let right)): return holds(left ? 1 : 0, right ? 1 : 0)
    default:
      if let left = left.number, let right = right.number { return holds(left, right) }
      if case .failure(let error) = result(left.kind, right.kind) { throw error }
      return false
    }
  }

  private func apply(_ left: Int64, _ right: Int64) throws(EvaluationError) -> Value {
    let (value, overflow): (Int64, Bool)
    switch self {
    case .plus: (value, overflow) = left.addingReportingOverflow(right)
    case .minus: (value, overflow) = left.subtractingReportingOverflow(right)
    case .times: (value, overflow) = left.multipliedReportingOverflow(by: right)
    case .divided, .modulo:
      guard right != 0 else { throw EvaluationError("`\(rawValue)` by zero") }
      (value, overflow) = self == .divided ? left.dividedReportingOverflow(by: right) : left.remainderReportingOverflow(dividingBy: right)
    default:
      guard right >= 0 else { return .float(try apply(Double(left), Double(right))) }
      (value, overflow) = left.power(right)
    }
    guard !overflow else { throw EvaluationError("the result of `\(rawValue)` is larger than any int; with a float, such as `1.0 *`, it is not") }
    return .int(value)
  }

  private func apply(_ left: Double, _ right: Double) throws(EvaluationError) -> Double {
    switch self {
    case .plus: return left + right
    case .minus: return left - right
    case .times: return left * right
    case .divided, .modulo:
      guard right != 0 else { throw EvaluationError("`\(rawValue)` by zero") }
      return self == .divided ? left / right : left.truncatingRemainder(dividingBy: right)
    default: return powered(left, right)
    }
  }
}

extension Int64 {
  fileprivate func power(_ exponent: Int64) -> (Int64, Bool) {
    var (result, base, rest) = (Int64(1), self, exponent)
    var baseOverflows = false
    while rest > 0 {
      if rest & 1 == 1 {
        let (product, overflow) = result.multipliedReportingOverflow(by: base)
        if overflow || baseOverflows { return (0, true) }
        result = product
      }
      rest >>= 1
      let (square, overflow) = base.multipliedReportingOverflow(by: base)
      (base, baseOverflows) = (square, baseOverflows || overflow)
    }
    return (result, false)
  }
}
