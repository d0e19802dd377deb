import Dataflow
import OperatorFixtures
import OperatorHost
import Testing
import WebAssembly

/// The schema filter as a module, whose stack is small: whatever is nested, it must answer.
@Suite(.enabled(if: SensorsExample.isBuilt, Comment(rawValue: SensorsExample.hint)))
struct SchemaFilterModuleTests {
  enum Answer: Equatable {
    case passes, drops
    case refuses(String)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String, schema: String, payload: String, answer: Answer

    init(_ description: String, _ schema: String, _ payload: String, _ answer: Answer) {
      (testDescription, self.schema, self.payload, self.answer) = (description, schema, payload, answer)
    }
  }

  private static func nested(_ depth: Int, _ open: String = "[", _ inner: String = "", _ close: String = "]") -> String {
    String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
  }
  private static func objects(_ depth: Int, _ inner: String = "1") -> String { nested(depth, #"{"a":"#, inner, "}") }

  static let recursive = ##"{"items":{"$ref":"#"},"additionalProperties":{"$ref":"#"}}"##
  /// Several schemas for each level of the value, each within another.
  static let combined = ##"""
    {"definitions":{"one":{"anyOf":[false,{"oneOf":[false,{"$ref":"#/definitions/two"}]}]},
      "two":{"if":{"not":{"type":"null"}},"then":{"dependencies":{"a":{"propertyNames":true}},"items":{"$ref":"#"},"additionalProperties":{"$ref":"#"},"contains":true}}},
     "allOf":[{"$ref":"#/definitions/one"}]}
    """##
  static let tooDeep = Answer.refuses("nested too deep")

  static let cases = [
    Case("128 arrays", "{}", nested(128), .passes), Case("129 arrays", "{}", nested(129), .drops), Case("a million arrays", "{}", nested(1_000_000), .drops),
    Case("a million beginnings of arrays", "{}", String(repeating: "[", count: 1_000_000), .drops),
    Case("128 objects", "{}", objects(128), .passes), Case("a million objects", "{}", objects(1_000_000), .drops),
    Case("128 arrays, each looked at", recursive, nested(128), .passes), Case("128 objects, each looked at", recursive, objects(128), .passes),
    Case("129 objects, each looked at", recursive, objects(129), .drops),
    Case("arrays in schemas in schemas", combined, nested(20, "[", "1"), .passes), Case("objects in schemas in schemas", combined, objects(20), .passes),
    Case("more arrays in schemas in schemas", combined, nested(128), tooDeep), Case("more objects in schemas in schemas", combined, objects(128), tooDeep),
    Case("a schema within itself", ##"{"allOf":[{"$ref":"#"}]}"##, "1", tooDeep),
    Case("schemas within each other", ##"{"definitions":{"a":{"not":{"$ref":"#/definitions/b"}},"b":{"anyOf":[{"$ref":"#/definitions/a"}]}},"$ref":"#/definitions/a"}"##, "1", tooDeep),
    Case("a deep constant", #"{"const":"# + objects(120) + "}", objects(120), .passes),
    Case("a deep constant below", ##"{"anyOf":[{"type":"array","items":{"$ref":"#"}},{"const":"## + objects(100) + "}]}", nested(27, "[", objects(100)), .passes),
    Case("deep elements, each once", #"{"uniqueItems":true}"#, "[\(nested(127)), \(nested(126))]", .passes),
    Case("deep elements that are equal", #"{"uniqueItems":true}"#, "[\(objects(127)), \(objects(127))]", .drops),
    Case("a hundred ways at each level", #"{"anyOf":["# + String(repeating: ##"{"items":{"allOf":[{"$ref":"#"},false]}},"##, count: 100) + "false]}", nested(30, "[", "1"), .refuses("too many steps")),
  ]

  private func instance(_ schema: String) throws -> OperatorInstance {
    let module = try OperatorModule(path: SensorsExample.module("filter"), engine: engine.get(), cache: CodeCache.standard)
    return try OperatorInstance(
      module, operation: "filter", kind: .filter,
      configuration: ModuleConfiguration(schemas: [ModuleSchema(name: "schema", contentType: "application/json", content: schema)]), services: LogRecorder().services())
  }

  @Test(arguments: cases)
  func `What is nested passes, is dropped or is refused`(_ test: Case) throws {
    let instance = try instance(test.schema)
    let answer: Answer
    do throws(OperatorError) {
      answer = try instance.isIncluded(message(test.payload), at: noon) ? .passes : .drops
    } catch {
      #expect(error.code == .rejected, "\(error)")
      answer = .refuses(error.message)
    }
    if case .refuses(let text) = test.answer, case .refuses(let found) = answer { #expect(found.contains(text)) } else { #expect(answer == test.answer) }
    #expect(instance.statistics.restarts == 0)
  }

  @Test(arguments: [
    ("a hundred thousand schemas in schemas", nested(100_000, #"{"not":"#, "true", "}")), ("a hundred thousand lists of schemas", nested(100_000, #"{"allOf":["#, "true", "]}")),
    ("a constant of a million arrays", #"{"const":"# + nested(1_000_000) + "}"), ("a schema that is itself", ##"{"$ref":"#"}"##),
    ("schemas that are each other", ##"{"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"$ref":"#/definitions/a"}},"$ref":"#/definitions/a"}"##),
  ])
  func `A schema that is nested too deep keeps the operator from starting, with a reason`(_ what: String, _ schema: String) throws {
    let error = try #require(throws: OperatorHostError.self) { try instance(schema) }
    #expect(error.code == .initialization && error.message.contains("init returned false"), "\(what): \(error)")
  }
}
