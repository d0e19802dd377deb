import Dataflow
import EndpointKit
import MQTT
@testable import MQTTEndpoint
import NIOCore
import Testing

struct MessageMappingTests {
  static let noon = WallTime(seconds: 1_700_000_000)
  let inbound = InboundMapping(clock: EndpointClock(nodeID: "mill", wallTime: { noon }, monotonic: { 7 }))

  private func outbound(_ topic: String, keepsRetain: Bool = true) throws -> OutboundMapping {
    OutboundMapping(topic: try DestinationTopic(topic), qos: .atLeastOnce, keepsRetain: keepsRetain, clientID: "mill-1")
  }
  private func item(_ message: MQTTMessage) -> Item {
    inbound.item(message, number: 3, arrival: inbound.clock.arrival(), delivery: Delivery(id: 1))
  }

  static let full = MQTTMessage(
    topic: "plant/line7", payload: "{}", retain: true,
    properties: .init(
      isText: true, expiry: 30, contentType: "application/json", responseTopic: "answers", correlationData: ByteBuffer(bytes: [1, 2]),
      userProperties: [
        MQTTUserProperty("a", "1"), MQTTUserProperty("__ts", "001699999999000:00002:sensor"), MQTTUserProperty("a", "2"), MQTTUserProperty("__srcId", "sensor"),
      ]))

  @Test func `Operators see topic, payload, content type, time and the sender's own properties`() throws {
    let item = item(Self.full)
    guard case .message(let message) = item.data else { throw EndpointError(.failed, "", "no message") }
    #expect(message.topic == Array("plant/line7".utf8) && message.payload == Array("{}".utf8) && message.contentType == "application/json")
    #expect(message.userProperties == [UserProperty(key: "a", value: "1"), UserProperty(key: "a", value: "2")])
    #expect(message.timestamp == Timestamp(text: "001699999999000:00002:sensor") && item.time == message.timestamp)
    #expect(item.origin.name == "plant/line7:3" && item.origin.receivedAt == 7 && !item.origin.isStampedOnArrival)
  }

  @Test func `A message without a time gets that of its arrival, and carries no envelope if nothing came around it`() {
    let item = item(MQTTMessage(topic: "t", payload: "x"))
    #expect(item.origin.isStampedOnArrival && item.time.wallTime == Self.noon && item.origin.envelope == nil)
  }

  @Test func `What came around a message goes on with its result`() throws {
    let result = try #require(try outbound("out/${inputTopic.2}").message(item(Self.full), now: Self.noon.adding(10_500_000_000)))
    #expect(result.topic == "out/line7" && result.payload == ByteBuffer(string: "{}") && result.qos == .atLeastOnce && result.retain)
    #expect(result.properties == MQTTMessage.Properties(
      isText: true, expiry: 20, contentType: "application/json", responseTopic: "answers", correlationData: ByteBuffer(bytes: [1, 2]),
      userProperties: [
        MQTTUserProperty("a", "1"), MQTTUserProperty("a", "2"), MQTTUserProperty("__ts", "001699999999000:00002:sensor"), MQTTUserProperty("__srcId", "mill-1"),
        MQTTUserProperty("__protVer", "1.0"),
      ]))
    #expect(try outbound("out", keepsRetain: false).message(item(Self.full), now: Self.noon)?.retain == false)
  }

  @Test func `What has expired is not published`() throws {
    #expect(try outbound("out").message(item(Self.full), now: Self.noon.adding(29_999_999_999))?.properties.expiry == 1)
    #expect(try outbound("out").message(item(Self.full), now: Self.noon.adding(30_000_000_000)) == nil)
  }

  @Test func `A result that is no text is not called one`() throws {
    var item = item(Self.full)
    guard case .message(var message) = item.data else { throw EndpointError(.failed, "", "no message") }
    message.payload = [0xFF]
    item.data = .message(message)
    #expect(try outbound("out").message(item, now: Self.noon)?.properties.isText == false)
  }

  @Test func `An item that makes no topic is refused`() throws {
    let item = item(MQTTMessage(topic: "t", payload: "x"))
    #expect(throws: EndpointError.self) { try outbound("${inputTopic.2}").message(item, now: Self.noon) }
  }
}
