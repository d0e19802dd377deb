/// Keeps the memories, tables and instances of a store within its total limit.
///
/// wasmtime's limit is for each memory. It is lowered with every instance that is made, so that all memories could grow to it at once.
struct MemoryBudget {
  /// Linear memories in a store.
  static let maximumCount = 64

  private var available: Int
  private var limit: Int
  private let total: Int
  private var visible: [Memory] = []
  /// What each memory that its module does not export may take.
  private var hidden: [Int] = []

  init(_ limits: StoreLimits) {
    limit = limits.memory
    total = limits.totalMemory
    available = total
  }

  /// Makes room for an instance with these resources. `found` is to be called with the memories that it exports.
  ///
  /// - Returns: the size in bytes to which every memory may grow from now on.
  mutating func charge(_ resources: ModuleResources, in store: Store) throws(WebAssemblyError) -> Int {
    available -= resources.hostBytes
    let sizes = visible.map { $0.count(in: store) } + hidden + resources.memories
    guard sizes.count <= Self.maximumCount else {
      throw WebAssemblyError(.limit, "the component has more than \(Self.maximumCount) linear memories; this is the limit")
    }
    limit = min(limit, Self.level(sizes, within: available))
    guard limit >= 0, resources.memories.allSatisfy({ $0 <= limit }) else {
      throw WebAssemblyError(
        .limit,
        "the component's memories, tables and instances take more than \(total >> 20) MiB together, or one memory more than \(max(0, limit) >> 20) MiB; raise the memory limit if that is what it needs")
    }
    hidden += resources.memories.map { _ in limit }
    return limit
  }

  /// Memories whose size can be asked, new or not.
  mutating func found(_ memories: [Memory]) {
    for memory in memories where !visible.contains(memory) {
      visible.append(memory)
      // Charged as hidden until now.
      _ = hidden.popLast()
    }
  }

  /// The size to which memories of these sizes may grow so that together they stay within `available`; those that are larger stay as they are.
  private static func level(_ sizes: [Int], within available: Int) -> Int {
    var rest = available, count = sizes.count
    for size in sizes.sorted(by: >) {
      if size <= rest / count { return rest / count }
      rest -= size
      count -= 1
    }
    return rest
  }
}
