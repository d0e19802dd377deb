import Dataflow
import Foundation
import RPC
import SchemaRegistry
import SchemaRegistryKit
import Testing

/// Answers every request with a text, or fails.
struct Responder: RequestChannel {
  let clientID = "me"
  var text = ""
  var status = "200"
  var failure: RPCError?

  func response(to request: RPCRequest, timeout: UInt64) throws(RPCError) -> RPCResponse {
    if let failure { throw failure }
    let asked = try? JSONDecoder().decode([String: String].self, from: Data(request.payload))
    guard request.topic == "adr/dtmi:ms:adr:SchemaRegistry;2/get", request.responseTopic == "clients/me/\(request.topic)",
      request.contentType == "application/json", asked == ["name": "thermometer", "version": "1"]
    else { throw RPCError(.timeout, "nobody listens") }
    return RPCResponse(payload: Array(text.utf8), userProperties: [UserProperty(key: "__stat", value: status)])
  }
}

/// A registry's service that has some schemas.
private struct Service: RequestChannel {
  let clientID = "me"
  let schemas: [Schema]

  func response(to request: RPCRequest, timeout: UInt64) throws(RPCError) -> RPCResponse {
    let asked = (try? JSONDecoder().decode([String: String].self, from: Data(request.payload))) ?? [:]
    var answer: [String: Any] = ["error": ["code": 404, "message": "there is no such schema"]]
    if let schema = schemas.first(where: { $0.name == asked["name"] && $0.version == asked["version"] }) {
      let format = schema.format == .json ? "JsonSchema/draft-07" : "Delta/1.0"
      answer = ["schema": ["name": schema.name, "version": schema.version, "namespace": "", "format": format, "schemaType": "MessageSchema", "schemaContent": schema.content]]
    }
    guard let payload = try? JSONSerialization.data(withJSONObject: answer) else { throw RPCError(.payloadInvalid, "not JSON") }
    return RPCResponse(payload: Array(payload), userProperties: [UserProperty(key: "__stat", value: "200")])
  }
}

struct RemoteSchemaRegistryTests {
  @Test(arguments: SchemaRegistryRule.all)
  func `The registry over a connection follows every rule`(_ rule: SchemaRegistryRule) throws {
    try rule.check(RemoteSchemaRegistry(RPCClient(Service(schemas: rule.schemas)) { 0 }))
  }

  private func answer(_ responder: Responder) throws(SchemaRegistryError) -> Schema {
    try RemoteSchemaRegistry(RPCClient(responder) { 0 }).get(name: "thermometer", version: "1", timeout: 1_000_000_000)
  }

  @Test func `A schema comes with everything that is known about it`() throws {
    let text = #"""
      {"schema":{"name":"thermometer","namespace":"acme","version":"1","format":"JsonSchema/draft-07","schemaType":"MessageSchema",
       "schemaContent":"{\"type\":\"object\"}","description":"Degrees","displayName":"Thermometer","hash":"ab12","tags":{"site":"north"}}}
      """#
    #expect(try answer(Responder(text: text)) == Schema(
      name: "thermometer", version: "1", namespace: "acme", content: #"{"type":"object"}"#, description: "Degrees", displayName: "Thermometer", hash: "ab12",
      tags: ["site": "north"]))
    let delta = #"{"schema":{"name":"thermometer","version":"1","format":"Delta/1.0","schemaContent":"x"}}"#
    #expect(try answer(Responder(text: delta)).format == .delta)
  }

  static let failures: [(Responder, SchemaRegistryError)] = [
    (Responder(text: #"{"error":{"code":404,"message":"no such schema"}}"#), .notFound),
    (Responder(text: #"{"error":{"code":"NotFound"}}"#), .notFound),
    (Responder(text: #"{"error":{"code":400,"message":"no name"}}"#), .request("no name")),
    (Responder(text: #"{"error":{"code":500,"message":"disk full","details":{"a":1}}}"#), .internal("disk full")),
    (Responder(failure: RPCError(.timeout, "late")), .timeout),
    (Responder(failure: RPCError(.clientError, "not connected")), .internal("not connected")),
    (Responder(text: "{}"), .internal("the registry's answer has neither a schema nor an error")),
    (Responder(text: #"{"schema":{"name":"thermometer","version":"1","format":"Avro/1","schemaContent":"x"}}"#), .internal(#"the schema is in the unknown format "Avro/1""#)),
  ]

  @Test(arguments: failures)
  func `Every failure has its error`(_ responder: Responder, _ expected: SchemaRegistryError) {
    #expect(throws: expected) { try answer(responder) }
  }

  @Test(arguments: ["", "{", "[]", #"{"schema":{}}"#, #"{"schema":7}"#, String(repeating: "[", count: 100_000)])
  func `An answer that is no answer is an error of the registry's`(_ text: String) {
    let error = #expect(throws: SchemaRegistryError.self) { try answer(Responder(text: text)) }
    guard case .internal? = error else { return #expect(Bool(false), "\(error as Any)") }
  }

  @Test func `A request without a name or time is not sent`() {
    let registry = RemoteSchemaRegistry(RPCClient(Responder(failure: RPCError(.timeout, "it was sent"))) { 0 })
    for (name, version, timeout) in [("", "1", 1), ("a", "", 1), ("a", "1", 0)] as [(String, String, UInt64)] {
      let error = #expect(throws: SchemaRegistryError.self) { try registry.get(name: name, version: version, timeout: timeout) }
      guard case .request? = error else { return #expect(Bool(false), "\(error as Any)") }
    }
  }
}
