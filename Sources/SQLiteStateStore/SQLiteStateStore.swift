public import Dataflow
internal import GRDB
public import StateStore

/// A state store in a SQLite file: it survives restarts, and several processes may use it at once.
///
/// Every request is one transaction. A change is safe from a crash of the process when the call returns, and from a crash of the machine
/// when SQLite's write-ahead log has reached the disk, within seconds.
public final class SQLiteStateStore: LocalStateStore {
  private let database: DatabaseQueue
  private let now: @Sendable () -> UInt64

  /// Opens the file, or makes it.
  ///
  /// - Parameter now: nanoseconds since 1970.
  /// - Throws: `.internal` with SQLite's reason, such as that the file is no database.
  public init(path: String, now: @escaping @Sendable () -> UInt64) throws(StateStoreError) {
    self.now = now
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      configuration.prepareDatabase { database in
        try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
      }
      database = try DatabaseQueue(path: path, configuration: configuration)
      try database.write(Self.prepare)
    } catch let error as StateStoreError {
      throw error
    } catch {
      throw .internal("\(path): \(Self.reason(error))")
    }
  }

  /// The layout of the file; a later one gets another number.
  private static let layout = 1

  private static func prepare(_ database: Database) throws {
    switch try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0 {
    case layout: break
    case 0:
      guard try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") == 0 else {
        throw StateStoreError.internal("the file is a SQLite database, but no state store of Millrace's")
      }
      try database.execute(
        sql: """
          CREATE TABLE entry (
            key BLOB PRIMARY KEY, value BLOB NOT NULL, version BLOB NOT NULL, token BLOB, expiry INTEGER
          ) WITHOUT ROWID, STRICT;
          CREATE INDEX expiry ON entry (expiry) WHERE expiry IS NOT NULL;
          CREATE TABLE state (version BLOB NOT NULL, byteCount INTEGER NOT NULL) STRICT;
          INSERT INTO state VALUES (x'', 0);
          PRAGMA user_version = \(layout);
          """)
    case let other: throw StateStoreError.internal("the state store was written by a newer version of Millrace (layout \(other))")
    }
  }

  public func get(_ key: [UInt8], timeout: UInt64?) throws(StateStoreError) -> (value: [UInt8], version: Timestamp)? {
    try inTransaction { storage, now in try storage.get(key, at: now) }
  }

  public func set(
    _ key: [UInt8], _ value: [UInt8], _ options: SetOptions, timeout: UInt64?
  ) throws(StateStoreError) -> (isSet: Bool, version: Timestamp?) {
    try inTransaction { storage, now in try storage.set(key, value, options, at: now) }
  }

  public func delete(
    _ key: [UInt8], expecting expected: [UInt8]?, fencingToken: Timestamp?, timeout: UInt64?
  ) throws(StateStoreError) -> (count: Int64, version: Timestamp?) {
    try inTransaction { storage, now in try storage.delete(key, expecting: expected, fencingToken: fencingToken, at: now) }
  }

  public func removeExpired() throws(StateStoreError) -> [[UInt8]] {
    try inTransaction { storage, now in try storage.removeExpired(before: now) }
  }

  private func inTransaction<R>(_ body: (inout SQLiteStorage, _ now: UInt64) throws -> R) throws(StateStoreError) -> R {
    do {
      var result: R?
      try database.writeWithoutTransaction { database in
        // Another process must not write between our reading and writing.
        try database.inTransaction(.immediate) {
          var storage = try SQLiteStorage(database)
          result = try body(&storage, now())
          return .commit
        }
      }
      guard let result else { throw StateStoreError.internal("a transaction had no result") }
      return result
    } catch let error as StateStoreError {
      throw error
    } catch {
      throw .internal(Self.reason(error))
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(error)" }
    return "SQLite: \(error.message ?? "\(error.resultCode)")"
  }
}
