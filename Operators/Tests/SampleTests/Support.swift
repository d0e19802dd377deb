import OperatorKit

let noon = HybridLogicalClock(timestamp: Timespec(seconds: 1_767_268_800))

func message(
  _ payload: String, topic: BufferOrBytes = "probe/1", at seconds: UInt64 = 1, _ nanoseconds: UInt32 = 0, properties: [(String, String)] = []
) -> DataModel {
  .message(
    Message(
      timestamp: Timestamp(timestamp: Timespec(seconds: seconds, nanoseconds: nanoseconds), nodeID: "n"), topic: topic, contentType: "application/json",
      payload: .bytes(Bytes(payload)), userProperties: properties.map { UserProperty(.string($0.0), .string($0.1)) },
      schema: .registryReference("r")))
}
func snapshot(_ frame: String) -> DataModel {
  .snapshot(Snapshot(timestamp: Timestamp(timestamp: Timespec(seconds: 1)), format: "rgb24", width: 1, height: 1, frame: .bytes(Bytes(frame))))
}
/// What an accumulation begins with.
var nothing: DataModel { .message(Message(timestamp: Timestamp(timestamp: Timespec(seconds: 10)), topic: "", payload: "")) }

extension DataModel {
  var message: Message? { if case .message(let message) = self { message } else { nil } }
  var payload: String? { message?.payload.read().string }
  var topic: String? { message?.topic.read().string }
  var properties: [String] { message?.userProperties.map { "\($0.name.read())=\($0.value.read())" } ?? [] }
}
