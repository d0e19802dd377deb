internal import HeapModule

/// The items that a stateful operation keeps until the frontier has passed their times, by time and then in the order in which they came.
struct Held {
  struct Group {
    private(set) var items: [Item] = []
    private(set) var byteCount = 0
    /// Whether the group's time is in `times`.
    fileprivate var isListed = false

    /// Returns whether the group's time is to be listed.
    mutating func add(_ item: consuming Item, of byteCount: Int) -> Bool {
      self.byteCount += byteCount
      items.append(item)
      defer { isListed = true }
      return !isListed
    }
  }

  private var groups: [Timestamp: Group] = [:]
  /// The keys of `groups`. The group of the first is not empty.
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
    defer { skipEmpty() }
    return times.popMin().flatMap { groups.removeValue(forKey: $0) }
  }

  /// Takes out the items of a time.
  mutating func remove(_ time: Timestamp) -> Group? {
    if time == earliest { return removeEarliest() }
    guard let group = groups[time] else { return nil }
    groups[time] = Group(isListed: true)
    return group
  }

  private mutating func skipEmpty() {
    while let time = times.min, groups[time]?.items.isEmpty ?? true {
      groups[time] = nil
      _ = times.popMin()
    }
  }

  /// Takes out everything, in no particular order.
  mutating func removeAll() -> [Item] {
    defer { self = Held() }
    return groups.values.flatMap(\.items)
  }
}
