import Testing

@testable import Expressions

@Suite("Random expressions mean what they say")
struct RandomExpressionTests {
  /// A tree of its own, with the plainest evaluation there is; nil is an error.
  indirect enum Sample {
    case value(Value)
    case input(Int)
    case negated(Sample)
    case not(Sample)
    case binary(String, Sample, Sample)
    case conditional(Sample, Sample, Sample)
    case call(String, [Sample])

    /// With parentheses around everything.
    var text: String {
      switch self {
      case .value(.string(let text)): "\"\(text)\""
      case .value(.float(let value)): "(\(value))"
      case .value(let value): "(\(value))"
      case .input(let index): "$\(index + 1)"
      case .negated(let part): "(-(\(part.text)))"
      case .not(let part): "(!(\(part.text)))"
      case .binary(let name, let left, let right): "(\(left.text) \(name) \(right.text))"
      case .conditional(let condition, let yes, let no): "if(\(condition.text), \(yes.text), \(no.text))"
      case .call(let name, let parts): "\(name)(\(parts.map(\.text).joined(separator: ", ")))"
      }
    }

    func evaluate(_ inputs: [Value]) -> Value? {
      switch self {
      case .value(let value): return value
      case .input(let index): return inputs[index]
      case .negated(let part):
        switch part.evaluate(inputs) {
        case .int(let value)?: return value == .min ? nil : .int(-value)
        case .float(let value)?: return .float(-value)
        default: return nil
        }
      case .not(let part):
        if case .bool(let value)? = part.evaluate(inputs) { return .bool(!value) }
        return nil
      case .conditional(let condition, let yes, let no):
        guard case .bool(let holds)? = condition.evaluate(inputs) else { return nil }
        return holds ? yes.evaluate(inputs) : no.evaluate(inputs)
      case .call(let name, let parts):
        var best: Value?
        for part in parts {
          guard let value = part.evaluate(inputs), let number = value.number else { return nil }
          if let current = best?.number, name == "min" ? current <= number : current >= number { continue }
          best = value
        }
        return best
      case .binary(let name, let left, let right):
        guard let left = left.evaluate(inputs) else { return nil }
        if name == "&&" || name == "||" {
          guard case .bool(let first) = left else { return nil }
          if first == (name == "||") { return .bool(first) }
          guard case .bool(let second)? = right.evaluate(inputs) else { return nil }
          return .bool(second)
        }
        guard let right = right.evaluate(inputs) else { return nil }
        return Self.apply(name, left, right)
      }
    }

    private static func apply(_ name: String, _ left: Value, _ right: Value) -> Value? {
      if name == "==" { return .bool(left == right) }
      if name == "!=" { return .bool(left != right) }
      if case .string(let a) = left, case .string(let b) = right {
        switch name {
        case "+": return .string(a + b)
        case "<": return .bool(a < b)
        case ">=": return .bool(a >= b)
        default: return nil
        }
      }
      if name == "+", case .string = left { return right == .empty ? nil : .string("\(left)\(right)") }
      if name == "+", case .string = right { return left == .empty ? nil : .string("\(left)\(right)") }
      if case .int(let a) = left, case .int(let b) = right {
        let wide: Int128
        switch name {
        case "+": wide = Int128(a) + Int128(b)
        case "-": wide = Int128(a) - Int128(b)
        case "*": wide = Int128(a) * Int128(b)
        case "/": if b == 0 { return nil } else { wide = Int128(a) / Int128(b) }
        case "%": if b == 0 { return nil } else { wide = Int128(a) % Int128(b) }
        case "<": return .bool(a < b)
        case ">=": return .bool(a >= b)
        default: return nil
        }
        return Int64(exactly: wide).map { .int($0) }
      }
      if case .bool(let a) = left, case .bool(let b) = right {
        switch name {
        case "<": return .bool(!a && b)
        case ">=": return .bool(a || !b)
        default: return nil
        }
      }
      guard let a = left.number, let b = right.number else { return nil }
      switch name {
      case "+": return .float(a + b)
      case "-": return .float(a - b)
      case "*": return .float(a * b)
      case "/": return b == 0 ? nil : .float(a / b)
      case "%": return b == 0 ? nil : .float(a.truncatingRemainder(dividingBy: b))
      case "<": return .bool(a < b)
      case ">=": return .bool(a >= b)
      default: return nil
      }
    }
  }

  static func value() -> Value {
    switch Int.random(in: 0..<8) {
    case 0: .int(.random(in: -3...3))
    case 1: .int(Int64.max - Int64.random(in: 0...2))
    case 2: .float(Double(Int.random(in: -8...8)) / 4)
    case 3: .string(["", "a", "ab", "ü"].randomElement()!)
    case 4: .bool(.random())
    case 5: .empty
    default: .int(.random(in: -1000...1000))
    }
  }

  static func sample(_ depth: Int) -> Sample {
    switch Int.random(in: 0..<(depth == 0 ? 2 : 9)) {
    case 0: .value(value())
    case 1: .input(Int.random(in: 0..<3))
    case 2: .negated(sample(depth - 1))
    case 3: .not(sample(depth - 1))
    case 4: .conditional(sample(depth - 1), sample(depth - 1), sample(depth - 1))
    case 5: .call(["min", "max"].randomElement()!, (0..<Int.random(in: 1...3)).map { _ in sample(depth - 1) })
    default: .binary(["+", "-", "*", "/", "%", "<", ">=", "==", "!=", "&&", "||"].randomElement()!, sample(depth - 1), sample(depth - 1))
    }
  }

  @Test func evaluateAsTheyShould() throws {
    var evaluated = 0
    for _ in 0..<4000 {
      let sample = Self.sample(4), inputs = (0..<3).map { _ in Self.value() }
      // What has the wrong types in itself is refused at once; then it must not have a value either.
      guard let expression = try? Expression(sample.text, inputs: 3) else { continue }
      let expected = sample.evaluate(inputs), found = try? expression.evaluate(inputs)
      #expect(found == expected, "\(sample.text) of \(inputs)")
      if expected != nil { evaluated += 1 }
    }
    #expect(evaluated > 100)
  }

  @Test func textsReadBackTheSame() throws {
    for _ in 0..<4000 {
      guard let expression = try? Expression(Self.sample(5).text, inputs: 3) else { continue }
      let text = expression.description
      #expect(try Expression(text, inputs: 3) == expression, "\(text)")
    }
    for text in ["-5 ^ 2", "(-5) ^ 2", "-(5)", "- -5", "2 ^ -1", "2 ^ (3 ^ 2)", "(1, (2, 3), ())", #"str::regex_replace($1, "\\d\n", "x")"#, "!(!true)", "1e300 * 2.0"] {
      let expression = try Expression(text, inputs: 1)
      #expect(try Expression(expression.description, inputs: 1) == expression, "\(text) became \(expression)")
    }
  }

  @Test func noTextCrashesTheParser() {
    let parts = [
      "$1", "$", "(", ")", ",", "+", "-", "!", "^", "&&", "|", "if(", "min(", "\"", "'", "\\", "1", ".5", "1e", "::", "str::", "true", "$99999999999999999999", "ü", "\0", "\n", "average(",
      "99999999999999999999",
    ]
    for _ in 0..<4000 {
      let text = (0..<Int.random(in: 1...12)).map { _ in parts.randomElement()! }.joined(separator: [" ", ""].randomElement()!)
      for dialect in [Expression.Dialect.rule, .aggregation, .trigger] {
        if let expression = try? Expression(text, inputs: 1, dialect: dialect), expression.derived.isEmpty { _ = try? expression.evaluate([.int(1)]) }
      }
      let bytes = (0..<Int.random(in: 0...40)).map { _ in UInt8.random(in: 0...255) }
      _ = try? Expression(String(decoding: bytes, as: UTF8.self), inputs: 1)
    }
  }
}
