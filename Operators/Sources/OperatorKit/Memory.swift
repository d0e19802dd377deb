import COperatorKit

/// The memory behind a list or a string: where it begins and how many elements it has.
struct ListMemory {
  var base: UnsafeMutableRawPointer?
  var count: Int

  init(base: UnsafeMutableRawPointer?, count: Int) { (self.base, self.count) = (base, count) }
  init(_ memory: UnsafeMutableRawPointer) {
    base = memory.load(as: UnsafeMutableRawPointer?.self)
    count = memory.load(fromByteOffset: 4, as: Int.self)
  }
  func store(_ memory: UnsafeMutableRawPointer) {
    memory.storeBytes(of: base, as: UnsafeMutableRawPointer?.self)
    memory.storeBytes(of: count, toByteOffset: 4, as: Int.self)
  }
  /// Gives the memory back; an empty list has none.
  func free(stride: Int) {
    if count &* stride > 0 { COperatorKit.free(base) }
  }
}

/// Memory for `count` bytes, aligned to 16; for none, an address that is never read.
func allocate(_ count: Int) -> UnsafeMutableRawPointer {
  guard let memory = malloc(max(count, 1)) else { fatalError("out of memory") }
  return memory
}

/// What lowered values point at. It stays until the host has copied it: until post-return for a result,
/// until the call returns for an import's arguments.
enum Outgoing {
  nonisolated(unsafe) private static var blocks: [UnsafeMutableRawPointer] = []
  nonisolated(unsafe) private static var bytes: [Bytes] = []

  static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
    let memory = OperatorKit.allocate(count)
    blocks.append(memory)
    return memory
  }

  /// Keeps bytes alive whose own memory is handed to the host.
  static func keep(_ kept: Bytes) { bytes.append(kept) }

  /// Runs a call whose arguments are lowered within, and frees them after it.
  static func during<R>(_ call: () -> R) -> R {
    let (blockCount, byteCount) = (blocks.count, bytes.count)
    defer { release(blockCount, byteCount) }
    return call()
  }

  static func releaseAll() { release(0, 0) }

  private static func release(_ blockCount: Int, _ byteCount: Int) {
    while blocks.count > blockCount { free(blocks.removeLast()) }
    while bytes.count > byteCount { bytes.removeLast() }
  }
}

#if arch(wasm32)
/// Where the host puts lists and strings that it passes.
@_expose(wasm, "cabi_realloc")
@_cdecl("cabi_realloc")
func reallocate(_ old: UnsafeMutableRawPointer?, _ oldCount: Int, _ alignment: Int, _ count: Int) -> UnsafeMutableRawPointer? {
  guard count > 0 else { return UnsafeMutableRawPointer(bitPattern: alignment) }
  guard let memory = oldCount == 0 ? malloc(count) : realloc(old, count) else { fatalError("out of memory") }
  return memory
}
#endif
