public import ComponentModel

/// `types.module-configuration`: what an operator's `init` is given.
public struct ModuleConfiguration: ComponentRecord, Sendable {
  /// Parameters in the order of their declaration.
  public var properties: [(name: String, value: String)]
  public var schemas: [ModuleSchema]

  public init(properties: [(name: String, value: String)] = [], schemas: [ModuleSchema] = []) {
    self.properties = properties
    self.schemas = schemas
  }

  public static var type: ValueType {
    get throws(ComponentError) {
      try .record([("properties", .list(of: .tuple([.string, .string]))), ("module-schemas", .list(of: ModuleSchema.type))])
    }
  }
  public static var shape: ValueShape { ValueShape().field([UInt8].shape).field([UInt8].shape).record }
  public init(fields reader: inout ValueReader) throws(ComponentError) {
    properties = try reader.read([Pair<String, String>].self).map { ($0.first, $0.second) }
    schemas = try reader.read()
  }
  public func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(properties.map { Pair($0.name, $0.value) })
    try writer.write(schemas)
  }
}

/// `types.module-schema`: a payload schema that the operator may want to know.
public struct ModuleSchema: ComponentRecord, Sendable {
  public var name: String, contentType: String, content: String

  public init(name: String, contentType: String, content: String) {
    self.name = name
    self.contentType = contentType
    self.content = content
  }

  public static var type: ValueType { get throws(ComponentError) { try .record([("name", .string), ("content-type", .string), ("content", .string)]) } }
  public static var shape: ValueShape { ValueShape().field(String.shape).field(String.shape).field(String.shape).record }
  public init(fields reader: inout ValueReader) throws(ComponentError) {
    name = try reader.read()
    contentType = try reader.read()
    content = try reader.read()
  }
  public func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(name)
    try writer.write(contentType)
    try writer.write(content)
  }
}

/// `types.error`: why an operator refused an item.
struct ProcessorError: ComponentRecord, ResultSide {
  var message: String

  static var type: ValueType { get throws(ComponentError) { try .record([("message", .string)]) } }
  static var shape: ValueShape { ValueShape().field(String.shape).record }
  init(fields reader: inout ValueReader) throws(ComponentError) { message = try reader.read() }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) { try writer.write(message) }
}
