import Dataflow
import Foundation
import SQLiteStateStore
import StateStore
import StateStoreKit
import Testing

struct SQLiteStateStoreTests {
  /// A file name in a folder of its own that is gone after `body`.
  private func withFile(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("millrace-state-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent("state.sqlite").path)
  }

  @Test(arguments: StoreRule.all)
  func `The store in a file follows every rule`(_ rule: StoreRule) throws {
    let clock = TestClock()
    try withFile { path in try rule.check(try SQLiteStateStore(path: path) { clock.now }, clock) }
  }

  @Test func `Values, versions and tokens survive a restart`() throws {
    let clock = TestClock()
    try withFile { path in
      let token = Timestamp(seconds: 1_700_000_001, nanoseconds: 5, counter: 3, nodeID: "wörker")
      let version: Timestamp?
      do {
        let store = try SQLiteStateStore(path: path) { clock.now }
        version = try store.set([1], [2], SetOptions(fencingToken: token), timeout: nil).version
        _ = try store.set([3], [4], SetOptions(expiresIn: 10), timeout: nil)
      }
      clock.advance(10)
      let store = try SQLiteStateStore(path: path) { clock.now }
      let found = try store.get([1], timeout: nil)
      #expect(found?.value == [2] && found?.version == version)
      #expect(throws: StateStoreError.self) { try store.delete([1], expecting: nil, fencingToken: nil, timeout: nil) }
      #expect(try store.delete([1], expecting: nil, fencingToken: token, timeout: nil).count == 1)
      #expect(try store.get([3], timeout: nil) == nil)
    }
  }

  @Test func `Versions keep growing over a restart with the clock set back`() throws {
    let clock = TestClock()
    try withFile { path in
      clock.advance(1_000_000)
      let first = try SQLiteStateStore(path: path) { clock.now }.set([1], [2], SetOptions(), timeout: nil).version
      let earlier = TestClock()
      let second = try SQLiteStateStore(path: path) { earlier.now }.set([1], [2], SetOptions(), timeout: nil).version
      #expect(try #require(first) < #require(second))
    }
  }

  @Test func `Two stores on one file see each other's changes and lose none`() throws {
    try withFile { path in
      let clock = TestClock()
      let stores = try (0..<2).map { _ in try SQLiteStateStore(path: path) { clock.now } }
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        for index in 0..<25 {
          do {
            _ = try stores[thread % 2].set([UInt8(thread), UInt8(index), 1], [UInt8(index)], SetOptions(.ifAbsent), timeout: nil)
          } catch {
            Issue.record("\(error)")
          }
        }
      }
      for thread in 0..<8 {
        for index in 0..<25 { #expect(try stores[0].get([UInt8(thread), UInt8(index), 1], timeout: nil)?.value == [UInt8(index)]) }
      }
    }
  }

  @Test func `A file that is no state store is refused and stays as it is`() throws {
    try withFile { path in
      let contents = Data("not a database, but some text that is longer than a header of SQLite would be: ".utf8 + [UInt8](repeating: 65, count: 200))
      try contents.write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: StateStoreError.self) { try SQLiteStateStore(path: path) { 0 } }
      #expect("\(error as Any)".contains("file is not a database"))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == contents)
    }
    let error = #expect(throws: StateStoreError.self) { try SQLiteStateStore(path: "/nowhere/state.sqlite") { 0 } }
    #expect("\(error as Any)".contains("/nowhere/state.sqlite"))
  }
}
