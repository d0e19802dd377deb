import ComponentModel

/// Random numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &self) < part }
  mutating func count(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
}

extension SplitMix {
  /// A type of any kind but handles. Most are small, some are wider than what travels in flat form.
  mutating func type() throws -> ValueType {
    var budget = chance(0.2) ? 60 : 14
    return try type(depth: 4, &budget)
  }

  private mutating func type(depth: Int, _ budget: inout Int) throws -> ValueType {
    budget -= 1
    guard depth > 0, budget > 0, chance(0.65) else { return try leaf() }
    switch count(0...8) {
    case 0, 1: return try .list(of: type(depth: depth - 1, &budget))
    case 2:
      let count = chance(0.1) ? 18 : count(1...5)
      return try .record((0..<count).map { ("f\($0)", try type(depth: depth - 1, &budget)) })
    case 3: return try .tuple((0..<count(1...4)).map { _ in try type(depth: depth - 1, &budget) })
    case 4, 5:
      let count = chance(0.1) ? 260 : count(1...5)
      return try .variant((0..<count).map { VariantType.Case(name: "c\($0)", type: $0 > 8 || chance(0.3) ? nil : try type(depth: depth - 1, &budget)) })
    case 6: return try .option(of: type(depth: depth - 1, &budget))
    case 7:
      return try .result(ok: chance(0.2) ? nil : type(depth: depth - 1, &budget), error: chance(0.2) ? nil : type(depth: depth - 1, &budget))
    default:
      let keys: [ValueType] = [.bool, .s8, .u8, .s16, .u16, .s32, .u32, .s64, .u64, .char, .string]
      return try .map(key: keys.randomElement(using: &self)!, value: type(depth: depth - 1, &budget))
    }
  }

  private mutating func leaf() throws -> ValueType {
    switch count(0...17) {
    case 0: return .bool
    case 1: return .s8
    case 2: return .u8
    case 3: return .s16
    case 4: return .u16
    case 5: return .s32
    case 6: return .u32
    case 7: return .s64
    case 8: return .u64
    case 9: return .f32
    case 10: return .f64
    case 11: return .char
    case 12, 13: return .string
    case 14: return try .flags((0..<count(1...32)).map { "b\($0)" })
    case 15: return try .enumeration((0..<(chance(0.2) ? 300 : count(1...6))).map { "e\($0)" })
    case 16: return try .list(of: .u8)
    default: return try .list(of: .string)
    }
  }
}

extension SplitMix {
  mutating func value(_ type: ValueType) -> Value {
    switch type {
    case .bool: return .bool(chance(0.5))
    case .s8: return .s8(integer())
    case .u8: return .u8(integer())
    case .s16: return .s16(integer())
    case .u16: return .u16(integer())
    case .s32: return .s32(integer())
    case .u32: return .u32(integer())
    case .s64: return .s64(integer())
    case .u64: return .u64(integer())
    case .f32: return .f32([0, -0.0, 1.5, .infinity, .nan, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, Float(bitPattern: integer())].randomElement(using: &self)!)
    case .f64: return .f64([0, -0.0, 1.5, -.infinity, .nan, .greatestFiniteMagnitude, .leastNonzeroMagnitude, Double(bitPattern: integer())].randomElement(using: &self)!)
    case .char: return .char(character(count(0...3)))
    case .string: return .string(string())
    case .list(let node):
      if node.element == .u8 { return .bytes((0..<(chance(0.1) ? 300 : count(0...6))).map { _ in integer() }) }
      return .list((0..<length()).map { _ in value(node.element) })
    case .map(let node):
      // Keys are different from one another: what equal ones mean is not this test's business.
      var entries: [Value] = []
      for _ in 0..<length() {
        let key = value(node.key)
        guard !entries.contains(where: { if case .tuple(let parts) = $0 { parts[0] == key } else { false } }) else { continue }
        entries.append(.tuple([key, value(node.value)]))
      }
      return .list(entries)
    case .record(let node): return .record(node.fields.map { value($0.type) })
    case .tuple(let node): return .tuple(node.elements.map { value($0) })
    case .variant(let node):
      let index = Int.random(in: node.cases.indices, using: &self)
      return .variant(case: index, node.cases[index].type.map { value($0) })
    case .flags(let node): return .flags(integer() & (.max >> (32 - UInt32(node.names.count))))
    case .enumeration(let node): return .enumeration(Int.random(in: node.names.indices, using: &self))
    case .option(let node): return .option(chance(0.4) ? nil : value(node.some))
    case .result(let node): return chance(0.5) ? .ok(node.ok.map { value($0) }) : .error(node.error.map { value($0) })
    case .fixedLengthList, .own, .borrow: preconditionFailure("no random type has handles, or fixed-length lists, which the oracle does not know")
    }
  }

  private mutating func length() -> Int { chance(0.05) ? 40 : count(0...4) }

  mutating func integer<T: FixedWidthInteger>() -> T {
    chance(0.3) ? [T.min, T.max, 0, 1, T.max - 1].randomElement(using: &self)! : T.random(in: .min ... .max, using: &self)
  }

  private mutating func string() -> String {
    let widest = count(0...3)
    var text = ""
    for _ in 0..<(chance(0.05) ? 200 : count(0...9)) { text.unicodeScalars.append(character(count(0...widest))) }
    return text
  }

  /// ASCII, Latin-1, the rest of the basic plane, the other planes.
  private mutating func character(_ plane: Int) -> Unicode.Scalar {
    switch plane {
    case 0: return chance(0.1) ? ["\0", "\u{7f}"].randomElement(using: &self)! : Unicode.Scalar(UInt8(count(0x20...0x7e)))
    case 1: return Unicode.Scalar(UInt8(count(0x80...0xff)))
    case 2: return ["\u{100}", "\u{7ff}", "\u{800}", "\u{d7ff}", "\u{e000}", "\u{ffff}", "€", "\u{feff}"].randomElement(using: &self)!
    default: return ["\u{10000}", "\u{10ffff}", "😀", "𝄞"].randomElement(using: &self)!
    }
  }
}
