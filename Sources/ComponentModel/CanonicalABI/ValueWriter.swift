internal import WebAssembly

/// Puts values in order into a guest's linear memory, or into a call's flat core values.
///
/// Strings and lists are allocated by the guest, whose code may move its memory, so the memory's base is fetched for every store.
public struct ValueWriter {
  let context: CanonicalContext
  /// Nil where values are written to memory.
  private let flat: UnsafeMutableBufferPointer<RawValue>?
  /// The next address in memory, or the index of the next flat value.
  private var position: Int

  init(_ context: CanonicalContext, address: Int) {
    self.context = context
    flat = nil
    position = address
  }

  init(_ context: CanonicalContext, flat: UnsafeMutableBufferPointer<RawValue>) {
    self.context = context
    self.flat = flat
    position = 0
  }

  // MARK: Scalars

  public mutating func u8(_ value: UInt8) throws(ComponentError) { try scalar(value) }
  public mutating func u16(_ value: UInt16) throws(ComponentError) { try scalar(value) }
  public mutating func u32(_ value: UInt32) throws(ComponentError) { try scalar(value) }
  public mutating func u64(_ value: UInt64) throws(ComponentError) { try scalar(value) }

  /// Signed numbers fill an i32 with their sign. Source: CanonicalABI.md, `lower_flat_signed`.
  mutating func s8(_ value: Int8) throws(ComponentError) {
    if flat == nil { try u8(UInt8(bitPattern: value)) } else { try u32(UInt32(bitPattern: Int32(value))) }
  }
  mutating func s16(_ value: Int16) throws(ComponentError) {
    if flat == nil { try u16(UInt16(bitPattern: value)) } else { try u32(UInt32(bitPattern: Int32(value))) }
  }

  @inline(__always)
  private mutating func scalar<T: FixedWidthInteger & UnsignedInteger>(_ value: T) throws(ComponentError) {
    if let flat {
      guard position < flat.count else { throw ComponentError(.canonicalABI, "the guest's function has fewer flat values than its type needs") }
      flat[position].u64 = UInt64(value)
      position += 1
      return
    }
    let width = T.bitWidth / 8
    let start = position.aligned(to: width)
    try context.withMemory { (memory) throws(ComponentError) in
      guard start >= 0, start <= memory.count - width else { throw ComponentError(.canonicalABI, "a value would be stored beyond the end of the guest's memory") }
      memory.storeBytes(of: value, toByteOffset: start, as: T.self)
    }
    position = start + width
  }

  // MARK: Compound values

  /// A pointer and a length.
  mutating func range(address: Int, count: Int) throws(ComponentError) {
    try u32(UInt32(truncatingIfNeeded: address))
    try u32(UInt32(truncatingIfNeeded: count))
  }

  /// Writes a `list<u8>`, or a string, with one copy.
  public mutating func writeBytes(_ bytes: RawSpan) throws(ComponentError) {
    try bytes.withUnsafeBytes { (source) throws(ComponentError) in
      let address = try copy(source, alignment: 1)
      try range(address: address, count: source.count)
    }
  }

  /// Has the guest allocate room for `bytes` and copies them there.
  func copy(_ bytes: UnsafeRawBufferPointer, alignment: Int) throws(ComponentError) -> Int {
    let address = try context.allocate(bytes.count, alignment: alignment)
    try context.withMemory { (memory) throws(ComponentError) in
      // The allocation was checked to lie within the memory.
      UnsafeMutableRawBufferPointer(rebasing: memory[address..<(address + bytes.count)]).copyMemory(from: bytes)
    }
    return address
  }

  /// Goes to the first field of a record; `leave` wants what comes back.
  public mutating func enterRecord(_ shape: ValueShape) -> Int {
    if flat != nil { return position + shape.flatCount }
    position = position.aligned(to: shape.alignment)
    return position + shape.size
  }

  /// Writes a discriminant and goes to the payload; `leave` wants the end that comes back.
  public mutating func enterVariant(_ index: Int, _ shape: ValueShape, caseCount: Int, payloadAlignment: Int) throws(ComponentError) -> Int {
    let end = enterRecord(shape)
    let width = ValueShape.discriminantSize(caseCount)
    let start = position
    switch width {
    case 1: try u8(UInt8(truncatingIfNeeded: index))
    case 2: try u16(UInt16(truncatingIfNeeded: index))
    default: try u32(UInt32(truncatingIfNeeded: index))
    }
    if flat == nil { position = start + width.aligned(to: payloadAlignment) }
    return end
  }

  /// Goes behind a record or variant; flat values that a case does not use are zero.
  public mutating func leave(_ end: Int) {
    if let flat { while position < min(end, flat.count) { flat[position].u64 = 0; position += 1 } }
    position = end
  }

  @inlinable public mutating func write(_ value: some ComponentValue) throws(ComponentError) { try value.write(to: &self) }
}
