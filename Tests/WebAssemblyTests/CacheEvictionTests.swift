import Foundation
import Testing
@testable import WebAssembly

/// What the cache keeps, for how long, and what it tells about it.
struct CacheEvictionTests {
  /// The size of one module's file: they have all the same.
  private func size() throws -> Int {
    let modules = try CachedModules()
    try modules.load(1)
    return try modules.folder.read(modules.file(1)).count
  }

  @Test func `beyond the limit, what was used least recently goes`() throws {
    let modules = try CachedModules(limit: 3 * size() + 100)
    for number in 1...3 {
      try modules.load(number)
      try modules.folder.setLastUse(modules.file(number), 1000 * number)
    }
    // A hit is a use.
    #expect(try modules.has(1))
    try modules.load(4)
    #expect(try modules.folder.files == [1, 3, 4].map { try modules.file($0) }.sorted())
    try modules.folder.setLastUse(modules.file(1), 1000)
    try modules.load(5)
    #expect(try modules.folder.files == [3, 4, 5].map { try modules.file($0) }.sorted())
  }

  @Test func `what is new stays, even if it takes all the room`() throws {
    let size = try size()
    let modules = try CachedModules(limit: size + 10)
    for number in 1...3 {
      try modules.load(number)
      // From the future, as on a machine whose clock was wrong.
      try modules.folder.setLastUse(modules.file(number), 4_000_000_000)
      #expect(try modules.folder.files == [modules.file(number)])
    }
  }

  @Test func `what is larger than the limit is not stored, and evicts nothing`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    let bytes = try CachedModules.module(2)
    for limit in [0, 1000] {
      #expect(try CodeCache(directory: modules.folder.path, limit: limit).module(engine: Engine(), bytes: bytes.span.bytes).compiled)
    }
    #expect(try modules.folder.files == [modules.file(1)])
  }

  @Test func `markers are evicted like code`() throws {
    let modules = try CachedModules(limit: size() + CacheSeal.byteCount), kind = CodeCache.Kind("valid-1")
    let keys = [1, 2].map { CodeCache.Key([$0].span.bytes, fingerprint: "") }
    for (key, time) in zip(keys, [1000, 2000]) {
      modules.cache.remember(kind, key)
      try modules.folder.setLastUse(kind.name(of: key), time)
    }
    try modules.load(1)
    #expect(!modules.cache.knows(kind, keys[0]) && modules.cache.knows(kind, keys[1]))
  }

  @Test func `evicted code goes on running`() throws {
    let modules = try CachedModules(), bytes = try CachedModules.module(7)
    try modules.load(7)
    let engine = try Engine()
    let module = try #require(try modules.cache.find(engine: engine, bytes: bytes.span.bytes))
    modules.cache.clear()
    #expect(modules.folder.files.isEmpty)
    let store = try Store(engine: engine)
    let function = try #require(try store.instantiate(module, imports: []).export("f7", in: store)?.function)
    var values = [RawValue()]
    try values.withUnsafeMutableBufferPointer { try store.call(function, $0) }
    #expect(values[0].u32 == 7)
  }

  // MARK: Contents

  @Test func `entries tell their kind, size and last use, used last first`() throws {
    let modules = try CachedModules(), kind = CodeCache.Kind("valid-1"), key = CodeCache.Key([1].span.bytes, fingerprint: "")
    try modules.load(1)
    modules.cache.remember(kind, key)
    try modules.folder.setLastUse(modules.file(1), 1000)
    try modules.folder.setLastUse(kind.name(of: key), 2000)
    for name in ["notes.txt", "0123.cwasm", String(repeating: "a", count: 64), String(repeating: "G", count: 64) + ".cwasm"] { try modules.folder.write(name, [1]) }
    let entries = modules.cache.entries()
    #expect(entries.map(\.kind) == [kind, .code] && entries.map(\.lastUse) == [2000, 1000])
    #expect(entries.map(\.key) == [key.description, String(try modules.file(1).prefix(64))])
    #expect(entries.map(\.byteCount) == [CacheSeal.byteCount, try size()])
  }

  @Test func `clearing removes what is older, and never what is not the cache's`() throws {
    let modules = try CachedModules()
    for number in 1...3 { try modules.load(number) }
    let now = time(nil)
    try modules.folder.setLastUse(modules.file(1), now - 100_000)
    try modules.folder.setLastUse(modules.file(2), now - 10_000)
    try modules.folder.write("notes.txt", [1])
    #expect(modules.cache.clear(unusedFor: .seconds(200_000)).removed.isEmpty)
    #expect(modules.cache.clear(unusedFor: .seconds(50_000)).removed.map(\.key) == [String(try modules.file(1).prefix(64))])
    #expect(modules.cache.clear().removed.count == 2)
    #expect(modules.folder.files == ["notes.txt"])
    #expect(CodeCache(directory: nil).entries().isEmpty && CodeCache(directory: nil).clear().removed.isEmpty)
  }

  // MARK: Settings

  @Test func `the folder is that of the command line, else of the environment, else a hidden one at home`() {
    func directory(_ commandLine: String?, _ environment: [String: String]) -> String? {
      CodeCache.Settings(commandLine: commandLine) { environment[$0] }.directory
    }
    var environment = ["HOME": "/home/me"]
    #expect(directory(nil, environment) == "/home/me/.cache/millrace/code")
    environment["XDG_CACHE_HOME"] = "/caches"
    #expect(directory(nil, environment) == "/caches/millrace/code")
    environment["MILLRACE_CACHE"] = "/mine"
    #expect(directory(nil, environment) == "/mine")
    #expect(directory("here", environment) == "here")
    #expect(directory("off", environment) == nil)
    environment["MILLRACE_CACHE"] = "off"
    #expect(directory(nil, environment) == nil)
    #expect(directory("here", environment) == "here")
    #expect(directory(nil, [:]) == nil)
  }

  @Test(arguments: [("0", 0), ("1000", 1000), ("500M", 500 << 20), ("2g", 2 << 30), ("3K", 3072), ("1T", 1 << 40)])
  func `the limit is a size`(text: String, bytes: Int) {
    let settings = CodeCache.Settings { $0 == "MILLRACE_CACHE_LIMIT" ? text : nil }
    #expect(settings.limit == bytes && settings.problem == nil)
  }

  @Test(arguments: ["", "M", "-1", "1.5G", "1X", "5 G", "10000000T", "9999999999999999999", "١"])
  func `what is no size is reported, and the limit is the usual one`(text: String) {
    let settings = CodeCache.Settings { $0 == "MILLRACE_CACHE_LIMIT" ? text : nil }
    #expect(settings.limit == CodeCache.defaultLimit && settings.problem?.contains("`\(text)`") == true)
  }
}
