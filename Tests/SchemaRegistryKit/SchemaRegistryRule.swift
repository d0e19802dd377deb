internal import Dispatch
public import SchemaRegistry
internal import Synchronization

/// One thing that every schema registry must do, wherever it has its schemas from.
public struct SchemaRegistryRule: Sendable, CustomStringConvertible {
  public let description: String
  /// What the registry must have before it is checked.
  public let schemas: [Schema]
  /// Throws if the registry, which has the schemas and nothing else, does not do it.
  public let check: @Sendable (any SchemaRegistry) throws -> Void

  /// A rule whose check is given the schemas, too.
  fileprivate init(_ description: String, _ schemas: [Schema], check: @escaping @Sendable (any SchemaRegistry, [Schema]) throws -> Void) {
    self.description = description
    self.schemas = schemas
    self.check = { registry in try check(registry, schemas) }
  }
}

/// What a registry did and should not have done.
public struct SchemaRegistryFailure: Error, CustomStringConvertible {
  public let description: String
}

private func require(_ condition: Bool, _ what: String, line: Int = #line) throws {
  if !condition { throw SchemaRegistryFailure(description: "\(what) (line \(line) of the rules)") }
}

/// Long enough for a registry behind a network, in nanoseconds.
private let timeout: UInt64 = 10_000_000_000

extension SchemaRegistry {
  /// Requires the registry to have the schema, with the same text in the same format.
  fileprivate func requireSchema(_ schema: Schema, line: Int = #line) throws {
    let found = try get(name: schema.name, version: schema.version, timeout: timeout)
    let isSame = found.name == schema.name && found.version == schema.version && found.format == schema.format && found.content.utf8.elementsEqual(schema.content.utf8)
    try require(isSame, "\(schema.name) \(schema.version) was found as another schema, \(found.name) \(found.version)", line: line)
  }

  /// Requires there to be none, or the request to be refused; gives which.
  fileprivate func refusal(_ name: String, _ version: String, line: Int = #line) throws -> SchemaRegistryError {
    do throws(SchemaRegistryError) {
      let found = try get(name: name, version: version, timeout: timeout)
      throw .internal("it was found, as \(found.name) \(found.version)")
    } catch .notFound {
      return .notFound
    } catch .request(let text) {
      return .request(text)
    } catch {
      throw SchemaRegistryFailure(description: "\(name) \(version): \(error) (line \(line) of the rules)")
    }
  }
}

extension SchemaRegistryRule {
  private static let thermometer = Schema(name: "thermometer", version: "1", content: #"{"type":"object"}"#)

  public static let all: [SchemaRegistryRule] = [
    SchemaRegistryRule(
      "a schema is found by name and version, in its format",
      [
        thermometer, Schema(name: "thermometer", version: "2", content: #"{"type":"array"}"#), Schema(name: "thermometer", version: "3", format: .delta, content: "{}"),
        Schema(name: "hygrometer", version: "1", content: "{}"),
      ]
    ) { registry, schemas in
      for schema in schemas { try registry.requireSchema(schema) }
    },
    SchemaRegistryRule(
      "a schema's text comes as it is",
      ["", " ", "{\r\n\t\"ключ 🔑\": \"e\u{301}\"\n}\n", "[" + String(repeating: "\"long\", ", count: 100_000) + "0]"].enumerated().map {
        Schema(name: "text", version: "\($0)", content: $1)
      }
    ) { registry, schemas in
      for schema in schemas { try registry.requireSchema(schema) }
    },
    SchemaRegistryRule(
      "names and versions are texts: dots, dashes and other alphabets are part of them, and so is case",
      [("a.b-c_d", "1.0.0-rc.1"), ("Thermometer", "v1"), ("thermometer", "V1"), ("ключ", "1")].map { Schema(name: $0, version: $1, content: "\"\($0) \($1)\"") }
    ) { registry, schemas in
      for schema in schemas { try registry.requireSchema(schema) }
      try require(try registry.refusal("thermometer", "v1") == .notFound, "case made no difference")
    },
    SchemaRegistryRule("what is not there is not found", [thermometer]) { registry, _ in
      for (name, version) in [("thermometer", "2"), ("thermometer", "01"), ("thermo", "1"), ("hygrometer", "1"), ("1", "thermometer"), ("*", "1"), ("thermometer", "*")] {
        try require(try registry.refusal(name, version) == .notFound, "\(name) \(version) was refused for another reason")
      }
    },
    SchemaRegistryRule("an empty name or version is refused with a reason", [thermometer]) { registry, _ in
      for (name, version) in [("", "1"), ("thermometer", ""), ("", "")] {
        guard case .request(let reason) = try registry.refusal(name, version) else { throw SchemaRegistryFailure(description: "\"\(name)\" \"\(version)\" was looked for") }
        try require(!reason.isEmpty, "there is no reason")
      }
    },
    SchemaRegistryRule("a name or version of any kind finds nothing, and does no harm", [thermometer]) { registry, _ in
      for text in [".", "..", "a/b", "../thermometer", "a\u{0}b", "a\nb", "\"", "#{}+", String(repeating: "a", count: 100_000)] {
        for (name, version) in [(text, "1"), ("thermometer", text)] { _ = try registry.refusal(name, version) }
      }
      try registry.requireSchema(thermometer)
    },
    SchemaRegistryRule("many threads ask at once", [thermometer, Schema(name: "hygrometer", version: "1", content: "{}")]) { registry, schemas in
      let rightAnswers = Mutex(0)
      DispatchQueue.concurrentPerform(iterations: 8) { thread in
        for _ in 0..<50 where (try? registry.requireSchema(schemas[thread % 2])) != nil { rightAnswers.withLock { $0 += 1 } }
      }
      let count = rightAnswers.withLock { $0 }
      try require(count == 400, "of 400 answers, \(count) were right")
    },
  ]
}
