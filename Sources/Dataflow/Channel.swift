internal import DequeModule

/// The queue of an edge: bounded, first in first out, with frontiers that keep their place between the items.
///
/// A frontier takes effect for the reader once every item pushed before it has been popped. So the reader may believe it without looking
/// at what is queued, whatever order the items' times have.
struct Channel {
  struct Entry {
    var item: Item
    let pushedAt: UInt64
  }

  private struct Mark {
    /// The frontier holds once this many items have been popped.
    let position: UInt64
    var frontier: Frontier
  }

  let capacity: Int
  /// What the writer has promised not to fall behind.
  private(set) var promised = Frontier.initial
  /// What the reader may rely on: no item still to be popped is earlier.
  private(set) var frontier = Frontier.initial
  private var entries: Deque<Entry> = []
  private var marks: Deque<Mark> = []
  private var pushed: UInt64 = 0
  private var popped: UInt64 = 0

  init(capacity: Int) {
    self.capacity = capacity
  }

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }
  var room: Int { capacity - entries.count }

  mutating func push(_ item: consuming Item, at now: UInt64) {
    assert(room > 0, "pushed to a full edge")
    assert(promised.permits(item.time), "an item is earlier than its edge's frontier")
    entries.append(Entry(item: item, pushedAt: now))
    pushed += 1
  }

  mutating func pop() -> Entry? {
    guard let entry = entries.popFirst() else { return nil }
    popped += 1
    while let mark = marks.first, mark.position <= popped {
      frontier = mark.frontier
      marks.removeFirst()
    }
    return entry
  }

  /// Promises that nothing earlier than `frontier` will be pushed. A frontier that is no advance changes nothing.
  mutating func advance(to frontier: Frontier) {
    guard frontier > promised else { return }
    promised = frontier
    if entries.isEmpty {
      self.frontier = frontier
    } else if marks.last?.position == pushed {
      marks[marks.count - 1].frontier = frontier
    } else {
      marks.append(Mark(position: pushed, frontier: frontier))
    }
  }
}
