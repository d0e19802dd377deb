import Foundation
import Glibc
import Testing
@testable import WebAssembly

/// What is taken from the cache, and what is not.
struct CodeCacheTests {
  @Test func `the second load does not compile, in a folder that is made`() throws {
    let folder = try TestFolder()
    let bytes = try CachedModules.module(1), path = folder.path("deep/er")
    #expect(try CodeCache(directory: path).module(engine: Engine(), bytes: bytes.span.bytes).compiled)
    let (module, compiled) = try CodeCache(directory: path).module(engine: Engine(), bytes: bytes.span.bytes)
    #expect(!compiled && module.exports == ["f1"])
  }

  @Test func `a load writes nothing, and the file is read-only for its owner and nobody else's`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    let before = try modules.folder.read(modules.file(1))
    try modules.load(1)
    #expect(try modules.folder.files == [modules.file(1)])
    #expect(try modules.folder.read(modules.file(1)) == before)
    let permissions = try FileManager.default.attributesOfItem(atPath: modules.folder.path(modules.file(1)))[.posixPermissions] as? Int
    #expect(permissions == 0o400)
  }

  @Test func `another module is a miss`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    #expect(try !modules.has(2))
    #expect(try modules.load(2))
    #expect(try modules.has(1) && modules.has(2))
  }

  @Test func `an invalid module is refused every time, and leaves nothing`() throws {
    let modules = try CachedModules()
    for bytes in [[], [0], Array("\0asm\u{1}\0\0\0\u{63}".utf8)] as [[UInt8]] {
      for _ in 1...2 { #expect(throws: WebAssemblyError.self) { try modules.cache.module(engine: Engine(), bytes: bytes.span.bytes) } }
    }
    #expect(modules.folder.files.isEmpty)
  }

  // MARK: Files that are not as they were written

  @Test func `one damaged bit anywhere is noticed, and the file is written anew`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    let file = try modules.file(1), good = try modules.folder.read(file)
    // Headers, code, tables and names, and all of the seal.
    let places = Array(stride(from: 0, to: good.count, by: 97)) + Array(good.count - CacheSeal.byteCount..<good.count)
    for place in places {
      var bad = good
      bad[place] ^= 1 << (place % 8)
      try modules.folder.write(file, bad)
      #expect(try !modules.has(1), "byte \(place) of \(good.count)")
    }
    #expect(try modules.load(1))
    #expect(try modules.folder.read(file) == good)
  }

  @Test func `a file that is too short or too long is not used`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    let file = try modules.file(1), good = try modules.folder.read(file)
    for count in [0, 1, 15, 16, 17, 4096, good.count / 2, good.count - 16, good.count - 1] {
      try modules.folder.write(file, good.prefix(count))
      #expect(try !modules.has(1), "\(count) of \(good.count) bytes")
    }
    try modules.folder.write(file, good + [0])
    #expect(try !modules.has(1))
    #expect(try modules.load(1) && modules.has(1))
  }

  @Test func `a file of another program, or code without a seal, is not used`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    let file = try modules.file(1), good = try modules.folder.read(file)
    let executable = Array(try FileHandle(forReadingFrom: URL(filePath: "/proc/self/exe")).read(upToCount: 100_000) ?? Data())
    for bytes in [Array("garbage".utf8), Array(repeating: 0, count: 10_000), executable, good.dropLast(CacheSeal.byteCount)] as [[UInt8]] {
      try modules.folder.write(file, bytes)
      #expect(try !modules.has(1))
    }
    #expect(try modules.load(1) && modules.has(1))
  }

  @Test func `a file under another module's name is not used`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    try FileManager.default.copyItem(atPath: modules.folder.path(modules.file(1)), toPath: modules.folder.path(modules.file(2)))
    #expect(try !modules.has(2))
    #expect(try modules.load(2))
    #expect(try modules.has(1) && modules.has(2))
  }

  @Test func `code of another wasmtime, even sealed, is compiled anew`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    let file = try modules.file(1)
    var code = Array(try modules.folder.read(file).dropLast(CacheSeal.byteCount))
    // The major version, behind its length.
    let version = Array(try #require(Engine.version.split(separator: ".").first).utf8)
    let place = try #require(code.indices.first { code[$0...].starts(with: [UInt8(version.count)] + version) })
    code[place + version.count] ^= 1
    let seal = try #require(code.withUnsafeBytes { CacheSeal.of($0, name: file) })
    try modules.folder.write(file, code + seal)
    #expect(try !modules.has(1))
    #expect(try modules.load(1) && modules.has(1))
  }

  @Test func `whatever else has the name of a file costs compiling, and never more`() throws {
    let modules = try CachedModules()
    let file = try modules.file(1)
    try FileManager.default.createDirectory(atPath: modules.folder.path(file), withIntermediateDirectories: true)
    #expect(try modules.load(1) && modules.load(1))
    #expect(modules.folder.files == [file])
    try FileManager.default.removeItem(atPath: modules.folder.path(file))
    try #require(mkfifo(modules.folder.path(file), 0o600) == 0)
    #expect(try modules.load(1))
    #expect(try modules.has(1))
  }

  @Test func `links are not followed`() throws {
    let modules = try CachedModules(), elsewhere = try TestFolder()
    try modules.load(1)
    let file = try modules.file(1), good = try modules.folder.read(file)
    try elsewhere.write("code", good)
    try FileManager.default.removeItem(atPath: modules.folder.path(file))
    try FileManager.default.createSymbolicLink(atPath: modules.folder.path(file), withDestinationPath: elsewhere.path("code"))
    #expect(try !modules.has(1))
    #expect(try modules.load(1) && modules.has(1))
    #expect(!modules.folder.isLink(file))
    // Nor is one in the place where code is written.
    try elsewhere.write("precious", [1, 2, 3])
    let partial = try modules.file(2) + ".partial"
    try FileManager.default.createSymbolicLink(atPath: modules.folder.path(partial), withDestinationPath: elsewhere.path("precious"))
    #expect(try modules.load(2))
    #expect(try elsewhere.read("precious") == [1, 2, 3])
    #expect(try elsewhere.read("code") == good)
  }

  // MARK: Permissions

  @Test func `a folder or file that others can write to is not trusted`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    let file = modules.folder.path(try modules.file(1))
    for mode: mode_t in [0o620, 0o602, 0o666] {
      try #require(chmod(file, mode) == 0)
      #expect(try !modules.has(1))
    }
    try #require(chmod(file, 0o444) == 0)
    #expect(try modules.has(1))
    for mode: mode_t in [0o720, 0o702, 0o777] {
      try #require(chmod(modules.folder.path, mode) == 0)
      let cache = CodeCache(directory: modules.folder.path)
      #expect(cache.directory == nil && cache.problem?.contains("chmod") == true)
      let bytes = try CachedModules.module(1)
      #expect(try cache.module(engine: Engine(), bytes: bytes.span.bytes).compiled)
    }
  }

  @Test(.enabled(if: geteuid() == 0)) func `a file of another user is not trusted`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    try #require(chown(modules.folder.path(modules.file(1)), 65_534, 65_534) == 0)
    #expect(try !modules.has(1))
    #expect(try modules.load(1) && modules.has(1))
  }

  @Test func `from a folder that cannot be written to code is loaded, and the rest is compiled`() throws {
    let modules = try CachedModules()
    try modules.load(1)
    let file = modules.folder.path(try modules.file(1))
    try #require(chmod(file, 0o444) == 0 && chmod(modules.folder.path, 0o555) == 0)
    // Root may write everywhere; for this thread's accesses it is somebody else for a while.
    let setFileUser = unsafeBitCast(try #require(dlsym(nil, "setfsuid")), to: (@convention(c) (uid_t) -> Int32).self)
    _ = setFileUser(geteuid() == 0 ? 65_534 : geteuid())
    defer {
      _ = setFileUser(geteuid())
      chmod(modules.folder.path, 0o700)
    }
    #expect(try modules.has(1))
    #expect(try !modules.load(1))
    #expect(try modules.load(2) && modules.load(2))
    modules.cache.remember(CodeCache.Kind("valid-1"), CodeCache.Key([1].span.bytes, fingerprint: ""))
    #expect(try modules.folder.files == [modules.file(1)])
  }

  @Test func `a folder that cannot be made is a problem, and nothing is cached`() throws {
    let folder = try TestFolder()
    try folder.write("file", [])
    let cache = CodeCache(directory: folder.path("file/code"))
    #expect(cache.directory == nil && cache.problem?.contains("file/code") == true)
    let bytes = try CachedModules.module(1)
    #expect(try cache.module(engine: Engine(), bytes: bytes.span.bytes).compiled)
  }
}
