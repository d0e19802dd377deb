import OperatorKit

/// What a metric is made of.
struct Transform {
  private enum Name {
    case literal(String)
    case path(Path)
  }

  private static let logger = Logger("module-otel-transform/map")
  private static let known = ["metricName", "metricNamePath", "metricValuePath", "metricType", "metricUnits", "metricTimestampPath"]

  private let name: Name
  private let value: Path
  private let type: String
  private let unit: String?
  private let timestamp: Path?

  init(_ configuration: ModuleConfiguration) throws(OperatorError) {
    for parameter in configuration.parameters where !Self.known.contains(where: { $0.isSame(as: parameter.name) }) {
      Self.logger.warn("Unknown parameter '\(parameter.name)'.")
    }
    guard let value = configuration["metricValuePath"] else { throw OperatorError("Parameter 'metricValuePath' is not set. Set it to where the value is, as in 'pump.pressure'.") }
    self.value = Path(value)
    if let path = configuration["metricNamePath"] {
      name = .path(Path(path))
    } else if let literal = configuration["metricName"] {
      name = .literal(literal)
    } else {
      throw OperatorError("Neither of the parameters 'metricName' and 'metricNamePath' is set. Set one of them.")
    }
    type = configuration["metricType"] ?? "type-placeholder"
    unit = configuration["metricUnits"]
    timestamp = configuration["metricTimestampPath"].map { Path($0) }
  }

  func apply(to message: Message) -> Message {
    var json = JSONWriter()
    do throws(JSON.ParseError) {
      let root = JSONReader(message.payload.read())
      var whole = root
      try whole.skip()
      try whole.end()
      json.raw(#"{"metrics":[{"#)
      try writeMembers(of: root, to: &json)
    } catch {
      Self.logger.error("Failed to parse JSON payload: \(error.message)")
      return message
    }
    json.key("attributes")
    writeAttributes(of: message, to: &json)
    json.raw("}]}")
    var message = message
    message.payload = .bytes(json.bytes)
    return message
  }

  private func writeMembers(of root: JSONReader, to json: inout JSONWriter) throws(JSON.ParseError) {
    json.key("name")
    switch name {
    case .literal(let name): json.value(name)
    case .path(let path):
      if var found = try path.find(in: root), try found.kind() == .string { json.value(try found.string()) } else { json.value("wasm-placeholder") }
    }
    json.key("value")
    if var found = try value.find(in: root), try found.kind() == .number { json.value(try found.double()) } else { json.value(0.0) }
    json.key("metric_type")
    json.value(type)
    json.key("unit")
    if let unit { json.value(unit) } else { json.null() }
    json.key("timestamp")
    if let path = timestamp {
      if var found = try path.find(in: root), try found.kind() == .string { json.value(nanoseconds(try found.string().string)) } else { json.null() }
    } else {
      let now = WallClock.now
      // The year 2262 is the end of such timestamps.
      if let seconds = Int64(exactly: now.seconds), seconds < 9_223_372_036 {
        json.value(seconds * 1_000_000_000 + Int64(now.nanoseconds))
      } else {
        json.null()
      }
    }
  }

  private func nanoseconds(_ text: String) -> Int64 {
    if let nanoseconds = RFC3339.nanoseconds(text) { return nanoseconds }
    Self.logger.error("Failed to parse the timestamp '\(text)', which must be RFC 3339 and between the years 1678 and 2261.")
    return 0
  }
  private func writeAttributes(of message: borrowing Message, to json: inout JSONWriter) {
    var isFirst = true
    for property in message.userProperties {
      guard let key = Self.attribute(property.name.read()) else { continue }
      if isFirst { json.beginArray() }
      isFirst = false
      json.beginObject()
      json.key("key")
      json.value(key)
      json.key("value")
      json.value(property.value.read())
      json.endObject()
    }
    if isFirst { json.null() } else { json.endArray() }
  }

  /// The name without `otel/`, however often that stands in front; nil if it does not.
  private static func attribute(_ name: String) -> String? {
    let prefix = "otel/".utf8
    var rest = Substring(name).utf8
    while rest.starts(with: prefix) { rest = rest.dropFirst(prefix.count) }
    return rest.count == name.utf8.count ? nil : String(Substring(rest))
  }
}

/// Names of members, from the outermost to the innermost.
struct Path {
  private let names: [String]

  init(_ text: String) { names = text.parts(separatedBy: UInt8(ascii: ".")).map { String($0) } }

  /// A reader at the value, if there is one. Of members with one name the last counts.
  func find(in root: JSONReader) throws(JSON.ParseError) -> JSONReader? {
    var place = root
    for name in names {
      guard try place.kind() == .object else { return nil }
      var found: JSONReader?
      try place.beginObject()
      while let key = try place.nextKey() {
        if key == name { found = place }
        try place.skip()
      }
      guard let found else { return nil }
      place = found
    }
    return place
  }
}
