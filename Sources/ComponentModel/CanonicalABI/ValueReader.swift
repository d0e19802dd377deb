internal import WebAssembly

/// Takes values in order out of a guest's linear memory, or out of a call's flat core values.
///
/// No guest code runs while one is in use, so that the memory stays as it is. In flat form, joined variant slots need no conversion: a raw
/// value holds every narrower one in its low bits. One reader serves a whole call: it goes to each list and comes back.
public struct ValueReader: ~Copyable {
  /// Whoever makes a reader keeps the context; a reader is never kept.
  unowned(unsafe) let context: CanonicalContext
  /// What is known of the guest's memory.
  @usableFromInline private(set) var memory: UnsafeRawBufferPointer
  private let flat: UnsafeMutableBufferPointer<RawValue>
  @usableFromInline private(set) var isFlat: Bool
  /// The next address in memory, or the index of the next flat value.
  @usableFromInline var position: Int
  /// How many bytes of the host's memory the values may still take: together, as many as the guest may have of its own.
  private var budget: Int

  /// A reader of memory from `address` on.
  @inline(__always) init(_ context: CanonicalContext, address: Int) {
    self.context = context
    memory = UnsafeRawBufferPointer(context.bytes)
    flat = UnsafeMutableBufferPointer(start: nil, count: 0)
    isFlat = false
    position = address
    budget = context.store.limits.memory
  }

  /// A reader of flat values, of which some may be pointers into memory.
  @inline(__always) init(_ context: CanonicalContext, flat: UnsafeMutableBufferPointer<RawValue>) {
    self.context = context
    memory = UnsafeRawBufferPointer(context.bytes)
    self.flat = flat
    isFlat = true
    position = 0
    budget = context.store.limits.memory
  }

  // MARK: Scalars

  @inlinable @inline(__always) public mutating func u8() throws(ComponentError) -> UInt8 { try scalar() }
  @inlinable @inline(__always) public mutating func u16() throws(ComponentError) -> UInt16 { try scalar() }
  @inlinable @inline(__always) public mutating func u32() throws(ComponentError) -> UInt32 { try scalar() }
  @inlinable @inline(__always) public mutating func u64() throws(ComponentError) -> UInt64 { try scalar() }

  /// In flat form, any bit makes it true. Source: CanonicalABI.md, `convert_int_to_bool`.
  @usableFromInline mutating func bool() throws(ComponentError) -> Bool { isFlat ? try u32() != 0 : try u8() != 0 }

  @inlinable @inline(__always)
  mutating func scalar<T: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>() throws(ComponentError) -> T {
    if isFlat { return MemoryLayout<T>.size > 4 ? T(truncatingIfNeeded: try flat64()) : T(truncatingIfNeeded: try flat32()) }
    let start = position.aligned(to: MemoryLayout<T>.size)
    if start > memory.count - MemoryLayout<T>.size { try extend(to: start, MemoryLayout<T>.size) }
    position = start + MemoryLayout<T>.size
    return memory.loadUnaligned(fromByteOffset: start, as: T.self)
  }

  @usableFromInline mutating func flat32() throws(ComponentError) -> UInt32 {
    defer { position += 1 }
    guard position < flat.count else { throw .missingFlatValue }
    return flat[position].u32
  }

  @usableFromInline mutating func flat64() throws(ComponentError) -> UInt64 {
    defer { position += 1 }
    guard position < flat.count else { throw .missingFlatValue }
    return flat[position].u64
  }

  // MARK: Compound values

  /// Goes to the first field of a record; `leave` wants what comes back.
  @inlinable public mutating func enterRecord(_ shape: ValueShape) -> Int {
    if isFlat { return position + shape.flatCount }
    position = position.aligned(to: shape.alignment)
    return position + shape.size
  }

  /// Reads the discriminant of a variant, which is less than `caseCount`, and goes to its payload; `leave` wants the end that comes back.
  @inlinable public mutating func enterVariant(_ shape: ValueShape, caseCount: Int, payloadAlignment: Int) throws(ComponentError) -> (index: Int, end: Int) {
    let end = enterRecord(shape)
    let width = ValueShape.discriminantSize(caseCount)
    let start = position
    let index =
      switch isFlat ? 4 : width {
      case 1: Int(try u8())
      case 2: Int(try u16())
      default: Int(try u32())
      }
    guard index < caseCount else { throw .invalidDiscriminant(index) }
    if !isFlat { position = start + width.aligned(to: payloadAlignment) }
    return (index, end)
  }

  /// Goes behind a record or variant, whichever of its parts have been read.
  @inlinable public mutating func leave(_ end: Int) { position = end }

  @inlinable public mutating func read<T: ComponentValue>(_: T.Type = T.self) throws(ComponentError) -> T { try T.read(from: &self) }

  // MARK: Lists and strings

  /// Where a reader was before it went to a list.
  @usableFromInline struct Place {
    fileprivate let isFlat: Bool, position: Int
  }

  /// A pointer and a length.
  mutating func range() throws(ComponentError) -> (address: Int, count: Int) { (Int(try u32()), Int(try u32())) }

  /// The memory at `address`, after a bounds check.
  @usableFromInline mutating func slice(_ address: Int, _ count: Int) throws(ComponentError) -> UnsafeRawBufferPointer {
    if count > memory.count - address { try extend(to: address, count) }
    return UnsafeRawBufferPointer(rebasing: memory[address..<(address + count)])
  }

  /// Reads the pointer and the length of a list whose elements are of this size. All of them are in bounds.
  @usableFromInline mutating func list(size: Int, alignment: Int) throws(ComponentError) -> (address: Int, count: Int) {
    let (address, count) = try range()
    guard address & (alignment - 1) == 0 else {
      throw ComponentError(.canonicalABI, "the guest passed a list at address \(address), which is not aligned to \(alignment)")
    }
    // Neither factor has more than 32 bits.
    let byteCount = count * size
    guard byteCount <= CanonicalContext.maximumByteCount else {
      throw ComponentError(.canonicalABI, "the guest passed a list of \(byteCount) bytes, which is larger than the \(CanonicalContext.maximumByteCount) that a list may have")
    }
    _ = try slice(address, byteCount)
    return (address, count)
  }

  /// Goes to the first element of a list; `leaveList` wants what comes back.
  @usableFromInline mutating func enterList(_ address: Int) -> Place {
    let place = Place(isFlat: isFlat, position: position)
    (isFlat, position) = (false, address)
    return place
  }

  @usableFromInline mutating func leaveList(_ place: Place) { (isFlat, position) = (place.isFlat, place.position) }

  /// Accounts for `byteCount` bytes of the host's memory, before they are used. Guests can refer to the same string any number of times.
  @usableFromInline mutating func charge(_ byteCount: Int) throws(ComponentError) {
    budget -= byteCount
    guard budget >= 0 else {
      throw ComponentError(
        .limitExceeded, "the guest passed values that take more than \(context.store.limits.memory >> 20) MiB in one call; they may take as much as its memory may")
    }
  }

  // MARK: Handles

  /// The resource that the guest gives away by handle, or lends for the length of the call.
  @usableFromInline mutating func resource(_ type: ResourceType, isOwn: Bool) throws(ComponentError) -> any HostResource {
    let handle = try u32()
    let content = isOwn ? try context.instance.handles.take(handle, type) : try context.instance.handles.lend(handle, type)
    guard case .host(let resource) = content else { throw .notTheHosts(type) }
    return resource
  }

  /// Throws unless these bytes, which are not in the memory as far as it is known, are in it all the same.
  @usableFromInline mutating func extend(to address: Int, _ count: Int) throws(ComponentError) {
    memory = UnsafeRawBufferPointer(context.currentBytes())
    guard count <= memory.count - address else {
      throw ComponentError(.canonicalABI, "the guest passed \(count) bytes at address \(address), beyond the end of its memory of \(memory.count) bytes")
    }
  }
}

extension ComponentError {
  @usableFromInline static func notTheHosts(_ type: ResourceType) -> ComponentError {
    ComponentError(.canonicalABI, "the guest passed a \(type.name) that is none of the host's")
  }
}
