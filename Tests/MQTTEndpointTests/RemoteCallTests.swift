import Dataflow
import EndpointKit
import MQTT
import MosquittoBroker
import NIOCore
import RPC
import SchemaRegistry
import StateStore
import StateStoreKit
import Synchronization
import Testing

@testable import MQTTEndpoint

/// State store, schema registry and commands over a real broker.
@Suite(.enabled(if: MosquittoBroker.isInstalled, "\(MosquittoBroker.missing)"), .timeLimit(.minutes(10)))
struct RemoteCallTests {
  private static func settings(_ broker: MosquittoBroker) throws -> MQTTEndpointSettings {
    try MQTTEndpointSettings(EndpointAddress("mqtt://127.0.0.1:\(broker.port)"))
  }

  /// A state store of this process, served on a broker.
  private final class Served: Sendable {
    let server: MQTTStateStoreServer
    private let thread: EndpointKit.Thread?

    init(_ broker: MosquittoBroker, _ clock: TestClock) throws {
      let server = try MQTTStateStoreServer(RemoteCallTests.settings(broker), store: MemoryStateStore { clock.now }, clock: EndpointClock())
      self.server = server
      thread = EndpointKit.Thread { try? server.run() }
    }

    func stop() {
      server.stop()
      thread?.join()
    }
  }

  /// The limit on all values together is kept by the store itself: no message is that long.
  @Test(arguments: StoreRule.all.filter { !$0.description.contains("quota") })
  func `The store at the other end of a broker follows every rule`(_ rule: StoreRule) async throws {
    try await onThread {
      let broker = try MosquittoBroker(), clock = TestClock()
      let served = try Served(broker, clock)
      let channel = try MQTTRequestChannel(Self.settings(broker))
      let store = RemoteStateStore(RPCClient(channel) { clock.now })
      // The server may still be subscribing: nobody listens then.
      while (try? store.get([0], timeout: 5_000_000_000)) == nil, (try? store.set([0], [], SetOptions(), timeout: 5_000_000_000)) == nil {}
      _ = try store.delete([0], expecting: nil, fencingToken: nil, timeout: nil)
      try rule.check(store, clock)
      channel.close()
      served.stop()
    }
  }

  @Test func `Observers hear of changes on the broker`() async throws {
    try await onThread {
      let broker = try MosquittoBroker(), clock = TestClock()
      let served = try Served(broker, clock)
      let channel = try MQTTRequestChannel(Self.settings(broker))
      let store = RemoteStateStore(RPCClient(channel) { clock.now })
      let heard = ConditionLock<[MQTTMessage]>([])
      let listener = try MQTTClient(MQTTConfiguration(url: "mqtt://127.0.0.1:\(broker.port)")) { message in heard.change { $0.append(message.message) } }
      listener.start()
      let isSubscribed = ConditionLock(false)
      listener.subscribe([MQTTSubscription(StateStoreTopics.notifications(clientID: channel.clientID))]) { _ in isSubscribed.change { $0 = true } }
      _ = isSubscribed.wait { $0 ? () : nil }
      while (try? store.observe([1])) == nil {}
      let version = try store.set([1], [7], SetOptions(), timeout: nil).version
      _ = try store.delete([1], expecting: nil, fencingToken: nil, timeout: nil)
      let messages = heard.wait { $0.count >= 2 ? $0 : nil } ?? []
      #expect(try messages.map { try StateStoreNotification(parsing: [UInt8](buffer: $0.payload)) } == [.set([7]), .deleted])
      #expect(messages.map { StateStoreTopics.key(ofNotification: $0.topic.description, clientID: channel.clientID) } == [[1], [1]])
      #expect(messages.first?.properties.userProperties.first { $0.name == "__ts" }?.value == version?.text)
      listener.closeAndWait()
      channel.close()
      served.stop()
    }
  }

  /// Answers requests on a topic with what `answer` makes of them.
  private func responder(
    _ broker: MosquittoBroker, _ topic: String, _ answer: @escaping @Sendable (MQTTMessage) -> (payload: String, status: String)?
  ) throws -> MQTTClient {
    let box = ConditionLock<MQTTClient?>(nil)
    let made = try MQTTClient(MQTTConfiguration(url: "mqtt://127.0.0.1:\(broker.port)")) { received in
      let request = received.message
      let client = box.read { $0 }
      client?.acknowledge(received)
      guard let (payload, status) = answer(request), let topic = request.properties.responseTopic else { return }
      let properties = MQTTMessage.Properties(correlationData: request.properties.correlationData, userProperties: [MQTTUserProperty("__stat", status)])
      try? client?.publish(MQTTMessage(topic: topic, payload: payload, properties: properties)) { _ in }
    }
    box.change { $0 = made }
    made.start()
    let isSubscribed = ConditionLock(false)
    made.subscribe([MQTTSubscription(topic)]) { _ in isSubscribed.change { $0 = true } }
    _ = isSubscribed.wait { $0 ? () : nil }
    return made
  }

  @Test func `A command of another service is called, and its failure is told`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      let executor = try responder(broker, "acme/stop") { request in
        let text = String(buffer: request.payload)
        return text == "silent" ? nil : (text.uppercased(), text == "bad" ? "400" : "200")
      }
      let channel = try MQTTRequestChannel(Self.settings(broker))
      let client = RPCClient(channel) { 1_700_000_000_000_000_000 }
      let invoker = try CommandInvoker(CommandInvoker.Options(requestTopicPattern: "acme/{commandName}", commandName: "stop"), client)
      #expect(try invoker.invoke(.init(payload: Array("now".utf8))).payload == Array("NOW".utf8))
      var error = #expect(throws: RPCError.self) { try invoker.invoke(.init(payload: Array("bad".utf8))) }
      #expect(error?.kind == .payloadInvalid)
      error = #expect(throws: RPCError.self) { try invoker.invoke(.init(payload: Array("silent".utf8), timeout: 200_000_000)) }
      #expect(error?.kind == .timeout)
      let nobody = try CommandInvoker(CommandInvoker.Options(requestTopicPattern: "nobody/{commandName}", commandName: "stop"), client)
      error = #expect(throws: RPCError.self) { try nobody.invoke(.init(payload: [])) }
      #expect(error?.kind == .timeout && error?.description.contains("nobody listens") == true)
      channel.close()
      executor.closeAndWait()
    }
  }

  @Test func `Calls from several threads get each its own answer`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      let executor = try responder(broker, "acme/+") { (String(buffer: $0.payload), "200") }
      let channel = try MQTTRequestChannel(Self.settings(broker))
      let client = RPCClient(channel) { 1_700_000_000_000_000_000 }
      let wrong = Mutex(0)
      let threads = (0..<4).map { number in
        EndpointKit.Thread {
          for count in 0..<25 {
            let payload = Array("\(number)/\(count)".utf8)
            let request = RPCRequest(topic: "acme/\(number)", responseTopic: "answers/\(number)", responseFilter: "answers/+", payload: payload)
            if (try? client.call(request, timeout: nil).payload) != payload { wrong.withLock { $0 += 1 } }
          }
        }
      }
      for thread in threads { thread?.join() }
      #expect(wrong.withLock { $0 } == 0)
      channel.close()
      executor.closeAndWait()
    }
  }

  @Test func `A schema comes from a registry on the broker`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      let registry = try responder(broker, "adr/#") { _ in
        (#"{"schema":{"name":"thermometer","namespace":"acme","version":"1","format":"JsonSchema/draft-07","schemaType":"MessageSchema","schemaContent":"{}"}}"#, "200")
      }
      let channel = try MQTTRequestChannel(Self.settings(broker))
      let schemas = RemoteSchemaRegistry(RPCClient(channel) { 1_700_000_000_000_000_000 })
      #expect(try schemas.get(name: "thermometer", version: "1", timeout: 5_000_000_000) == Schema(name: "thermometer", version: "1", namespace: "acme", content: "{}"))
      channel.close()
      registry.closeAndWait()
    }
  }

  @Test func `Without a broker, a call ends in time`() async throws {
    try await onThread {
      let broker = try MosquittoBroker()
      broker.stop()
      let channel = try MQTTRequestChannel(Self.settings(broker))
      let store = RemoteStateStore(RPCClient(channel) { 1_700_000_000_000_000_000 })
      #expect(throws: StateStoreError.timeout) { try store.get([1], timeout: 100_000_000) }
      channel.close()
    }
  }
}
