internal import Dataflow
internal import Expressions

/// What is known of a window that is open.
struct WindowState {
  var count: UInt64 = 0
  var byteCount: UInt64 = 0
  var fields: [FieldAccumulator]
  var running: [RunningInput]
  /// Of the last message.
  var topic: [UInt8] = []

  init(_ rules: WindowRules) {
    fields = Array(repeating: FieldAccumulator(), count: rules.fields.count)
    running = Array(repeating: RunningInput(), count: rules.runningInputs.count)
  }
}

/// The numbers among values.
private struct NumberSummary {
  private(set) var count = 0.0
  private(set) var sum = 0.0
  /// As they were, and as numbers.
  private(set) var smallest: Value?, largest: Value?
  private var minimum = Double.infinity, maximum = -Double.infinity

  mutating func add(_ value: Value) {
    guard let number = value.number else { return }
    count += 1
    sum += number
    if smallest == nil || number < minimum { (smallest, minimum) = (value, number) }
    if largest == nil || number > maximum { (largest, maximum) = (value, number) }
  }
}

/// The values of one field in a window.
struct FieldAccumulator {
  /// Of messages that have the field.
  private var count: Int64 = 0
  private var first: Value?, last: Value?
  private var numbers = NumberSummary()

  /// - Parameter value: not empty; nil if it is one that expressions cannot see.
  mutating func add(_ value: Value?) {
    count += 1
    if count == 1 { first = value }
    last = value
    if let value { numbers.add(value) }
  }

  func value(_ function: DerivedFunction) throws(EvaluationError) -> Value {
    func required(_ value: Value?, _ what: String) throws(EvaluationError) -> Value {
      guard let value else { throw EvaluationError("`\(function.rawValue)`: no message of the window has \(what)") }
      return value
    }
    switch function {
    case .count: return .int(count)
    case .sum: return .float(numbers.sum)
    case .average: return try required(numbers.count > 0 ? .float(numbers.sum / numbers.count) : nil, "a number in the field")
    case .min: return try required(numbers.smallest, "a number in the field")
    case .max: return try required(numbers.largest, "a number in the field")
    case .first: return try required(first, "a plain value in the field at first")
    case .last: return try required(last, "a plain value in the field at last")
    default: throw EvaluationError("`\(function.rawValue)` is not a function of accumulate rules")
    }
  }
}

/// What trigger rules know of an input from the messages before.
struct RunningInput {
  private var count: Int64 = 0
  private var numbers = NumberSummary()
  private var first: Value?
  /// The last one that was not empty.
  private var latest: Value?
  /// Of the message before; nil before the first.
  private var previous: Value?

  mutating func add(_ value: Value) {
    previous = value
    guard value != .empty else { return }
    count += 1
    first = first ?? value
    latest = value
    numbers.add(value)
  }

  /// - Parameter current: the input's value in the message that is looked at.
  func value(_ function: DerivedFunction, _ current: Value) throws(EvaluationError) -> Value {
    switch function {
    case .runningSum: return .float(numbers.sum)
    case .runningAverage: return .float(numbers.count > 0 ? numbers.sum / numbers.count : 0)
    case .runningMinimum: return numbers.smallest ?? current
    case .runningMaximum: return numbers.largest ?? current
    case .runningCount: return .int(count)
    case .first: return first ?? current
    case .prev: return latest ?? current
    case .changed: return .bool(previous.map { $0 != current } ?? false)
    default: throw EvaluationError("`\(function.rawValue)` is not a function of trigger rules")
    }
  }
}
