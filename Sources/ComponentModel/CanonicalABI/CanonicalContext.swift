internal import WebAssembly

/// What a lift or lower works with: the instance whose values cross, its memory and its allocator.
final class CanonicalContext {
  /// The canonical ABI's limit on a list or string, in bytes.
  static let maximumByteCount = Int(Int32.max)

  // The store owns the host functions that hold this context, and the component instance owns the store.
  unowned let instance: InstanceState
  unowned let store: Store
  private let memory: Memory?
  private let realloc: Function?

  init(instance: InstanceState, store: Store, memory: Memory?, realloc: Function?) {
    self.instance = instance
    self.store = store
    self.memory = memory
    self.realloc = realloc
  }

  /// Asks the guest for `count` bytes; what comes back lies inside its memory and is aligned.
  func allocate(_ count: Int, alignment: Int) throws(ComponentError) -> Int {
    guard count <= Self.maximumByteCount else {
      throw ComponentError(.canonicalABI, "a value of \(count) bytes does not fit into a guest's memory of at most \(Self.maximumByteCount)")
    }
    guard let realloc, let memory else { throw ComponentError(.canonicalABI, "the guest's function takes a string or list but names no memory or realloc") }
    let address = try instance.callRealloc(realloc, count: count, alignment: alignment)
    guard address % alignment == 0 else { throw ComponentError(.canonicalABI, "the guest's realloc returned the address \(address), which is not aligned to \(alignment)") }
    guard address + count <= memory.count(in: store) else { throw ComponentError(.canonicalABI, "the guest's realloc returned an address beyond the end of its memory") }
    return address
  }

  /// Runs `body` on the guest's memory. Nothing of it may outlive the closure, and the closure must not run guest code.
  @inline(__always)
  func withMemory<R>(_ body: (UnsafeMutableRawBufferPointer) throws(ComponentError) -> R) throws(ComponentError) -> R {
    guard let memory else { return try body(UnsafeMutableRawBufferPointer(start: nil, count: 0)) }
    return try memory.withBytes(in: store, body)
  }
}
