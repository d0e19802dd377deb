internal import WebAssembly

/// Reads values from a call's flat core values. Joined variant slots need no conversion: a raw value holds every narrower one in its low bits.
struct FlatFieldReader: FieldReader {
  let memory: MemoryReader
  let values: UnsafeMutableBufferPointer<RawValue>
  var index = 0

  private mutating func next() throws(ComponentError) -> RawValue {
    guard index < values.count else { throw ComponentError(.canonicalABI, "the guest's function has fewer flat values than its type needs") }
    defer { index += 1 }
    return values[index]
  }

  mutating func scalar<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws(ComponentError) -> T { T(truncatingIfNeeded: try next().u64) }

  mutating func range() throws(ComponentError) -> (address: Int, count: Int) { (Int(try next().u32), Int(try next().u32)) }

  mutating func variant<R>(
    caseCount: Int, shape: ValueShape, payloadAlignment: Int, _ payload: (Int, inout Self) throws(ComponentError) -> R
  ) throws(ComponentError) -> R {
    let end = index + shape.flatCount
    let discriminant = Int(try next().u32)
    guard discriminant < caseCount else { throw .invalidDiscriminant(discriminant) }
    let value = try payload(discriminant, &self)
    index = end
    return value
  }

  mutating func record<R>(_ shape: ValueShape, _ fields: (inout Self) throws(ComponentError) -> R) throws(ComponentError) -> R { try fields(&self) }
}

/// Writes values as a call's flat core values.
struct FlatFieldWriter: FieldWriter {
  let context: CanonicalContext
  let values: UnsafeMutableBufferPointer<RawValue>
  var index = 0

  private mutating func put(_ bits: UInt64) throws(ComponentError) {
    guard index < values.count else { throw ComponentError(.canonicalABI, "the guest's function has fewer flat values than its type needs") }
    values[index].u64 = bits
    index += 1
  }

  mutating func scalar<T: FixedWidthInteger & UnsignedInteger>(_ value: T) throws(ComponentError) { try put(UInt64(value)) }

  mutating func range(address: Int, count: Int) throws(ComponentError) {
    try put(UInt64(truncatingIfNeeded: address))
    try put(UInt64(truncatingIfNeeded: count))
  }

  mutating func variant(
    _ discriminant: Int, caseCount: Int, shape: ValueShape, payloadAlignment: Int, _ payload: (inout Self) throws(ComponentError) -> Void
  ) throws(ComponentError) {
    let end = index + shape.flatCount
    try put(UInt64(truncatingIfNeeded: discriminant))
    try payload(&self)
    while index < end { try put(0) }
  }

  mutating func record(_ shape: ValueShape, _ fields: (inout Self) throws(ComponentError) -> Void) throws(ComponentError) { try fields(&self) }
}
