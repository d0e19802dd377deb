/// Reads values from linear memory, each at the next address with its alignment.
struct MemoryFieldReader: FieldReader {
  let memory: MemoryReader
  var address: Int

  mutating func scalar<T: FixedWidthInteger & UnsignedInteger>(_ type: T.Type) throws(ComponentError) -> T {
    let width = T.bitWidth / 8
    address = address.aligned(to: width)
    let value = try memory.slice(address, width).loadUnaligned(as: T.self)
    address += width
    return value
  }

  mutating func range() throws(ComponentError) -> (address: Int, count: Int) { (Int(try scalar(UInt32.self)), Int(try scalar(UInt32.self))) }

  mutating func variant<R>(
    caseCount: Int, shape: ValueShape, payloadAlignment: Int, _ payload: (Int, inout Self) throws(ComponentError) -> R
  ) throws(ComponentError) -> R {
    let start = address.aligned(to: shape.alignment)
    address = start
    let index: Int
    let width = ValueShape.discriminantSize(caseCount)
    switch width {
    case 1: index = Int(try scalar(UInt8.self))
    case 2: index = Int(try scalar(UInt16.self))
    default: index = Int(try scalar(UInt32.self))
    }
    guard index < caseCount else { throw .invalidDiscriminant(index) }
    address = start + width.aligned(to: payloadAlignment)
    let value = try payload(index, &self)
    address = start + shape.size
    return value
  }

  mutating func record<R>(_ shape: ValueShape, _ fields: (inout Self) throws(ComponentError) -> R) throws(ComponentError) -> R {
    let start = address.aligned(to: shape.alignment)
    address = start
    let value = try fields(&self)
    address = start + shape.size
    return value
  }
}

/// Writes values to linear memory. Allocations run guest code that may move the memory, so its base is fetched for every store.
struct MemoryFieldWriter: FieldWriter {
  let context: CanonicalContext
  var address: Int

  mutating func scalar<T: FixedWidthInteger & UnsignedInteger>(_ value: T) throws(ComponentError) {
    let width = T.bitWidth / 8
    let start = address.aligned(to: width)
    try context.withMemory { (bytes) throws(ComponentError) in
      guard start >= 0, start + width <= bytes.count else { throw ComponentError(.canonicalABI, "a value would be stored beyond the end of the guest's memory") }
      bytes.storeBytes(of: value, toByteOffset: start, as: T.self)
    }
    address = start + width
  }

  mutating func range(address target: Int, count: Int) throws(ComponentError) {
    try scalar(UInt32(truncatingIfNeeded: target))
    try scalar(UInt32(truncatingIfNeeded: count))
  }

  mutating func variant(
    _ index: Int, caseCount: Int, shape: ValueShape, payloadAlignment: Int, _ payload: (inout Self) throws(ComponentError) -> Void
  ) throws(ComponentError) {
    let start = address.aligned(to: shape.alignment)
    address = start
    let width = ValueShape.discriminantSize(caseCount)
    switch width {
    case 1: try scalar(UInt8(truncatingIfNeeded: index))
    case 2: try scalar(UInt16(truncatingIfNeeded: index))
    default: try scalar(UInt32(truncatingIfNeeded: index))
    }
    address = start + width.aligned(to: payloadAlignment)
    try payload(&self)
    address = start + shape.size
  }

  mutating func record(_ shape: ValueShape, _ fields: (inout Self) throws(ComponentError) -> Void) throws(ComponentError) {
    let start = address.aligned(to: shape.alignment)
    address = start
    try fields(&self)
    address = start + shape.size
  }
}
