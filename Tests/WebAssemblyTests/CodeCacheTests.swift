import FoundationEssentials
import Testing
import WebAssembly

struct CodeCacheTests {
  let engine: Engine
  let module: [UInt8]
  init() throws {
    engine = try Engine()
    module = try parseText("(module (func (export \"f\")))")
  }

  func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "millrace-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test func `the second load does not compile`() throws {
    try withTemporaryFolder { folder in
      let cache = CodeCache(directory: folder + "/deep/er")
      #expect(try cache.module(engine: engine, bytes: module.span.bytes).compiled)
      let (loaded, compiled) = try cache.module(engine: engine, bytes: module.span.bytes)
      #expect(!compiled)
      #expect(loaded.exports == ["f"])
    }
  }

  @Test func `a damaged file is compiled anew`() throws {
    try withTemporaryFolder { folder in
      let cache = CodeCache(directory: folder)
      _ = try cache.module(engine: engine, bytes: module.span.bytes)
      let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
      try Data("garbage".utf8).write(to: URL(filePath: folder + "/" + file))
      #expect(try cache.module(engine: engine, bytes: module.span.bytes).compiled)
      #expect(try !cache.module(engine: engine, bytes: module.span.bytes).compiled)
    }
  }

  @Test func `a folder that others can write to is not trusted`() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o777])
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder)
      let cache = CodeCache(directory: folder)
      #expect(cache.directory == nil)
      #expect(cache.problem?.contains("chmod") == true)
      #expect(try cache.module(engine: engine, bytes: module.span.bytes).compiled)
    }
  }
}
