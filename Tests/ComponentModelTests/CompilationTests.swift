import ComponentModel
import Foundation
import Synchronization
import Testing
import WebAssembly

/// Components whose core modules are compiled, or taken from the cache, several at a time.
struct CompilationTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "millrace-\(UUID().uuidString)").path

  /// A component with one core module for each name; the first has least code.
  private func component(_ names: [String]) throws -> ComponentFile {
    let modules = names.enumerated().map { index, name in
      "(core module (func (export \"\(name)\")) \(String(repeating: "(func (drop (i32.const 1)))", count: index)))"
    }
    return try ComponentFile(decoding: try parseText("(component \(modules.joined()))"))
  }

  /// Compiles as another process would, with an engine of its own.
  private func compile(_ file: ComponentFile, cache: CodeCache) throws -> (compiledCount: Int, events: [CompilationEvent]) {
    let events = Mutex<[CompilationEvent]>([])
    let component = try CompiledComponent(file, engine: Engine(), cache: cache) { event in events.withLock { $0.append(event) } }
    return (component.compiledCount, events.withLock { $0 })
  }

  @Test func `every module that is compiled is told of, the one with most code first`() throws {
    let file = try component(["a", "b", "c"])
    let (count, events) = try compile(file, cache: CodeCache(directory: nil))
    #expect(count == 3)
    #expect(events.allSatisfy { $0.count == 3 && $0.totalCodeSize == events[0].totalCodeSize })
    let started = events.filter { $0.step == .started }.sorted { $0.number < $1.number }
    #expect(started.map(\.number) == [1, 2, 3])
    #expect(started.map(\.codeSize) == started.map(\.codeSize).sorted(by: >) && started[0].codeSize > started[2].codeSize)
    #expect(started.reduce(0) { $0 + $1.codeSize } == events[0].totalCodeSize)
    let finished = events.filter { if case .finished = $0.step { true } else { false } }
    #expect(Set(finished.map(\.number)) == [1, 2, 3] && events.count == 6)
    for number in 1...3 { #expect(events.first { $0.number == number }?.step == .started) }
  }

  @Test func `a second component compiles only what the first one did not have`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = CodeCache(directory: folder)
    #expect(try compile(component(["a", "b", "c"]), cache: cache).compiledCount == 3)
    let (count, events) = try compile(component(["a", "x", "c"]), cache: cache)
    #expect(count == 1)
    #expect(events.map(\.number) == [1, 1] && events.map(\.count) == [1, 1])
    let (again, none) = try compile(component(["a", "x", "c"]), cache: cache)
    #expect(again == 0 && none.isEmpty)
  }

  @Test func `a module that a component has twice is compiled once`() throws {
    let text = "(core module (func (export \"f\")))"
    let file = try ComponentFile(decoding: try parseText("(component \(text)\(text)\(text))"))
    #expect(try compile(file, cache: CodeCache(directory: nil)).compiledCount == 1)
  }

  @Test func `modules run whether they were compiled or loaded`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = try ComponentFile(decoding: try parseText("""
      (component
        (core module $m (func (export "f") (result i32) (i32.const 41)))
        (core module $n (import "m" "f" (func $f (result i32))) (func (export "g") (result i32) (i32.add (call $f) (i32.const 1))))
        (core instance $i (instantiate $m)) (core instance $j (instantiate $n (with "m" (instance $i))))
        (func (export "answer") (result u32) (canon lift (core func $j "g"))))
      """))
    for _ in 1...2 {
      let component = try CompiledComponent(file, engine: Engine(), cache: CodeCache(directory: folder))
      let instance = try component.instantiate(imports: HostImports(), in: Store(engine: component.engine))
      let answer = try #require(instance.function("answer"))
      #expect(try answer.call(returning: UInt32.self) == 42)
    }
  }

  @Test func `of several invalid modules the first one is named`() throws {
    var bytes = try component(["a", "b", "c"]).bytes
    let file = try ComponentFile(decoding: bytes)
    let ranges = file.component.definitions.compactMap { if case .coreModule(let slice) = $0 { slice.byteRange } else { nil } }
    // The last byte of each is an `end`.
    for range in ranges[1...] { bytes[range.upperBound - 1] = 0 }
    let error = #expect(throws: ComponentError.self) { try compile(ComponentFile(decoding: bytes), cache: CodeCache(directory: nil)) }
    #expect(error?.byteOffset.map { (ranges[1].lowerBound...ranges[1].upperBound).contains($0) } == true, "\(String(describing: error))")
  }
}
