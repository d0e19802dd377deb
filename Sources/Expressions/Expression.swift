/// A formula of AIO's transforms, checked and ready to be evaluated (tooling.md §6).
///
///     let toFahrenheit = try Expression("cToF($1)", inputs: 1)
///     try toFahrenheit.evaluate([.int(20)])   // .float(68)
///
/// Evaluation neither crashes nor hangs, whatever the values are: an overflow, a division by zero or a value of the wrong type is an error.
public struct Expression: Hashable, Sendable {
  /// Which functions there are beside the common ones.
  public enum Dialect: Sendable {
    /// None.
    case rule
    /// Those that make one value of a window's (`average($1)`); inputs stand nowhere else.
    case aggregation
    /// Those of what came before in a window (`running_sum($1)`).
    case trigger
  }

  /// A call of a function whose value comes from several messages.
  public struct Derived: Hashable, Sendable {
    public let function: DerivedFunction
    /// From 0; nil for a function without an argument.
    public let input: Int?
  }

  /// The longest text, in UTF-8 bytes.
  public static let maximumLength = 16 << 10
  /// How deep an expression may nest; a chain of operators counts one for each.
  public static let maximumDepth = 256

  let term: Term
  /// The calls that evaluation asks for, each once.
  public let derived: [Derived]
  /// What it returns; nil if that depends on its inputs.
  public let result: Value.Kind?

  /// - Parameter inputs: how many inputs there are: `$1` to `$inputs`.
  public init(_ text: String, inputs: Int, dialect: Dialect = .rule) throws(ExpressionError) {
    var parser = try ExpressionParser(text, inputs: inputs, dialect: dialect)
    let node = try parser.expression()
    (term, derived, result) = (node.term, parser.derived, node.kind)
  }

  /// Evaluates an expression of ``Dialect/rule``.
  public func evaluate(_ inputs: [Value]) throws(EvaluationError) -> Value {
    try evaluate(inputs, NoDerivedValues())
  }

  /// - Parameter derived: the values of the calls in ``derived``.
  public func evaluate(_ inputs: [Value], _ derived: some DerivedValues) throws(EvaluationError) -> Value {
    try Evaluation(inputs: inputs, derived: derived).value(of: term)
  }

  /// The two inputs that the expression compares, if it does nothing else: `$1 == $2`.
  public var equalInputs: (Int, Int)? {
    if case .binary(.equal, .input(let left), .input(let right)) = term { (left, right) } else { nil }
  }

  /// The numbers of the inputs that it uses, from 0.
  public var inputs: Set<Int> {
    var inputs = Set(derived.compactMap(\.input))
    term.collectInputs(into: &inputs)
    return inputs
  }
}

/// The values of calls that several messages have a part in.
public protocol DerivedValues {
  /// - Parameter index: into ``Expression/derived``. Asked for only what the result depends on.
  func value(at index: Int) throws(EvaluationError) -> Value
}

private struct NoDerivedValues: DerivedValues {
  func value(at index: Int) throws(EvaluationError) -> Value { throw EvaluationError("the function has no value here") }
}

extension Term {
  fileprivate func collectInputs(into inputs: inout Set<Int>) {
    switch self {
    case .literal, .derived: break
    case .input(let index): inputs.insert(index)
    case .not(let term), .negated(let term), .matches(let term, _): term.collectInputs(into: &inputs)
    case .binary(_, let left, let right), .replacing(let left, _, let right):
      left.collectInputs(into: &inputs)
      right.collectInputs(into: &inputs)
    case .tuple(let terms), .call(_, let terms): for term in terms { term.collectInputs(into: &inputs) }
    case .conditional(let condition, let yes, let no): for term in [condition, yes, no] { term.collectInputs(into: &inputs) }
    }
  }
}
