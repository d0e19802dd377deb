/// Names in the order in which they came, each at most once.
struct NameQueue {
  private var names: [FileName]
  private var next = 0
  private var waiting: Set<FileName>

  /// - Parameter names: without repetitions.
  init(_ names: [FileName]) {
    self.names = names
    waiting = Set(names)
  }

  mutating func push(_ name: FileName) {
    if waiting.insert(name).inserted { names.append(name) }
  }

  mutating func pop() -> FileName? {
    if next == names.count { return nil }
    let name = names[next]
    next += 1
    waiting.remove(name)
    // Half of the array has been read: let go of it.
    if next >= 1024 && next * 2 >= names.count || next == names.count {
      names.removeFirst(next)
      next = 0
    }
    return name
  }
}
