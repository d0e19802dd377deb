import OperatorKit
import Testing

@testable import SnapshotOperators

private var timestamp: Timestamp { Timestamp(timestamp: Timespec(seconds: 1)) }
private let time = HybridLogicalClock(timestamp: Timespec(seconds: 1))

private func message(_ payload: String, topic: String = "t") -> DataModel {
  .message(Message(timestamp: timestamp, topic: .bytes(Bytes(topic)), contentType: "application/json", payload: .bytes(Bytes(payload))))
}
private func snapshot(_ frame: String) -> DataModel {
  .snapshot(Snapshot(timestamp: timestamp, format: "rgb24", width: 1, height: 1, frame: .bytes(Bytes(frame))))
}
private func recognition(_ label: String) -> DataModel { snapshot(#"{"object":{"result":"\#(label)","predictions":[]}}"#) }
private func payload(_ item: DataModel) -> String? {
  guard case .message(let message) = item else { return nil }
  return message.payload.read().string
}

@Test func branchTellsSnapshotsAndTheTopicApart() throws {
  try setUpBranch(ModuleConfiguration())
  #expect(try isSnapshot(time, snapshot("")))
  #expect(try !isSnapshot(time, message("", topic: "camera")))
  try setUpBranch(ModuleConfiguration(parameters: [("snapshot_topic", "camera")]))
  #expect(try isSnapshot(time, message("", topic: "camera")))
  #expect(try !isSnapshot(time, message("", topic: "camera/2")))
  #expect(throws: OperatorError.self) { try isSnapshot(time, .bufferOrBytes(.bytes("x"))) }
}

@Test func accumulateJoinsDifferentLabelsInOrder() throws {
  let first = try collect(message(""), [recognition("dent"), recognition("ok"), recognition("dent"), recognition("")])
  #expect(payload(first) == #"{"object":{"result":"dent; ok"}}"#)
  guard case .message(let envelope) = first else { throw OperatorError("not a message") }
  #expect(envelope.topic.read().string == "t" && envelope.contentType?.read() == "application/json")
}

@Test func accumulatingInPartsGivesTheSameAsAtOnce() throws {
  let parts = try collect(collect(message(""), [recognition("a"), recognition("b")]), [recognition("b"), recognition("c")])
  #expect(payload(parts) == #"{"object":{"result":"a; b; c"}}"#)
}

@Test func accumulateRefusesWhatIsNoRecognition() {
  #expect(throws: OperatorError.self) { try collect(snapshot(""), []) }
  #expect(throws: OperatorError.self) { try collect(message(""), [message("")]) }
  #expect(throws: OperatorError.self) { try collect(message(""), [snapshot("not json")]) }
  #expect(throws: OperatorError.self) { try collect(message(""), [snapshot(#"{"temperature":{}}"#)]) }
}

// MARK: Frames

private func tensor(_ dimensions: [Int?], type: UInt64 = 1, _ parameters: (name: String, value: String)...) throws -> InputTensor {
  try InputTensor(
    ModelInput(ONNXSignature.Port(name: "x", elementType: type, dimensions: dimensions)), SnapshotOptions(ModuleConfiguration(parameters: parameters)))
}

@Test func framesBecomeTensorsInTheModelsLayout() throws {
  let planar = try tensor([1, 3, nil, nil], ("mean", "0"), ("std", "1"), ("scale", "1"))
  let frame = Bytes([1, 2, 3, 4, 5, 6])
  func floats(_ tensor: InputTensor, _ format: String) throws -> [Float] {
    try tensor.withElements(of: frame, format: format, width: 2, height: 1) { _, elements in Array(elements.bindMemory(to: Float.self)) }
  }
  #expect(try floats(planar, "rgb24") == [1, 4, 2, 5, 3, 6])
  #expect(try floats(planar, "bgr24") == [3, 6, 2, 5, 1, 4])
  #expect(try floats(tensor([1, nil, nil, 3], ("mean", "0"), ("std", "1"), ("scale", "1")), "bgr24") == [3, 2, 1, 6, 5, 4])
  let bytes = try tensor([nil, nil, 2, 3], type: 2).withElements(of: frame, format: "rgb24", width: 2, height: 1) { dimensions, elements in
    (dimensions, Array(elements))
  }
  #expect(bytes == ([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]))
}

@Test(arguments: [
  ("rgb24", 3, 4, 36, "The snapshot is 3 × 4 pixels, but the model takes 4 × 4."), ("rgb24", 4, 4, 47, "The snapshot's frame has 47 bytes"),
  ("grayscale", 4, 4, 16, "the model takes 3 channels"), ("yuv420", 4, 4, 48, "must be rgb24, bgr24 or grayscale"), ("rgb24", Int.max, 4, 48, "but the model takes 4 × 4"),
])
func framesThatDoNotFitAreRefused(_ format: String, _ width: Int, _ height: Int, _ count: Int, _ reason: String) throws {
  let tensor = try tensor([1, 3, 4, 4])
  let error = #expect(throws: OperatorError.self) {
    try tensor.withElements(of: Bytes([UInt8](repeating: 0, count: count)), format: format, width: width, height: height) { _, _ in }
  }
  #expect(error?.message.contains(reason) == true)
}

@Test func bytesAreNotNormalised() {
  #expect(throws: OperatorError.self) { try tensor([1, 3, 4, 4], type: 2, ("mean", "0.5")) }
}
