public import Dataflow

/// Keys and values that operators share and keep, with the semantics of AIO's state store (host-apis.md §3 and §4). Used from all workers.
///
/// Every value has a version, a timestamp that grows with every change in the store. A key that was set with a fencing token is guarded by it:
/// later changes need a token that is not older.
public protocol KeyValueStore: Sendable {
  /// The value of a key and its version; nil if there is none.
  ///
  /// - Parameter timeout: in nanoseconds; nil for the store's own. Stores in this process answer at once.
  func get(_ key: [UInt8], timeout: UInt64?) throws(StateStoreError) -> (value: [UInt8], version: Timestamp)?

  /// Sets a value if the condition is met. The version is that of the new value, or of the one that stays.
  func set(
    _ key: [UInt8], _ value: [UInt8], _ options: SetOptions, timeout: UInt64?
  ) throws(StateStoreError) -> (isSet: Bool, version: Timestamp?)

  /// Deletes a key, if `expected` is given only while that is its value.
  ///
  /// - Returns: 1 if the key was deleted, 0 if it was absent, −1 if it has another value; and the version of the value that was found.
  func delete(
    _ key: [UInt8], expecting expected: [UInt8]?, fencingToken: Timestamp?, timeout: UInt64?
  ) throws(StateStoreError) -> (count: Int64, version: Timestamp?)
}

/// A store that keeps its values here, and so can serve those of other processes.
public protocol LocalStateStore: KeyValueStore {
  /// Removes the keys whose time is over. They are gone for readers before that.
  ///
  /// - Returns: the keys.
  func removeExpired() throws(StateStoreError) -> [[UInt8]]
}

/// How a value is set.
public struct SetOptions: Sendable, Hashable {
  public enum Condition: Sendable, Hashable { case ifAbsent, ifEqualOrAbsent, always }

  public var condition: Condition
  /// Nanoseconds until the key vanishes; nil means never.
  public var expiresIn: UInt64?
  public var fencingToken: Timestamp?
  /// When the request was made, by its sender's clock: the version will be later. Nil for requests of this process.
  public var requested: Timestamp?

  public init(_ condition: Condition = .always, expiresIn: UInt64? = nil, fencingToken: Timestamp? = nil, requested: Timestamp? = nil) {
    self.condition = condition
    self.expiresIn = expiresIn
    self.fencingToken = fencingToken
    self.requested = requested
  }
}

/// Why a request was not served: the cases of `state-store-error`.
public enum StateStoreError: Error, Hashable, Sendable {
  /// The store refused it; the text is what AIO's store says after `-ERR `.
  case request(String)
  case timeout
  /// The answer made no sense.
  case `protocol`
  /// The store itself failed, such as for want of disk space; the text is for the log.
  case `internal`(String)
}
