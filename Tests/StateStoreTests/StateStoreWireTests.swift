import Dataflow
import StateStore
import Testing

/// AIO's state store protocol as bytes (host-apis.md §4).
struct StateStoreWireTests {
  static let requests: [(StateStoreRequest, String)] = [
    (.set(key: Array("k".utf8), value: Array("v1".utf8), .always, expiresIn: nil), "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nv1\r\n"),
    (.set(key: Array("k".utf8), value: [], .ifAbsent, expiresIn: 1500), "*6\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n$2\r\nNX\r\n$2\r\nPX\r\n$4\r\n1500\r\n"),
    (.set(key: Array("k".utf8), value: Array("\r\n".utf8), .ifEqualOrAbsent, expiresIn: nil), "*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\n\r\n\r\n$3\r\nNEX\r\n"),
    (.get(key: Array("key".utf8)), "*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n"),
    (.delete(key: Array("k".utf8), expecting: nil), "*2\r\n$3\r\nDEL\r\n$1\r\nk\r\n"),
    (.delete(key: Array("k".utf8), expecting: Array("v".utf8)), "*3\r\n$4\r\nVDEL\r\n$1\r\nk\r\n$1\r\nv\r\n"),
    (.observe(key: Array("k".utf8), isOn: true), "*2\r\n$9\r\nKEYNOTIFY\r\n$1\r\nk\r\n"),
    (.observe(key: Array("k".utf8), isOn: false), "*3\r\n$9\r\nKEYNOTIFY\r\n$1\r\nk\r\n$4\r\nSTOP\r\n"),
  ]

  @Test(arguments: requests)
  func `Requests are written as AIO's clients write them, and read again`(_ request: StateStoreRequest, _ text: String) throws {
    #expect(String(decoding: request.encoded, as: UTF8.self) == text)
    #expect(try StateStoreRequest(parsing: Array(text.utf8)) == request)
  }

  @Test func `Commands may be in lower case, as in AIO's documentation`() throws {
    let request = try StateStoreRequest(parsing: Array("*5\r\n$3\r\nset\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\npx\r\n$2\r\n10\r\n".utf8))
    #expect(request == .set(key: Array("k".utf8), value: Array("v".utf8), .always, expiresIn: 10))
  }

  @Test(arguments: [
    ("", "syntax error"), ("GET key", "syntax error"), ("*1\r\n$3\r\nGET\r\n", "wrong number of arguments"), ("*0\r\n", "unknown command"),
    ("*2\r\n$4\r\nSCAN\r\n$1\r\n*\r\n", "unknown command"), ("*2\r\n$3\r\nGET\r\n$0\r\n\r\n", "the key length is zero"),
    ("*4\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\nPX\r\n", "syntax error"), ("*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\nPX\r\n$1\r\n0\r\n", "syntax error"),
    ("*5\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n$2\r\nNX\r\n$3\r\nNEX\r\n", "syntax error"), ("*3\r\n$9\r\nKEYNOTIFY\r\n$1\r\nk\r\n$2\r\nGO\r\n", "syntax error"),
  ])
  func `Requests that make no sense are refused in the words of AIO's store`(_ text: String, _ words: String) {
    #expect(throws: StateStoreError.request(words)) { try StateStoreRequest(parsing: Array(text.utf8)) }
  }

  @Test(arguments: [
    (StateStoreReply.ok, "+OK\r\n"), (.value(nil), "$-1\r\n"), (.value(Array("ab".utf8)), "$2\r\nab\r\n"), (.value([]), "$0\r\n\r\n"), (.count(1), ":1\r\n"),
    (.count(-1), ":-1\r\n"), (.refused("syntax error"), "-ERR syntax error\r\n"),
  ])
  func `Replies are written and read`(_ reply: StateStoreReply, _ text: String) throws {
    #expect(String(decoding: reply.encoded, as: UTF8.self) == text)
    #expect(try StateStoreReply(parsing: Array(text.utf8)) == reply)
  }

  @Test func `An unmet condition is understood in both of its spellings`() throws {
    #expect(try StateStoreReply(parsing: Array("-1\r\n".utf8)) == .count(-1))
  }

  @Test(arguments: ["", "+", "+OK", "+ok\r\n", "$3\r\nab\r\n", "$1\r\nabc", ":x\r\n", "$-2\r\n", "$9223372036854775807\r\n", "*1000000000\r\n", "+OK\r\n+OK\r\n", "-oh\r\n", "*0\r\n"])
  func `Replies that make no sense are protocol errors`(_ text: String) {
    #expect(throws: StateStoreError.protocol) { try StateStoreReply(parsing: Array(text.utf8)) }
  }

  @Test func `Every beginning and every changed byte of a request is read or refused`() {
    for (request, _) in Self.requests {
      let bytes = request.encoded
      for count in 0..<bytes.count { #expect(throws: (any Error).self) { try StateStoreRequest(parsing: Array(bytes.prefix(count))) } }
      for index in bytes.indices {
        for byte: UInt8 in [0, 10, 13, 45, 48, 57, 255] {
          var changed = bytes
          changed[index] = byte
          _ = try? StateStoreRequest(parsing: changed)
          _ = try? StateStoreReply(parsing: changed)
          _ = try? StateStoreNotification(parsing: changed)
        }
      }
    }
  }

  @Test func `Notifications are written as AIO's clients read them`() throws {
    let set = StateStoreNotification.set(Array("v".utf8))
    #expect(String(decoding: set.encoded, as: UTF8.self) == "*4\r\n$6\r\nNOTIFY\r\n$3\r\nSET\r\n$5\r\nVALUE\r\n$1\r\nv\r\n")
    #expect(try StateStoreNotification(parsing: set.encoded) == set)
    #expect(String(decoding: StateStoreNotification.deleted.encoded, as: UTF8.self) == "*2\r\n$6\r\nNOTIFY\r\n$6\r\nDELETE\r\n")
    #expect(try StateStoreNotification(parsing: Array("*2\r\n$6\r\nNOTIFY\r\n$3\r\nDEL\r\n".utf8)) == .deleted)
  }

  @Test func `Topics carry client and key in upper-case hexadecimal`() {
    let topic = StateStoreTopics.notification(clientID: "me", key: [0, 0xAB])
    #expect(topic == "clients/statestore/v1/FA9AE35F-2F64-47CD-9BFF-08E2B32A0FE8/6D65/command/notify/00AB")
    #expect(StateStoreTopics.key(ofNotification: topic, clientID: "me") == [0, 0xAB])
    #expect(StateStoreTopics.key(ofNotification: topic, clientID: "you") == nil)
    #expect(StateStoreTopics.key(ofNotification: topic + "C", clientID: "me") == nil)
  }
}
