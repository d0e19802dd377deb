import Dataflow
import EndpointKit
import Testing

private let payloads: [[UInt8]] = (0..<10).map { [UInt8($0), 7] }

@Test func aGoodSourcePasses() {
  #expect(EndpointCompatibility.check(QueueSource(payloads).finish(), yields: payloads) == [])
  #expect(EndpointCompatibility.check(QueueSource(payloads), yields: payloads, finishes: false) == [])
  #expect(EndpointCompatibility.check(QueueSource([]).finish(), yields: []) == [])
}

@Test(.timeLimit(.minutes(10)))
func stoppingAGoodSourcePasses() {
  #expect(EndpointCompatibility.checkStopping(QueueSource([])) == [])
  #expect(EndpointCompatibility.checkStopping(QueueSource(payloads)) == [])
}

@Test(arguments: [
  (QueueSource.Fault.overfillsBatches, "a batch has at most as many items as asked for"),
  (.sharesDeliveries, "each message has a delivery of its own"),
  (.endsTwice, "after finished, always finished again"),
  (.loses, "the payloads come whole and in order"),
  (.throwsError, "next does not throw"),
  (.giveBytes, "sources give messages"),
])
func aFaultySourceIsFound(_ fault: QueueSource.Fault, _ rule: String) {
  let source = QueueSource(payloads, fault).finish()
  #expect(EndpointCompatibility.check(source, yields: payloads).contains { $0.rule == rule })
}

@Test func aGoodSinkPasses() {
  let sink = MemorySink()
  #expect(EndpointCompatibility.check(sink, payloads: payloads) { sink.payloads } == [])
}

@Test(arguments: [
  (MemorySink.Fault.keepsFromFlush, "after flush, each delivery has completed once as delivered"),
  (.forgetsCompleting, "after flush, each delivery has completed once as delivered"),
  (.writesAfterClose, "writing after close throws"),
  (.forgetsAbandoning, "what a sink cannot write, it abandons"),
  (.reorders, "after flush, the payloads are out, whole and in order"),
  (.closesOnce, "close again does not throw"),
])
func aFaultySinkIsFound(_ fault: MemorySink.Fault, _ rule: String) {
  let sink = MemorySink(fault)
  #expect(EndpointCompatibility.check(sink, payloads: payloads) { sink.payloads }.contains { $0.rule == rule })
}

@Test func anythingCanGoOutAsAMessage() {
  let time = Timestamp(seconds: 9)
  let own = Timestamp(seconds: 5)
  let origin = Origin(name: "camera", topic: Array("plant/camera".utf8))
  func outgoing(_ data: DataModel) -> Message {
    Item(time: time, data: data, origin: origin, delivery: Delivery()).outgoingMessage
  }
  let message = Message(timestamp: own, topic: [1], payload: [2], userProperties: [UserProperty(key: "k", value: "v")])
  #expect(outgoing(.message(message)) == message)
  let snapshot = Snapshot(timestamp: own, format: "rgb24", width: 1, height: 1, frame: [1, 2, 3])
  #expect(outgoing(.snapshot(snapshot)) == Message(timestamp: own, topic: origin.topic, payload: [1, 2, 3]))
  #expect(outgoing(.bytes([4])) == Message(timestamp: time, topic: origin.topic, payload: [4]))
}

@Test func theEndpointClockStampsInAscendingOrder() {
  let clock = EndpointClock(nodeID: "n", wallTime: { WallTime(seconds: 4) }, monotonic: { 77 })
  let stamps = (0..<3).map { _ in clock.stamp().timestamp.text }
  #expect(stamps == ["000000000004000:00000:n", "000000000004000:00001:n", "000000000004000:00002:n"])
  #expect(clock.nanoseconds() == 77)
  #expect(clock.stamp(carried: "3000:0:o").timestamp == Timestamp(seconds: 3, nodeID: "o"))
}

@Test func theSystemsClocksGoForward() {
  let clock = EndpointClock()
  #expect(clock.stamp().timestamp.seconds > 1_700_000_000)
  let first = clock.nanoseconds()
  #expect(clock.nanoseconds() >= first && first > 0)
}
