import Foundation
import GraphTesting
import JSONTree
import OrderedCollections
import Testing

struct ExpectationTests {
  private func json(_ text: String) throws -> JSON { try JSON(parsing: text) }

  private func message(_ payload: String, topic: String = "sensors") -> JSON {
    .object(["topic": .string(topic), "payload": .string(payload), "properties": .object(["user-properties": .object(["otel/a.b": .string("x")])])])
  }

  @Test func `an object is compared with the last message, a payload as the JSON it is`() throws {
    let expectation = Expectation(try json(#"{"topic":"sensors","payload":"{\"a\": 1695.0 }","properties":{"user-properties":{"otel/a.b":"x"}}}"#))
    #expect(expectation.difference(to: [message("no"), message(#"{"a":1695}"#)]) == nil)
    let difference = try #require(expectation.difference(to: [message(#"{"a":1695}"#), message(#"{"a":1,"b":2}"#)]))
    #expect(difference.contains("-     \"a\": 1695\n+     \"a\": 1,\n+     \"b\": 2\n"), "\(difference)")
    #expect(expectation.difference(to: [])?.contains("none came") == true)
  }

  @Test func `an array is compared with all messages in order`() throws {
    var expectation = Expectation(try json(#"[{"payload":1},{"payload":2}]"#))
    expectation.select = [try #require(FieldPath("payload"))]
    #expect(expectation.difference(to: [message("1"), message("2")]) == nil)
    #expect(expectation.difference(to: [message("2"), message("1")])?.contains("message 1 of 2") == true)
    #expect(expectation.difference(to: [message("1")])?.contains("2 messages were expected, but 1 came") == true)
    #expect(Expectation(.array([])).difference(to: []) == nil)
    #expect(Expectation(.array([])).difference(to: [message("1")])?.contains("no message was expected") == true)
  }

  @Test func `paths select and ignore, into the payload too`() throws {
    var expectation = Expectation(try json(#"{"payload":{"t":[1,2]},"properties":{"user-properties":{"otel/a.b":"x"}}}"#))
    expectation.select = try [#"payload"#, #"properties.user-properties."otel/a.b""#].map { try #require(FieldPath($0)) }
    expectation.ignores = try ["payload.h", "payload.t.2"].map { try #require(FieldPath($0)) }
    #expect(expectation.difference(to: [message(#"{"t":[1,2,3],"h":9}"#)]) == nil)
    #expect(expectation.difference(to: [message(#"{"t":[1,3],"h":9}"#)]) != nil)
  }

  @Test(arguments: ["", ".", "a.", ".a", "a..b", "\"a"])
  func `a path with an empty segment or an open quote is none`(_ text: String) { #expect(FieldPath(text) == nil) }

  @Test func `a payload that is no JSON is compared as text`() throws {
    #expect(Expectation(try json(#"{"topic":"sensors","payload":"plain"}"#)).difference(to: [.object(["topic": .string("sensors"), "payload": .string("plain")])]) == nil)
  }
}
