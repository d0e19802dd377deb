public import ComponentModel
public import Dataflow

/// `hybrid-logical-clock.timespec`.
struct Timespec: ComponentRecord {
  var seconds: UInt64, nanoseconds: UInt32

  init(_ time: Timestamp) { (seconds, nanoseconds) = (time.seconds, time.nanoseconds) }

  static var type: ValueType { get throws(ComponentError) { try .record([("secs", .u64), ("nanos", .u32)]) } }
  static var shape: ValueShape { ValueShape().field(UInt64.shape).field(UInt32.shape).record }
  init(fields reader: inout ValueReader) throws(ComponentError) {
    seconds = try reader.read()
    nanoseconds = try reader.read()
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(seconds)
    try writer.write(nanoseconds)
  }
}

/// `hybrid-logical-clock.hybrid-logical-clock`: the logical time that branch and delay are given.
struct LogicalClock: ComponentRecord, ResultSide {
  var timestamp: Timestamp
  init(_ timestamp: Timestamp) { self.timestamp = timestamp }

  static var type: ValueType {
    get throws(ComponentError) { try .record([("timestamp", Timespec.type), ("counter", .u64), ("node-id", .string)]) }
  }
  static var shape: ValueShape { ValueShape().field(Timespec.shape).field(UInt64.shape).field(String.shape).record }
  init(fields reader: inout ValueReader) throws(ComponentError) {
    let time: Timespec = try reader.read()
    timestamp = Timestamp(seconds: time.seconds, nanoseconds: time.nanoseconds, counter: try reader.read(), nodeID: try reader.read())
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(Timespec(timestamp))
    try writer.write(timestamp.counter)
    try writer.write(timestamp.nodeID)
  }
}

/// `types.timestamp`: the time inside messages and snapshots. The same, but for a node id that may be a buffer.
extension Timestamp: ComponentRecord {
  public static var type: ValueType {
    get throws(ComponentError) { try .record([("timestamp", Timespec.type), ("counter", .u64), ("node-id", BufferOrString.type)]) }
  }
  public static var shape: ValueShape { ValueShape().field(Timespec.shape).field(UInt64.shape).field(BufferOrString.shape).record }
  public init(fields reader: inout ValueReader) throws(ComponentError) {
    let time: Timespec = try reader.read()
    self.init(seconds: time.seconds, nanoseconds: time.nanoseconds, counter: try reader.read(), nodeID: try reader.read(BufferOrString.self).string)
  }
  public func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(Timespec(self))
    try writer.write(counter)
    try writer.write(BufferOrString(nodeID))
  }
}
