import Dataflow
import OperatorFixtures
import OperatorHost
import Testing

struct ProcessingTests {
  static let everything = DataModel.message(
    Message(
      timestamp: noon, topic: Array("probe/1".utf8), contentType: "image/jpeg", payload: [0, 255, 7],
      userProperties: [UserProperty(key: "camera", value: "no. 1"), UserProperty(key: "camera", value: "größe")],
      schema: .inline(name: "frame", content: Array("{}".utf8))))

  static let large = (0..<150_528).map { UInt8(truncatingIfNeeded: $0) }

  @Test(arguments: [
    everything,
    .message(Message(timestamp: .zero, topic: [], payload: [])),
    .message(Message(timestamp: noon, topic: [0xFF, 0xFE], payload: large, schema: .reference("aio-sr://a/b:1"))),
    .snapshot(Snapshot(timestamp: noon, format: "rgb24", width: 224, height: 224, frame: large)),
    .snapshot(Snapshot(timestamp: noon, format: "", width: .max, height: 0, frame: [])),
    .bytes([]), .bytes([1, 2, 3]), .bytes(large),
  ])
  func `What an operator gives back is what it got, in every form of data`(data: DataModel) throws {
    let instance = try OperatorInstance(.passingOn)
    #expect(try instance.map(data, at: noon) == data)
  }

  @Test func `A buffer that is handed back leaves no handle in the guest`() throws {
    let instance = try OperatorInstance(.passingOn)
    for _ in 0..<1000 { _ = try instance.map(message(Self.large), at: noon) }
    #expect(instance.handleCount == 0)
    #expect(instance.memorySize == 2 << 16)
    #expect(instance.statistics.calls == 1000 && instance.statistics.failures == 0)
  }

  @Test func `A guest reads a buffer's bytes`() throws {
    let reading = OperatorFixture(
      imports: """
        (import "wasm-graph:processor/types@1.1.0" "[method]buffer.read" (func $read (param i32 i32)))
        (import "wasm-graph:processor/types@1.1.0" "[resource-drop]buffer" (func $drop (param i32)))
        """,
      process: """
        (call $read (i32.load offset=80 (local.get $data)) (i32.const 32))
        (call $drop (i32.load offset=80 (local.get $data)))
        (i32.store8 offset=76 (local.get $data) (i32.const 1))
        (i32.store offset=80 (local.get $data) (i32.load (i32.const 32)))
        (i32.store offset=84 (local.get $data) (i32.load (i32.const 36)))
        (call $passOn (local.get $data))
        """)
    let instance = try OperatorInstance(reading)
    let payload = Array(Self.large.prefix(5000))
    #expect(try instance.map(message(payload), at: noon) == message(payload))
    #expect(instance.handleCount == 0)
  }

  @Test func `A filter says what stays`() throws {
    let instance = try OperatorInstance(.keepingYes)
    #expect(try instance.isIncluded(message("yes"), at: noon))
    #expect(try instance.isIncluded(message("no"), at: noon) == false)
  }

  @Test func `A branch is given the logical time, not the message's`() throws {
    let instance = try OperatorInstance(.branchingOddSeconds)
    #expect(try instance.branch(message("x"), at: Timestamp(seconds: 3, nodeID: "n")))
    #expect(try instance.branch(message("x"), at: Timestamp(seconds: 4, nodeID: "n")) == false)
  }

  @Test func `A branch is given all parts of the clock`() throws {
    // True if nanoseconds, counter and the first letter of the node's name are 5, 7 and "n".
    let careful = OperatorFixture("branch", process: """
      (call $answer (i32.and
        (i32.eq (i32.load offset=8 (local.get $data)) (i32.const 5))
        (i32.and
          (i64.eq (i64.load offset=16 (local.get $data)) (i64.const 7))
          (i32.eq (i32.load8_u (i32.load offset=24 (local.get $data))) (i32.const 110)))))
      """)
    #expect(try OperatorInstance(careful).branch(.bytes([]), at: noon))
  }

  @Test func `The configuration reaches init, in order`() throws {
    let log = LogRecorder()
    _ = try OperatorInstance(.loggingConfiguration, log.services(), properties: [("width", "224"), ("größe", ""), ("width", "128")])
    #expect(log.lines == ["test info width: 224", "test info größe: ", "test info width: 128"])
  }

  @Test func `Time and calls are accounted for`() throws {
    let instance = try OperatorInstance(.moody)
    _ = try instance.map(message("x"), at: noon)
    #expect(throws: OperatorError.self) { try instance.map(message("e"), at: noon) }
    let statistics = instance.statistics
    #expect(statistics.calls == 2 && statistics.failures == 1 && statistics.restarts == 0)
    #expect(statistics.guest > 0 && statistics.copyIn > 0 && statistics.copyOut > 0 && statistics.infer == 0)
  }
}
