/// What flows along the edges of a graph.
public enum DataModel: WITValue {
  case bufferOrBytes(BufferOrBytes)
  /// What sources of messages (MQTT, Kafka, files) produce.
  case message(Message)
  /// An image or another frame.
  case snapshot(Snapshot)

  private static var payload: Int { 8 }
  static var abiSize: Int { aligned(payload &+ max(BufferOrBytes.abiSize, max(Message.abiSize, Snapshot.abiSize)), 8) }
  static var abiAlignment: Int { 8 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    switch UInt8.lift(memory) {
    case 0: .bufferOrBytes(.lift(memory + payload))
    case 1: .message(.lift(memory + payload))
    default: .snapshot(.lift(memory + payload))
    }
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    switch consume self {
    case .bufferOrBytes(let value):
      UInt8(0).lower(memory)
      value.lower(memory + DataModel.payload)
    case .message(let value):
      UInt8(1).lower(memory)
      value.lower(memory + DataModel.payload)
    case .snapshot(let value):
      UInt8(2).lower(memory)
      value.lower(memory + DataModel.payload)
    }
  }
}

/// A frame: pixels of `width` × `height` in the named format, for example `rgb24`.
public struct Snapshot: WITValue {
  public var timestamp: Timestamp
  public var format: BufferOrString
  public var width: UInt32
  public var height: UInt32
  public var frame: BufferOrBytes

  public init(timestamp: Timestamp, format: BufferOrString, width: UInt32, height: UInt32, frame: BufferOrBytes) {
    (self.timestamp, self.format, self.width, self.height, self.frame) = (timestamp, format, width, height, frame)
  }

  private static var layout: Layout {
    Layout().field(Timestamp.self).field(BufferOrString.self).field(UInt32.self).field(UInt32.self).field(BufferOrBytes.self).record
  }
  static var abiSize: Int { layout.size }
  static var abiAlignment: Int { layout.alignment }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return Snapshot(timestamp: fields.next(), format: fields.next(), width: fields.next(), height: fields.next(), frame: fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(timestamp)
    fields.put(format)
    fields.put(width)
    fields.put(height)
    fields.put(frame)
  }
}
