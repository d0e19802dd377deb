/// What expressions compute with.
public enum Value: Sendable {
  case int(Int64)
  case float(Double)
  case string(String)
  case bool(Bool)
  case tuple([Value])
  /// What is missing, or null: `()`.
  case empty

  public enum Kind: String, Sendable {
    case int, float, string
    case bool = "boolean"
    case tuple, empty
  }

  public var kind: Kind {
    switch self {
    case .int: .int
    case .float: .float
    case .string: .string
    case .bool: .bool
    case .tuple: .tuple
    case .empty: .empty
    }
  }

  /// The value of a number as a float; nil of anything else.
  public var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }
}

extension Value.Kind {
  /// With an article, for messages.
  var phrase: String {
    switch self {
    case .int: "an int"
    case .float: "a float"
    case .string: "a string"
    case .bool: "a boolean"
    case .tuple: "a tuple"
    case .empty: "a missing value"
    }
  }

  var isNumber: Bool { self == .int || self == .float }
}

/// As `==` of the language has it: numbers are equal if their values are, whatever their types; values of other types differ.
extension Value: Hashable {
  public static func == (left: Value, right: Value) -> Bool {
    switch (left, right) {
    case (.int(let left), .int(let right)): left == right
    case (.float(let left), .float(let right)): left == right
    case (.int(let whole), .float(let other)), (.float(let other), .int(let whole)): Int64(exactly: other) == whole
    case (.string(let left), .string(let right)): left == right
    case (.bool(let left), .bool(let right)): left == right
    case (.tuple(let left), .tuple(let right)): left == right
    case (.empty, .empty): true
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .int(let value): hasher.combine(value)
    case .float(let value): if let whole = Int64(exactly: value) { hasher.combine(whole) } else { hasher.combine(value) }
    case .string(let value): hasher.combine(value)
    case .bool(let value): hasher.combine(value)
    case .tuple(let values): hasher.combine(values)
    case .empty: hasher.combine(0)
    }
  }
}

/// As `str::from` has it: a float without a fraction looks like an int.
extension Value: CustomStringConvertible {
  public var description: String {
    switch self {
    case .int(let value): return String(value)
    case .float(let value):
      let text = value.description
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    case .string(let value): return value
    case .bool(let value): return String(value)
    case .tuple(let values): return "(" + values.map(\.description).joined(separator: ", ") + ")"
    case .empty: return "()"
    }
  }
}
