internal import CComponentOracle
internal import CWasmtime
internal import ComponentModel

/// Between values by position, as Millrace has them, and by name, as wasmtime has them.
enum OracleValue {
  /// The caller deletes what comes back.
  static func make(_ value: Value, _ type: ValueType) -> wasmtime_component_val_t {
    var of = wasmtime_component_valunion_t()
    func result(_ kind: Int) -> wasmtime_component_val_t { wasmtime_component_val_t(kind: UInt8(kind), of: of) }
    switch (value, type) {
    case (.bool(let value), _): of.boolean = value; return result(WASMTIME_COMPONENT_BOOL)
    case (.s8(let value), _): of.s8 = value; return result(WASMTIME_COMPONENT_S8)
    case (.u8(let value), _): of.u8 = value; return result(WASMTIME_COMPONENT_U8)
    case (.s16(let value), _): of.s16 = value; return result(WASMTIME_COMPONENT_S16)
    case (.u16(let value), _): of.u16 = value; return result(WASMTIME_COMPONENT_U16)
    case (.s32(let value), _): of.s32 = value; return result(WASMTIME_COMPONENT_S32)
    case (.u32(let value), _): of.u32 = value; return result(WASMTIME_COMPONENT_U32)
    case (.s64(let value), _): of.s64 = value; return result(WASMTIME_COMPONENT_S64)
    case (.u64(let value), _): of.u64 = value; return result(WASMTIME_COMPONENT_U64)
    case (.f32(let value), _): of.f32 = value; return result(WASMTIME_COMPONENT_F32)
    case (.f64(let value), _): of.f64 = value; return result(WASMTIME_COMPONENT_F64)
    case (.char(let value), _): of.character = value.value; return result(WASMTIME_COMPONENT_CHAR)
    case (.string(let value), _): of.string = bytes(value); return result(WASMTIME_COMPONENT_STRING)
    case (.bytes(let values), _):
      of.list = list(values.map { make(.u8($0), .u8) })
      return result(WASMTIME_COMPONENT_LIST)
    case (.list(let values), .list(let node)):
      of.list = list(values.map { make($0, node.element) })
      return result(WASMTIME_COMPONENT_LIST)
    case (.list(let values), .map(let node)):
      wasmtime_component_valmap_new_uninit(&of.map, values.count)
      for (index, entry) in values.enumerated() {
        guard case .tuple(let parts) = entry else { preconditionFailure("an entry of a map is no tuple") }
        let made = wasmtime_component_valmap_entry_t(key: make(parts[0], node.entry.elements[0]), value: make(parts[1], node.entry.elements[1]))
        of.map.data!.advanced(by: index).initialize(to: made)
      }
      return result(WASMTIME_COMPONENT_MAP)
    case (.tuple(let values), .tuple(let node)):
      of.list = list(zip(values, node.elements).map(make))
      return result(WASMTIME_COMPONENT_TUPLE)
    case (.record(let values), .record(let node)):
      wasmtime_component_valrecord_new_uninit(&of.record, values.count)
      for (index, field) in node.fields.enumerated() {
        of.record.data!.advanced(by: index).initialize(to: .init(name: bytes(field.name), val: make(values[index], field.type)))
      }
      return result(WASMTIME_COMPONENT_RECORD)
    case (.variant(let index, let payload), .variant(let node)):
      of.variant = .init(discriminant: bytes(node.cases[index].name), val: payload.map { boxed($0, node.cases[index].type!) })
      return result(WASMTIME_COMPONENT_VARIANT)
    case (.enumeration(let index), .enumeration(let node)):
      of.enumeration = bytes(node.names[index])
      return result(WASMTIME_COMPONENT_ENUM)
    case (.option(let payload), .option(let node)):
      of.option = payload.map { boxed($0, node.some) }
      return result(WASMTIME_COMPONENT_OPTION)
    case (.ok(let payload), .result(let node)):
      of.result = .init(is_ok: true, val: payload.map { boxed($0, node.ok!) })
      return result(WASMTIME_COMPONENT_RESULT)
    case (.error(let payload), .result(let node)):
      of.result = .init(is_ok: false, val: payload.map { boxed($0, node.error!) })
      return result(WASMTIME_COMPONENT_RESULT)
    case (.flags(let bits), .flags(let node)):
      let names = node.names.enumerated().filter { bits & (1 << $0.offset) != 0 }.map(\.element)
      wasmtime_component_valflags_new_uninit(&of.flags, names.count)
      for (index, name) in names.enumerated() { of.flags.data!.advanced(by: index).initialize(to: bytes(name)) }
      return result(WASMTIME_COMPONENT_FLAGS)
    default: preconditionFailure("\(value) is not of type \(type), or has resources, which the oracle does not know")
    }
  }

  static func read(_ value: wasmtime_component_val_t, _ type: ValueType) throws -> Value {
    let of = value.of
    switch (Int(value.kind), type) {
    case (WASMTIME_COMPONENT_BOOL, .bool): return .bool(of.boolean)
    case (WASMTIME_COMPONENT_S8, .s8): return .s8(of.s8)
    case (WASMTIME_COMPONENT_U8, .u8): return .u8(of.u8)
    case (WASMTIME_COMPONENT_S16, .s16): return .s16(of.s16)
    case (WASMTIME_COMPONENT_U16, .u16): return .u16(of.u16)
    case (WASMTIME_COMPONENT_S32, .s32): return .s32(of.s32)
    case (WASMTIME_COMPONENT_U32, .u32): return .u32(of.u32)
    case (WASMTIME_COMPONENT_S64, .s64): return .s64(of.s64)
    case (WASMTIME_COMPONENT_U64, .u64): return .u64(of.u64)
    case (WASMTIME_COMPONENT_F32, .f32): return .f32(of.f32)
    case (WASMTIME_COMPONENT_F64, .f64): return .f64(of.f64)
    case (WASMTIME_COMPONENT_CHAR, .char): return .char(try some(Unicode.Scalar(of.character)))
    case (WASMTIME_COMPONENT_STRING, .string): return .string(string(of.string))
    case (WASMTIME_COMPONENT_LIST, .list(let node)) where node.element == .u8:
      return .bytes(UnsafeBufferPointer(start: of.list.data, count: of.list.size).map(\.of.u8))
    case (WASMTIME_COMPONENT_LIST, .list(let node)):
      return .list(try UnsafeBufferPointer(start: of.list.data, count: of.list.size).map { try read($0, node.element) })
    case (WASMTIME_COMPONENT_MAP, .map(let node)):
      return .list(
        try UnsafeBufferPointer(start: of.map.data, count: of.map.size).map {
          .tuple([try read($0.key, node.entry.elements[0]), try read($0.value, node.entry.elements[1])])
        })
    case (WASMTIME_COMPONENT_TUPLE, .tuple(let node)):
      return .tuple(try zip(UnsafeBufferPointer(start: of.list.data, count: of.list.size), node.elements).map(read))
    case (WASMTIME_COMPONENT_RECORD, .record(let node)):
      return .record(try zip(UnsafeBufferPointer(start: of.record.data, count: of.record.size), node.fields).map { try read($0.val, $1.type) })
    case (WASMTIME_COMPONENT_VARIANT, .variant(let node)):
      let name = string(of.variant.discriminant)
      let index = try some(node.cases.firstIndex { $0.name == name })
      return .variant(case: index, try payload(of.variant.val, node.cases[index].type))
    case (WASMTIME_COMPONENT_ENUM, .enumeration(let node)): return .enumeration(try some(node.names.firstIndex(of: string(of.enumeration))))
    case (WASMTIME_COMPONENT_OPTION, .option(let node)): return .option(try of.option.map { try read($0.pointee, node.some) })
    case (WASMTIME_COMPONENT_RESULT, .result(let node)):
      return of.result.is_ok ? .ok(try payload(of.result.val, node.ok)) : .error(try payload(of.result.val, node.error))
    case (WASMTIME_COMPONENT_FLAGS, .flags(let node)):
      var bits: UInt32 = 0
      for name in UnsafeBufferPointer(start: of.flags.data, count: of.flags.size) { bits |= 1 << UInt32(try some(node.names.firstIndex(of: string(name)))) }
      return .flags(bits)
    default: throw ComponentOracle.Failure(description: "wasmtime returned a value of kind \(value.kind) for the type \(type)")
    }
  }

  private static func payload(_ value: UnsafeMutablePointer<wasmtime_component_val_t>?, _ type: ValueType?) throws -> Value? {
    guard let value, let type else { return nil }
    return try read(value.pointee, type)
  }

  private static func some<T>(_ value: T?) throws -> T {
    guard let value else { throw ComponentOracle.Failure(description: "wasmtime returned a case or a character that does not exist") }
    return value
  }

  private static func boxed(_ value: Value, _ type: ValueType) -> UnsafeMutablePointer<wasmtime_component_val_t> {
    var made = make(value, type)
    return wasmtime_component_val_new(&made)
  }

  private static func list(_ values: [wasmtime_component_val_t]) -> wasmtime_component_vallist_t {
    var list = wasmtime_component_vallist_t()
    wasmtime_component_vallist_new_uninit(&list, values.count)
    for (index, value) in values.enumerated() { list.data!.advanced(by: index).initialize(to: value) }
    return list
  }

  private static func bytes(_ text: String) -> wasm_byte_vec_t {
    var text = text
    var bytes = wasm_byte_vec_t()
    text.withUTF8 { utf8 in utf8.withMemoryRebound(to: CChar.self) { wasm_byte_vec_new(&bytes, $0.count, $0.baseAddress) } }
    return bytes
  }

  static func string(_ bytes: wasm_byte_vec_t) -> String {
    UnsafeRawBufferPointer(start: bytes.data, count: bytes.size).withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) }
  }
}
