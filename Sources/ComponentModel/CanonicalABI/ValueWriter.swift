internal import WebAssembly

/// Puts values in order into a guest's linear memory, or into a call's flat core values.
///
/// One writer serves a whole call: it goes to each list and comes back. Every store is checked against the memory's end.
public struct ValueWriter: ~Copyable {
  /// Whoever makes a writer keeps the context; a writer is never kept.
  unowned(unsafe) let context: CanonicalContext
  /// What is known of the guest's memory, which grows while its realloc runs.
  @usableFromInline private(set) var memory: UnsafeMutableRawBufferPointer
  private let flat: UnsafeMutableBufferPointer<RawValue>
  @usableFromInline private(set) var isFlat: Bool
  /// The next address in memory, or the index of the next flat value.
  @usableFromInline var position: Int

  /// A writer to memory at `address`.
  @inline(__always) init(_ context: CanonicalContext, address: Int) {
    self.context = context
    memory = context.bytes
    flat = UnsafeMutableBufferPointer(start: nil, count: 0)
    isFlat = false
    position = address
  }

  @inline(__always) init(_ context: CanonicalContext, flat: UnsafeMutableBufferPointer<RawValue>) {
    self.context = context
    memory = context.bytes
    self.flat = flat
    isFlat = true
    position = 0
  }

  /// Goes to memory for a tuple of this shape, for which the guest makes room, and passes its address as the only flat value.
  mutating func spill(_ shape: ValueShape) throws(ComponentError) {
    let address = try allocate(shape.size, alignment: shape.alignment)
    try u32(UInt32(truncatingIfNeeded: address))
    (isFlat, position) = (false, address)
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
    if let source = bytes.baseAddress, let memory = memory.baseAddress { (memory + address).copyMemory(from: source, byteCount: bytes.count) }
  }

  /// Asks the guest for `count` bytes; what comes back lies inside its memory and is aligned.
  @inline(__always)
  mutating func allocate(_ count: Int, alignment: Int) throws(ComponentError) -> Int { try reallocate(0, 0, alignment: alignment, to: count) }

  /// Asks the guest to change the size of an allocation to `count` bytes. What comes back lies inside its memory and is aligned.
  @inline(never)
  mutating func reallocate(_ address: Int, _ oldCount: Int, alignment: Int, to count: Int) throws(ComponentError) -> Int {
    // Transcoding may ask for three bytes per unit of a string within the limit.
    guard count <= 3 * CanonicalContext.maximumByteCount, let realloc = context.realloc else { throw refusal(count) }
    let mayLeave = context.instance.mayLeave
    context.instance.mayLeave = false
    defer { context.instance.mayLeave = mayLeave }
    realloc.values[0].u32 = UInt32(truncatingIfNeeded: address)
    realloc.values[1].u32 = UInt32(truncatingIfNeeded: oldCount)
    realloc.values[2].u32 = UInt32(truncatingIfNeeded: alignment)
    realloc.values[3].u32 = UInt32(truncatingIfNeeded: count)
    try context.store.callTranslated(realloc.function, realloc.values, count: 4)
    let moved = Int(realloc.values[0].u32)
    if moved & (alignment &- 1) == 0, moved &+ count <= memory.count { return moved }
    return try checkAgain(moved, count, alignment)
  }

  @inline(never)
  private mutating func checkAgain(_ address: Int, _ count: Int, _ alignment: Int) throws(ComponentError) -> Int {
    guard address & (alignment - 1) == 0 else {
      throw ComponentError(.canonicalABI, "the guest's realloc returned the address \(address), which is not aligned to \(alignment)")
    }
    memory = context.currentBytes()
    guard address + count <= memory.count else { throw ComponentError(.canonicalABI, "the guest's realloc returned an address beyond the end of its memory") }
    return address
  }

  /// Why the guest is not asked for `count` bytes.
  @inline(never)
  private func refusal(_ count: Int) -> ComponentError {
    context.realloc == nil
      ? ComponentError(.canonicalABI, "the guest's function takes a string or list but names no memory or realloc")
      : ComponentError(.canonicalABI, "a value of \(count) bytes is larger than the \(CanonicalContext.maximumByteCount) that a list or string may have")
  }

  // MARK: Handles

  /// Gives the guest a handle of a resource of the host's, which is put where it will stay at once.
  @inlinable mutating func handle<R: HostResource>(_ resource: R, isOwn: Bool) throws(ComponentError) {
    let (handle, content) = try place(R.resourceType, isOwn: isOwn)
    content.initialize(to: .host(resource))
    try u32(handle)
  }

  @usableFromInline func place(_ type: ResourceType, isOwn: Bool) throws(ComponentError) -> (handle: UInt32, content: UnsafeMutablePointer<HandleTable.Content>) {
    try context.instance.handles.place(type, isOwn: isOwn)
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
