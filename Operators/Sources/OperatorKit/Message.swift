/// A message with MQTT's envelope.
public struct Message: WITValue {
  public var timestamp: Timestamp
  public var topic: BufferOrBytes
  public var contentType: BufferOrString?
  public var payload: BufferOrBytes
  public var userProperties: [UserProperty]
  public var schema: MessageSchema?

  public init(
    timestamp: Timestamp, topic: BufferOrBytes, contentType: BufferOrString? = nil, payload: BufferOrBytes,
    userProperties: [UserProperty] = [], schema: MessageSchema? = nil
  ) {
    (self.timestamp, self.topic, self.contentType, self.payload) = (timestamp, topic, contentType, payload)
    (self.userProperties, self.schema) = (userProperties, schema)
  }

  private static var layout: Layout {
    Layout().field(Timestamp.self).field(BufferOrBytes.self).field(BufferOrString?.self)
      .field(BufferOrBytes.self).field([UserProperty].self).field(MessageSchema?.self).record
  }
  static var abiSize: Int { layout.size }
  static var abiAlignment: Int { layout.alignment }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return Message(
      timestamp: fields.next(), topic: fields.next(), contentType: fields.next(), payload: fields.next(),
      userProperties: fields.next(), schema: fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(timestamp)
    fields.put(topic)
    fields.put(contentType)
    fields.put(payload)
    fields.put(userProperties)
    fields.put(schema)
  }
}

/// A user property of a message. Names may repeat.
public struct UserProperty: WITValue {
  public var name: BufferOrString
  public var value: BufferOrString

  public init(_ name: BufferOrString, _ value: BufferOrString) { (self.name, self.value) = (name, value) }

  static var abiSize: Int { 24 }
  static var abiAlignment: Int { 4 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return UserProperty(fields.next(), fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(name)
    fields.put(value)
  }
}

/// The schema of a message's payload.
public enum MessageSchema: WITValue {
  /// Its name in the schema registry.
  case registryReference(BufferOrString)
  case inline(InlineSchema)

  static var abiSize: Int { 28 }
  static var abiAlignment: Int { 4 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    UInt8.lift(memory) == 0 ? .registryReference(.lift(memory + 4)) : .inline(.lift(memory + 4))
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    switch consume self {
    case .registryReference(let reference):
      UInt8(0).lower(memory)
      reference.lower(memory + 4)
    case .inline(let schema):
      UInt8(1).lower(memory)
      schema.lower(memory + 4)
    }
  }
}

/// A schema that travels with the message.
public struct InlineSchema: WITValue {
  public var name: BufferOrString
  public var content: BufferOrString

  public init(name: BufferOrString, content: BufferOrString) { (self.name, self.content) = (name, content) }

  static var abiSize: Int { 24 }
  static var abiAlignment: Int { 4 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return InlineSchema(name: fields.next(), content: fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(name)
    fields.put(content)
  }
}
