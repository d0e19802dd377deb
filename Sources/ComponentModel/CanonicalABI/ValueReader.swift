internal import WebAssembly

/// Takes values in order out of a guest's linear memory, or out of a call's flat core values.
///
/// No guest code runs while one is in use, so that the memory stays where it is. In flat form, joined variant slots need no conversion: a raw
/// value holds every narrower one in its low bits.
public struct ValueReader {
  let context: CanonicalContext
  private let memory: UnsafeRawBufferPointer
  /// Nil where values are read from memory.
  private let flat: UnsafeMutableBufferPointer<RawValue>?
  /// The next address in memory, or the index of the next flat value.
  private var position: Int

  init(_ context: CanonicalContext, memory: UnsafeMutableRawBufferPointer, address: Int) {
    self.context = context
    self.memory = UnsafeRawBufferPointer(memory)
    flat = nil
    position = address
  }

  init(_ context: CanonicalContext, memory: UnsafeMutableRawBufferPointer, flat: UnsafeMutableBufferPointer<RawValue>) {
    self.context = context
    self.memory = UnsafeRawBufferPointer(memory)
    self.flat = flat
    position = 0
  }

  // MARK: Scalars

  public mutating func u8() throws(ComponentError) -> UInt8 { try scalar(UInt8.self) }
  public mutating func u16() throws(ComponentError) -> UInt16 { try scalar(UInt16.self) }
  public mutating func u32() throws(ComponentError) -> UInt32 { try scalar(UInt32.self) }
  public mutating func u64() throws(ComponentError) -> UInt64 { try scalar(UInt64.self) }

  /// In flat form, any bit makes it true. Source: CanonicalABI.md, `convert_int_to_bool`.
  mutating func bool() throws(ComponentError) -> Bool { flat == nil ? try u8() != 0 : try u32() != 0 }

  /// The next value is in memory; nil in flat form.
  var address: Int? { flat == nil ? position : nil }

  @inline(__always)
  private mutating func scalar<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws(ComponentError) -> T {
    if let flat {
      guard position < flat.count else { throw ComponentError(.canonicalABI, "the guest's function has fewer flat values than its type needs") }
      defer { position += 1 }
      return T(truncatingIfNeeded: flat[position].u64)
    }
    let width = T.bitWidth / 8
    let start = position.aligned(to: width)
    guard start >= 0, start <= memory.count - width else { throw beyondEnd(start, width) }
    position = start + width
    return memory.loadUnaligned(fromByteOffset: start, as: T.self)
  }

  // MARK: Compound values

  /// A pointer and a length.
  mutating func range() throws(ComponentError) -> (address: Int, count: Int) { (Int(try u32()), Int(try u32())) }

  /// The memory at `address`, after a bounds check.
  func slice(_ address: Int, _ count: Int) throws(ComponentError) -> UnsafeRawBufferPointer {
    guard address >= 0, count >= 0, address <= memory.count, count <= memory.count - address else { throw beyondEnd(address, count) }
    return UnsafeRawBufferPointer(rebasing: memory[address..<(address + count)])
  }

  /// A reader of values at another address of the same memory.
  func elsewhere(_ address: Int) -> ValueReader { ValueReader(context, memory: UnsafeMutableRawBufferPointer(mutating: memory), address: address) }

  /// Goes to the first field of a record; `leave` wants what comes back.
  public mutating func enterRecord(_ shape: ValueShape) -> Int {
    if flat != nil { return position + shape.flatCount }
    position = position.aligned(to: shape.alignment)
    return position + shape.size
  }

  /// Reads the discriminant of a variant, which is less than `caseCount`, and goes to its payload; `leave` wants the end that comes back.
  public mutating func enterVariant(_ shape: ValueShape, caseCount: Int, payloadAlignment: Int) throws(ComponentError) -> (index: Int, end: Int) {
    let end = enterRecord(shape)
    let width = ValueShape.discriminantSize(caseCount)
    let start = position
    let index =
      switch flat == nil ? width : 4 {
      case 1: Int(try u8())
      case 2: Int(try u16())
      default: Int(try u32())
      }
    guard index < caseCount else { throw .invalidDiscriminant(index) }
    if flat == nil { position = start + width.aligned(to: payloadAlignment) }
    return (index, end)
  }

  /// Goes behind a record or variant, whichever of its parts have been read.
  public mutating func leave(_ end: Int) { position = end }

  @inlinable public mutating func read<T: ComponentValue>(_: T.Type = T.self) throws(ComponentError) -> T { try T.read(from: &self) }

  private func beyondEnd(_ address: Int, _ count: Int) -> ComponentError {
    ComponentError(.canonicalABI, "the guest passed \(count) bytes at address \(address), beyond the end of its memory of \(memory.count) bytes")
  }
}
