import ComponentModel

/// Values as a guest would lay them out in its memory, and in flat form.
struct MemoryImage {
  /// Where the image begins in the guest's memory.
  static let start = 1024

  let encoding: CanonicalOptions.StringEncoding
  private(set) var bytes: [UInt8] = []
  /// The places of everything that means something.
  private(set) var places: [Int] = []

  init(encoding: CanonicalOptions.StringEncoding) { self.encoding = encoding }

  /// Puts a value into the image; returns its address.
  mutating func add(_ value: Value, _ type: ValueType) -> Int {
    let address = allocate(type.layout.size, alignment: type.layout.alignment)
    store(value, type, at: address)
    return address
  }

  /// Changes a few bytes.
  mutating func damage(using random: inout SplitMix) {
    for _ in 0..<random.count(1...3) {
      guard let place = places.randomElement(using: &random) else { return }
      bytes[place - Self.start] = random.integer()
    }
  }

  private mutating func allocate(_ size: Int, alignment: Int) -> Int {
    while (Self.start + bytes.count) % alignment != 0 { bytes.append(0) }
    let address = Self.start + bytes.count
    bytes += [UInt8](repeating: 0, count: size)
    return address
  }

  private mutating func put(_ number: some FixedWidthInteger, at address: Int, bytes count: Int) {
    for index in 0..<count {
      bytes[address - Self.start + index] = UInt8(truncatingIfNeeded: UInt64(truncatingIfNeeded: number) >> (8 * UInt64(index)))
      places.append(address + index)
    }
  }

  private mutating func store(_ value: Value, _ type: ValueType, at address: Int) {
    func fields(_ values: [Value], _ types: [ValueType], _ offsets: [Int], _ image: inout MemoryImage) {
      for (index, value) in values.enumerated() { image.store(value, types[index], at: address + offsets[index]) }
    }
    func variant(_ index: Int, _ payload: Value?, _ type: ValueType?, _ layout: VariantLayout, _ image: inout MemoryImage) {
      image.put(index, at: address, bytes: layout.discriminantSize)
      if let payload, let type { image.store(payload, type, at: address + layout.payloadOffset) }
    }
    switch (value, type) {
    case (.record(let values), .record(let node)): fields(values, node.fields.map(\.type), node.fields.map(\.offset), &self)
    case (.tuple(let values), .tuple(let node)): fields(values, node.elements, node.offsets, &self)
    case (.variant(let index, let payload), .variant(let node)): variant(index, payload, node.cases[index].type, node.variantLayout, &self)
    case (.option(let payload), .option(let node)): variant(payload == nil ? 0 : 1, payload, node.some, node.variantLayout, &self)
    case (.ok(let payload), .result(let node)): variant(0, payload, node.ok, node.variantLayout, &self)
    case (.error(let payload), .result(let node)): variant(1, payload, node.error, node.variantLayout, &self)
    default:
      var at = address
      let flat = flatten(value, type)
      // A string or list is a pointer and a length; everything else that is left is one number.
      let width = type.layout.size / flat.count
      for number in flat {
        put(number, at: at, bytes: width)
        at += width
      }
    }
  }

  /// The core values of a value, as bits; what they refer to is put into the image.
  mutating func flatten(_ value: Value, _ type: ValueType) -> [UInt64] {
    func padded(_ index: Int, _ payload: [UInt64]) -> [UInt64] {
      [UInt64(index)] + payload + [UInt64](repeating: 0, count: max(0, (type.layout.flat?.count ?? 0) - 1 - payload.count))
    }
    func list(_ values: [Value], _ element: ValueType, _ image: inout MemoryImage) -> [UInt64] {
      let address = image.allocate(values.count * element.layout.size, alignment: element.layout.alignment)
      for (index, value) in values.enumerated() { image.store(value, element, at: address + index * element.layout.size) }
      return [UInt64(address), UInt64(values.count)]
    }
    switch (value, type) {
    case (.bool(let value), _): return [value ? 1 : 0]
    case (.s8(let value), _): return [UInt64(UInt32(bitPattern: Int32(value)))]
    case (.u8(let value), _): return [UInt64(value)]
    case (.s16(let value), _): return [UInt64(UInt32(bitPattern: Int32(value)))]
    case (.u16(let value), _): return [UInt64(value)]
    case (.s32(let value), _): return [UInt64(UInt32(bitPattern: value))]
    case (.u32(let value), _): return [UInt64(value)]
    case (.s64(let value), _): return [UInt64(bitPattern: value)]
    case (.u64(let value), _): return [value]
    case (.f32(let value), _): return [UInt64(value.bitPattern)]
    case (.f64(let value), _): return [value.bitPattern]
    case (.char(let value), _): return [UInt64(value.value)]
    case (.enumeration(let index), _): return [UInt64(index)]
    case (.flags(let bits), _): return [UInt64(bits)]
    case (.string(let text), _): return string(text)
    case (.bytes(let values), _): return list(values.map { .u8($0) }, .u8, &self)
    case (.list(let values), .list(let node)): return list(values, node.element, &self)
    case (.list(let values), .map(let node)): return list(values, .tuple(node.entry), &self)
    case (.record(let values), .record(let node)): return zip(values, node.fields).flatMap { flatten($0, $1.type) }
    case (.tuple(let values), .tuple(let node)): return zip(values, node.elements).flatMap { flatten($0, $1) }
    case (.variant(let index, let payload), .variant(let node)): return padded(index, payload.map { flatten($0, node.cases[index].type!) } ?? [])
    case (.option(let payload), .option(let node)): return payload.map { padded(1, flatten($0, node.some)) } ?? padded(0, [])
    case (.ok(let payload), .result(let node)): return padded(0, payload.map { flatten($0, node.ok!) } ?? [])
    case (.error(let payload), .result(let node)): return padded(1, payload.map { flatten($0, node.error!) } ?? [])
    default: preconditionFailure("\(value) is not of type \(type)")
    }
  }

  private mutating func string(_ text: String) -> [UInt64] {
    let latin1 = text.unicodeScalars.allSatisfy { $0.value < 256 }
    switch encoding {
    case .utf8: return string(Array(text.utf8), count: text.utf8.count, alignment: 1)
    case .latin1OrUTF16 where latin1:
      return string(text.unicodeScalars.map { UInt8($0.value) }, count: text.unicodeScalars.count, alignment: 2)
    case .utf16, .latin1OrUTF16:
      let tag: UInt64 = encoding == .utf16 ? 0 : 1 << 31
      let units = string(text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }, count: text.utf16.count, alignment: 2)
      return [units[0], units[1] | tag]
    }
  }

  private mutating func string(_ contents: [UInt8], count: Int, alignment: Int) -> [UInt64] {
    let address = allocate(contents.count, alignment: alignment)
    for (index, byte) in contents.enumerated() { put(byte, at: address + index, bytes: 1) }
    return [UInt64(address), UInt64(count)]
  }
}
