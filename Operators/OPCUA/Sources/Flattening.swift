import OperatorKit

/// How rows are made.
struct Flattening {
  private static let logger = Logger("module-opc/map")
  private var schema: String?
  private var headers: [(property: String, column: String)] = []
  private var copiesAll = false
  /// Of a message's rows.
  var mostBytes = 64 << 20

  init() {}

  init(_ configuration: ModuleConfiguration) {
    schema = configuration["dataschema"]
    for pair in (configuration["headers"] ?? "").parts(separatedBy: UInt8(ascii: ";")) {
      guard let equals = pair.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let property = pair[..<equals], column = pair[pair.utf8.index(after: equals)...]
      guard !property.isEmpty, !column.isEmpty else { continue }
      headers.append((String(property.trimmed), String(column.trimmed)))
    }
    guard let all = configuration["copy_all"] else { return }
    copiesAll = all.utf8.elementsEqual("true".utf8)
    if !copiesAll, !all.utf8.elementsEqual("false".utf8) {
      Self.logger.warn("Parameter 'copy_all' is '\(all)', which is neither 'true' nor 'false'; it counts as 'false'.")
    }
  }

  func apply(to message: Message) throws(OperatorError) -> Message {
    var message = message
    if let schema, let index = message.userProperties.firstIndex(where: { $0.name == "dataschema" }) {
      message.userProperties[index].value = .string(schema)
    }
    do throws(JSON.ParseError) {
      message.payload = .bytes(try rows(message.payload.read(), headerColumns(of: message)))
    } catch {
      throw OperatorError("Failed to deserialize json object. Reason: \(error.message)")
    }
    return message
  }

  // MARK: Columns

  private enum Content {
    case tag, timestamp, value
    case copy(JSONReader)
    case text(Bytes)
  }
  private struct Column {
    var name: Bytes
    var content: Content
  }
  private struct Row {
    var tag: JSONText
    var value: JSONReader
    var timestamp: JSONReader
  }

  private func headerColumns(of message: borrowing Message) -> [Column] {
    var columns: [Column] = []
    if headers.isEmpty { return columns }
    for property in message.userProperties {
      let name = property.name.readUTF8()
      // Of headers with one property the last counts.
      guard let header = headers.last(where: { name.equals(Bytes($0.property)) }) else { continue }
      columns.append(Column(name: Bytes(header.column), content: .text(property.value.readUTF8())))
    }
    return columns
  }

  /// All columns by name; of those with one name the last counts.
  private func ordered(_ columns: [Column]) -> [Column] {
    let places = columns.indices.sorted { left, right in
      columns[left].name.withUnsafeBytes { leftName in
        columns[right].name.withUnsafeBytes { rightName in
          if leftName.lexicographicallyPrecedes(rightName) { return true }
          return left < right && !rightName.lexicographicallyPrecedes(leftName)
        }
      }
    }
    var ordered: [Column] = []
    for place in places {
      if let last = ordered.last, last.name.equals(columns[place].name) { ordered.removeLast() }
      ordered.append(columns[place])
    }
    return ordered
  }

  // MARK: Rows

  private func rows(_ payload: Bytes, _ headers: [Column]) throws(JSON.ParseError) -> Bytes {
    var reader = JSONReader(payload)
    guard try reader.kind() == .object else {
      try reader.skip()
      try reader.end()
      return "[]"
    }
    let members = try reader.members()
    try reader.end()
    var rows: [Row] = []
    var columns = [Column(name: "tag", content: .tag), Column(name: "timestamp", content: .timestamp), Column(name: "value", content: .value)]
    for member in members {
      if let (value, timestamp) = try dataValue(member.value) {
        rows.append(Row(tag: member.key, value: value, timestamp: timestamp))
      } else if copiesAll {
        columns.append(Column(name: member.key.withUTF8 { Bytes($0) }, content: .copy(member.value)))
      }
    }
    columns = ordered(columns + headers)
    var json = JSONWriter(capacity: payload.count)
    json.beginArray()
    for row in rows {
      try write(row, columns, to: &json)
      // What is copied into every row multiplies.
      guard json.count <= mostBytes else { throw reader.error("the rows take more than 64 MiB, because too much is copied into each") }
    }
    json.endArray()
    return json.bytes
  }

  /// Readers at `Value` and `SourceTimestamp`, if this is an object that has both.
  private func dataValue(_ place: JSONReader) throws(JSON.ParseError) -> (value: JSONReader, timestamp: JSONReader)? {
    var reader = place
    guard try reader.kind() == .object else { return nil }
    var value: JSONReader?, timestamp: JSONReader?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if key == "Value" { value = reader } else if key == "SourceTimestamp" { timestamp = reader }
      try reader.skip()
    }
    guard let value, let timestamp else { return nil }
    return (value, timestamp)
  }

  private func write(_ row: Row, _ columns: [Column], to json: inout JSONWriter) throws(JSON.ParseError) {
    json.beginObject()
    for column in columns {
      json.key(utf8: column.name)
      switch column.content {
      case .tag: json.value(row.tag)
      case .timestamp: try copy(row.timestamp, to: &json)
      case .value: try copy(row.value, to: &json)
      case .copy(let member): try copy(member, to: &json)
      case .text(let text): json.value(utf8: text)
      }
    }
    json.endObject()
  }

  private func copy(_ place: JSONReader, to json: inout JSONWriter) throws(JSON.ParseError) {
    var reader = place
    try reader.copy(to: &json)
  }
}
