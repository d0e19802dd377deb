public import ComponentModel
public import Dataflow

/// `types.message-schema`.
extension MessageSchema: ComponentVariant {
  public static var type: ValueType {
    get throws(ComponentError) {
      try .variant([
        .init(name: "registry-reference", type: BufferOrString.type),
        .init(name: "inline", type: .record([("name", BufferOrString.type), ("content", BufferOrString.type)])),
      ])
    }
  }
  private static var inlineShape: ValueShape { ValueShape().field(BufferOrString.shape).field(BufferOrString.shape).record }
  public static var shape: ValueShape { .variant(caseCount: 2, BufferOrString.shape, inlineShape) }
  public static var caseCount: Int { 2 }
  public static var payloadAlignment: Int { 4 }

  public init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    if index == 0 {
      self = .reference(try reader.read(BufferOrString.self).string)
    } else {
      let name = try reader.read(BufferOrString.self).string
      self = .inline(name: name, content: Array(try reader.read(BufferOrString.self).string.utf8))
    }
  }
  public var caseIndex: Int {
    switch self {
    case .reference: 0
    case .inline: 1
    }
  }
  public func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    switch self {
    case .reference(let reference): try writer.write(BufferOrString(reference))
    case .inline(let name, let content):
      try writer.write(BufferOrString(name))
      try writer.write(BufferOrString(String(decoding: content, as: UTF8.self)))
    }
  }
}

/// One entry of `types.message-properties.user-properties`.
extension UserProperty: ComponentRecord {
  public static var type: ValueType { get throws(ComponentError) { try .tuple([BufferOrString.type, BufferOrString.type]) } }
  public static var shape: ValueShape { ValueShape().field(BufferOrString.shape).field(BufferOrString.shape).record }
  public init(fields reader: inout ValueReader) throws(ComponentError) {
    self.init(key: try reader.read(BufferOrString.self).string, value: try reader.read(BufferOrString.self).string)
  }
  public func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(BufferOrString(key))
    try writer.write(BufferOrString(value))
  }
}

/// `types.message`.
extension Message: ComponentRecord {
  public static var type: ValueType {
    get throws(ComponentError) {
      try .record([
        ("timestamp", Timestamp.type), ("topic", BufferOrBytes.type), ("content-type", .option(of: BufferOrString.type)), ("payload", BufferOrBytes.type),
        ("properties", .record([("user-properties", .list(of: UserProperty.type))])), ("schema", .option(of: MessageSchema.type)),
      ])
    }
  }
  public static var shape: ValueShape {
    ValueShape().field(Timestamp.shape).field(BufferOrBytes.shape).field(BufferOrString?.shape).field(BufferOrBytes.shape)
      .field([UserProperty].shape).field(MessageSchema?.shape).record
  }

  public init(fields reader: inout ValueReader) throws(ComponentError) {
    let timestamp: Timestamp = try reader.read()
    let topic = try reader.read(BufferOrBytes.self).bytes
    let contentType = try reader.read(BufferOrString?.self)?.string
    let payload = try reader.read(BufferOrBytes.self).bytes
    let properties: [UserProperty] = try reader.read()
    self.init(timestamp: timestamp, topic: topic, contentType: contentType, payload: payload, userProperties: properties, schema: try reader.read())
  }
  public func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(timestamp)
    try writer.write(BufferOrBytes(topic))
    let end = try writer.enterVariant(contentType == nil ? 0 : 1, BufferOrString?.shape, caseCount: 2, payloadAlignment: BufferOrString.payloadAlignment)
    if let contentType { try writer.write(BufferOrString(contentType)) }
    writer.leave(end)
    try writer.write(BufferOrBytes(payload))
    try writer.write(userProperties)
    try writer.write(schema)
  }
}

/// `types.snapshot`.
extension Snapshot: ComponentRecord {
  public static var type: ValueType {
    get throws(ComponentError) {
      try .record([
        ("timestamp", Timestamp.type), ("format", BufferOrString.type), ("width", .u32), ("height", .u32), ("frame", BufferOrBytes.type),
      ])
    }
  }
  public static var shape: ValueShape {
    ValueShape().field(Timestamp.shape).field(BufferOrString.shape).field(UInt32.shape).field(UInt32.shape).field(BufferOrBytes.shape).record
  }

  public init(fields reader: inout ValueReader) throws(ComponentError) {
    let timestamp: Timestamp = try reader.read()
    let format = try reader.read(BufferOrString.self).string
    self.init(timestamp: timestamp, format: format, width: try reader.read(), height: try reader.read(), frame: try reader.read(BufferOrBytes.self).bytes)
  }
  public func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(timestamp)
    try writer.write(BufferOrString(format))
    try writer.write(width)
    try writer.write(height)
    try writer.write(BufferOrBytes(frame))
  }
}

/// `types.data-model`.
extension DataModel: ComponentVariant, ResultSide {
  public static var type: ValueType {
    get throws(ComponentError) {
      try .variant([
        .init(name: "buffer-or-bytes", type: BufferOrBytes.type), .init(name: "message", type: Message.type), .init(name: "snapshot", type: Snapshot.type),
      ])
    }
  }
  public static var shape: ValueShape { .variant(caseCount: 3, BufferOrBytes.shape, Message.shape, Snapshot.shape) }
  public static var caseCount: Int { 3 }
  public static var payloadAlignment: Int { 8 }

  public init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    switch index {
    case 0: self = .bytes(try reader.read(BufferOrBytes.self).bytes)
    case 1: self = .message(try reader.read())
    default: self = .snapshot(try reader.read())
    }
  }
  public var caseIndex: Int {
    switch self {
    case .bytes: 0
    case .message: 1
    case .snapshot: 2
    }
  }
  public func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    switch self {
    case .bytes(let bytes): try writer.write(BufferOrBytes(bytes))
    case .message(let message): try writer.write(message)
    case .snapshot(let snapshot): try writer.write(snapshot)
    }
  }
}
