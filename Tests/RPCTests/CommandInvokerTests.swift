import Dataflow
import RPC
import Synchronization
import Testing

private func property(_ key: String, _ value: String) -> UserProperty { UserProperty(key: key, value: value) }

/// Keeps what was sent and answers as it is told.
private final class RecordingChannel: RequestChannel {
  let clientID = "me"
  let requests = Mutex<[(request: RPCRequest, timeout: UInt64)]>([])
  let answer: @Sendable (RPCRequest) throws(RPCError) -> RPCResponse

  init(_ answer: @escaping @Sendable (RPCRequest) throws(RPCError) -> RPCResponse = { _ in RPCResponse(payload: [], userProperties: [property("__stat", "200")]) }) {
    self.answer = answer
  }
  func response(to request: RPCRequest, timeout: UInt64) throws(RPCError) -> RPCResponse {
    requests.withLock { $0.append((request, timeout)) }
    return try answer(request)
  }
  var last: RPCRequest? { requests.withLock { $0.last?.request } }
}

struct CommandInvokerTests {
  private func client(_ channel: RecordingChannel) -> RPCClient { RPCClient(channel) { 1_700_000_000_123_000_000 } }

  @Test func `A request goes to the pattern's topic with the protocol's properties`() throws {
    let channel = RecordingChannel()
    var options = CommandInvoker.Options(requestTopicPattern: "plants/{plant}/{ex:line}/{commandName}", commandName: "stop", topicTokens: ["plant": "north"])
    options.topicNamespace = "acme/eu"
    let invoker = try CommandInvoker(options, client(channel))
    _ = try invoker.invoke(.init(payload: [1, 2], customUserData: [property("by", "me")], topicTokens: ["line": "7"], timeout: 3_000_000_000))
    let request = try #require(channel.last)
    #expect(request.topic == "acme/eu/plants/north/7/stop")
    #expect(request.responseTopic == "acme/eu/clients/me/plants/north/7/stop")
    #expect(request.responseFilter == "acme/eu/clients/me/plants/north/+/stop")
    #expect(request.payload == [1, 2])
    #expect(request.userProperties == [
      property("by", "me"), property("__ts", "001700000000123:00000:me"), property("__srcId", "me"), property("__protVer", "1.0"), property("$partition", "me"),
    ])
    #expect(channel.requests.withLock { $0[0].timeout } == 3_000_000_000)
  }

  @Test func `The response topic follows pattern, prefix and suffix`() throws {
    func topic(_ change: (inout CommandInvoker.Options) -> Void) throws -> String? {
      let channel = RecordingChannel()
      var options = CommandInvoker.Options(requestTopicPattern: "a/{commandName}", commandName: "b")
      change(&options)
      _ = try CommandInvoker(options, client(channel)).invoke(.init())
      return channel.last?.responseTopic
    }
    #expect(try topic { _ in } == "clients/me/a/b")
    #expect(try topic { $0.responseTopicPattern = "answers/{invokerClientId}" } == "answers/me")
    #expect(try topic { $0.responseTopicPrefix = "in" } == "in/a/b")
    #expect(try topic { $0.responseTopicSuffix = "out/{commandName}" } == "a/b/out/b")
    #expect(try topic { ($0.responseTopicPrefix, $0.responseTopicSuffix) = ("in", "out") } == "in/a/b/out")
  }

  @Test(arguments: ["", "a//b", "a/+/b", "a/#", "/a", "a/{}", "a/{b", "a/x{b}", "a b/c", "$a/b", "a/{b}}"])
  func `A pattern that makes no topic is refused`(_ pattern: String) {
    let error = #expect(throws: RPCError.self) {
      try CommandInvoker(CommandInvoker.Options(requestTopicPattern: pattern, commandName: "x"), client(RecordingChannel()))
    }
    #expect(error?.kind == .configurationInvalid)
  }

  @Test(arguments: [nil, "", "a/b", "+", "{x}"] as [String?])
  func `A token without a value, or with one that is no level, is refused before anything is sent`(_ value: String?) throws {
    let channel = RecordingChannel()
    let invoker = try CommandInvoker(CommandInvoker.Options(requestTopicPattern: "a/{b}", commandName: "x"), client(channel))
    let error = #expect(throws: RPCError.self) { try invoker.invoke(.init(topicTokens: value.map { ["b": $0] } ?? [:])) }
    #expect(error?.kind == .configurationInvalid)
    #expect(channel.last == nil)
  }

  @Test func `User data cannot pose as the protocol's`() throws {
    let invoker = try CommandInvoker(CommandInvoker.Options(requestTopicPattern: "a", commandName: "x"), client(RecordingChannel()))
    for name in ["__ts", "__x", "$partition"] {
      let error = #expect(throws: RPCError.self) { try invoker.invoke(.init(customUserData: [property(name, "1")])) }
      #expect(error?.kind == .headerInvalid)
    }
  }

  @Test func `A reply has the payload, the user's own properties and the time`() throws {
    let channel = RecordingChannel { _ in
      RPCResponse(payload: [9], userProperties: [property("__stat", "200"), property("__ts", "001700000000500:00003:it"), property("a", "1"), property("a", "2")])
    }
    let client = client(channel)
    let reply = try client.call(RPCRequest(topic: "t", responseTopic: "r", payload: []), timeout: nil)
    #expect(reply.payload == [9] && reply.customUserData == [property("a", "1"), property("a", "2")])
    #expect(reply.timestamp == Timestamp(text: "001700000000500:00003:it"))
    #expect(channel.requests.withLock { $0[0].timeout } == RPCClient.defaultTimeout)
    // What is sent next is later than what was heard.
    _ = try client.call(RPCRequest(topic: "t", responseTopic: "r", payload: []), timeout: nil)
    #expect(channel.last?.userProperties.first { $0.key == "__ts" }?.value == "001700000000500:00005:me")
  }

  static let statuses: [(properties: String, payload: [UInt8], kind: RPCError.Kind?)] = [
    ("", [], .headerMissing), ("__stat=fine", [], .headerInvalid), ("__stat=200", [1], nil), ("__stat=204", [], nil), ("__stat=204", [1], .payloadInvalid),
    ("__stat=400 __propName=a __propVal=b", [], .headerInvalid), ("__stat=400 __propName=a", [], .headerMissing), ("__stat=400", [], .payloadInvalid),
    ("__stat=408", [], .timeout), ("__stat=415", [], .headerInvalid), ("__stat=500 __apErr=true", [], .executionException),
    ("__stat=500 __propName=a", [], .internalLogicError), ("__stat=500", [], .unknownError), ("__stat=503", [], .stateInvalid),
    ("__stat=505 __supProtMajVer=1", [], .unknownError), ("__stat=777", [], .unknownError),
  ]

  @Test(arguments: statuses)
  func `Every status has its error`(_ properties: String, _ payload: [UInt8], _ kind: RPCError.Kind?) {
    let list = properties.split(separator: " ").map { $0.split(separator: "=") }.map { property(String($0[0]), String($0[1])) }
    let client = client(RecordingChannel { _ in RPCResponse(payload: payload, userProperties: list) })
    do throws(RPCError) {
      _ = try client.call(RPCRequest(topic: "t", responseTopic: "r", payload: []), timeout: nil)
      #expect(kind == nil)
    } catch {
      #expect(error.kind == kind, "\(error)")
    }
  }

  @Test(arguments: [0, UInt64.max]) func `A timeout that no message can carry is refused`(_ timeout: UInt64) {
    let error = #expect(throws: RPCError.self) { try client(RecordingChannel()).call(RPCRequest(topic: "t", responseTopic: "r", payload: []), timeout: timeout) }
    #expect(error?.kind == .configurationInvalid)
  }
}
