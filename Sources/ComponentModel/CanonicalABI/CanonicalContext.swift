internal import WebAssembly

/// What a lift or lower works with: the instance whose values cross, its memory, its allocator and its string encoding.
final class CanonicalContext {
  /// The canonical ABI's limit on a list or string, in bytes (CanonicalABI.md, `MAX_LIST_BYTE_LENGTH`, `MAX_STRING_BYTE_LENGTH`).
  static let maximumByteCount = (1 << 28) - 1

  let instance: InstanceState
  let store: StoreContext
  let stringEncoding: CanonicalOptions.StringEncoding
  let memory: Pinned<Memory>?
  let realloc: Pinned<Function>?

  init(instance: InstanceState, memory: Memory?, realloc: Function?, stringEncoding: CanonicalOptions.StringEncoding) {
    self.instance = instance
    store = instance.store
    self.memory = memory.map { Pinned($0) }
    self.realloc = realloc.map { Pinned($0) }
    self.stringEncoding = stringEncoding
  }

  deinit {
    memory?.delete()
    realloc?.delete()
  }

  /// The guest's memory, which moves when the guest runs.
  var memoryBytes: UnsafeMutableRawBufferPointer { memory.map { store.bytes(of: $0) } ?? UnsafeMutableRawBufferPointer(start: nil, count: 0) }

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
  func argumentReader(_ layout: FunctionLayout, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) -> ValueReader {
    let memory = memoryBytes
    guard layout.parametersInMemory else { return ValueReader(self, flat: values, memory: memory) }
    return ValueReader(self, memory: memory, address: try checked(values[0].u32, layout.parameters, in: memory.count))
  }

  /// A writer of the result of a lowered function: into the slot of the first argument, or to where the last argument points.
  func resultWriter(_ layout: FunctionLayout, _ values: UnsafeMutableBufferPointer<RawValue>) throws(ComponentError) -> ValueWriter {
    guard layout.resultInMemory, let result = layout.result else { return ValueWriter(self, flat: values) }
    let memory = memoryBytes, pointer = layout.parametersInMemory ? 1 : layout.parameters.flat?.count ?? 0
    return ValueWriter(self, memory: memory, address: try checked(values[pointer].u32, result, in: memory.count))
  }
}
