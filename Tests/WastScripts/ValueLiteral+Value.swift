import ComponentModel

/// Why a literal is not a value of a type, or not the value that was found.
struct ValueMismatch: Error {
  let message: String
}

extension ValueLiteral {
  /// The value that this literal is in the given type.
  func value(of type: ValueType) throws(ValueMismatch) -> Value {
    switch (self, type) {
    case (.bool(let value), .bool): return .bool(value)
    case (.integer("u8", let bits), .u8): return .u8(UInt8(truncatingIfNeeded: bits))
    case (.integer("s8", let bits), .s8): return .s8(Int8(truncatingIfNeeded: bits))
    case (.integer("u16", let bits), .u16): return .u16(UInt16(truncatingIfNeeded: bits))
    case (.integer("s16", let bits), .s16): return .s16(Int16(truncatingIfNeeded: bits))
    case (.integer("u32", let bits), .u32): return .u32(UInt32(truncatingIfNeeded: bits))
    case (.integer("s32", let bits), .s32): return .s32(Int32(truncatingIfNeeded: bits))
    case (.integer("u64", let bits), .u64): return .u64(bits)
    case (.integer("s64", let bits), .s64): return .s64(Int64(truncatingIfNeeded: bits))
    case (.f32(.value(let value)), .f32): return .f32(value)
    case (.f64(.value(let value)), .f64): return .f64(value)
    case (.char(let value), .char): return .char(value)
    case (.string(let value), .string): return .string(value)
    case (.list(let items), .list(let type)):
      var values: [Value] = []
      for item in items { values.append(try item.value(of: type.element)) }
      return .list(values)
    case (.list(let items), .fixedLengthList(let type)) where items.count == type.length:
      var values: [Value] = []
      for item in items { values.append(try item.value(of: type.element)) }
      return .list(values)
    case (.tuple(let items), .tuple(let type)) where items.count == type.elements.count:
      var values: [Value] = []
      for (item, element) in zip(items, type.elements) { values.append(try item.value(of: element)) }
      return .tuple(values)
    case (.record(let fields), .record(let type)) where fields.map(\.name) == type.fields.map(\.name):
      var values: [Value] = []
      for (field, declared) in zip(fields, type.fields) { values.append(try field.value.value(of: declared.type)) }
      return .record(values)
    case (.variant(let name, let payload), .variant(let type)):
      guard let index = type.cases.firstIndex(where: { $0.name == name }) else { break }
      return .variant(case: index, try Self.payload(payload, of: type.cases[index].type))
    case (.enumeration(let name), .enumeration(let type)):
      guard let index = type.names.firstIndex(of: name) else { break }
      return .enumeration(index)
    case (.flags(let names), .flags(let type)):
      var bits: UInt32 = 0
      for name in names {
        guard let index = type.names.firstIndex(of: name) else { throw ValueMismatch(message: "the type has no flag `\(name)`") }
        bits |= 1 << UInt32(index)
      }
      return .flags(bits)
    case (.option(let payload), .option(let type)): return .option(try payload?.value(of: type.some))
    case (.ok(let payload), .result(let type)): return .ok(try Self.payload(payload, of: type.ok))
    case (.error(let payload), .result(let type)): return .error(try Self.payload(payload, of: type.error))
    default: break
    }
    throw ValueMismatch(message: "the script passes or expects \(self), but the type is \(type)")
  }

  private static func payload(_ payload: ValueLiteral?, of type: ValueType?) throws(ValueMismatch) -> Value? {
    switch (payload, type) {
    case (nil, nil): return nil
    case (let payload?, let type?): return try payload.value(of: type)
    default: throw ValueMismatch(message: "the script has \(payload == nil ? "no" : "a") payload, but the type has \(type == nil ? "none" : "one")")
    }
  }

  /// Throws unless `found`, of the given type, is what this literal expects. NaNs are compared by their bits.
  func check(_ found: Value, of type: ValueType) throws(ValueMismatch) {
    switch (self, found) {
    case (.f32(let expected), .f32(let value)):
      let bits = value.bitPattern & 0x7fff_ffff
      switch expected {
      case .value(let expected): try Self.require(expected.bitPattern == value.bitPattern, self, found)
      case .canonicalNaN: try Self.require(bits == 0x7fc0_0000, self, found)
      case .arithmeticNaN: try Self.require(bits >= 0x7fc0_0000, self, found)
      }
    case (.f64(let expected), .f64(let value)):
      let bits = value.bitPattern & 0x7fff_ffff_ffff_ffff
      switch expected {
      case .value(let expected): try Self.require(expected.bitPattern == value.bitPattern, self, found)
      case .canonicalNaN: try Self.require(bits == 0x7ff8_0000_0000_0000, self, found)
      case .arithmeticNaN: try Self.require(bits >= 0x7ff8_0000_0000_0000, self, found)
      }
    default: try checkParts(found, of: type)
    }
  }

  private func checkParts(_ found: Value, of type: ValueType) throws(ValueMismatch) {
    switch (self, found, type) {
    case (.list(let items), .list(let values), .list(let type)):
      try Self.require(items.count == values.count, self, found)
      for (item, value) in zip(items, values) { try item.check(value, of: type.element) }
    case (.list(let items), .list(let values), .fixedLengthList(let type)) where items.count == values.count:
      for (item, value) in zip(items, values) { try item.check(value, of: type.element) }
    case (.list(let items), .bytes(let values), .list(let type)):
      try Self.require(items.count == values.count, self, found)
      for (item, value) in zip(items, values) { try item.check(.u8(value), of: type.element) }
    case (.tuple(let items), .tuple(let values), .tuple(let type)) where items.count == values.count:
      for ((item, value), element) in zip(zip(items, values), type.elements) { try item.check(value, of: element) }
    case (.record(let fields), .record(let values), .record(let type)) where fields.map(\.name) == type.fields.map(\.name):
      for ((field, value), declared) in zip(zip(fields, values), type.fields) { try field.value.check(value, of: declared.type) }
    case (.variant(let name, let payload), .variant(let index, let value), .variant(let type)) where type.cases[index].name == name:
      try Self.checkPayload(payload, value, of: type.cases[index].type)
    case (.option(let payload), .option(let value), .option(let type)): try Self.checkPayload(payload, value, of: type.some)
    case (.ok(let payload), .ok(let value), .result(let type)): try Self.checkPayload(payload, value, of: type.ok)
    case (.error(let payload), .error(let value), .result(let type)): try Self.checkPayload(payload, value, of: type.error)
    default: try Self.require(try value(of: type) == found, self, found)
    }
  }

  private static func checkPayload(_ expected: ValueLiteral?, _ found: Value?, of type: ValueType?) throws(ValueMismatch) {
    switch (expected, found, type) {
    case (nil, nil, _): return
    case (let expected?, let found?, let type?): try expected.check(found, of: type)
    default: throw ValueMismatch(message: "the payload \(found.map { "\($0)" } ?? "(none)") was found where \(expected.map { "\($0)" } ?? "none") was expected")
    }
  }

  private static func require(_ condition: Bool, _ expected: ValueLiteral, _ found: Value) throws(ValueMismatch) {
    if !condition { throw ValueMismatch(message: "\(found) was found where \(expected) was expected") }
  }
}
