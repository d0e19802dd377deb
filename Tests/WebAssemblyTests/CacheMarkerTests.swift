import Foundation
import Testing
import WebAssembly

/// Facts that the cache keeps beside code, such as "these bytes are valid".
struct CacheMarkerTests {
  static let valid = CodeCache.Kind("valid-1")

  @Test func `what is remembered is known, to other processes too, for these bytes and this kind only`() throws {
    let folder = try TestFolder()
    let key = CodeCache.Key([1, 2, 3].span.bytes, fingerprint: "1"), other = CodeCache.Key([1, 2].span.bytes, fingerprint: "1")
    let cache = CodeCache(directory: folder.path)
    #expect(!cache.knows(Self.valid, key))
    cache.remember(Self.valid, key)
    cache.remember(Self.valid, key)
    #expect(cache.knows(Self.valid, key))
    #expect(CodeCache(directory: folder.path).knows(Self.valid, key))
    #expect(!cache.knows(Self.valid, other))
    #expect(!cache.knows(Self.valid, CodeCache.Key([1, 2, 3].span.bytes, fingerprint: "2")))
    #expect(!cache.knows(CodeCache.Kind("valid-2"), key))
  }

  @Test func `a marker under another name is none`() throws {
    let folder = try TestFolder()
    let key = CodeCache.Key([1].span.bytes, fingerprint: "1"), other = CodeCache.Key([2].span.bytes, fingerprint: "1")
    let cache = CodeCache(directory: folder.path)
    cache.remember(Self.valid, key)
    let file = try #require(folder.files.first)
    try FileManager.default.copyItem(atPath: folder.path + "/" + file, toPath: folder.path + "/\(other).valid-1")
    #expect(!cache.knows(Self.valid, other))
    try FileManager.default.removeItem(atPath: folder.path + "/" + file)
    try Data().write(to: URL(filePath: folder.path + "/" + file))
    #expect(!cache.knows(Self.valid, key))
    cache.remember(Self.valid, key)
    #expect(cache.knows(Self.valid, key))
  }

  @Test func `without a folder nothing is remembered`() throws {
    let key = CodeCache.Key([1].span.bytes, fingerprint: "1")
    let cache = CodeCache(directory: nil)
    cache.remember(Self.valid, key)
    #expect(!cache.knows(Self.valid, key))
  }
}
