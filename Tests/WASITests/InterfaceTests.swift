import ComponentModel
import Testing
import WASI
import WebAssembly

/// All of WASI 0.2 links, with exactly the types of its WIT.
struct InterfaceTests {
  private func imports() throws -> HostImports {
    var imports = HostImports()
    try imports.provideWASI(World().configuration)
    return imports
  }

  @Test(arguments: ["0.2.0", "0.2.1", "0.2.3", "0.2.6", "0.2.9", "0.2.12"])
  func `A component that imports every function of every interface runs`(version: String) throws {
    let interfaces = try Preview2Interfaces(version: version)
    let functions = interfaces.functions + interfaces.drops
    #expect(functions.count == 204)
    let engine = try Engine()
    let component = try CompiledComponent(try interfaces.component(importing: functions), engine: engine, cache: CodeCache(directory: nil))
    let instance = try component.instantiate(imports: try imports(), in: Store(engine: engine))
    #expect(instance.function("test:test/main", "main") != nil)
  }

  /// So that no function is linked just by its name.
  @Test func `A function that is imported with another type is a mismatch`() throws {
    // One more parameter for each.
    let interfaces = try Preview2Interfaces { text in
      text.replacing("()", with: "(extra: u8)").replacing(/(func|constructor)\((?!extra)/) { "\($0.1)(extra: u8, " }
    }
    let imports = try imports()
    for function in interfaces.functions {
      let problems = imports.problems(with: try interfaces.component(importing: [function]).component)
      #expect(problems.count == 1 && problems.first?.code == .typeMismatch, "\(function): \(problems)")
      #expect(problems.first?.message.contains("`\(function.name)`") == true, "\(problems)")
    }
  }

  @Test func `A resource of another interface is a mismatch`() throws {
    let interfaces = try Preview2Interfaces { $0.replacing("borrow<pollable>", with: "borrow<error>").replacing("interface poll {", with: "interface poll { use error.{error};") }
    let poll = try #require(interfaces.functions.first { $0.name == "poll" })
    let problems = try imports().problems(with: try interfaces.component(importing: [poll]).component)
    #expect(problems.map(\.code) == [.typeMismatch], "\(problems)")
  }
}
