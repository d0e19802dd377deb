import Dataflow
import OperatorFixtures
import OperatorHost
import Testing
import WebAssembly

/// Modules that cannot serve, found before anything runs.
struct ModuleTests {
  private func loadError(_ bytes: [UInt8]) throws -> OperatorHostError {
    try #require(throws: OperatorHostError.self) { try OperatorModule(bytes) }
  }

  private func instanceError(_ bytes: [UInt8], as kind: OperatorKind) throws -> OperatorHostError {
    let module = try OperatorModule(bytes)
    return try #require(throws: OperatorHostError.self) {
      try OperatorInstance(module, operation: "test", kind: kind, configuration: ModuleConfiguration(), services: LogRecorder().services())
    }
  }

  @Test func `A module tells its kind, its size and whether it runs models`() throws {
    let bytes = try OperatorFixture.keepingYes.bytes
    let module = try OperatorModule(bytes)
    #expect(module.kinds == [.filter])
    #expect(module.byteCount == bytes.count)
    #expect(!module.usesNeuralNetworks)
    #expect(module.problems(as: .filter).isEmpty)
    #expect(try OperatorModule(.loading(model: [])).usesNeuralNetworks)
  }

  @Test func `A missing export names the export and what the module is`() throws {
    let bytes = try OperatorFixture.passingOn.bytes
    let problems = try OperatorModule(bytes).problems(as: .filter)
    #expect(problems.map(\.code) == [.missingExport])
    #expect(problems[0].message.contains("`wasm-graph:processor/filter@1.1.0`") && problems[0].message.contains("it exports map only"))
    let error = try instanceError(bytes, as: .filter)
    #expect(error.code == .missingExport)
    #expect(error.message.contains("wasm-graph:processor/filter@1.1.0"))
  }

  @Test func `An operator of an older interface is to be rebuilt`() throws {
    let old = try parseText("""
      (component
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f")))
        (instance $map (export "process" (func $f)) (export "init" (func $f)))
        (export "wasm-graph:processor/map@1.0.0" (instance $map)))
      """)
    let problems = try OperatorModule(old).problems(as: .map)
    #expect(problems.map(\.code) == [.missingExport])
    #expect(problems[0].message.contains("map@1.0.0") && problems[0].message.contains("rebuild"))
  }

  @Test func `An export of another type than the interface's is refused`() throws {
    let wrong = try parseText("""
      (component
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func $f (canon lift (core func $i "f")))
        (instance $map (export "process" (func $f)) (export "init" (func $f)))
        (export "wasm-graph:processor/map@1.1.0" (instance $map)))
      """)
    let error = try instanceError(wrong, as: .map)
    #expect(error.message.contains("published WIT"))
  }

  @Test(arguments: [
    (#"(component (import "acme:thing/x@1.0.0" (instance (export "f" (func)))))"#, "acme:thing/x@1.0.0"),
    (#"(component (import "wasi:http/outgoing-handler@0.2.0" (instance (export "handle" (func)))))"#, "wasi:http/outgoing-handler@0.2.0"),
    (#"(component (import "wasm-graph:processor/logger@2.0.0" (instance (export "log" (func)))))"#, "wasm-graph:processor/logger@2.0.0"),
    (#"(component (import "f" (func)))"#, "`f`"),
    (#"(component (import "wasm-graph:processor/logger@1.1.0" (instance (export "shout" (func)))))"#, "shout"),
    (#"(component (import "wasm-graph:processor/logger@1.1.0" (instance (export "log" (func (param "x" u32))))))"#, "log"),
  ])
  func `An import that nobody provides is named, with and without running`(text: String, name: String) throws {
    let bytes = try parseText(text)
    let problems = try OperatorModule(bytes).problems(as: .map)
    #expect(problems.contains { $0.code == .missingImport && $0.message.contains(name) }, "\(problems)")
    let error = try instanceError(bytes, as: .map)
    #expect(error.code == .missingImport)
    #expect(error.message.contains(name))
  }

  @Test func `All that is missing is reported at once`() throws {
    let bytes = try parseText(
      #"(component (import "a:b/c@1.0.0" (instance (export "g" (func)))) (import "d:e/f@1.0.0" (instance (export "h" (func)))))"#)
    let problems = try OperatorModule(bytes).problems(as: .map)
    #expect(problems.map(\.code) == [.missingExport, .missingImport, .missingImport])
  }

  // MARK: Files that are no components

  @Test func `A core module is no component`() throws {
    let error = try loadError(try parseText("(module)"))
    #expect(error.code == .invalidModule)
    #expect(error.message.contains("core module") && error.message.contains("operator.wasm"))
  }

  @Test(arguments: [[], Array("operations:\n  - name: x\n".utf8), Array("(component)".utf8), [0, 0x61, 0x73], [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0]] as [[UInt8]])
  func `Other files are refused`(bytes: [UInt8]) throws {
    #expect(try loadError(bytes).code == .invalidModule)
  }

  @Test func `A component that was cut off is refused wherever the cut is`() throws {
    let bytes = try OperatorFixture.moody.bytes
    for length in stride(from: 8, to: bytes.count - 1, by: 61) {
      // A cut between two sections can leave a smaller component, which then lacks its export.
      guard let module = try? OperatorModule(Array(bytes.prefix(length))) else { continue }
      #expect(!module.problems(as: .map).isEmpty, "\(length)")
    }
  }

  @Test func `A file that is missing, or is a folder, cannot be read`() throws {
    let folder = try TestFolder()
    for path in [folder.path + "/none.wasm", folder.path, "/dev/null"] {
      let error = try #require(throws: OperatorHostError.self) {
        try OperatorModule(path: path, engine: engine.get(), cache: CodeCache(directory: nil))
      }
      #expect(error.code == .unreadable)
      #expect(error.message.contains(path))
    }
  }
}
