import Dataflow
@testable import OperatorHost
import Synchronization
import Testing

/// Time as the test sets it, in nanoseconds since 1970.
final class TestClock: Sendable {
  private let state = Mutex<UInt64>(1_700_000_000_000_000_000)
  var now: UInt64 { state.withLock { $0 } }
  func advance(_ nanoseconds: UInt64) { state.withLock { $0 += nanoseconds } }
}

struct StateStoreTests {
  private let clock = TestClock()
  private let store: MemoryStateStore
  private let key: [UInt8] = [1], value: [UInt8] = [2], other: [UInt8] = [3]

  init() {
    let clock = clock
    store = MemoryStateStore { clock.now }
  }

  @discardableResult
  private func set(
    _ value: [UInt8], _ condition: MemoryStateStore.Condition = .always, expiresIn: UInt64? = nil, token: Timestamp? = nil
  ) throws -> (isSet: Bool, version: Timestamp?) {
    try store.set(key, value, condition, expiresIn: expiresIn, fencingToken: token)
  }

  private func failure(_ body: () throws -> Void) -> MemoryStateStore.Failure? {
    do {
      try body()
      return nil
    } catch {
      return error as? MemoryStateStore.Failure
    }
  }

  @Test func `What is set can be read, replaced and deleted`() throws {
    #expect(try store.get(key) == nil)
    #expect(try set(value).isSet)
    #expect(try store.get(key)?.value == value)
    #expect(try set(other).isSet)
    #expect(try store.get(key)?.value == other)
    #expect(try store.delete(key, fencingToken: nil).count == 1)
    #expect(try store.get(key) == nil)
    #expect(try store.delete(key, fencingToken: nil).count == 0)
  }

  @Test func `Versions grow, also while the clock stands still`() throws {
    let versions = try (0..<3).compactMap { _ in try set(value).version }
    #expect(versions.count == 3 && versions[0] < versions[1] && versions[1] < versions[2])
    #expect(try store.get(key)?.version == versions[2])
  }

  @Test func `Conditions decide whether a value is set`() throws {
    #expect(try set(value, .ifAbsent).isSet)
    #expect(try set(other, .ifAbsent).isSet == false)
    #expect(try set(other, .ifEqualOrAbsent).isSet == false)
    #expect(try store.get(key)?.value == value)
    #expect(try set(value, .ifEqualOrAbsent).isSet)
    #expect(try store.delete(key, expecting: other, fencingToken: nil).count == -1)
    #expect(try store.delete(key, expecting: value, fencingToken: nil).count == 1)
    #expect(try set(other, .ifEqualOrAbsent).isSet)
  }

  @Test func `A value is gone when its time is over`() throws {
    try set(value, expiresIn: 1000)
    clock.advance(999)
    #expect(try store.get(key)?.value == value)
    clock.advance(1)
    #expect(try store.get(key) == nil)
    #expect(try set(other, .ifAbsent, expiresIn: .max).isSet)
    clock.advance(1 << 60)
    #expect(try store.get(key)?.value == other)
  }

  @Test func `A newer value without an expiry stays`() throws {
    try set(value, expiresIn: 1000)
    try set(other)
    clock.advance(2000)
    #expect(try store.get(key)?.value == other)
  }

  @Test func `Fencing keeps writers with older tokens out`() throws {
    let old = Timestamp(seconds: 1_700_000_000, nodeID: "a"), new = Timestamp(seconds: 1_700_000_001, nodeID: "b")
    try set(value, token: new)
    #expect(failure { try set(other, token: old) } == .request("the request fencing token is a lower version than the fencing token protecting the resource"))
    #expect(failure { try set(other) } == .request("a fencing token is required for this request"))
    #expect(failure { _ = try store.delete(key, fencingToken: old) } != nil)
    #expect(try store.get(key)?.value == value)
    #expect(try set(other, token: new).isSet)
    #expect(try store.delete(key, fencingToken: new).count == 1)
  }

  @Test func `A token from far in the future is refused`() {
    let token = Timestamp(seconds: 1_700_000_061)
    guard case .request(let text)? = failure({ try set(value, token: token) }) else { Issue.record("the token was taken"); return }
    #expect(text.contains("too far in the future"))
  }

  @Test func `An empty key is refused everywhere`() {
    let refusal = MemoryStateStore.Failure.request("the key length is zero")
    #expect(failure { _ = try store.get([]) } == refusal)
    #expect(failure { _ = try store.set([], value, .always, expiresIn: nil, fencingToken: nil) } == refusal)
    #expect(failure { _ = try store.delete([], fencingToken: nil) } == refusal)
  }

  @Test func `The quota bounds what is kept, and deleting makes room`() throws {
    let large = [UInt8](repeating: 0, count: MemoryStateStore.maximumByteCount / 2)
    try set(large)
    #expect(failure { _ = try store.set([9], large, .always, expiresIn: nil, fencingToken: nil) } == .request("the quota has been exceeded"))
    // Replacing counts the difference only.
    #expect(try set(large).isSet)
    _ = try store.delete(key, fencingToken: nil)
    #expect(try store.set([9], large, .always, expiresIn: nil, fencingToken: nil).isSet)
  }
}
