import Foundation
import Glibc
import Synchronization
import Testing
@testable import WebAssembly

/// A cache under the hands of several threads and processes. Locks belong to open files, so that threads with caches of their own meet as processes do.
struct CacheSharingTests {
  @Test func `many at once compile each module once, and all get the right one`() throws {
    let modules = try CachedModules()
    let compiled = Mutex(0)
    try together(24) { index in
      if try modules.load(index % 4) { compiled.withLock { $0 += 1 } }
    }
    #expect(compiled.withLock { $0 } == 4)
    #expect(modules.folder.files.count == 4 && modules.folder.files.allSatisfy { $0.hasSuffix(".cwasm") })
  }

  @Test func `modules are right while others clear, damage and evict them`() throws {
    let modules = try CachedModules(limit: 40_000)
    try together(8) { index in
      for round in 0..<30 {
        switch index {
        case 0: modules.cache.clear()
        case 1:
          // In one step, as a file system would give back an older state.
          let name = "x\(round)", file = try modules.file(round % 4)
          try modules.folder.write(name, [UInt8](repeating: 7, count: 9000))
          rename(modules.folder.path(name), modules.folder.path(file))
        default: try modules.load((index + round) % 4)
        }
      }
    }
    #expect(modules.folder.files.allSatisfy { !$0.hasSuffix(".partial") })
  }

  @Test func `who waits for another one's lock loads what that one left`() throws {
    let modules = try CachedModules(), other = try CachedModules()
    try other.load(1)
    let bytes = try CachedModules.module(1), lock = try HeldLock(modules, 1)
    var waits = 0
    let (module, compiled) = try modules.cache.compile(engine: Engine(), bytes: bytes.span.bytes) {
      waits += 1
      // What a process does that has compiled the module.
      try? FileManager.default.copyItem(atPath: other.folder.path(other.file(1)), toPath: modules.folder.path(modules.file(1)))
      lock.release()
    }
    #expect(waits == 1 && !compiled && module.exports == ["f1"])
    #expect(try modules.folder.files == [modules.file(1)])
  }

  @Test func `who waits for one that dies compiles the module`() throws {
    let modules = try CachedModules()
    let bytes = try CachedModules.module(1), lock = try HeldLock(modules, 1, content: [1, 2, 3])
    #expect(try modules.cache.compile(engine: Engine(), bytes: bytes.span.bytes) { lock.release() }.compiled)
    #expect(try modules.folder.files == [modules.file(1)])
    #expect(try modules.has(1))
  }

  @Test func `who does not get the lock in time compiles without storing`() throws {
    let modules = try CachedModules(patience: .zero)
    let lock = try HeldLock(modules, 1, content: [1, 2, 3])
    #expect(try modules.load(1))
    #expect(try modules.folder.files == [modules.file(1) + ".partial"])
    #expect(try modules.folder.read(modules.file(1) + ".partial") == [1, 2, 3])
    lock.release()
    #expect(try modules.load(1))
    #expect(try modules.folder.files == [modules.file(1)])
  }

  @Test func `what killed processes have left is removed, and what is being written stays`() throws {
    let modules = try CachedModules()
    for number in 1...2 { try modules.folder.write(modules.file(number) + ".partial", [UInt8](repeating: 0, count: 1000)) }
    let lock = try HeldLock(modules, 3, content: [9])
    try modules.load(1)
    #expect(try modules.folder.files == [modules.file(1), modules.file(3) + ".partial"].sorted())
    lock.release()
    modules.cache.clear()
    #expect(modules.folder.files.isEmpty)
  }

  @Test func `a partial file that we would not have made is left alone`() throws {
    let modules = try CachedModules()
    let partial = modules.folder.path(try modules.file(1) + ".partial")
    try modules.folder.write(modules.file(1) + ".partial", [1])
    try #require(chmod(partial, 0o666) == 0)
    #expect(try modules.load(1) && modules.load(1))
    #expect(try modules.folder.read(modules.file(1) + ".partial") == [1])
    try #require(unlink(partial) == 0 && mkfifo(partial, 0o600) == 0)
    #expect(try modules.load(1) && modules.load(1))
  }

  // MARK: One engine

  @Test func `in one engine a module is compiled once and is there once, without a folder too`() throws {
    let engine = try Engine(), bytes = try CachedModules.module(1), cache = CodeCache(directory: nil)
    let results = Mutex<[(module: Module, compiled: Bool)]>([])
    try together(8) { _ in
      let result = try cache.module(engine: engine, bytes: bytes.span.bytes)
      results.withLock { $0.append(result) }
    }
    let all = results.withLock { $0 }
    #expect(all.count(where: \.compiled) == 1)
    #expect(Set(all.map { ObjectIdentifier($0.module) }).count == 1)
  }

  @Test func `a module that nobody uses any more is compiled again, and one that fails is refused again`() throws {
    let engine = try Engine(), bytes = try CachedModules.module(1), cache = CodeCache(directory: nil)
    for _ in 1...2 { #expect(try cache.module(engine: engine, bytes: bytes.span.bytes).compiled) }
    for _ in 1...2 { #expect(throws: WebAssemblyError.self) { try cache.module(engine: engine, bytes: [0].span.bytes) } }
  }

  /// Runs `body` on `count` threads at the same time.
  private func together(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
    let failures = Mutex<[any Error]>([])
    let group = DispatchGroup()
    for index in 0..<count {
      group.enter()
      Thread.detachNewThread {
        do { try body(index) } catch { failures.withLock { $0.append(error) } }
        group.leave()
      }
    }
    group.wait()
    if let failure = failures.withLock({ $0.first }) { throw failure }
  }
}

/// The lock of a module's file, as another process has it.
private final class HeldLock {
  private let descriptor: Int32

  init(_ modules: CachedModules, _ number: Int, content: [UInt8] = []) throws {
    let path = modules.folder.path(try modules.file(number) + ".partial")
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    try #require(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0 && write(descriptor, content, content.count) == content.count)
  }

  func release() { flock(descriptor, LOCK_UN) }

  deinit { close(descriptor) }
}
