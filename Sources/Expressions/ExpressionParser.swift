/// Reads an expression by precedence climbing, and checks the types that are known without the inputs.
struct ExpressionParser {
  struct Node {
    let term: Term
    /// What it evaluates to, if that is known.
    let kind: Value.Kind?
    /// How deep its tree is.
    let depth: Int
  }

  /// How deep parentheses, calls and prefixes may nest.
  private static let maximumNesting = 100

  private let lexer: Lexer
  private let tokens: [Token]
  private let inputCount: Int
  private let dialect: Expression.Dialect
  private var position = 0
  private var nesting = 0
  /// Inputs outside the calls that make one value of a window's.
  private var bareInputs: [Token] = []
  private(set) var derived: [Expression.Derived] = []

  init(_ text: String, inputs: Int, dialect: Expression.Dialect) throws(ExpressionError) {
    guard text.utf8.count <= Expression.maximumLength else {
      throw ExpressionError(line: 1, column: 1, message: "the expression has \(text.utf8.count) bytes; it may have \(Expression.maximumLength)")
    }
    var lexer = Lexer(text)
    tokens = try lexer.tokens()
    self.lexer = lexer
    inputCount = inputs
    self.dialect = dialect
  }

  private var next: Token { tokens[position] }

  private func error(_ message: String, at token: Token) -> ExpressionError { lexer.error(message, at: token.offset) }

  private mutating func take(_ symbol: String) -> Bool {
    guard next.kind == .symbol(symbol) else { return false }
    position += 1
    return true
  }

  mutating func expression() throws(ExpressionError) -> Node {
    if next.kind == .end { throw error("the expression is empty", at: next) }
    let node = try operand(0)
    guard next.kind == .end else { throw error("an operator or the end is expected, not \(next.description)", at: next) }
    if dialect == .aggregation {
      if let bare = bareInputs.first {
        throw error("\(bare.description) stands for all values of a window: make one of them, as `average(\(bare.description.filter { $0 != "`" }))` does", at: bare)
      }
      if derived.isEmpty { throw error("an aggregation is expected: average, sum, min, max, count, first or last of an input", at: tokens[0]) }
    }
    return node
  }

  /// Reads what binds at least as close as `precedence`.
  private mutating func operand(_ precedence: Int) throws(ExpressionError) -> Node {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else { throw error("the expression nests deeper than \(Self.maximumNesting)", at: next) }
    var left = try prefixed()
    while case .symbol(let symbol) = next.kind, let binary = Operator(rawValue: symbol), binary.precedence >= precedence {
      let token = next
      position += 1
      let right = try operand(binary.precedence + 1)
      let kind: Value.Kind?
      switch binary.result(left.kind, right.kind) {
      case .success(let known): kind = known
      case .failure(let problem): throw error(problem.description, at: token)
      }
      left = try node(.binary(binary, left.term, right.term), kind, [left, right], token)
    }
    return left
  }

  private func node(_ term: Term, _ kind: Value.Kind?, _ parts: [Node], _ token: Token) throws(ExpressionError) -> Node {
    let depth = 1 + (parts.map(\.depth).max() ?? 0)
    guard depth <= Expression.maximumDepth else { throw error("the expression is deeper than \(Expression.maximumDepth) operators and calls", at: token) }
    return Node(term: term, kind: kind, depth: depth)
  }

  private mutating func prefixed() throws(ExpressionError) -> Node {
    let token = next
    if take("-") {
      if case .int(let value) = next.kind, tokens[position + 1].kind != .symbol("^") {
        position += 1
        return Node(term: .literal(.int(-value)), kind: .int, depth: 1)
      }
      if case .float(let value) = next.kind, tokens[position + 1].kind != .symbol("^") {
        position += 1
        return Node(term: .literal(.float(-value)), kind: .float, depth: 1)
      }
      let part = try operand(Operator.negation)
      if let kind = part.kind, !kind.isNumber { throw error("`-` takes a number, not \(kind.phrase)", at: token) }
      return try node(.negated(part.term), part.kind, [part], token)
    }
    if take("!") {
      nesting += 1
      defer { nesting -= 1 }
      guard nesting <= Self.maximumNesting else { throw error("the expression nests deeper than \(Self.maximumNesting)", at: token) }
      let part = try prefixed()
      if let kind = part.kind, kind != .bool { throw error("`!` takes a boolean, not \(kind.phrase)", at: token) }
      return try node(.not(part.term), .bool, [part], token)
    }
    return try primary()
  }

  private mutating func primary() throws(ExpressionError) -> Node {
    let token = next
    func literal(_ value: Value) -> Node { Node(term: .literal(value), kind: value.kind, depth: 1) }
    switch token.kind {
    case .int(let value):
      position += 1
      return literal(.int(value))
    case .float(let value):
      position += 1
      return literal(.float(value))
    case .string(let value):
      position += 1
      return literal(.string(value))
    case .input(let index):
      position += 1
      guard index < inputCount else {
        throw error("there is no \(token.description): the rule has \(inputCount == 0 ? "no inputs" : inputCount == 1 ? "one input" : "\(inputCount) inputs")", at: token)
      }
      bareInputs.append(token)
      return Node(term: .input(index), kind: nil, depth: 1)
    case .name(let name):
      position += 1
      switch name {
      case "true": return literal(.bool(true))
      case "false": return literal(.bool(false))
      default: return try call(name, token)
      }
    case .symbol("("):
      position += 1
      let parts = try list()
      switch parts.count {
      case 0: return literal(.empty)
      case 1: return parts[0]
      default: return try node(.tuple(parts.map(\.term)), .tuple, parts, token)
      }
    case .symbol, .end:
      throw error("a value is expected, not \(token.description)", at: token)
    }
  }

  /// What stands between parentheses, separated by commas, and the closing one.
  private mutating func list() throws(ExpressionError) -> [Node] {
    var parts: [Node] = []
    if take(")") { return parts }
    while true {
      parts.append(try operand(0))
      if take(")") { return parts }
      guard take(",") else { throw error("`,`, `)` or an operator is expected, not \(next.description)", at: next) }
    }
  }

  // MARK: Calls

  private mutating func call(_ name: String, _ token: Token) throws(ExpressionError) -> Node {
    guard take("(") else {
      let word = ["and": "&&", "or": "||", "not": "!"][name.lowercased()].map { "; write `\($0)`" } ?? ""
      throw error(
        isFunction(name) ? "`(` is expected after the function `\(name)`" : "`\(name)` is no value: texts are quoted, fields are read with `inputs`\(word)", at: token)
    }
    let bareBefore = bareInputs.count
    let arguments = try list()
    if name == "if" { return try conditional(arguments, token) }
    if let function = DerivedFunction(rawValue: name), let node = try derivedCall(function, arguments, token) {
      bareInputs.removeSubrange(bareBefore...)
      return node
    }
    guard let function = Function(rawValue: name) else { throw error(unknown(name), at: token) }
    guard function.arity.contains(arguments.count) else {
      throw error("`\(name)` takes \(count(function.arity)), not \(arguments.count)", at: token)
    }
    for (index, argument) in arguments.enumerated() {
      if let kind = argument.kind, !function.parameter(index).accepts(kind) {
        throw error("argument \(index + 1) of `\(name)` is to be \(function.parameter(index).phrase), not \(kind.phrase)", at: token)
      }
    }
    let terms = arguments.map(\.term)
    let kind = function.result ?? (arguments.count == 1 && arguments[0].kind?.isNumber == true ? arguments[0].kind : nil)
    return try node(try compiled(function, terms, token), kind, arguments, token)
  }

  private func count(_ arity: ClosedRange<Int>) -> String {
    arity.count > 1 ? "at least \(arity.lowerBound) argument" : arity.lowerBound == 1 ? "one argument" : "\(arity.lowerBound) arguments"
  }

  private func isFunction(_ name: String) -> Bool {
    name == "if" || Function(rawValue: name) != nil || DerivedFunction(rawValue: name) != nil
  }

  private func unknown(_ name: String) -> String {
    if let function = DerivedFunction(rawValue: name) {
      let isAggregation = DerivedFunction.aggregations.contains(function)
      return "`\(name)` is a function of \(isAggregation ? "a window's accumulate rules" : "a window's trigger rules"), not of these"
    }
    let known = ["if"] + Function.allCases.map(\.rawValue)
    let meant = known.first { $0.lowercased() == name.lowercased() || $0.hasSuffix("::" + name.lowercased()) }
    return "there is no function `\(name)`" + (meant.map { "; did you mean `\($0)`?" } ?? "")
  }

  private func conditional(_ arguments: [Node], _ token: Token) throws(ExpressionError) -> Node {
    guard arguments.count == 3 else { throw error("`if` takes 3 arguments, a condition and two values, not \(arguments.count)", at: token) }
    if let kind = arguments[0].kind, kind != .bool { throw error("the condition of `if` is to be a boolean, not \(kind.phrase)", at: token) }
    let kind = arguments[1].kind == arguments[2].kind ? arguments[1].kind : nil
    return try node(.conditional(arguments[0].term, arguments[1].term, arguments[2].term), kind, arguments, token)
  }

  /// Nil if the name is that of a common function here.
  private mutating func derivedCall(_ function: DerivedFunction, _ arguments: [Node], _ token: Token) throws(ExpressionError) -> Node? {
    let functions: Set<DerivedFunction>
    switch dialect {
    case .rule: return nil
    case .aggregation: functions = DerivedFunction.aggregations
    case .trigger: functions = DerivedFunction.triggers
    }
    guard functions.contains(function) else { return nil }
    let input: Int?
    if arguments.isEmpty, function == .runningCount {
      input = nil
    } else if arguments.count == 1, case .input(let index) = arguments[0].term {
      input = index
    } else if Function(rawValue: function.rawValue) != nil {
      return nil
    } else {
      throw error("`\(function.rawValue)` takes one input, such as `\(function.rawValue)($1)`", at: token)
    }
    let call = Expression.Derived(function: function, input: input)
    let index = derived.firstIndex(of: call) ?? derived.count
    if index == derived.count { derived.append(call) }
    return Node(term: .derived(index), kind: function.result, depth: 1)
  }

  /// Compiles a pattern that is known, so that it is not compiled for every message, and its errors show at once.
  private func compiled(_ function: Function, _ terms: [Term], _ token: Token) throws(ExpressionError) -> Term {
    guard function == .regexMatches || function == .regexReplace, case .literal(.string(let pattern)) = terms[1] else { return .call(function, terms) }
    do throws(EvaluationError) {
      let expression = try RegularExpression(pattern)
      if function == .regexMatches { return .matches(terms[0], expression) }
      if case .literal(.string(let replacement)) = terms[2] { _ = try expression.template(replacement) }
      return .replacing(terms[0], expression, terms[2])
    } catch let problem {
      throw error(problem.description, at: token)
    }
  }
}
