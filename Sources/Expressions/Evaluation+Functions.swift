#if canImport(Glibc)
internal import Glibc
#endif

/// Float exponentiation, for the operator.
func powered(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

extension Evaluation {
  func call(_ function: Function, _ arguments: [Term]) throws(EvaluationError) -> Value {
    switch function {
    case .min, .max: return try extreme(function, arguments)
    case .len: return .int(Int64(try length(arguments)))
    case .contains:
      let value = try value(of: arguments[1])
      return .bool(try tuple(arguments[0], function, 0).contains(value))
    case .containsAny:
      let candidates = Set(try tuple(arguments[1], function, 1))
      return .bool(try tuple(arguments[0], function, 0).contains { candidates.contains($0) })
    case .typeof: return .string(try value(of: arguments[0]).kind.rawValue)
    case .floor, .round, .ceil, .abs: return try whole(function, try value(of: arguments[0]))
    case .roundN: return .float(try rounded(arguments))
    case .scale: return .float(try scaled(arguments))
    case .toLowercase: return .string(try string(arguments[0], function, 0).lowercased())
    case .toUppercase: return .string(try string(arguments[0], function, 0).uppercased())
    case .trim: return .string(trimmed(try string(arguments[0], function, 0)))
    case .from: return .string(try value(of: arguments[0]).description)
    case .substring: return .string(try substring(arguments))
    case .regexMatches:
      let pattern = try RegularExpression(try string(arguments[1], function, 1))
      return .bool(try pattern.matches(try string(arguments[0], function, 0)))
    case .regexReplace:
      let pattern = try RegularExpression(try string(arguments[1], function, 1))
      return .string(try pattern.replacing(in: try string(arguments[0], function, 0), with: try string(arguments[2], function, 2)))
    case .log, .pow, .atan2, .hypot:
      return .float(computed(function, try number(arguments[0], function, 0), try number(arguments[1], function, 1)))
    default: return .float(computed(function, try number(arguments[0], function, 0)))
    }
  }

  private func extreme(_ function: Function, _ arguments: [Term]) throws(EvaluationError) -> Value {
    var best: Value?
    func take(_ value: Value, _ index: Int) throws(EvaluationError) {
      guard let number = value.number else { throw wrong(value, function, index, "a number, or a tuple of numbers") }
      if let current = best?.number, function == .min ? number >= current : number <= current { return }
      best = value
    }
    for (index, argument) in arguments.enumerated() {
      let value = try value(of: argument)
      if arguments.count == 1, case .tuple(let values) = value {
        for value in values { try take(value, 0) }
      } else {
        try take(value, index)
      }
    }
    guard let best else { throw EvaluationError("`\(function.rawValue)` of an empty tuple has no value") }
    return best
  }

  private func length(_ arguments: [Term]) throws(EvaluationError) -> Int {
    if arguments.count > 1 { return arguments.count }
    let value = try value(of: arguments[0])
    switch value {
    case .string(let text): return text.unicodeScalars.count
    case .tuple(let values): return values.count
    default: throw wrong(value, .len, 0, "a string or a tuple")
    }
  }

  /// Of an int an int, of a float a float.
  private func whole(_ function: Function, _ value: Value) throws(EvaluationError) -> Value {
    switch value {
    case .int(let number):
      guard function == .abs else { return value }
      guard number != .min else { throw EvaluationError("the result of `math::abs` is larger than any int") }
      return .int(Swift.abs(number))
    case .float(let number):
      switch function {
      case .floor: return .float(number.rounded(.down))
      case .ceil: return .float(number.rounded(.up))
      case .round: return .float(number.rounded(.toNearestOrAwayFromZero))
      default: return .float(Swift.abs(number))
      }
    default: throw wrong(value, function, 0, "a number")
    }
  }

  private func rounded(_ arguments: [Term]) throws(EvaluationError) -> Double {
    let number = try number(arguments[0], .roundN, 0), digits = try int(arguments[1], .roundN, 1)
    guard (0...15).contains(digits) else { throw EvaluationError("argument 2 of `round_n` is to be 0 to 15, not \(digits)") }
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    // A number that large has no digits after the point.
    guard Swift.abs(number) < 0x1p53 else { return number }
    return (number * power).rounded(.toNearestOrAwayFromZero) / power
  }

  private func scaled(_ arguments: [Term]) throws(EvaluationError) -> Double {
    let value = try number(arguments[0], .scale, 0)
    let from = try number(arguments[1], .scale, 1), to = try number(arguments[2], .scale, 2)
    let low = try number(arguments[3], .scale, 3), high = try number(arguments[4], .scale, 4)
    guard from != to else { throw EvaluationError("the source range of `scale` is empty") }
    return low + (value - from) * (high - low) / (to - from)
  }

  private func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[start...end])
  }

  private func substring(_ arguments: [Term]) throws(EvaluationError) -> String {
    let text = try string(arguments[0], .substring, 0).unicodeScalars
    let start = try int(arguments[1], .substring, 1), end = try int(arguments[2], .substring, 2)
    guard start >= 0, start <= end, let from = text.index(text.startIndex, offsetBy: clamped(start), limitedBy: text.endIndex),
      let to = text.index(from, offsetBy: clamped(end - start), limitedBy: text.endIndex)
    else {
      throw EvaluationError("`str::substring` from \(start) to \(end) is not within a string of \(text.count) characters")
    }
    return String(text[from..<to])
  }

  private func clamped(_ value: Int64) -> Int { Int(clamping: value) }
}

/// A function of one number.
private func computed(_ function: Function, _ x: Double) -> Double {
  switch function {
  case .sqrt: x.squareRoot()
  case .cbrt: cbrt(x)
  case .ln: log(x)
  case .log2: log2(x)
  case .log10: log10(x)
  case .exp: exp(x)
  case .exp2: exp2(x)
  case .cos: cos(x)
  case .sin: sin(x)
  case .tan: tan(x)
  case .acos: acos(x)
  case .asin: asin(x)
  case .atan: atan(x)
  case .cToF: x * 9 / 5 + 32
  case .fToC: (x - 32) * 5 / 9
  case .psiToBar: x * 0.0689476
  case .barToPsi: x / 0.0689476
  case .inToCm: x * 2.54
  case .cmToIn: x / 2.54
  case .ftToM: x * 0.3048
  case .mToFt: x / 0.3048
  case .lbToKg: x * 0.453592
  case .kgToLb: x / 0.453592
  case .galToL: x * 3.78541
  case .lToGal: x / 3.78541
  default: .nan
  }
}

/// A function of two numbers.
private func computed(_ function: Function, _ x: Double, _ y: Double) -> Double {
  switch function {
  case .log: log(x) / log(y)
  case .pow: pow(x, y)
  case .atan2: atan2(x, y)
  case .hypot: hypot(x, y)
  default: .nan
  }
}
