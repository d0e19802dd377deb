extension ValueLiteral: CustomStringConvertible {
  /// As in a script.
  public var description: String {
    switch self {
    case .bool(let value): "(bool.const \(value))"
    case .integer(let type, let bits): "(\(type).const \(Self.number(type, bits)))"
    case .f32(let value): "(f32.const \(value))"
    case .f64(let value): "(f64.const \(value))"
    case .char(let value): "(char.const \(String(value).debugDescription))"
    case .string(let value): "(str.const \(value.debugDescription))"
    case .list(let items): Self.list("list.const", items)
    case .record(let fields): "(record.const" + fields.map { " (field \($0.name.debugDescription) \($0.value))" }.joined() + ")"
    case .tuple(let items): Self.list("tuple.const", items)
    case .variant(let name, let payload): Self.list("variant.const \(name.debugDescription)", [payload])
    case .enumeration(let name): "(enum.const \(name.debugDescription))"
    case .flags(let names): "(flags.const" + names.map { " \($0.debugDescription)" }.joined() + ")"
    case .option(let payload): Self.list(payload == nil ? "option.none" : "option.some", [payload])
    case .ok(let payload): Self.list("result.ok", [payload])
    case .error(let payload): Self.list("result.err", [payload])
    }
  }

  private static func list(_ keyword: String, _ items: [ValueLiteral?]) -> String {
    "(\(keyword)" + items.compactMap { $0 }.map { " \($0)" }.joined() + ")"
  }

  private static func number(_ type: String, _ bits: UInt64) -> String {
    switch type {
    case "s8": "\(Int8(truncatingIfNeeded: bits))"
    case "s16": "\(Int16(truncatingIfNeeded: bits))"
    case "s32": "\(Int32(truncatingIfNeeded: bits))"
    case "s64": "\(Int64(truncatingIfNeeded: bits))"
    default: "\(bits)"
    }
  }
}

extension FloatLiteral: CustomStringConvertible {
  public var description: String {
    switch self {
    case .value(let value): "\(value)"
    case .canonicalNaN: "nan:canonical"
    case .arithmeticNaN: "nan:arithmetic"
    }
  }
}
