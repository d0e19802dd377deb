internal import WebAssembly

/// What a lift or lower works with: the instance whose values cross, its memory, its allocator and its string encoding.
@usableFromInline
final class CanonicalContext {
  /// The canonical ABI's limit on a list or string, in bytes (CanonicalABI.md, `MAX_LIST_BYTE_LENGTH`, `MAX_STRING_BYTE_LENGTH`).
  static let maximumByteCount = (1 << 28) - 1

  let instance: InstanceState
  let store: StoreContext
  let stringEncoding: CanonicalOptions.StringEncoding
  /// What is known of the guest's memory, which stays where it is and never shrinks; null if there is none.
  private(set) var bytes: UnsafeMutableRawBufferPointer
  private let memory: Pinned<Memory>?
  let realloc: Reallocation?

  init(instance: InstanceState, memory: Memory?, realloc: Function?, stringEncoding: CanonicalOptions.StringEncoding) {
    self.instance = instance
    store = instance.store
    self.memory = memory.map { Pinned($0) }
    self.realloc = realloc.map { Reallocation($0) }
    self.stringEncoding = stringEncoding
    bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    _ = currentBytes()
  }

  deinit {
    memory?.delete()
    realloc?.delete()
  }

  /// The guest's memory as it is now: to be asked for where what is known of it does not suffice.
  @inline(never)
  func currentBytes() -> UnsafeMutableRawBufferPointer {
    if let memory { bytes = store.bytes(of: memory) }
    return bytes
  }

  /// The address of a value that the guest passed by pointer: all of it must lie in the memory, however little is read or written.
  @inline(__always)
  func checked(_ pointer: UInt32, _ shape: ValueShape) throws(ComponentError) -> Int {
    let address = Int(pointer)
    if address & (shape.alignment &- 1) == 0, address &+ shape.size <= bytes.count { return address }
    return try checkedAgain(address, shape)
  }

  @inline(never)
  private func checkedAgain(_ address: Int, _ shape: ValueShape) throws(ComponentError) -> Int {
    guard address & (shape.alignment - 1) == 0 else {
      throw ComponentError(.canonicalABI, "the guest passed the address \(address), which is not aligned to \(shape.alignment)")
    }
    guard address + shape.size <= currentBytes().count else {
      throw ComponentError(.canonicalABI, "the guest passed the address \(address) of \(shape.size) bytes, beyond the end of its memory of \(bytes.count) bytes")
    }
    return address
  }
}

/// A guest's realloc, with room for its arguments.
struct Reallocation {
  let function: Pinned<Function>
  /// The four arguments, and then the result.
  let values: UnsafeMutablePointer<RawValue>

  init(_ function: Function) {
    self.function = Pinned(function)
    values = .allocate(capacity: 4)
    values.initialize(repeating: RawValue(), count: 4)
  }

  func delete() {
    function.delete()
    values.deallocate()
  }
}

extension CanonicalContext {
  /// A reader of a value that the guest passed by pointer.
  func reader(at pointer: UInt32, _ shape: ValueShape) throws(ComponentError) -> ValueReader {
    ValueReader(self, address: try checked(pointer, shape))
  }

  // MARK: Lowered functions

  /// A reader of the arguments with which the guest called a lowered function.
  @inline(__always)
  func argumentReader(_ path: CallPath, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) -> ValueReader {
    guard let parameters = path.parameters else { return ValueReader(self, flat: values) }
    return try reader(at: values[0].u32, parameters)
  }

  /// A writer of the result of a lowered function: into the slot of the first argument, or to where the last argument points.
  @inline(__always)
  func resultWriter(_ path: CallPath, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) -> ValueWriter {
    guard let result = path.result else { return ValueWriter(self, flat: values) }
    return ValueWriter(self, address: try checked(values[path.flatCount].u32, result))
  }
}
