public import Dataflow

/// What a store keeps for a key.
public struct StateEntry: Sendable, Hashable {
  public var value: [UInt8]
  public var version: Timestamp
  /// The newest token that a writer showed; older ones are refused.
  public var fencingToken: Timestamp?
  /// Nanoseconds since 1970; nil means for ever.
  public var expiry: UInt64?

  public init(value: [UInt8], version: Timestamp, fencingToken: Timestamp?, expiry: UInt64?) {
    self.value = value
    self.version = version
    self.fencingToken = fencingToken
    self.expiry = expiry
  }
}

/// Where a store in this process keeps its entries. The rules are the same wherever that is: see the extension.
public protocol StateStorage {
  func entry(for key: [UInt8]) throws(StateStoreError) -> StateEntry?
  mutating func set(_ entry: StateEntry, for key: [UInt8]) throws(StateStoreError)
  mutating func remove(_ key: [UInt8]) throws(StateStoreError)
  /// Removes what expired, and returns the keys.
  @discardableResult
  mutating func removeExpired(before time: UInt64) throws(StateStoreError) -> [[UInt8]]
  /// What all keys and values take together.
  func byteCount() throws(StateStoreError) -> Int
  /// The latest version that was given out.
  var lastVersion: Timestamp { get }
}

/// What all keys and values of a store may take together, in bytes. AIO's store has a quota too, and refuses in the same words.
public let maximumStateByteCount = 256 << 20

/// The rules of the store. `now` is in nanoseconds since 1970. Source: host-apis.md §4.
extension StateStorage {
  public mutating func get(_ key: [UInt8], at now: UInt64) throws(StateStoreError) -> (value: [UInt8], version: Timestamp)? {
    try Self.check(key)
    return try live(key, now).map { ($0.value, $0.version) }
  }

  public mutating func set(
    _ key: [UInt8], _ value: [UInt8], _ options: SetOptions, at now: UInt64
  ) throws(StateStoreError) -> (isSet: Bool, version: Timestamp?) {
    try Self.check(key)
    if let requested = options.requested, Self.isTooFarAhead(requested, now) {
      throw .request("the request timestamp is too far in the future; ensure that the client and broker system clocks are synchronized")
    }
    let current = try live(key, now)
    try Self.checkFence(current, options.fencingToken, now)
    switch options.condition {
    case .ifAbsent where current != nil, .ifEqualOrAbsent where current != nil && current?.value != value: return (false, current?.version)
    case .ifAbsent, .ifEqualOrAbsent, .always: break
    }
    let change = value.count - (current?.value.count ?? -key.count)
    if change > 0, try byteCount() + change > maximumStateByteCount {
      try removeExpired(before: now)
      guard try byteCount() + change <= maximumStateByteCount else { throw .request("the quota has been exceeded") }
    }
    let version = nextVersion(now, after: options.requested)
    let expiry = options.expiresIn.map { now.addingReportingOverflow($0) }.map { $0.overflow ? UInt64.max : $0.partialValue }
    try set(StateEntry(value: value, version: version, fencingToken: options.fencingToken ?? current?.fencingToken, expiry: expiry), for: key)
    return (true, version)
  }

  public mutating func delete(
    _ key: [UInt8], expecting expected: [UInt8]?, fencingToken: Timestamp?, at now: UInt64
  ) throws(StateStoreError) -> (count: Int64, version: Timestamp?) {
    try Self.check(key)
    guard let current = try live(key, now) else { return (0, nil) }
    try Self.checkFence(current, fencingToken, now)
    guard expected == nil || expected == current.value else { return (-1, current.version) }
    try remove(key)
    return (1, current.version)
  }

  private static func check(_ key: [UInt8]) throws(StateStoreError) {
    guard !key.isEmpty else { throw .request("the key length is zero") }
  }

  /// What is there. An entry whose time is over stays until it is replaced or `removeExpired`, which tells of it.
  private func live(_ key: [UInt8], _ now: UInt64) throws(StateStoreError) -> StateEntry? {
    guard let entry = try entry(for: key) else { return nil }
    if let expiry = entry.expiry, expiry <= now { return nil }
    return entry
  }

  private static func isTooFarAhead(_ timestamp: Timestamp, _ now: UInt64) -> Bool { timestamp.seconds > now / 1_000_000_000 + 60 }

  private static func checkFence(_ entry: StateEntry?, _ token: Timestamp?, _ now: UInt64) throws(StateStoreError) {
    if let token, isTooFarAhead(token, now) {
      throw .request("the request fencing token timestamp is too far in the future; ensure that the client and broker system clocks are synchronized")
    }
    guard let required = entry?.fencingToken else { return }
    guard let token else { throw .request("a fencing token is required for this request") }
    guard token >= required else {
      throw .request("the request fencing token is a lower version than the fencing token protecting the resource")
    }
  }

  /// Versions grow even when the clock does not. They have no more digits than their text form, which clients bring back as fencing tokens.
  private func nextVersion(_ now: UInt64, after requested: Timestamp?) -> Timestamp {
    let latest = max(lastVersion, requested ?? .zero)
    let time = WallTime(milliseconds: now / 1_000_000)
    if time > latest.wallTime { return Timestamp(time, nodeID: "StateStore") }
    guard latest.counter < .max else { return Timestamp(latest.wallTime.adding(1_000_000), nodeID: "StateStore") }
    return Timestamp(latest.wallTime, counter: latest.counter + 1, nodeID: "StateStore")
  }
}
