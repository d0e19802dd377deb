internal import WebAssembly

/// Puts values in order into a guest's linear memory, or into a call's flat core values.
///
/// One writer serves a whole call: it goes to each list and comes back. Every store is checked against the memory's end.
public struct ValueWriter: ~Copyable {
  /// Whoever makes a writer keeps the context; a writer is never kept.
  unowned(unsafe) let context: CanonicalContext
  /// The guest's memory. Only its realloc runs while values are written, after which this is fetched anew.
  @usableFromInline private(set) var memory: UnsafeMutableRawBufferPointer
  private let flat: UnsafeMutableBufferPointer<RawValue>
  @usableFromInline private(set) var isFlat: Bool
  /// The next address in memory, or the index of the next flat value.
  @usableFromInline var position: Int

  /// A writer to memory at `address`.
  init(_ context: CanonicalContext, memory: UnsafeMutableRawBufferPointer, address: Int) {
    self.context = context
    self.memory = memory
    flat = UnsafeMutableBufferPointer(start: nil, count: 0)
    isFlat = false
    position = address
  }

  init(_ context: CanonicalContext, flat: UnsafeMutableBufferPointer<RawValue>) {
    self.context = context
    memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    self.flat = flat
    isFlat = true
    position = 0
  }

  // MARK: Scalars

  @inlinable @inline(__always) public mutating func u8(_ value: UInt8) throws(ComponentError) { try scalar(value) }
  @inlinable @inline(__always) public mutating func u16(_ value: UInt16) throws(ComponentError) { try scalar(value) }
  @inlinable @inline(__always) public mutating func u32(_ value: UInt32) throws(ComponentError) { try scalar(value) }
  @inlinable @inline(__always) public mutating func u64(_ value: UInt64) throws(ComponentError) { try scalar(value) }

  /// Signed numbers fill an i32 with their sign. Source: CanonicalABI.md, `lower_flat_signed`.
  @usableFromInline mutating func s8(_ value: Int8) throws(ComponentError) {
    if isFlat { try u32(UInt32(bitPattern: Int32(value))) } else { try u8(UInt8(bitPattern: value)) }
  }
  @usableFromInline mutating func s16(_ value: Int16) throws(ComponentError) {
    if isFlat { try u32(UInt32(bitPattern: Int32(value))) } else { try u16(UInt16(bitPattern: value)) }
  }

  @inlinable @inline(__always)
  mutating func scalar<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(_ value: T) throws(ComponentError) {
    if isFlat { return try storeFlat(UInt64(value)) }
    let start = position.aligned(to: MemoryLayout<T>.size)
    guard start <= memory.count - MemoryLayout<T>.size else { throw .storedBeyondEnd }
    memory.storeBytes(of: value, toByteOffset: start, as: T.self)
    position = start + MemoryLayout<T>.size
  }

  @usableFromInline mutating func storeFlat(_ value: UInt64) throws(ComponentError) {
    guard position < flat.count else { throw .missingFlatValue }
    // Not through a subscript: the thread sanitizer's build cannot compile a change in place there.
    flat.initializeElement(at: position, to: RawValue(value))
    position += 1
  }

  // MARK: Compound values

  /// Goes to the first field of a record; `leave` wants what comes back.
  @inlinable public mutating func enterRecord(_ shape: ValueShape) -> Int {
    if isFlat { return position + shape.flatCount }
    position = position.aligned(to: shape.alignment)
    return position + shape.size
  }

  /// Writes a discriminant and goes to the payload; `leave` wants the end that comes back.
  @inlinable public mutating func enterVariant(_ index: Int, _ shape: ValueShape, caseCount: Int, payloadAlignment: Int) throws(ComponentError) -> Int {
    let end = enterRecord(shape)
    let width = ValueShape.discriminantSize(caseCount)
    let start = position
    switch width {
    case 1: try u8(UInt8(truncatingIfNeeded: index))
    case 2: try u16(UInt16(truncatingIfNeeded: index))
    default: try u32(UInt32(truncatingIfNeeded: index))
    }
    if !isFlat { position = start + width.aligned(to: payloadAlignment) }
    return end
  }

  /// Goes behind a record or variant.
  @inlinable public mutating func leave(_ end: Int) {
    if isFlat { clearFlat(upTo: end) }
    position = end
  }

  /// Flat values that a case does not use are zero.
  @usableFromInline func clearFlat(upTo end: Int) {
    var index = position
    while index < min(end, flat.count) { flat.initializeElement(at: index, to: RawValue()); index += 1 }
  }

  @inlinable public mutating func write(_ value: borrowing some ComponentValue) throws(ComponentError) { try value.write(to: &self) }

  // MARK: Lists and strings

  /// Where a writer was before it went to a list.
  @usableFromInline struct Place {
    fileprivate let isFlat: Bool, position: Int
  }

  /// A pointer and a length.
  @inlinable @inline(__always) mutating func range(address: Int, count: Int) throws(ComponentError) {
    try u32(UInt32(truncatingIfNeeded: address))
    try u32(UInt32(truncatingIfNeeded: count))
  }

  /// Has the guest allocate a list, writes pointer and length, and goes to the first element; `leaveList` wants what comes back.
  @usableFromInline mutating func enterList(_ count: Int, size: Int, alignment: Int) throws(ComponentError) -> Place {
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow else { throw ComponentError(.canonicalABI, "a list of \(count) elements does not fit into a guest's memory") }
    let address = try allocate(byteCount, alignment: alignment)
    try range(address: address, count: count)
    let place = Place(isFlat: isFlat, position: position)
    (isFlat, position) = (false, address)
    return place
  }

  @usableFromInline mutating func leaveList(_ place: Place) { (isFlat, position) = (place.isFlat, place.position) }

  /// Writes a `list<u8>`, or a string, with one copy.
  public mutating func writeBytes(_ bytes: RawSpan) throws(ComponentError) {
    try bytes.withUnsafeBytes { (source) throws(ComponentError) in try writeElements(source, count: source.count, alignment: 1) }
  }

  /// Writes a list whose elements lie as the guest wants them, with one copy.
  @usableFromInline mutating func writeElements(_ bytes: UnsafeRawBufferPointer, count: Int, alignment: Int) throws(ComponentError) {
    let address = try allocate(bytes.count, alignment: alignment)
    put(bytes, at: address)
    try range(address: address, count: count)
  }

  /// Copies to a place that was allocated for as many bytes.
  @inline(__always)
  func put(_ bytes: UnsafeRawBufferPointer, at address: Int) {
    UnsafeMutableRawBufferPointer(rebasing: memory[address..<(address + bytes.count)]).copyMemory(from: bytes)
  }

  /// Asks the guest for `count` bytes; what comes back lies inside its memory and is aligned.
  mutating func allocate(_ count: Int, alignment: Int) throws(ComponentError) -> Int { try reallocate(0, 0, alignment: alignment, to: count) }

  /// Asks the guest to change the size of an allocation to `count` bytes. What comes back lies inside its memory and is aligned.
  mutating func reallocate(_ address: Int, _ oldCount: Int, alignment: Int, to count: Int) throws(ComponentError) -> Int {
    // Transcoding may ask for three bytes per unit of a string within the limit.
    guard count <= 3 * CanonicalContext.maximumByteCount else {
      throw ComponentError(.canonicalABI, "a value of \(count) bytes is larger than the \(CanonicalContext.maximumByteCount) that a list or string may have")
    }
    guard let realloc = context.realloc, let memory = context.memory else {
      throw ComponentError(.canonicalABI, "the guest's function takes a string or list but names no memory or realloc")
    }
    let mayLeave = context.instance.mayLeave
    context.instance.mayLeave = false
    defer { context.instance.mayLeave = mayLeave }
    let store = context.store
    let moved = try withUnsafeTemporaryAllocation(of: RawValue.self, capacity: 4) { (values) throws(ComponentError) in
      values.initializeElement(at: 0, to: RawValue(UInt32(truncatingIfNeeded: address)))
      values.initializeElement(at: 1, to: RawValue(UInt32(truncatingIfNeeded: oldCount)))
      values.initializeElement(at: 2, to: RawValue(UInt32(truncatingIfNeeded: alignment)))
      values.initializeElement(at: 3, to: RawValue(UInt32(truncatingIfNeeded: count)))
      try store.callTranslated(realloc, values)
      return Int(values[0].u32)
    }
    // A memory moves only when it grows.
    if store.count(of: memory) != self.memory.count { self.memory = store.bytes(of: memory) }
    guard moved & (alignment - 1) == 0 else {
      throw ComponentError(.canonicalABI, "the guest's realloc returned the address \(moved), which is not aligned to \(alignment)")
    }
    guard moved + count <= self.memory.count else { throw ComponentError(.canonicalABI, "the guest's realloc returned an address beyond the end of its memory") }
    return moved
  }

  // MARK: Handles

  /// Gives the guest a handle.
  @usableFromInline mutating func handle(_ type: ResourceType, _ resource: any HostResource, isOwn: Bool) throws(ComponentError) {
    try u32(try context.instance.handles.insert(type, .host(resource), isOwn: isOwn))
  }
}

extension ComponentError {
  @usableFromInline static var storedBeyondEnd: ComponentError {
    ComponentError(.canonicalABI, "a value would be stored beyond the end of the guest's memory")
  }
  @usableFromInline static var missingFlatValue: ComponentError {
    ComponentError(.canonicalABI, "the guest's function has fewer flat values than its type needs")
  }
}
