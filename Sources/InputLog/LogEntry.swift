public import Dataflow

/// Something that happened to a source, and when.
public struct LogEntry: Sendable {
  /// The source's place among those of the header.
  public var source: Int
  /// What the wall clock showed.
  public var time: WallTime
  public var input: Intake.Input

  public init(source: Int, time: WallTime, input: Intake.Input) {
    self.source = source
    self.time = time
    self.input = input
  }
}

extension Encoder {
  /// Writes the item as a source gave it.
  mutating func write(_ item: Item) {
    write(item.origin.base)
    write(item.origin.number) { $1.write($0) }
    write(item.origin.topic)
    write(item.origin.isStampedOnArrival)
    write(item.origin.partition) { $1.write(Int64($0)) }
    write(item.origin.envelope) { $1.write($0) }
    write(item.time)
    switch item.data {
    case .bytes(let bytes):
      write(UInt8(0))
      write(bytes)
    case .message(let message):
      write(UInt8(1))
      write(message)
    case .snapshot(let snapshot):
      write(UInt8(2))
      write(snapshot.timestamp)
      write(snapshot.format)
      write(snapshot.width)
      write(snapshot.height)
      write(snapshot.frame)
    }
  }

  private mutating func write(_ envelope: Envelope) {
    write(envelope.isRetained)
    write(envelope.isText) { $1.write($0) }
    write(envelope.expiry) { $1.write($0) }
    write(envelope.responseTopic) { $1.write($0) }
    write(envelope.correlationData) { $1.write($0) }
  }

  private mutating func write(_ message: Message) {
    write(message.timestamp)
    write(message.topic)
    write(message.contentType) { $1.write($0) }
    write(message.payload)
    write(message.userProperties) { property, encoder in
      encoder.write(property.key)
      encoder.write(property.value)
    }
    write(message.schema) { schema, encoder in
      switch schema {
      case .reference(let name):
        encoder.write(UInt8(0))
        encoder.write(name)
      case .inline(let name, let content):
        encoder.write(UInt8(1))
        encoder.write(name)
        encoder.write(content)
      }
    }
  }
}

extension Decoder {
  /// - Parameter receivedAt: when it counts as taken in, for measuring.
  mutating func readItem(receivedAt: UInt64) throws(DecodingFailure) -> Item {
    let origin = Origin(
      name: try readString(), number: try readOptional { (decoder) throws(DecodingFailure) in try decoder.read(UInt64.self) }, topic: try readBytes(),
      receivedAt: receivedAt, isStampedOnArrival: try readBool(),
      partition: try readOptional { (decoder) throws(DecodingFailure) in Int(try decoder.read(Int64.self)) },
      envelope: try readOptional { (decoder) throws(DecodingFailure) in try decoder.readEnvelope() })
    let time = try readTimestamp()
    let data: DataModel
    switch try read(UInt8.self) {
    case 0: data = .bytes(try readBytes())
    case 1: data = .message(try readMessage())
    case 2:
      data = .snapshot(Snapshot(
        timestamp: try readTimestamp(), format: try readString(), width: try read(UInt32.self), height: try read(UInt32.self), frame: try readBytes()))
    case let other: throw DecodingFailure("\(other) is no kind of data")
    }
    return Item(time: time, data: data, origin: origin, delivery: Delivery())
  }

  private mutating func readEnvelope() throws(DecodingFailure) -> Envelope {
    Envelope(
      isRetained: try readBool(), isText: try readOptional { (decoder) throws(DecodingFailure) in try decoder.readBool() },
      expiry: try readOptional { (decoder) throws(DecodingFailure) in try decoder.readWallTime() },
      responseTopic: try readOptional { (decoder) throws(DecodingFailure) in try decoder.readBytes() },
      correlationData: try readOptional { (decoder) throws(DecodingFailure) in try decoder.readBytes() })
  }

  private mutating func readMessage() throws(DecodingFailure) -> Message {
    Message(
      timestamp: try readTimestamp(), topic: try readBytes(),
      contentType: try readOptional { (decoder) throws(DecodingFailure) in try decoder.readString() },
      payload: try readBytes(),
      userProperties: try readArray { (decoder) throws(DecodingFailure) in
        UserProperty(key: try decoder.readString(), value: try decoder.readString())
      },
      schema: try readOptional { (decoder) throws(DecodingFailure) in try decoder.readSchema() })
  }

  private mutating func readSchema() throws(DecodingFailure) -> MessageSchema {
    switch try read(UInt8.self) {
    case 0: .reference(try readString())
    case 1: .inline(name: try readString(), content: try readBytes())
    case let other: throw DecodingFailure("\(other) is no kind of schema")
    }
  }
}
