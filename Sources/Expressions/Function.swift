/// The functions that every expression may call; `if` is not one of them, because it evaluates only what it needs.
enum Function: String, CaseIterable, Sendable {
  case min, max, len, contains
  case containsAny = "contains_any"
  case typeof, floor, round, ceil
  case roundN = "round_n"
  case scale
  case abs = "math::abs"
  case sqrt = "math::sqrt"
  case cbrt = "math::cbrt"
  case ln = "math::ln"
  case log2 = "math::log2"
  case log10 = "math::log10"
  case log = "math::log"
  case exp = "math::exp"
  case exp2 = "math::exp2"
  case pow = "math::pow"
  case cos = "math::cos"
  case sin = "math::sin"
  case tan = "math::tan"
  case acos = "math::acos"
  case asin = "math::asin"
  case atan = "math::atan"
  case atan2 = "math::atan2"
  case hypot = "math::hypot"
  case toLowercase = "str::to_lowercase"
  case toUppercase = "str::to_uppercase"
  case trim = "str::trim"
  case from = "str::from"
  case substring = "str::substring"
  case regexMatches = "str::regex_matches"
  case regexReplace = "str::regex_replace"
  case cToF, fToC, psiToBar, barToPsi, inToCm, cmToIn, ftToM, mToFt, lbToKg, kgToLb, galToL, lToGal

  /// How many arguments it takes.
  var arity: ClosedRange<Int> {
    switch self {
    case .min, .max, .len: 1...1000
    case .contains, .containsAny, .roundN, .log, .pow, .atan2, .hypot, .regexMatches: 2...2
    case .substring, .regexReplace: 3...3
    case .scale: 5...5
    default: 1...1
    }
  }

  /// What an argument has to be.
  enum Parameter {
    case any, number, string, tuple

    func accepts(_ kind: Value.Kind) -> Bool {
      switch self {
      case .any: true
      case .number: kind.isNumber
      case .string: kind == .string
      case .tuple: kind == .tuple
      }
    }

    var phrase: String {
      switch self {
      case .any: "a value"
      case .number: "a number"
      case .string: "a string"
      case .tuple: "a tuple"
      }
    }
  }

  func parameter(_ index: Int) -> Parameter {
    switch self {
    case .min, .max, .len, .typeof, .from: .any
    case .contains: index == 0 ? .tuple : .any
    case .containsAny: .tuple
    case .toLowercase, .toUppercase, .trim, .regexMatches, .regexReplace: .string
    case .substring: index == 0 ? .string : .number
    default: .number
    }
  }

  /// What it returns, where that does not depend on its arguments.
  var result: Value.Kind? {
    switch self {
    case .min, .max, .floor, .round, .ceil, .abs: nil
    case .len: .int
    case .contains, .containsAny, .regexMatches: .bool
    case .typeof, .toLowercase, .toUppercase, .trim, .from, .substring, .regexReplace: .string
    default: .float
    }
  }
}

/// Functions whose values come from several messages: those of a window, or of its trigger rules.
public enum DerivedFunction: String, CaseIterable, Sendable {
  case average, sum, min, max, count, first, last
  case runningSum = "running_sum"
  case runningAverage = "running_avg"
  case runningMinimum = "running_min"
  case runningMaximum = "running_max"
  case runningCount = "running_count"
  case changed, prev

  static let aggregations: Set<DerivedFunction> = [.average, .sum, .min, .max, .count, .first, .last]
  static let triggers: Set<DerivedFunction> = [.runningSum, .runningAverage, .runningMinimum, .runningMaximum, .runningCount, .first, .changed, .prev]

  /// What it returns, where that is known.
  var result: Value.Kind? {
    switch self {
    case .count, .runningCount: .int
    case .changed: .bool
    case .average, .runningAverage: .float
    default: nil
    }
  }
}
