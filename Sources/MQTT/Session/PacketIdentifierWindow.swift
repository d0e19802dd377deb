internal import DequeModule

/// What is in flight, by packet identifier, in the order in which it was begun.
///
/// Identifiers are handed out one after the other, from 1 to 65,535 and again, so that those in use lie in a window: finding one is arithmetic.
struct PacketIdentifierWindow<Entry: Sendable>: Sendable {
  private static var identifierCount: Int { 65_535 }

  private var entries = Deque<Entry?>()
  /// One less than the identifier of the first entry.
  private var first: Int
  /// How many identifiers are in use.
  private(set) var count = 0

  /// - Parameter first: the first identifier. Not the same in each process, lest a server that remembers a session takes new for old.
  init(startingAt first: UInt16) {
    self.first = first == 0 ? 0 : Int(first) - 1
  }

  /// Whether there is an identifier for another one.
  var hasRoom: Bool { entries.count < Self.identifierCount }

  /// There must be room.
  mutating func append(_ entry: Entry) -> UInt16 {
    precondition(hasRoom)
    entries.append(entry)
    count += 1
    return identifier(at: entries.count - 1)
  }

  private func identifier(at index: Int) -> UInt16 { UInt16((first + index) % Self.identifierCount + 1) }

  private func index(of identifier: UInt16) -> Int? {
    let index = (Int(identifier) - 1 - first + Self.identifierCount) % Self.identifierCount
    return identifier != 0 && index < entries.count ? index : nil
  }

  subscript(identifier: UInt16) -> Entry? {
    get { index(of: identifier).flatMap { entries[$0] } }
    set {
      guard let index = index(of: identifier), entries[index] != nil, let newValue else { return }
      entries[index] = newValue
    }
  }

  mutating func remove(_ identifier: UInt16) -> Entry? {
    guard let index = index(of: identifier), let entry = entries[index] else { return nil }
    entries[index] = nil
    count -= 1
    while let next = entries.first, next == nil {
      entries.removeFirst()
      first = (first + 1) % Self.identifierCount
    }
    return entry
  }

  /// In the order in which they were begun.
  var identifiers: [UInt16] { entries.indices.compactMap { entries[$0] == nil ? nil : identifier(at: $0) } }
}
