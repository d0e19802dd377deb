extension ValueWriter {
  /// Lowers a value of a type that is known only at run time. Throws `typeMismatch` if the value is not of the type.
  mutating func write(_ value: Value, as type: ValueType) throws(ComponentError) {
    switch (value, type) {
    case (.bool(let value), .bool): try write(value)
    case (.s8(let value), .s8): try write(value)
    case (.u8(let value), .u8): try write(value)
    case (.s16(let value), .s16): try write(value)
    case (.u16(let value), .u16): try write(value)
    case (.s32(let value), .s32): try write(value)
    case (.u32(let value), .u32): try write(value)
    case (.s64(let value), .s64): try write(value)
    case (.u64(let value), .u64): try write(value)
    case (.f32(let value), .f32): try write(value)
    case (.f64(let value), .f64): try write(value)
    case (.char(let value), .char): try write(value)
    case (.string(let value), .string): try string(value)
    case (.bytes(let bytes), .list(let node)) where node.element == .u8: try write(bytes)
    case (.list(let values), .list(let node)): try list(values, of: node.element)
    case (.list(let values), .fixedLengthList(let node)) where values.count == node.length:
      try fields(values, repeatElement(node.element, count: node.length), node.layout)
    case (.list(let values), .map(let node)): try list(values, of: .tuple(node.entry))
    case (.record(let values), .record(let node)) where values.count == node.fields.count:
      try fields(values, node.fields.lazy.map(\.type), node.layout)
    case (.tuple(let values), .tuple(let node)) where values.count == node.elements.count: try fields(values, node.elements, node.layout)
    case (.variant(let index, let payload), .variant(let node)) where node.cases.indices.contains(index):
      try variant(index, payload, node.cases[index].type, node.layout, node.variantLayout, node.cases.count)
    case (.option(let payload), .option(let node)):
      try variant(payload == nil ? 0 : 1, payload, payload == nil ? nil : node.some, node.layout, node.variantLayout, 2)
    case (.ok(let payload), .result(let node)): try variant(0, payload, node.ok, node.layout, node.variantLayout, 2)
    case (.error(let payload), .result(let node)): try variant(1, payload, node.error, node.layout, node.variantLayout, 2)
    case (.enumeration(let index), .enumeration(let node)) where node.names.indices.contains(index): try enumeration(index, node)
    case (.flags(let bits), .flags(let node)): try flags(bits, node)
    case (.own(let resource), .own(let type)) where resource.type === type:
      try u32(try context.instance.handles.insert(type, resource.content, isOwn: true))
    case (.borrow(let resource), .borrow(let type)) where resource.type === type: try u32(try context.borrow(resource.content, type))
    default: throw ComponentError(.typeMismatch, "a \(value.kind) was passed where the function takes \(type)")
    }
  }

  mutating func enumeration(_ index: Int, _ node: EnumerationType) throws(ComponentError) {
    leave(try enterVariant(index, ValueShape(node.layout), caseCount: node.names.count, payloadAlignment: 1))
  }

  mutating func flags(_ bits: UInt32, _ node: FlagsType) throws(ComponentError) {
    let bits = bits & (.max >> (32 - UInt32(node.names.count)))
    switch node.layout.size {
    case 1: try u8(UInt8(bits))
    case 2: try u16(UInt16(bits))
    default: try u32(bits)
    }
  }

  private mutating func list(_ values: [Value], of element: ValueType) throws(ComponentError) {
    let layout = element.layout
    let place = try enterList(values.count, size: layout.size, alignment: layout.alignment)
    for value in values { try write(value, as: element) }
    leaveList(place)
  }

  private mutating func fields(_ values: [Value], _ types: some Sequence<ValueType>, _ layout: TypeLayout) throws(ComponentError) {
    let end = enterRecord(ValueShape(layout))
    for (value, type) in zip(values, types) { try write(value, as: type) }
    leave(end)
  }

  private mutating func variant(
    _ index: Int, _ payload: Value?, _ type: ValueType?, _ layout: TypeLayout, _ variantLayout: VariantLayout, _ caseCount: Int
  ) throws(ComponentError) {
    let end = try enterVariant(index, ValueShape(layout), caseCount: caseCount, payloadAlignment: variantLayout.payloadOffset)
    switch (payload, type) {
    case (let payload?, let type?): try write(payload, as: type)
    case (nil, nil): break
    case (_, nil): throw ComponentError(.typeMismatch, "case \(index) of a variant was passed with a value, but it has none")
    case (nil, let type?): throw ComponentError(.typeMismatch, "case \(index) of a variant was passed without a value, but it has one of type \(type)")
    }
    leave(end)
  }
}

extension CanonicalContext {
  /// The resource that a guest lends by handle for the length of a call.
  func lentResource(_ handle: UInt32, _ type: ResourceType) throws(ComponentError) -> HandleTable.Content {
    try instance.handles.lend(handle, type)
  }

  /// What the guest gets for a borrowed resource: a handle or, if it implements the type itself, the representation.
  /// Source: CanonicalABI.md, `lower_borrow`.
  func borrow(_ content: HandleTable.Content, _ type: ResourceType) throws(ComponentError) -> UInt32 {
    if case .guest(let representation, let resource) = content, resource.instance === instance { return representation }
    return try instance.handles.insert(type, content, isOwn: false)
  }
}

extension Value {
  /// What it is, for messages.
  fileprivate var kind: String {
    switch self {
    case .bool: "bool"
    case .s8: "s8"
    case .u8: "u8"
    case .s16: "s16"
    case .u16: "u16"
    case .s32: "s32"
    case .u32: "u32"
    case .s64: "s64"
    case .u64: "u64"
    case .f32: "f32"
    case .f64: "f64"
    case .char: "char"
    case .string: "string"
    case .list, .bytes: "list"
    case .record(let fields): "record of \(fields.count) fields"
    case .tuple(let elements): "tuple of \(elements.count)"
    case .variant(let index, _): "variant of case \(index)"
    case .enumeration(let index): "enum of case \(index)"
    case .flags: "flags"
    case .option: "option"
    case .ok, .error: "result"
    case .own(let resource): "\(resource.type.name)"
    case .borrow(let resource): "borrowed \(resource.type.name)"
    }
  }
}
