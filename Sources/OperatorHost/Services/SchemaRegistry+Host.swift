internal import ComponentModel
internal import SchemaRegistry

/// `schema-types.schema-format`.
private enum SchemaFormat: Int, ComponentVariant {
  case json, delta
  static var type: ValueType { get throws(ComponentError) { try .variant([.init(name: "json", type: nil), .init(name: "delta", type: nil)]) } }
  static let shape = ValueShape.variant(caseCount: 2)
  static let caseCount = 2
  static let payloadAlignment = 1
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) { self = index == 0 ? .json : .delta }
  var caseIndex: Int { rawValue }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {}
}

/// `schema-types.schema-type`, which has one case.
private struct SchemaType: ComponentVariant {
  static var type: ValueType { get throws(ComponentError) { try .variant([.init(name: "message-schema", type: nil)]) } }
  static let shape = ValueShape.variant(caseCount: 1)
  static let caseCount = 1
  static let payloadAlignment = 1
  init() {}
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {}
  var caseIndex: Int { 0 }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {}
}

/// `schema-types.schema-error`.
private struct SchemaError: ComponentVariant, ResultSide {
  var error: SchemaRegistryError
  static var type: ValueType {
    get throws(ComponentError) {
      try .variant([
        .init(name: "request", type: .string), .init(name: "internal", type: .string), .init(name: "timeout", type: nil), .init(name: "not-found", type: nil),
        .init(name: "not-available", type: nil),
      ])
    }
  }
  static let shape = ValueShape.variant(caseCount: 5, String.shape)
  static let caseCount = 5
  static let payloadAlignment = 4
  init(_ error: SchemaRegistryError) { self.error = error }
  init(case index: Int, payload reader: inout ValueReader) throws(ComponentError) {
    error =
      switch index {
      case 0: .request(try reader.read())
      case 1: .internal(try reader.read())
      case 2: .timeout
      case 3: .notFound
      default: .notAvailable
      }
  }
  var caseIndex: Int {
    switch error {
    case .request: 0
    case .internal: 1
    case .timeout: 2
    case .notFound: 3
    case .notAvailable: 4
    }
  }
  func writePayload(to writer: inout ValueWriter) throws(ComponentError) {
    switch error {
    case .request(let text), .internal(let text): try writer.write(text)
    case .timeout, .notFound, .notAvailable: break
    }
  }
}

/// `schema-types.schema`.
private struct SchemaRecord: ComponentRecord, ResultSide {
  var schema: Schema
  static var type: ValueType {
    get throws(ComponentError) {
      try .record([
        ("description", .option(of: .string)), ("display-name", .option(of: .string)), ("format", SchemaFormat.type), ("hash", .option(of: .string)),
        ("name", .string), ("namespace", .string), ("schema-content", .string), ("schema-type", SchemaType.type),
        ("tags", .list(of: .tuple([.string, .string]))), ("version", .string),
      ])
    }
  }
  static let shape = ValueShape().field(String?.shape).field(String?.shape).field(SchemaFormat.shape).field(String?.shape).field(String.shape)
    .field(String.shape).field(String.shape).field(SchemaType.shape).field([UInt8].shape).field(String.shape).record
  init(_ schema: Schema) { self.schema = schema }
  init(fields reader: inout ValueReader) throws(ComponentError) {
    let description = try reader.read(String?.self), displayName = try reader.read(String?.self), format = try reader.read(SchemaFormat.self)
    let hash = try reader.read(String?.self), name = try reader.read(String.self), namespace = try reader.read(String.self), content = try reader.read(String.self)
    _ = try reader.read(SchemaType.self)
    let tags = try reader.read([Pair<String, String>].self), version = try reader.read(String.self)
    schema = Schema(
      name: name, version: version, namespace: namespace, format: format == .json ? .json : .delta, content: content, description: description,
      displayName: displayName, hash: hash, tags: Dictionary(tags.map { ($0.first, $0.second) }, uniquingKeysWith: { $1 }))
  }
  func writeFields(to writer: inout ValueWriter) throws(ComponentError) {
    try writer.write(schema.description)
    try writer.write(schema.displayName)
    try writer.write(schema.format == .json ? SchemaFormat.json : .delta)
    try writer.write(schema.hash)
    try writer.write(schema.name)
    try writer.write(schema.namespace)
    try writer.write(schema.content)
    try writer.write(SchemaType())
    try writer.write(schema.tags.sorted { $0.key < $1.key }.map { Pair($0.key, $0.value) })
    try writer.write(schema.version)
  }
}

extension HostImports {
  mutating func provideSchemaRegistry(_ registry: any SchemaRegistry) throws(ComponentError) {
    provide(HostInterface("wasm-graph:processor/schema-types@1.1.0"))
    var interface = HostInterface("wasm-graph:processor/schema-registry@1.1.0")
    try interface.function("get") { (name: String, version: String, timeout: Pair<UInt64, UInt32>) -> ComponentResult<SchemaRecord, SchemaError> in
      let (seconds, overflow) = timeout.first.multipliedReportingOverflow(by: 1_000_000_000)
      do throws(SchemaRegistryError) {
        let schema = try registry.get(name: name, version: version, timeout: overflow ? .max : seconds.addingReportingOverflow(UInt64(timeout.second)).partialValue)
        return .ok(SchemaRecord(schema))
      } catch {
        return .error(SchemaError(error))
      }
    }
    provide(interface)
  }
}
