/// A component value as scripts write it: by names, and without its type.
public indirect enum ValueLiteral: Sendable {
  case bool(Bool)
  /// The type's keyword (`u8`, `s64`, …), and the value's bits.
  case integer(String, UInt64)
  case f32(FloatLiteral<Float>)
  case f64(FloatLiteral<Double>)
  case char(Unicode.Scalar)
  case string(String)
  case list([ValueLiteral])
  case record([(name: String, value: ValueLiteral)])
  case tuple([ValueLiteral])
  case variant(String, ValueLiteral?)
  case enumeration(String)
  case flags([String])
  case option(ValueLiteral?)
  case ok(ValueLiteral?)
  case error(ValueLiteral?)
}

/// A float, or as an expectation a kind of NaN.
public enum FloatLiteral<Value: BinaryFloatingPoint & Sendable>: Sendable {
  case value(Value)
  case canonicalNaN
  case arithmeticNaN
}

extension ValueLiteral {
  init(_ expression: SExpression) throws(ScriptError) {
    guard let items = expression.list else { throw expression.error("a value such as `(u32.const 1)` was expected") }
    var rest = items[...]
    self = try Self.read(&rest, expression)
    if let left = rest.first { throw left.error("the value is complete before this") }
  }

  /// Reads a value from the items of a list, its keyword first.
  private static func read(_ items: inout ArraySlice<SExpression>, _ place: SExpression) throws(ScriptError) -> ValueLiteral {
    guard let keyword = items.popFirst()?.atom else { throw place.error("a value begins with a keyword such as `u32.const`") }
    switch keyword {
    case "bool.const":
      switch items.popFirst()?.atom {
      case "true": return .bool(true)
      case "false": return .bool(false)
      default: throw place.error("`bool.const` takes `true` or `false`")
      }
    case "u8.const": return try integer(UInt8.self, Int8.self, "u8", &items, place)
    case "s8.const": return try integer(UInt8.self, Int8.self, "s8", &items, place)
    case "u16.const": return try integer(UInt16.self, Int16.self, "u16", &items, place)
    case "s16.const": return try integer(UInt16.self, Int16.self, "s16", &items, place)
    case "u32.const": return try integer(UInt32.self, Int32.self, "u32", &items, place)
    case "s32.const": return try integer(UInt32.self, Int32.self, "s32", &items, place)
    case "u64.const": return try integer(UInt64.self, Int64.self, "u64", &items, place)
    case "s64.const": return try integer(UInt64.self, Int64.self, "s64", &items, place)
    case "f32.const": return .f32(try float(&items, place, nan: { Float(bitPattern: 0x7f80_0000 | UInt32(truncatingIfNeeded: $0)) }, canonical: 1 << 22))
    case "f64.const": return .f64(try float(&items, place, nan: { Double(bitPattern: 0x7ff0_0000_0000_0000 | $0) }, canonical: 1 << 51))
    case "char.const":
      let scalars = try text(&items, place).unicodeScalars
      guard let scalar = scalars.first, scalars.count == 1 else { throw place.error("`char.const` takes a string of one character") }
      return .char(scalar)
    case "str.const": return .string(try text(&items, place))
    case "enum.const": return .enumeration(try text(&items, place))
    case "list.const": return .list(try values(&items))
    case "tuple.const": return .tuple(try values(&items))
    case "record.const":
      var fields: [(name: String, value: ValueLiteral)] = []
      while let item = items.popFirst() { fields.append(try field(item)) }
      return .record(fields)
    case "variant.const": return .variant(try text(&items, place), try payload(&items))
    case "flags.const":
      var names: [String] = []
      while !items.isEmpty { names.append(try text(&items, place)) }
      return .flags(names)
    case "option.none": return .option(nil)
    case "option.some": return .option(try payload(&items))
    case "result.ok": return .ok(try payload(&items))
    case "result.err": return .error(try payload(&items))
    default: throw place.error("`\(keyword)` is no kind of component value")
    }
  }

  /// `(field "name" value…)`; the value stands there with or without parentheses of its own.
  private static func field(_ expression: SExpression) throws(ScriptError) -> (name: String, value: ValueLiteral) {
    guard expression.keyword == "field", var items = expression.list?.dropFirst() else { throw expression.error("`(field \"name\" …)` was expected") }
    let name = try text(&items, expression)
    let value = items.first?.list == nil ? try read(&items, expression) : try payload(&items)
    guard let value, items.isEmpty else { throw expression.error("a field has one value") }
    return (name, value)
  }

  private static func values(_ items: inout ArraySlice<SExpression>) throws(ScriptError) -> [ValueLiteral] {
    var values: [ValueLiteral] = []
    while let item = items.popFirst() { values.append(try ValueLiteral(item)) }
    return values
  }

  private static func payload(_ items: inout ArraySlice<SExpression>) throws(ScriptError) -> ValueLiteral? {
    guard let item = items.popFirst() else { return nil }
    return try ValueLiteral(item)
  }

  private static func text(_ items: inout ArraySlice<SExpression>, _ place: SExpression) throws(ScriptError) -> String {
    guard let bytes = items.popFirst()?.string, let text = String(validating: bytes, as: UTF8.self) else { throw place.error("a string was expected") }
    return text
  }

  // MARK: Numbers

  /// Integers may be written with or without a sign, whatever their type.
  private static func integer<Unsigned: FixedWidthInteger & UnsignedInteger, Signed: FixedWidthInteger & SignedInteger>(
    _: Unsigned.Type, _: Signed.Type, _ type: String, _ items: inout ArraySlice<SExpression>, _ place: SExpression
  ) throws(ScriptError) -> ValueLiteral {
    guard let text = items.popFirst()?.atom?.filter({ $0 != "_" }) else { throw place.error("a number was expected") }
    let sign = text.first == "-" ? "-" : ""
    var digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    let radix = digits.hasPrefix("0x") ? 16 : 10
    if radix == 16 { digits = digits.dropFirst(2) }
    if let value = Unsigned(sign + digits, radix: radix) { return .integer(type, UInt64(value)) }
    if let value = Signed(sign + digits, radix: radix) { return .integer(type, UInt64(Unsigned(truncatingIfNeeded: value))) }
    throw place.error("`\(text)` is not a number of \(Unsigned.bitWidth) bits")
  }

  private static func float<Value: BinaryFloatingPoint & LosslessStringConvertible & Sendable>(
    _ items: inout ArraySlice<SExpression>, _ place: SExpression, nan: (UInt64) -> Value, canonical: UInt64
  ) throws(ScriptError) -> FloatLiteral<Value> {
    guard let text = items.popFirst()?.atom?.filter({ $0 != "_" }) else { throw place.error("a number was expected") }
    let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    func signed(_ value: Value) -> FloatLiteral<Value> { .value(text.first == "-" ? -value : value) }
    switch digits {
    case "inf": return signed(.infinity)
    case "nan": return signed(nan(canonical))
    case "nan:canonical": return .canonicalNaN
    case "nan:arithmetic": return .arithmeticNaN
    default:
      if digits.hasPrefix("nan:0x"), let payload = UInt64(digits.dropFirst(6), radix: 16), payload > 0, payload < canonical << 1 { return signed(nan(payload)) }
      guard digits.first?.isNumber == true, let value = Value(String(digits)) else { throw place.error("`\(text)` is not a number") }
      return signed(value)
    }
  }
}
