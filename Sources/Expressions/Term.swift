/// An expression's tree.
indirect enum Term: Hashable, Sendable {
  case literal(Value)
  /// From 0.
  case input(Int)
  /// An index into ``Expression/derived``.
  case derived(Int)
  case not(Term)
  case negated(Term)
  case binary(Operator, Term, Term)
  case tuple([Term])
  case conditional(Term, Term, Term)
  case call(Function, [Term])
  /// `str::regex_matches` and `str::regex_replace` with a pattern that is known.
  case matches(Term, RegularExpression)
  case replacing(Term, RegularExpression, Term)
}

enum Operator: String, CaseIterable, Sendable {
  case or = "||"
  case and = "&&"
  case equal = "=="
  case unequal = "!="
  case less = "<"
  case greater = ">"
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case plus = "+"
  case minus = "-"
  case times = "*"
  case divided = "/"
  case modulo = "%"
  case power = "^"

  /// The higher, the closer it binds. Unary minus is between 6 and 8.
  var precedence: Int {
    switch self {
    case .or: 1
    case .and: 2
    case .equal, .unequal: 3
    case .less, .greater, .lessOrEqual, .greaterOrEqual: 4
    case .plus, .minus: 5
    case .times, .divided, .modulo: 6
    case .power: 8
    }
  }

  static let negation = 7

  /// What the result is for operands of these types, as far as they are known; an error says what is wrong with them.
  func result(_ left: Value.Kind?, _ right: Value.Kind?) -> Result<Value.Kind?, EvaluationError> {
    func require(_ accepts: (Value.Kind) -> Bool, _ expected: String) -> EvaluationError? {
      guard let wrong = [left, right].compactMap({ $0 }).first(where: { !accepts($0) }) else { return nil }
      return EvaluationError("`\(rawValue)` takes \(expected), not \(wrong.phrase)")
    }
    switch self {
    case .or, .and:
      return require({ $0 == .bool }, "booleans").map { .failure($0) } ?? .success(.bool)
    case .equal, .unequal:
      return .success(.bool)
    case .less, .greater, .lessOrEqual, .greaterOrEqual:
      if let error = require({ $0 != .tuple && $0 != .empty }, "numbers, strings or booleans") { return .failure(error) }
      if let left, let right, left != right, !(left.isNumber && right.isNumber) {
        return .failure(EvaluationError("`\(rawValue)` takes two values of one type, not \(left.phrase) and \(right.phrase)"))
      }
      return .success(.bool)
    case .plus where left == .string || right == .string:
      return require({ $0 != .empty }, "values that are there").map { .failure($0) } ?? .success(.string)
    case .plus where left == nil || right == nil:
      return require(\.isNumber, "numbers, or a string and another value").map { .failure($0) } ?? .success(nil)
    case .plus, .minus, .times, .divided, .modulo, .power:
      if let error = require(\.isNumber, self == .plus ? "numbers, or a string and another value" : "numbers") { return .failure(error) }
      guard let left, let right else { return .success(nil) }
      return .success(left == .float || right == .float ? .float : self == .power ? nil : .int)
    }
  }
}
