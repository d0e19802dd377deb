public import OperatorKit

/// What the messages of the sample graphs hold: an object of one member, whose key says what was measured.
///
///     {"temperature":{"value":68.0,"unit":"F"}}
///     {"humidity":{"value":85}}
///     {"object":{"result":"tripod"}}
///     {"sensor_data":{"temperature":[…],"humidity":[…],"object":[…]}}
///
/// Members without a meaning are passed over; missing ones have defaults, but for a temperature's `unit` and an object's `result`.
public enum Measurement {
  case temperature(Temperature)
  case humidity(Statistics)
  case object(DetectedObject)
  case sensorData(SensorData)

  /// Reads a message's payload.
  public init(_ payload: Bytes) throws(OperatorError) {
    do throws(JSON.ParseError) {
      var reader = JSONReader(payload)
      try reader.beginObject()
      guard let key = try reader.nextKey() else { throw reader.error("expected temperature, humidity, object or sensor_data") }
      switch key {
      case "temperature": self = .temperature(try Temperature(&reader))
      case "humidity": self = .humidity(try Statistics(&reader))
      case "object": self = .object(try DetectedObject(&reader))
      case "sensor_data": self = .sensorData(try SensorData(&reader))
      default: throw reader.error("expected temperature, humidity, object or sensor_data")
      }
      guard try reader.nextKey() == nil else { throw reader.error("a measurement has only one member") }
      try reader.end()
    } catch {
      throw OperatorError("Failed to parse payload as JSON: \(error.message)")
    }
  }

  /// The measurement as a message's payload.
  public var payload: Bytes {
    var json = JSONWriter()
    json.beginObject()
    switch self {
    case .temperature(let value):
      json.key("temperature")
      value.write(to: &json)
    case .humidity(let value):
      json.key("humidity")
      value.write(to: &json)
    case .object(let value):
      json.key("object")
      value.write(to: &json)
    case .sensorData(let value):
      json.key("sensor_data")
      value.write(to: &json)
    }
    json.endObject()
    return json.bytes
  }
}

/// A measured value, or what is known of several.
public struct Statistics {
  public var value: Double?
  public var count: UInt64 = 0
  public var max = 0.0
  public var min = 0.0
  public var average = 0.0
  public var last = 0.0

  public init(value: Double? = nil) { self.value = value }

  public init(_ reader: inout JSONReader) throws(JSON.ParseError) {
    var members = MemberSet()
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if try !read(key, &reader, &members) { try reader.skip() }
    }
  }

  /// Reads the value of a member; false if there is none of this name.
  fileprivate mutating func read(_ key: JSONText, _ reader: inout JSONReader, _ members: inout MemberSet) throws(JSON.ParseError) -> Bool {
    switch key {
    case "value":
      try members.insert(0, reader)
      value = try reader.null() ? nil : try reader.double()
    case "count":
      try members.insert(1, reader)
      count = try reader.unsigned()
    case "max":
      try members.insert(2, reader)
      max = try reader.double()
    case "min":
      try members.insert(3, reader)
      min = try reader.double()
    case "average":
      try members.insert(4, reader)
      average = try reader.double()
    case "last":
      try members.insert(5, reader)
      last = try reader.double()
    default: return false
    }
    return true
  }

  public func write(to json: inout JSONWriter) {
    json.beginObject()
    writeMembers(to: &json)
    json.endObject()
  }

  fileprivate func writeMembers(to json: inout JSONWriter) {
    if let value {
      json.key("value")
      json.value(value)
    }
    json.key("count")
    json.value(count)
    json.key("max")
    json.value(max)
    json.key("min")
    json.value(min)
    json.key("average")
    json.value(average)
    json.key("last")
    json.value(last)
  }
}

/// A temperature, and whether it is or was too high.
public struct Temperature {
  public enum Unit {
    case celsius, fahrenheit

    public var symbol: StaticString { self == .celsius ? "C" : "F" }
  }

  public var statistics: Statistics
  public var unit: Unit
  public var isOvertemperature = false

  public init(_ statistics: Statistics, unit: Unit) { (self.statistics, self.unit) = (statistics, unit) }

  public init(_ reader: inout JSONReader) throws(JSON.ParseError) {
    var members = MemberSet()
    var unit: Unit?
    statistics = Statistics()
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "unit":
        try members.insert(6, reader)
        let start = reader
        let symbol = try reader.string()
        unit = symbol == "F" ? .fahrenheit : symbol == "C" ? .celsius : nil
        if unit == nil { throw start.error("expected the unit \"C\" or \"F\"") }
      case "overtemp":
        try members.insert(7, reader)
        isOvertemperature = try reader.bool()
      default:
        if try !statistics.read(key, &reader, &members) { try reader.skip() }
      }
    }
    guard let unit else { throw reader.error("the temperature has no unit") }
    self.unit = unit
  }

  public func write(to json: inout JSONWriter) {
    json.beginObject()
    statistics.writeMembers(to: &json)
    json.key("unit")
    json.value(unit.symbol)
    json.key("overtemp")
    json.value(isOvertemperature)
    json.endObject()
  }
}

/// What was recognised on a frame.
public struct DetectedObject {
  public var result: String

  public init(result: String) { self.result = result }

  public init(_ reader: inout JSONReader) throws(JSON.ParseError) {
    var members = MemberSet()
    var result: String?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if key == "result" {
        try members.insert(0, reader)
        result = try reader.string().string
      } else {
        try reader.skip()
      }
    }
    guard let result else { throw reader.error("the object has no result") }
    self.result = result
  }

  public func write(to json: inout JSONWriter) {
    json.beginObject()
    json.key("result")
    json.value(result)
    json.endObject()
  }
}

/// What all sensors measured in a window.
public struct SensorData {
  public var temperature: [Temperature] = []
  public var humidity: [Statistics] = []
  public var object: [DetectedObject] = []

  public init() {}

  public init(_ reader: inout JSONReader) throws(JSON.ParseError) {
    var members = MemberSet()
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "temperature":
        try members.insert(0, reader)
        try reader.beginArray()
        while try reader.nextElement() { temperature.append(try Temperature(&reader)) }
      case "humidity":
        try members.insert(1, reader)
        try reader.beginArray()
        while try reader.nextElement() { humidity.append(try Statistics(&reader)) }
      case "object":
        try members.insert(2, reader)
        try reader.beginArray()
        while try reader.nextElement() { object.append(try DetectedObject(&reader)) }
      default: try reader.skip()
      }
    }
  }

  public func write(to json: inout JSONWriter) {
    json.beginObject()
    json.key("temperature")
    json.beginArray()
    for value in temperature { value.write(to: &json) }
    json.endArray()
    json.key("humidity")
    json.beginArray()
    for value in humidity { value.write(to: &json) }
    json.endArray()
    json.key("object")
    json.beginArray()
    for value in object { value.write(to: &json) }
    json.endArray()
    json.endObject()
  }
}

/// The members that have been read, each of which may come once.
struct MemberSet {
  private var bits: UInt8 = 0

  mutating func insert(_ member: UInt8, _ reader: JSONReader) throws(JSON.ParseError) {
    guard bits & 1 << member == 0 else { throw reader.error("a member that came before") }
    bits |= 1 << member
  }
}
