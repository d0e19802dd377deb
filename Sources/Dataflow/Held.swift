internal import HeapModule

/// The items that a stateful operation keeps until the frontier has passed their times, by time and then in the order in which they came.
struct Held {
  struct Group {
    private(set) var items: [Item] = []
    private(set) var byteCount = 0

    /// Returns whether it is the first.
    mutating func add(_ item: consuming Item, of byteCount: Int) -> Bool {
      self.byteCount += byteCount
      items.append(item)
      return items.count == 1
    }
  }

  private var groups: [Timestamp: Group] = [:]
  /// The keys of `groups`.
  private var times = Heap<Timestamp>()

  /// The earliest time for which there are items.
  var earliest: Timestamp? { times.min }

  /// The first item of that time.
  var firstOfEarliest: Item? { earliest.flatMap { groups[$0]?.items.first } }

  mutating func add(_ item: consuming Item, of byteCount: Int) {
    let time = item.time
    if groups[time, default: Group()].add(item, of: byteCount) { times.insert(time) }
  }

  /// Takes out the items of the earliest time.
  mutating func removeEarliest() -> Group? {
    times.popMin().flatMap { groups.removeValue(forKey: $0) }
  }

  /// Takes out everything, in no particular order.
  mutating func removeAll() -> [Item] {
    defer { self = Held() }
    return groups.values.flatMap(\.items)
  }
}
