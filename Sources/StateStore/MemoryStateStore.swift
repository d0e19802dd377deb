public import Dataflow
internal import Synchronization

/// A state store in this process's memory: gone when the process ends.
public final class MemoryStateStore: LocalStateStore {
  private let storage = Mutex(MemoryStorage())
  private let now: @Sendable () -> UInt64

  /// - Parameter now: nanoseconds since 1970.
  public init(now: @escaping @Sendable () -> UInt64) { self.now = now }

  public func get(_ key: [UInt8], timeout: UInt64?) throws(StateStoreError) -> (value: [UInt8], version: Timestamp)? {
    let now = now()
    return try storage.withLock { (storage) throws(StateStoreError) in try storage.get(key, at: now) }
  }

  public func set(
    _ key: [UInt8], _ value: [UInt8], _ options: SetOptions, timeout: UInt64?
  ) throws(StateStoreError) -> (isSet: Bool, version: Timestamp?) {
    let now = now()
    return try storage.withLock { (storage) throws(StateStoreError) in try storage.set(key, value, options, at: now) }
  }

  public func delete(
    _ key: [UInt8], expecting expected: [UInt8]?, fencingToken: Timestamp?, timeout: UInt64?
  ) throws(StateStoreError) -> (count: Int64, version: Timestamp?) {
    let now = now()
    return try storage.withLock { (storage) throws(StateStoreError) in
      try storage.delete(key, expecting: expected, fencingToken: fencingToken, at: now)
    }
  }

  public func removeExpired() throws(StateStoreError) -> [[UInt8]] {
    let now = now()
    return storage.withLock { $0.removeExpired(before: now) }
  }
}

private struct MemoryStorage: StateStorage {
  private var entries: [[UInt8]: StateEntry] = [:]
  private var count = 0
  private(set) var lastVersion = Timestamp(seconds: 0, nodeID: "StateStore")

  func entry(for key: [UInt8]) -> StateEntry? { entries[key] }
  func byteCount() -> Int { count }

  mutating func set(_ entry: StateEntry, for key: [UInt8]) {
    remove(key)
    entries[key] = entry
    count += key.count + entry.value.count
    lastVersion = entry.version
  }

  mutating func remove(_ key: [UInt8]) {
    guard let entry = entries.removeValue(forKey: key) else { return }
    count -= key.count + entry.value.count
  }

  mutating func removeExpired(before time: UInt64) -> [[UInt8]] {
    let keys = entries.filter { $0.value.expiry.map { $0 <= time } == true }.map(\.key)
    for key in keys { remove(key) }
    return keys
  }
}
