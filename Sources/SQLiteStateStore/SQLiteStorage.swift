internal import Dataflow
internal import Foundation
internal import GRDB
internal import StateStore

/// The entries of a store within one transaction.
struct SQLiteStorage: StateStorage {
  private let database: Database
  private(set) var lastVersion: Timestamp

  init(_ database: Database) throws {
    self.database = database
    let version = try Data.fetchOne(database.cachedStatement(sql: "SELECT version FROM state"))
    lastVersion = version.flatMap(Timestamp.init(stored:)) ?? Timestamp(seconds: 0, nodeID: "StateStore")
  }

  func entry(for key: [UInt8]) throws(StateStoreError) -> StateEntry? {
    try translated {
      let statement = try database.cachedStatement(sql: "SELECT value, version, token, expiry FROM entry WHERE key = ?")
      guard let row = try Row.fetchOne(statement, arguments: [Data(key)]) else { return nil }
      let value: Data = row[0], version: Data = row[1], token: Data? = row[2], expiry: Int64? = row[3]
      guard let version = Timestamp(stored: version) else { throw StateStoreError.internal("an entry of the state store has a damaged version") }
      return StateEntry(
        value: [UInt8](value), version: version, fencingToken: token.flatMap(Timestamp.init(stored:)), expiry: expiry.map { UInt64(clamping: $0) })
    }
  }

  mutating func set(_ entry: StateEntry, for key: [UInt8]) throws(StateStoreError) {
    try remove(key)
    try translated {
      try database.cachedStatement(sql: "INSERT INTO entry VALUES (?, ?, ?, ?, ?)").execute(arguments: [
        Data(key), Data(entry.value), entry.version.stored, entry.fencingToken?.stored, entry.expiry.map { Int64(clamping: $0) },
      ])
      try database.cachedStatement(sql: "UPDATE state SET version = ?, byteCount = byteCount + ?")
        .execute(arguments: [entry.version.stored, key.count + entry.value.count])
    }
    lastVersion = entry.version
  }

  mutating func remove(_ key: [UInt8]) throws(StateStoreError) {
    try translated {
      let statement = try database.cachedStatement(sql: "DELETE FROM entry WHERE key = ? RETURNING length(key) + length(value)")
      guard let count = try Int.fetchOne(statement, arguments: [Data(key)]) else { return }
      try database.cachedStatement(sql: "UPDATE state SET byteCount = byteCount - ?").execute(arguments: [count])
    }
  }

  mutating func removeExpired(before time: UInt64) throws(StateStoreError) -> [[UInt8]] {
    try translated {
      let statement = try database.cachedStatement(sql: "DELETE FROM entry WHERE expiry <= ? RETURNING key")
      let keys = try Data.fetchAll(statement, arguments: [Int64(clamping: time)])
      guard !keys.isEmpty else { return [] }
      try database.execute(sql: "UPDATE state SET byteCount = (SELECT coalesce(sum(length(key) + length(value)), 0) FROM entry)")
      return keys.map { [UInt8]($0) }
    }
  }

  func byteCount() throws(StateStoreError) -> Int {
    try translated { try Int.fetchOne(database.cachedStatement(sql: "SELECT byteCount FROM state")) ?? 0 }
  }

  private func translated<R>(_ body: () throws -> R) throws(StateStoreError) -> R {
    do {
      return try body()
    } catch let error as StateStoreError {
      throw error
    } catch {
      throw .internal("SQLite: \((error as? DatabaseError)?.message ?? "\(error)")")
    }
  }
}

extension Timestamp {
  /// Seconds, nanoseconds and counter as fixed big-endian numbers, then the node's name.
  fileprivate var stored: Data {
    var data = Data()
    for (value, width) in [(seconds, 8), (UInt64(nanoseconds), 4), (counter, 8)] {
      for byte in (0..<width).reversed() { data.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(byte)))) }
    }
    return data + nodeID.utf8
  }

  fileprivate init?(stored data: Data) {
    guard data.count >= 20 else { return nil }
    let bytes = [UInt8](data)
    func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    self.init(
      seconds: number(0..<8), nanoseconds: UInt32(truncatingIfNeeded: number(8..<12)), counter: number(12..<20), nodeID: String(decoding: bytes[20...], as: UTF8.self))
  }
}
