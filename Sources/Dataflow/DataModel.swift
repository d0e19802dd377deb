/// What operators work on: the `data-model` of `wasm-graph:processor@1.1.0` (operators.md §1).
///
/// Byte arrays are shared, copied only by who changes them: an item passes along edges without its bytes being copied.
public enum DataModel: Hashable, Sendable {
  case bytes([UInt8])
  case message(Message)
  case snapshot(Snapshot)

  /// About how much memory the data takes, in bytes.
  public var byteCount: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .message(let message):
      message.userProperties.reduce(message.payload.count + message.topic.count) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    case .snapshot(let snapshot): snapshot.frame.count
    }
  }
}

/// A message as sources produce it and sinks publish it.
public struct Message: Hashable, Sendable {
  /// The event's own time. An operator may edit it; the item's logical time stays.
  public var timestamp: Timestamp
  /// Bytes, as they come and go; UTF-8 in every known transport.
  public var topic: [UInt8]
  public var contentType: String?
  public var payload: [UInt8]
  /// In order; keys may repeat.
  public var userProperties: [UserProperty]
  public var schema: MessageSchema?

  public init(
    timestamp: Timestamp, topic: [UInt8], contentType: String? = nil, payload: [UInt8], userProperties: [UserProperty] = [],
    schema: MessageSchema? = nil
  ) {
    self.timestamp = timestamp
    self.topic = topic
    self.contentType = contentType
    self.payload = payload
    self.userProperties = userProperties
    self.schema = schema
  }
}

public struct UserProperty: Hashable, Sendable {
  public var key: String
  public var value: String

  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// The schema that a message's payload follows.
public enum MessageSchema: Hashable, Sendable {
  /// A reference into the schema registry.
  case reference(String)
  case inline(name: String, content: [UInt8])
}

/// One picture.
public struct Snapshot: Hashable, Sendable {
  public var timestamp: Timestamp
  /// The pixel format's name, such as `rgb24`; in AIO's samples also a label for what `frame` holds.
  public var format: String
  public var width: UInt32
  public var height: UInt32
  public var frame: [UInt8]

  public init(timestamp: Timestamp, format: String, width: UInt32, height: UInt32, frame: [UInt8]) {
    self.timestamp = timestamp
    self.format = format
    self.width = width
    self.height = height
    self.frame = frame
  }
}
