public import Dataflow

/// CloudEvents attributes of messages (resources.md §2.5; https://github.com/cloudevents/spec, version 1.0), in binary mode: the payload stays as it is.
///
/// In MQTT an attribute is a user property of its name; in Kafka, a header of its name with the prefix `ce_`.
public enum CloudEvents {
  /// What a destination does with them. Without one, they are properties like any other.
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    /// Passes them on, if the required ones are there, and updates what depends on the message that is sent.
    case propagate = "Propagate"
    /// Makes them anew.
    case createOrRemap = "CreateOrRemap"
  }

  /// Those that every event has.
  public static let required = ["specversion", "type", "source", "id"]
  /// Those that an event may have.
  public static let optional = ["subject", "time", "datacontenttype", "dataschema"]
  /// In front of attributes in Kafka's headers.
  public static let kafkaPrefix = "ce_"

  /// What is known of the message that is sent.
  public struct Context: Sendable {
    /// The graph's name.
    public var graph: String
    /// Where it is sent.
    public var topic: String
    public var contentType: String?
    /// A reference to the schema of the payload.
    public var schema: String?
    public var time: WallTime
    /// For a new event's `id`.
    public var makeID: @Sendable () -> String

    public init(graph: String, topic: String, contentType: String?, schema: String?, time: WallTime, makeID: @escaping @Sendable () -> String = { CloudEvents.randomID() }) {
      self.graph = graph
      self.topic = topic
      self.contentType = contentType
      self.schema = schema
      self.time = time
      self.makeID = makeID
    }
  }

  /// Splits a message's properties into the attributes that it is sent with, and all others.
  ///
  /// With `propagate`, a message that lacks a required attribute is no event: it has no attributes, and keeps its properties.
  public static func attributes(
    of properties: [UserProperty], _ mode: Mode, _ context: Context
  ) -> (attributes: [UserProperty], others: [UserProperty]) {
    let known = Set(required + optional)
    let others = properties.filter { !known.contains($0.key) }
    switch mode {
    case .propagate:
      guard required.allSatisfy({ name in properties.contains { $0.key == name } }) else { return ([], properties) }
      var attributes = properties.filter { known.contains($0.key) }
      if let contentType = context.contentType { HeaderAction.addOrReplace(key: "datacontenttype", value: contentType).apply(to: &attributes) }
      if let schema = context.schema { HeaderAction.addOrReplace(key: "dataschema", value: schema).apply(to: &attributes) }
      return (attributes, others)
    case .createOrRemap:
      let attributes: [(String, String?)] = [
        ("specversion", "1.0"), ("type", "ms.aio-dataflow.telemetry"), ("source", "aio://\(context.graph)"), ("id", context.makeID()),
        ("subject", context.topic), ("time", context.time.text), ("datacontenttype", context.contentType), ("dataschema", context.schema),
      ]
      return (attributes.compactMap { name, value in value.map { UserProperty(key: name, value: $0) } }, others)
    }
  }

  /// A random UUID (RFC 9562, version 4).
  public static func randomID() -> String {
    var generator = SystemRandomNumberGenerator()
    let high = (generator.next() & ~0xF000) | 0x4000
    let low = (generator.next() & ~(0b11 << 62)) | (0b10 << 62)
    let digits = hexadecimal(high) + hexadecimal(low)
    let ends = [0, 8, 12, 16, 20, 32]
    return zip(ends, ends.dropFirst()).map { String(decoding: digits[$0..<$1], as: UTF8.self) }.joined(separator: "-")
  }

  private static func hexadecimal(_ number: UInt64) -> [UInt8] {
    (0..<16).reversed().map { Array("0123456789abcdef".utf8)[Int(number >> (4 * UInt64($0)) & 15)] }
  }
}
