import OperatorKit

/// Equality of JSON values as JSON Schema means it: numbers by their value, objects whatever the order of their members.
enum JSONEquality {
  /// Reads both values. Each part that is compared takes one of `steps`; beyond them the answer means nothing.
  static func same(_ left: inout JSONReader, _ right: inout JSONReader, _ steps: inout Int) throws(JSON.ParseError) -> Bool {
    steps -= 1
    let kind = try left.kind()
    guard steps >= 0, try kind == right.kind() else { return false }
    switch kind {
    case .null:
      _ = try left.null()
      return try right.null()
    case .bool: return try left.bool() == right.bool()
    case .string: return try left.string() == right.string()
    case .number:
      switch (try left.number(), try right.number()) {
      case (.integer(let left), .integer(let right)): return left == right
      case (.unsigned(let left), .unsigned(let right)): return left == right
      case (let left, let right): return left.double == right.double
      }
    case .array:
      try left.beginArray()
      try right.beginArray()
      while try left.nextElement() {
        guard try right.nextElement(), try same(&left, &right, &steps) else { return false }
      }
      return try !right.nextElement()
    case .object:
      let leftMembers = try left.members(), rightMembers = try right.members()
      guard leftMembers.count == rightMembers.count else { return false }
      for index in leftMembers.indices {
        guard leftMembers[index].key == rightMembers[index].key else { return false }
        var leftValue = leftMembers[index].value, rightValue = rightMembers[index].value
        guard try same(&leftValue, &rightValue, &steps) else { return false }
      }
      return true
    }
  }

  /// A number that is the same for values that are.
  static func hash(_ reader: inout JSONReader) throws(JSON.ParseError) -> UInt64 {
    switch try reader.kind() {
    case .null:
      _ = try reader.null()
      return mix(1, 0)
    case .bool: return mix(2, try reader.bool() ? 1 : 0)
    case .number:
      let value = try reader.double()
      return mix(3, value == 0 ? 0 : value.bitPattern)
    case .string: return hash(try reader.string())
    case .array:
      var hash = mix(5, 0)
      try reader.beginArray()
      while try reader.nextElement() { hash = mix(hash, try self.hash(&reader)) }
      return hash
    case .object:
      var hash = mix(6, 0)
      for member in try reader.members() {
        var value = member.value
        hash = mix(mix(hash, self.hash(member.key)), try self.hash(&value))
      }
      return hash
    }
  }

  private static func hash(_ text: JSONText) -> UInt64 { text.withUTF8 { $0.reduce(mix(4, 0)) { mix($0, UInt64($1)) } } }

  private static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
    let product = (hash ^ value) &* 0x9E37_79B9_7F4A_7C15
    return product ^ product >> 29
  }
}

extension JSONReader.Number {
  fileprivate var double: Double {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .double(let value): value
    }
  }
}
