@testable import ComponentEncoder
import ComponentModel
import OperatorFixtures
import WebAssembly

/// Everything that WASI 0.2 lets a component import, by its WIT, and components that import it.
struct Preview2Interfaces {
  let wit: WIT

  /// - Parameter edit: changes the WIT's text.
  init(version: String = "0.2.12", edit: (String) -> String = { $0 }) throws {
    wit = try WIT(
      packages: WASIInterfaces.packages(version: version, edit: edit) + [[WIT.File(name: "test", text: "package test:test; interface main { main: func(); }")]])
  }

  /// An import of a core module.
  struct Function: CustomStringConvertible {
    let interface: String, name: String, type: CoreType
    var description: String { "\(name) of \(interface)" }

    struct CoreType { let parameters: [String], results: [String] }
  }

  /// All functions that can be imported.
  var functions: [Function] {
    all { interface, id in
      wit[id].functions.map { function in
        let type = wit.lowered(function).type
        return Function(interface: interface, name: function.name, type: .init(parameters: type.parameters.map { "\($0)" }, results: type.results.map { "\($0)" }))
      }
    }
  }

  /// The functions that drop each resource, named by the interface that declares it.
  var drops: [Function] {
    all { interface, id in
      wit[id].types.compactMap { type in
        guard case .resource = wit[type].definition else { return nil }
        return Function(interface: interface, name: "[resource-drop]\(wit[type].name)", type: .init(parameters: ["i32"], results: []))
      }
    }
  }

  private func all(_ items: (String, InterfaceID) -> [Function]) -> [Function] {
    wit.interfaceNames.filter { $0 != "test:test/main" }.flatMap { name in wit.interface(named: name).map { items(name, $0) } ?? [] }
  }

  /// A component that imports these functions.
  func component(importing functions: [Function]) throws -> ComponentFile {
    let imports = functions.map { function in
      let parameters = function.type.parameters.isEmpty ? "" : "(param \(function.type.parameters.joined(separator: " ")))"
      let results = function.type.results.isEmpty ? "" : "(result \(function.type.results.joined(separator: " ")))"
      return #"(import "\#(function.interface)" "\#(function.name)" (func \#(parameters) \#(results)))"#
    }
    let module = """
      (module \(imports.joined(separator: "\n"))
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 0))
        (func (export "test:test/main#main")))
      """
    return try ComponentFile(decoding: ComponentEncoder(wit: wit).encode(parseText(module)).bytes)
  }
}
