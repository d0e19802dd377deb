internal import Dataflow
public import StateStore
internal import Synchronization

/// Time as a test sets it, in nanoseconds since 1970.
public final class TestClock: Sendable {
  private let state = Mutex<UInt64>(1_700_000_000_000_000_000)
  public init() {}
  public var now: UInt64 { state.withLock { $0 } }
  public func advance(_ nanoseconds: UInt64) { state.withLock { $0 += nanoseconds } }
}

/// One thing that every state store must do, whatever it keeps its values in.
public struct StoreRule: Sendable, CustomStringConvertible {
  public let description: String
  /// Throws if the store, which is empty and follows the clock, does not do it.
  public let check: @Sendable (any KeyValueStore, TestClock) throws -> Void
}

/// What a store did and should not have done.
public struct StoreFailure: Error, CustomStringConvertible {
  public let description: String
}

private func require(_ condition: Bool, _ what: String, line: Int = #line) throws {
  if !condition { throw StoreFailure(description: "\(what) (line \(line) of the rules)") }
}

/// Requires `body` to be refused, with the text if one is given.
private func requireRefusal(_ text: String? = nil, line: Int = #line, _ body: () throws -> Void) throws {
  do {
    try body()
  } catch StateStoreError.request(let found) {
    return try require(text == nil || found.contains(text!), "refused with \"\(found)\" instead of \"\(text ?? "")\"", line: line)
  }
  throw StoreFailure(description: "a request was not refused (line \(line) of the rules)")
}

/// Expiry may be rounded up to whole ones.
private let millisecond: UInt64 = 1_000_000
private let key: [UInt8] = [1], value: [UInt8] = [2], other: [UInt8] = [3]

extension KeyValueStore {
  fileprivate func get(_ key: [UInt8]) throws(StateStoreError) -> [UInt8]? { try get(key, timeout: nil)?.value }

  @discardableResult
  fileprivate func set(
    _ value: [UInt8], at place: [UInt8] = key, _ condition: SetOptions.Condition = .always, expiresIn: UInt64? = nil, token: Timestamp? = nil
  ) throws(StateStoreError) -> (isSet: Bool, version: Timestamp?) {
    try set(place, value, SetOptions(condition, expiresIn: expiresIn, fencingToken: token), timeout: nil)
  }

  @discardableResult
  fileprivate func delete(_ expected: [UInt8]? = nil, token: Timestamp? = nil) throws(StateStoreError) -> Int64 {
    try delete(key, expecting: expected, fencingToken: token, timeout: nil).count
  }
}

extension StoreRule {
  public static let all: [StoreRule] = [
    StoreRule(description: "what is set can be read, replaced and deleted") { store, _ in
      try require(try store.get(key) == nil, "a new store has a value")
      try require(try store.set(value).isSet && store.get(key) == value, "a value that was set is not read")
      try require(try store.set(other).isSet && store.get(key) == other, "a value was not replaced")
      try require(try store.delete() == 1 && store.get(key) == nil, "a value was not deleted")
      try require(try store.delete() == 0, "a value was deleted twice")
    },
    StoreRule(description: "keys and values are bytes, of any kind and length") { store, _ in
      let long = [UInt8](repeating: 255, count: 3_000_000)
      for (key, value) in [([0], []), ([0, 0], [0]), ([255, 254, 0], Array(0...255)), (Array("ключ".utf8), long), (long, [1])] as [([UInt8], [UInt8])] {
        try store.set(value, at: key)
        try require(try store.get(key) == value, "\(value.count) bytes came back as others")
      }
    },
    StoreRule(description: "versions grow, also while the clock stands still or goes back") { store, clock in
      let versions = try (0..<3).compactMap { _ in try store.set(value).version }
      try require(versions.count == 3 && versions[0] < versions[1] && versions[1] < versions[2], "versions do not grow: \(versions)")
      try require(try store.get(key, timeout: nil)?.version == versions[2], "the version read is not the one that was set")
      clock.advance(.max - clock.now)
      _ = try store.set(value)
      let last = try store.get(key, timeout: nil)?.version
      try require(last.map { $0 > versions[2] } == true, "the version did not grow with the clock")
    },
    StoreRule(description: "conditions decide whether a value is set") { store, _ in
      try require(try store.set(value, .ifAbsent).isSet, "an absent key was not set")
      try require(try !store.set(other, .ifAbsent).isSet && !store.set(other, .ifEqualOrAbsent).isSet, "a key that is there was set")
      try require(try store.get(key) == value, "a value changed although it was not set")
      try require(try store.set(value, .ifEqualOrAbsent).isSet, "an equal value was not set")
      try require(try store.delete(other) == -1 && store.delete(value) == 1, "a value was deleted by another one, or not by its own")
      try require(try store.set(other, .ifEqualOrAbsent).isSet, "an absent key was not set")
    },
    StoreRule(description: "a value is gone when its time is over") { store, clock in
      try store.set(value, expiresIn: millisecond)
      clock.advance(millisecond - 1)
      try require(try store.get(key) == value, "a value vanished too early")
      clock.advance(1)
      try require(try store.get(key) == nil && store.delete() == 0, "a value outlived its time")
      try require(try store.set(other, .ifAbsent, expiresIn: .max).isSet, "a key whose time was over was not absent")
      clock.advance(1 << 60)
      try require(try store.get(key) == other, "a value without an end vanished")
    },
    StoreRule(description: "a version is its own text, so that it can come back as a token") { store, clock in
      clock.advance(123_456)
      for _ in 0..<3 {
        let version = try store.set(value).version
        try require(version.flatMap { Timestamp(text: $0.text) } == version, "a version loses digits as text")
        clock.advance(1000)
      }
    },
    StoreRule(description: "a store of this process tells which keys expired, once") { store, clock in
      guard let store = store as? any LocalStateStore else { return }
      try store.set(value, expiresIn: 10)
      try store.set(value, at: [7])
      clock.advance(10)
      try require(try store.get(key) == nil, "a value outlived its time")
      try require(try store.removeExpired() == [key] && store.removeExpired().isEmpty, "the keys that expired are not told")
      try require(try store.get([7]) == value, "a key without an end was removed")
    },
    StoreRule(description: "a newer value without an expiry stays") { store, clock in
      try store.set(value, expiresIn: millisecond)
      try store.set(other)
      clock.advance(2 * millisecond)
      try require(try store.get(key) == other, "the expiry of an earlier value was kept")
    },
    StoreRule(description: "fencing keeps writers with older tokens out") { store, _ in
      let old = Timestamp(seconds: 1_700_000_000, nodeID: "a"), new = Timestamp(seconds: 1_700_000_001, counter: 7, nodeID: "b")
      try store.set(value, token: new)
      let lower = "the request fencing token is a lower version than the fencing token protecting the resource"
      try requireRefusal(lower) { try store.set(other, token: old) }
      try requireRefusal("a fencing token is required for this request") { try store.set(other) }
      try requireRefusal(lower) { try store.delete(token: old) }
      try require(try store.get(key) == value, "a fenced value changed")
      try require(try store.set(other, token: new).isSet && store.delete(token: new) == 1, "the holder of the token was kept out")
      try require(try store.set(value).isSet, "a token outlived its key")
    },
    StoreRule(description: "a token from far in the future is refused") { store, clock in
      let now = clock.now / 1_000_000_000
      try requireRefusal("too far in the future") { try store.set(value, token: Timestamp(seconds: now + 61)) }
      try require(try store.set(value, token: Timestamp(seconds: now + 60)).isSet, "a token that is a minute ahead was refused")
    },
    StoreRule(description: "an empty key is refused everywhere") { store, _ in
      try requireRefusal("the key length is zero") { _ = try store.get([]) }
      try requireRefusal("the key length is zero") { try store.set(value, at: []) }
      try requireRefusal("the key length is zero") { _ = try store.delete([], expecting: nil, fencingToken: nil, timeout: nil) }
    },
    StoreRule(description: "the quota bounds what is kept; deleting and expiry make room") { store, clock in
      let large = [UInt8](repeating: 0, count: maximumStateByteCount / 2)
      try store.set(large)
      try requireRefusal("the quota has been exceeded") { try store.set(large, at: [9]) }
      try require(try store.set(large).isSet, "a value of the same size did not replace another")
      try store.delete()
      try require(try store.set(large, at: [9], expiresIn: millisecond).isSet, "deleting made no room")
      clock.advance(millisecond)
      try require(try store.set(large, at: [8]).isSet, "what expired takes room")
    },
  ]
}
