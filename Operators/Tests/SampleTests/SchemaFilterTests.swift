import OperatorKit
import Testing

@testable import SchemaFilterOperators

struct SchemaFilterTests {
  private func filter(_ schema: String, host: TestHost = TestHost()) throws -> SchemaFilter {
    try host.run { try SchemaFilter(ModuleConfiguration(schemas: [ModuleSchema(name: "s", contentType: "application/schema+json", content: schema)])) }
  }
  private func passes(_ payload: String, _ schema: String) throws -> Bool { try TestHost().run { try filter(schema).passes(message(payload)) } }

  // MARK: Published cases

  private let published = """
    {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
     "properties": {"humidity": {"type": "integer"}, "temperature": {"type": "number"}}}
    """

  @Test(arguments: [
    (#"{"humidity":175,"temperature":12.5}"#, true),  // t08
    (#"{"humidity":175.1,"temperature":12}"#, false),  // t09
    (#"{"humidity":"175","temperature":12.5}"#, false), ("{}", true), ("[]", false), ("not json", false), ("", false), (#"{"humidity":175} x"#, false),
  ])
  func `the published schema lets the published messages pass`(_ payload: String, _ expected: Bool) throws {
    #expect(try passes(payload, published) == expected)
  }

  @Test func `what is dropped is logged with the place and the keyword`() throws {
    let host = TestHost()
    let filter = try filter(published, host: host)
    try host.run { () throws in
      #expect(try !filter.passes(message(#"{"humidity":175.1}"#)) && !filter.passes(message("?")))
    }
    #expect(host.logs.map(\.message) == ["A message is dropped: at byte 12, 'type' does not hold.", "A message is dropped: The JSON is wrong at byte 0: expected a value."])
  }

  // MARK: Keywords

  @Test(arguments: [
    ("true", ["1"], []), ("false", [], ["1", "{}"]), ("{}", ["null", "[1]"], []),
    (#"{"type":"integer"}"#, ["1", "1.0", "-2e2"], ["1.5", "\"1\"", "true"]), (#"{"type":"number"}"#, ["1", "1.5"], ["null"]),
    (#"{"type":["string","null"]}"#, ["\"\"", "null"], ["1", "[]", "false"]), (#"{"type":"boolean"}"#, ["true"], ["0"]), (#"{"type":"array"}"#, ["[]"], ["{}"]),
    (#"{"enum":[1,"a",{"x":[1,2],"y":null}]}"#, ["1.0", "\"\\u0061\"", #"{"y":null,"x":[1,2.0]}"#], ["2", "\"b\"", #"{"x":[2,1],"y":null}"#, #"{"x":[1,2]}"#]),
    (#"{"const":18446744073709551615}"#, ["18446744073709551615"], ["18446744073709551614"]), (#"{"const":0}"#, ["0.0", "-0"], ["false", "\"0\""]),
    (#"{"multipleOf":0.1}"#, ["0.3", "7", "0", "\"x\""], ["0.35"]), (#"{"multipleOf":3}"#, ["-6", "9.0"], ["7"]), (#"{"multipleOf":0.5}"#, ["1e308"], []),
    (#"{"minimum":1,"maximum":2}"#, ["1", "2", "\"9\""], ["0.99", "2.01"]), (#"{"exclusiveMinimum":1,"exclusiveMaximum":2}"#, ["1.5"], ["1", "2"]),
    (#"{"minLength":2,"maxLength":3}"#, ["\"ab\"", "\"é👋x\"", "1"], ["\"👋\"", "\"abcd\""]),
    (#"{"items":{"type":"integer"}}"#, ["[]", "[1,2]", "{}"], ["[1,\"2\"]"]), (#"{"items":[{"type":"integer"},{"type":"string"}]}"#, ["[1]", "[1,\"a\",null]"], ["[\"a\"]", "[1,2]"]),
    (#"{"items":[true],"additionalItems":{"type":"null"}}"#, ["[1,null]"], ["[1,1]"]), (#"{"items":{},"additionalItems":false}"#, ["[1,2]"], []), (#"{"additionalItems":false}"#, ["[1]"], []),
    (#"{"minItems":1,"maxItems":2}"#, ["[1]", "[1,2]"], ["[]", "[1,2,3]"]), (#"{"contains":{"minimum":5}}"#, ["[1,5]", "1"], ["[]", "[1,2]"]),
    (#"{"uniqueItems":true}"#, ["[1,\"1\",true,[1],{\"a\":1}]", "[]"], ["[1,2,1.0]", #"[{"a":1,"b":2},{"b":2,"a":1}]"#]), (#"{"uniqueItems":false}"#, ["[1,1]"], []),
    (#"{"properties":{"a":{"type":"null"},"\u0062":false}}"#, ["{}", "{\"a\":null,\"c\":1}", "[]"], ["{\"a\":1}", "{\"b\":1}", "{\"\\u0061\":1}"]),
    (#"{"properties":{"a":true},"additionalProperties":{"type":"string"}}"#, ["{\"a\":1,\"b\":\"x\"}"], ["{\"b\":1}"]),
    (#"{"propertyNames":{"maxLength":2}}"#, ["{\"ab\":1}"], ["{\"abc\":1}"]), (#"{"required":["a","b"]}"#, ["{\"b\":1,\"a\":2}", "1"], ["{\"a\":1}"]),
    (#"{"minProperties":1,"maxProperties":1}"#, ["{\"a\":1}", "{\"a\":1,\"a\":2}"], ["{}", "{\"a\":1,\"b\":2}"]),
    (#"{"dependencies":{"a":["b"],"c":{"required":["d"]}}}"#, ["{}", "{\"a\":1,\"b\":1}", "{\"c\":1,\"d\":1}"], ["{\"a\":1}", "{\"c\":1}"]),
    (#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, ["1"], ["0", "3"]), (#"{"anyOf":[{"type":"string"},{"minimum":5}]}"#, ["\"a\"", "6"], ["1"]),
    (#"{"oneOf":[{"multipleOf":2},{"multipleOf":3}]}"#, ["2", "9"], ["6", "5"]), (#"{"not":{"type":"null"}}"#, ["1"], ["null"]),
    (#"{"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":0}}"#, ["\"ab\"", "1"], ["\"a\"", "-1"]), (#"{"if":true,"else":false}"#, ["1"], []), (#"{"then":false}"#, ["1"], []),
    (#"{"title":"t","description":"d","default":1,"examples":[1],"$comment":"c","readOnly":true,"writeOnly":true,"$id":"http://x/y","definitions":{"a":{"format":"x"}}}"#, ["1"], []),
  ] as [(String, [String], [String])])
  func `keywords mean what draft 7 says`(_ schema: String, _ valid: [String], _ invalid: [String]) throws {
    for payload in valid { #expect(try passes(payload, schema), "\(payload)") }
    for payload in invalid { #expect(try !passes(payload, schema), "\(payload)") }
  }

  @Test func `references lead within the schema, also back to themselves`() throws {
    let list = ##"{"type":"object","properties":{"next":{"$ref":"#"},"value":{"$ref":"#/definitions/a~1b~0%25c"}},"additionalProperties":false,"definitions":{"a/b~%c":{"type":"integer"}}}"##
    #expect(try passes(#"{"value":1,"next":{"next":{"value":2}}}"#, list) && !passes(#"{"next":{"next":{"value":"2"}}}"#, list) && !passes(#"{"next":{"other":1}}"#, list))
    #expect(try passes("\"a\"", ##"{"$ref":"#/definitions/x/allOf/1","minLength":5,"definitions":{"x":{"allOf":[true,{"type":"string"}]}}}"##))
  }

  // MARK: Schemas that cannot be used

  @Test(arguments: [
    (#"{"pattern":"a"}"#, "the keyword 'pattern' is not known"), (#"{"properties":{"a":{"format":"date"}}}"#, "the keyword 'format'"), (#"{"patternProperties":{}}"#, "'patternProperties'"),
    (#"{"$defs":{}}"#, "'$defs'"), (#"{"items":{"$id":"x"}}"#, "'$id' is only known at the root"), (#"{"$schema":"https://json-schema.org/draft/2020-12/schema"}"#, "only draft 7 is known"),
    (#"{"type":"int"}"#, "'int' is no type"), (#"{"type":1}"#, "'type' must be an array"), (#"{"enum":1}"#, "'enum' must be an array"), (#"{"minimum":"1"}"#, "'minimum' must be a number"),
    (#"{"multipleOf":0}"#, "above 0"), (#"{"minLength":-1}"#, "not negative"), (#"{"maxItems":1.5}"#, "whole number"), (#"{"required":[1]}"#, "array of strings"), (#"{"anyOf":[]}"#, "must not be empty"),
    (#"{"properties":[]}"#, "must be an object"), (#"{"not":1}"#, "an object, true or false"), (#"{"uniqueItems":1}"#, "true or false"), ("[]", "an object, true or false"),
    (##"{"$ref":"#/definitions/x"}"##, "leads nowhere"), (#"{"$ref":"http://x/y"}"#, "leads nowhere"), (##"{"$ref":"#x"}"##, "leads nowhere"), (##"{"$ref":"#/a%zz"}"##, "leads nowhere"),
    (##"{"allOf":[{"$ref":"#/allOf/1"},{"$ref":"#/allOf/0"}]}"##, "in a circle"), (##"{"$ref":"#"}"##, "in a circle"), ("{", "wrong at byte 1"), ("", "the text ends"),
  ])
  func `a schema that cannot be used is refused, with what and where`(_ schema: String, _ reason: String) {
    let error = #expect(throws: OperatorError.self) { try filter(schema) }
    #expect(error?.message.hasPrefix("The schema 's' cannot be used. ") == true && error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }

  @Test func `there must be a schema, and the first of several is used`() throws {
    #expect(throws: OperatorError.self) { try SchemaFilter(ModuleConfiguration()) }
    let host = TestHost(), first = ModuleSchema(name: "a", contentType: "", content: "true"), second = ModuleSchema(name: "b", contentType: "", content: "?")
    let filter = try host.run { try SchemaFilter(ModuleConfiguration(schemas: [first, second])) }
    #expect(try filter.passes(message("1")) && host.logs.map(\.message) == ["Of 2 schemas only the first, 'a', is used."])
    #expect(throws: OperatorError.self) { try filter.passes(snapshot("1")) }
  }

  // MARK: Hostile input

  @Test func `schemas nested too deep are refused`() throws {
    func nested(_ depth: Int) -> String { String(repeating: #"{"not":"#, count: depth) + "true" + String(repeating: "}", count: depth) }
    #expect(throws: Never.self) { try filter(nested(31)) }
    #expect(throws: OperatorError.self) { try filter(nested(32)) }
    #expect(throws: OperatorError.self) { try filter(nested(100_000)) }
  }

  @Test func `a schema that never gets further ends in an error`() throws {
    let filter = try filter(##"{"allOf":[{"$ref":"#"}]}"##)
    let error = #expect(throws: OperatorError.self) { try filter.passes(message("1")) }
    #expect(error?.message.contains("nested too deep") == true)
  }

  @Test func `work that multiplies ends in an error`() throws {
    let filter = try filter(##"{"anyOf":[{"items":{"$ref":"#"},"minItems":1},{"items":{"$ref":"#"},"maxItems":1,"minItems":1}]}"##)
    let payload = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
    let error = #expect(throws: OperatorError.self) { try filter.passes(message(payload)) }
    #expect(error?.message.contains("too many steps") == true)
  }

  @Test func `many items are told apart quickly`() throws {
    let numbers = (0..<20_000).map(String.init).joined(separator: ",")
    #expect(try passes("[\(numbers)]", #"{"uniqueItems":true}"#) && !passes("[\(numbers),7.0]", #"{"uniqueItems":true}"#))
  }
}
