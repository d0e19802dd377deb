extension ValueWriter {
  /// Passes a value from one guest to another: lifts and lowers it part by part, with no value in between.
  ///
  /// `reader` reads the memory of an instance whose code does not run meanwhile.
  mutating func transfer(_ type: ValueType, from reader: inout ValueReader) throws(ComponentError) {
    switch type {
    case .bool: try write(try reader.bool())
    case .s8: try write(try reader.read(Int8.self))
    case .u8: try u8(try reader.u8())
    case .s16: try write(try reader.read(Int16.self))
    case .u16: try u16(try reader.u16())
    case .s32, .u32, .f32: try u32(try reader.u32())
    case .s64, .u64, .f64: try u64(try reader.u64())
    case .char: try write(try reader.read(Unicode.Scalar.self))
    case .string: try string(try reader.guestString())
    case .list(let node): try transferList(node.element, from: &reader)
    case .fixedLengthList(let node): try transferFields(repeatElement(node.element, count: node.length), node.layout, from: &reader)
    case .map(let node): try transferList(.tuple(node.entry), from: &reader)
    case .record(let node): try transferFields(node.fields.lazy.map(\.type), node.layout, from: &reader)
    case .tuple(let node): try transferFields(node.elements, node.layout, from: &reader)
    case .variant(let node): try transferVariant(node.layout, node.variantLayout, node.cases.count, from: &reader) { node.cases[$0].type }
    case .option(let node): try transferVariant(node.layout, node.variantLayout, 2, from: &reader) { $0 == 0 ? nil : node.some }
    case .result(let node): try transferVariant(node.layout, node.variantLayout, 2, from: &reader) { $0 == 0 ? node.ok : node.error }
    case .enumeration(let node): try enumeration(try reader.enumeration(node), node)
    case .flags(let node): try flags(try reader.flags(node), node)
    case .own(let type):
      let content = try reader.context.instance.handles.take(try reader.u32(), type)
      try u32(try context.instance.handles.insert(type, content, isOwn: true))
    case .borrow(let type): try u32(try context.borrow(try reader.context.lentResource(try reader.u32(), type), type))
    }
  }

  private mutating func transferList(_ element: ValueType, from reader: inout ValueReader) throws(ComponentError) {
    let layout = element.layout
    let (address, count) = try reader.list(size: layout.size, alignment: layout.alignment)
    try reader.charge(count * layout.size)
    if element.isPlain {
      // Every bit pattern is a value, in the same layout on both sides.
      return try writeElements(try reader.slice(address, count * layout.size), count: count, alignment: layout.alignment)
    }
    let source = reader.enterList(address), target = try enterList(count, size: layout.size, alignment: layout.alignment)
    for _ in 0..<count { try transfer(element, from: &reader) }
    leaveList(target)
    reader.leaveList(source)
  }

  private mutating func transferFields(_ types: some Sequence<ValueType>, _ layout: TypeLayout, from reader: inout ValueReader) throws(ComponentError) {
    let shape = ValueShape(layout)
    let end = enterRecord(shape), sourceEnd = reader.enterRecord(shape)
    for type in types { try transfer(type, from: &reader) }
    reader.leave(sourceEnd)
    leave(end)
  }

  private mutating func transferVariant(
    _ layout: TypeLayout, _ variantLayout: VariantLayout, _ caseCount: Int, from reader: inout ValueReader, _ payload: (Int) -> ValueType?
  ) throws(ComponentError) {
    let shape = ValueShape(layout)
    let (index, sourceEnd) = try reader.enterVariant(shape, caseCount: caseCount, payloadAlignment: variantLayout.payloadOffset)
    let end = try enterVariant(index, shape, caseCount: caseCount, payloadAlignment: variantLayout.payloadOffset)
    if let type = payload(index) { try transfer(type, from: &reader) }
    reader.leave(sourceEnd)
    leave(end)
  }
}

extension ValueType {
  /// Whether every bit pattern of its size is a value.
  fileprivate var isPlain: Bool {
    switch self {
    case .u8, .s8, .u16, .s16, .u32, .s32, .u64, .s64, .f32, .f64: true
    default: false
    }
  }
}
