internal import Dataflow
internal import Synchronization

/// The state store of a run without a broker: in this process's memory, with the semantics of AIO's (host-apis.md §3, §4). Shared by all workers.
public final class MemoryStateStore: Sendable {
  enum Condition: Sendable { case ifAbsent, ifEqualOrAbsent, always }

  enum Failure: Error, Hashable {
    /// The text after `-ERR `.
    case request(String)
  }

  private struct Entry {
    var value: [UInt8]
    var version: Timestamp
    /// The newest token that a writer showed; older ones are refused.
    var fencingToken: Timestamp?
    /// Nanoseconds of the clock; nil means for ever.
    var expiry: UInt64?
  }

  /// What all keys and values together may take. AIO's broker has a quota too, and answers with this text.
  public static let maximumByteCount = 256 << 20

  private struct State {
    var entries: [[UInt8]: Entry] = [:]
    var byteCount = 0
    var version = Timestamp(seconds: 0, nodeID: "StateStore")
  }

  private let state = Mutex(State())
  /// Nanoseconds since 1970.
  private let now: @Sendable () -> UInt64

  public init(now: @escaping @Sendable () -> UInt64) { self.now = now }

  func get(_ key: [UInt8]) throws(Failure) -> (value: [UInt8], version: Timestamp)? {
    try check(key)
    let time = now()
    return state.withLock { state in
      Self.live(key, time, &state).map { ($0.value, $0.version) }
    }
  }

  /// False if the condition was not met.
  func set(
    _ key: [UInt8], _ value: [UInt8], _ condition: Condition, expiresIn: UInt64?, fencingToken: Timestamp?
  ) throws(Failure) -> (isSet: Bool, version: Timestamp?) {
    try check(key)
    let time = now()
    return try state.withLock { state throws(Failure) in
      let current = Self.live(key, time, &state)
      try Self.checkFence(current, fencingToken, time)
      switch condition {
      case .ifAbsent where current != nil, .ifEqualOrAbsent where current != nil && current?.value != value:
        return (false, current?.version)
      default: break
      }
      let change = value.count - (current?.value.count ?? -key.count)
      guard state.byteCount + change <= Self.maximumByteCount else { throw .request("the quota has been exceeded") }
      state.byteCount += change
      let version = Self.nextVersion(time, &state)
      let expiry = expiresIn.map { time.addingReportingOverflow($0) }.map { $0.overflow ? UInt64.max : $0.partialValue }
      state.entries[key] = Entry(value: value, version: version, fencingToken: fencingToken ?? current?.fencingToken, expiry: expiry)
      return (true, version)
    }
  }

  /// 1 if the key was deleted, 0 if it was absent, −1 if `expected` was given and the value differs.
  func delete(_ key: [UInt8], expecting expected: [UInt8]? = nil, fencingToken: Timestamp?) throws(Failure) -> (count: Int64, version: Timestamp?) {
    try check(key)
    let time = now()
    return try state.withLock { state throws(Failure) in
      guard let current = Self.live(key, time, &state) else { return (0, nil) }
      try Self.checkFence(current, fencingToken, time)
      guard expected == nil || expected == current.value else { return (-1, current.version) }
      Self.remove(key, current, &state)
      return (1, current.version)
    }
  }

  private func check(_ key: [UInt8]) throws(Failure) {
    guard !key.isEmpty else { throw .request("the key length is zero") }
  }

  private static func live(_ key: [UInt8], _ time: UInt64, _ state: inout State) -> Entry? {
    guard let entry = state.entries[key] else { return nil }
    if let expiry = entry.expiry, expiry <= time {
      remove(key, entry, &state)
      return nil
    }
    return entry
  }

  private static func remove(_ key: [UInt8], _ entry: Entry, _ state: inout State) {
    state.byteCount -= key.count + entry.value.count
    state.entries[key] = nil
  }

  private static func checkFence(_ entry: Entry?, _ token: Timestamp?, _ time: UInt64) throws(Failure) {
    if let token, token.seconds > time / 1_000_000_000 + 60 {
      throw .request("the request fencing token timestamp is too far in the future; ensure that the client and broker system clocks are synchronized")
    }
    guard let required = entry?.fencingToken else { return }
    guard let token else { throw .request("a fencing token is required for this request") }
    guard token >= required else {
      throw .request("the request fencing token is a lower version than the fencing token protecting the resource")
    }
  }

  /// Versions grow even when the clock does not.
  private static func nextVersion(_ time: UInt64, _ state: inout State) -> Timestamp {
    let (seconds, nanoseconds) = (time / 1_000_000_000, UInt32(time % 1_000_000_000))
    let last = state.version
    if (seconds, nanoseconds) > (last.seconds, last.nanoseconds) {
      state.version = Timestamp(seconds: seconds, nanoseconds: nanoseconds, nodeID: "StateStore")
    } else {
      state.version.counter += 1
    }
    return state.version
  }
}
