internal import WebAssembly

/// What a lift or lower works with: the instance whose values cross, its memory, its allocator and its string encoding.
final class CanonicalContext {
  /// The canonical ABI's limit on a list or string, in bytes (CanonicalABI.md, `MAX_LIST_BYTE_LENGTH`, `MAX_STRING_BYTE_LENGTH`).
  static let maximumByteCount = (1 << 28) - 1

  // The store owns the host functions that hold this context, and the component instance owns the store.
  unowned let instance: InstanceState
  unowned let store: Store
  let stringEncoding: CanonicalOptions.StringEncoding
  private let memory: Memory?
  private let realloc: Function?
  /// What the values that are being lifted may still take.
  private var liftBudget = 0

  init(instance: InstanceState, store: Store, memory: Memory?, realloc: Function?, stringEncoding: CanonicalOptions.StringEncoding) {
    self.instance = instance
    self.store = store
    self.memory = memory
    self.realloc = realloc
    self.stringEncoding = stringEncoding
  }

  /// Asks the guest for `count` bytes; what comes back lies inside its memory and is aligned.
  func allocate(_ count: Int, alignment: Int) throws(ComponentError) -> Int { try reallocate(0, 0, alignment: alignment, to: count) }

  /// Asks the guest to change the size of an allocation to `count` bytes. What comes back lies inside its memory and is aligned.
  func reallocate(_ address: Int, _ oldCount: Int, alignment: Int, to count: Int) throws(ComponentError) -> Int {
    // Transcoding may ask for three bytes per unit of a string within the limit.
    guard count <= 3 * Self.maximumByteCount else {
      throw ComponentError(.canonicalABI, "a value of \(count) bytes is larger than the \(Self.maximumByteCount) that a list or string may have")
    }
    guard let realloc, let memory else { throw ComponentError(.canonicalABI, "the guest's function takes a string or list but names no memory or realloc") }
    let address = try instance.callRealloc(realloc, address, oldCount, alignment: alignment, to: count)
    guard address % alignment == 0 else { throw ComponentError(.canonicalABI, "the guest's realloc returned the address \(address), which is not aligned to \(alignment)") }
    guard address + count <= memory.count(in: store) else { throw ComponentError(.canonicalABI, "the guest's realloc returned an address beyond the end of its memory") }
    return address
  }

  /// Called before the values of a call are lifted: they may take as much of the host's memory as the guest may have of its own.
  func beginLifting() { liftBudget = store.limits.memory }

  /// Accounts for `byteCount` bytes of the host's memory, before they are used. Guests can refer to the same string any number of times.
  @inline(__always)
  func charge(_ byteCount: Int) throws(ComponentError) {
    liftBudget -= byteCount
    guard liftBudget >= 0 else {
      throw ComponentError(
        .limitExceeded, "the guest passed values that take more than \(store.limits.memory >> 20) MiB in one call; they may take as much as its memory may")
    }
  }

  /// Runs `body` on the guest's memory. Nothing of it may outlive the closure, and the closure must not run guest code.
  @inline(__always)
  func withMemory<R>(_ body: (UnsafeMutableRawBufferPointer) throws(ComponentError) -> R) throws(ComponentError) -> R {
    guard let memory else { return try body(UnsafeMutableRawBufferPointer(start: nil, count: 0)) }
    return try memory.withBytes(in: store, body)
  }

  /// The address of a value that the guest passed by pointer: all of it must lie in the memory, however little is read or written.
  @inline(__always)
  func checked(_ pointer: UInt32, _ layout: TypeLayout, in byteCount: Int) throws(ComponentError) -> Int {
    let address = Int(pointer)
    guard address & (layout.alignment - 1) == 0 else {
      throw ComponentError(.canonicalABI, "the guest passed the address \(address), which is not aligned to \(layout.alignment)")
    }
    guard address + layout.size <= byteCount else {
      throw ComponentError(.canonicalABI, "the guest passed the address \(address) of \(layout.size) bytes, beyond the end of its memory of \(byteCount) bytes")
    }
    return address
  }
}

// MARK: Lowered functions

extension CanonicalContext {
  /// A reader of the arguments with which the guest called a lowered function.
  @inline(__always)
  func argumentReader(
    _ layout: FunctionLayout, _ memory: UnsafeMutableRawBufferPointer, _ values: UnsafeMutableBufferPointer<RawValue>
  ) throws(ComponentError) -> ValueReader {
    beginLifting()
    guard layout.parametersInMemory else { return ValueReader(self, memory: memory, flat: values) }
    return ValueReader(self, memory: memory, address: try checked(values[0].u32, layout.parameters, in: memory.count))
  }

  /// A writer of the result of a lowered function: into the slot of the first argument, or to where the last argument points.
  @inline(__always)
  func resultWriter(_ layout: FunctionLayout, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) -> ValueWriter {
    guard layout.resultInMemory, let result = layout.result else { return ValueWriter(self, flat: values) }
    let pointer = layout.parametersInMemory ? 1 : layout.parameters.flat?.count ?? 0
    return ValueWriter(self, address: try checked(values[pointer].u32, result, in: memory?.count(in: store) ?? 0))
  }
}
