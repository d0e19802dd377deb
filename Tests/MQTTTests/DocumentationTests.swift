import Foundation
import MQTT
import MosquittoBroker
import NIOCore
import Testing

@Suite struct DocumentationTests {
  private func example(_ configuration: MQTTConfiguration) async throws {
let messages = MQTTMessageStream()
let client = try MQTTClient(configuration, onMessage: messages.receive)
try await client.connect()
try await client.subscribe(MQTTSubscription("sensors/+/raw", qos: .atLeastOnce))

for await message in messages {
  let copy = MQTTMessage(topic: "sensors/copy", payload: message.message.payload)
  try await client.publish(copy)  // the server has it
  client.acknowledge(message)  // and only now forgets the original
  if message.message.topic == "sensors/last/raw" { break }
}
await client.close()
  }

  @Test func theExampleIsTheOneThatIsTested() throws {
    let here = URL(filePath: #filePath)
    let document = try String(contentsOf: here.deletingLastPathComponent().appending(path: "../../Documentation/mqtt-client.md").standardized, encoding: .utf8)
    let block = try #require(document.components(separatedBy: "```swift\n").dropFirst().first?.components(separatedBy: "```").first)
    #expect(try String(contentsOf: here, encoding: .utf8).contains(block))
  }

  @Test(.enabled(if: MosquittoBroker.isInstalled, "\(MosquittoBroker.missing)"), .timeLimit(.minutes(10))) func theExampleWorks() async throws {
    let broker = try MosquittoBroker()
    let configuration = MQTTConfiguration(MQTTAddress(host: "127.0.0.1", port: broker.port))
    let copies = MQTTMessageStream()
    let other = try MQTTClient(configuration, onMessage: copies.receive)
    try await other.connect()
    try await other.subscribe(MQTTSubscription("sensors/copy"))
    async let done: Void = example(configuration)
    // Published until somebody listens.
    while try await other.publish(MQTTMessage(topic: "sensors/last/raw", payload: "21.5")) == .noMatchingSubscribers {}
    var iterator = copies.makeAsyncIterator()
    #expect(await iterator.next().map { String(buffer: $0.message.payload) } == "21.5")
    try await done
    await other.close()
  }
}
