extension ValueReader {
  /// Lifts a value of a type that is known only at run time.
  mutating func value(_ type: ValueType) throws(ComponentError) -> Value {
    try charge(Self.bytesPerValue)
    switch type {
    case .bool: return .bool(try bool())
    case .s8: return .s8(try read())
    case .u8: return .u8(try u8())
    case .s16: return .s16(try read())
    case .u16: return .u16(try u16())
    case .s32: return .s32(try read())
    case .u32: return .u32(try u32())
    case .s64: return .s64(try read())
    case .u64: return .u64(try u64())
    case .f32: return .f32(try read())
    case .f64: return .f64(try read())
    case .char: return .char(try read())
    case .string: return .string(try string())
    case .list(let node):
      if node.element == .u8 { return .bytes(try read()) }
      return .list(try elements(node.element))
    case .fixedLengthList(let node): return .list(try fields(repeatElement(node.element, count: node.length), node.layout))
    case .map(let node): return .list(try elements(.tuple(node.entry)))
    case .record(let node): return .record(try fields(node.fields.lazy.map(\.type), node.layout))
    case .tuple(let node): return .tuple(try fields(node.elements, node.layout))
    case .variant(let node):
      let (index, payload) = try variant(node.layout, node.variantLayout, node.cases.count) { node.cases[$0].type }
      return .variant(case: index, payload)
    case .option(let node):
      let (index, payload) = try variant(node.layout, node.variantLayout, 2) { $0 == 0 ? nil : node.some }
      return index == 0 ? .option(nil) : .option(payload)
    case .result(let node):
      let (index, payload) = try variant(node.layout, node.variantLayout, 2) { $0 == 0 ? node.ok : node.error }
      return index == 0 ? .ok(payload) : .error(payload)
    case .enumeration(let node): return .enumeration(try enumeration(node))
    case .flags(let node): return .flags(try flags(node))
    case .own(let type):
      return .own(Resource(type: type, content: try context.instance.handles.take(try u32(), type)))
    case .borrow(let type): return .borrow(Resource(type: type, content: try context.lentResource(try u32(), type)))
    }
  }

  /// A reference, and what it refers to.
  private static let bytesPerValue = 64

  mutating func enumeration(_ node: EnumerationType) throws(ComponentError) -> Int {
    let (index, end) = try enterVariant(ValueShape(node.layout), caseCount: node.names.count, payloadAlignment: 1)
    leave(end)
    return index
  }

  /// Bits beyond the names are ignored. Source: CanonicalABI.md, `unpack_flags_from_int`.
  mutating func flags(_ node: FlagsType) throws(ComponentError) -> UInt32 {
    let bits =
      switch node.layout.size {
      case 1: UInt32(try u8())
      case 2: UInt32(try u16())
      default: try u32()
      }
    return bits & (.max >> (32 - UInt32(node.names.count)))
  }

  private mutating func elements(_ element: ValueType) throws(ComponentError) -> [Value] {
    let layout = element.layout
    let (address, count) = try list(size: layout.size, alignment: layout.alignment)
    try charge(count * layout.size)
    var values: [Value] = []
    // The count is the guest's word, and values are larger here than there.
    values.reserveCapacity(min(count, 4096))
    let place = enterList(address)
    for _ in 0..<count { values.append(try value(element)) }
    leaveList(place)
    return values
  }

  private mutating func fields(_ types: some Collection<ValueType>, _ layout: TypeLayout) throws(ComponentError) -> [Value] {
    let end = enterRecord(ValueShape(layout))
    var values: [Value] = []
    // The length of a fixed-length list is as large as its type says.
    values.reserveCapacity(min(types.count, 4096))
    for type in types { values.append(try value(type)) }
    leave(end)
    return values
  }

  private mutating func variant(
    _ layout: TypeLayout, _ variantLayout: VariantLayout, _ caseCount: Int, _ payloadType: (Int) -> ValueType?
  ) throws(ComponentError) -> (index: Int, payload: Value?) {
    let (index, end) = try enterVariant(ValueShape(layout), caseCount: caseCount, payloadAlignment: variantLayout.payloadOffset)
    var payload: Value?
    if let type = payloadType(index) { payload = try value(type) }
    leave(end)
    return (index, payload)
  }
}

extension ValueShape {
  init(_ layout: TypeLayout) { self.init(size: layout.size, alignment: layout.alignment, flatCount: layout.flat?.count ?? 0) }
}
