import Foundation
import SchemaRegistry
import SchemaRegistryKit
import Testing

struct FolderSchemaRegistryTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("millrace-schemas-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("thermometer"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test(arguments: SchemaRegistryRule.all)
  func `The registry in a folder follows every rule`(_ rule: SchemaRegistryRule) throws {
    try withFolder { path in
      for schema in rule.schemas {
        try FileManager.default.createDirectory(atPath: "\(path)/\(schema.name)", withIntermediateDirectories: true)
        try Data(schema.content.utf8).write(to: URL(fileURLWithPath: "\(path)/\(schema.name)/\(schema.version).\(schema.format)"))
      }
      try rule.check(FolderSchemaRegistry(path: path))
    }
  }

  @Test func `Schemas are read anew each time, and a folder may be missing`() throws {
    try withFolder { path in
      let registry = FolderSchemaRegistry(path: path)
      for text in ["{}", "[]"] {
        try text.write(toFile: path + "/thermometer/1.json", atomically: true, encoding: .utf8)
        #expect(try registry.get(name: "thermometer", version: "1", timeout: 0).content == text)
      }
      #expect(throws: SchemaRegistryError.notFound) { try FolderSchemaRegistry(path: path + "/none").get(name: "a", version: "1", timeout: 0) }
    }
  }

  @Test(arguments: [("", "1"), ("a", ""), ("..", "1"), ("a", "../../secret"), ("a/b", "1"), ("a\u{0}b", "1"), (String(repeating: "a", count: 256), "1")])
  func `a name that leads out of the folder is refused`(_ name: String, _ version: String) throws {
    let error = #expect(throws: SchemaRegistryError.self) { try FolderSchemaRegistry(path: "/").get(name: name, version: version, timeout: 0) }
    guard case .request? = error else { return #expect(Bool(false), "\(error as Any)") }
  }

  @Test func `a file that is no text, or a folder, or too long, is an error of the registry's`() throws {
    try withFolder { path in
      try Data([0xff, 0xfe]).write(to: URL(fileURLWithPath: path + "/thermometer/1.json"))
      try FileManager.default.createDirectory(atPath: path + "/thermometer/2.json", withIntermediateDirectories: true)
      _ = FileManager.default.createFile(atPath: path + "/thermometer/3.json", contents: nil)
      try #require(truncate(path + "/thermometer/3.json", FolderSchemaRegistry.maximumByteCount + 1) == 0)
      for (version, text) in [("1", "not UTF-8"), ("2", "not a file"), ("3", "at most")] {
        let error = #expect(throws: SchemaRegistryError.self) { try FolderSchemaRegistry(path: path).get(name: "thermometer", version: version, timeout: 0) }
        #expect("\(error as Any)".contains(text))
      }
    }
  }

  @Test func `without a registry there is none`() {
    #expect(throws: SchemaRegistryError.notAvailable) { try NoSchemaRegistry().get(name: "a", version: "1", timeout: 0) }
  }
}
