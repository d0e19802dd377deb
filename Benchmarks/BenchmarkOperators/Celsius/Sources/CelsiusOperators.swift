import OperatorKit

// The job of `Benchmarks/peers/temperature.py`: the same members, in the same order, with the same numbers.

/// Converts a message's temperature from Fahrenheit to Celsius:
///
///     {"device":"sensor-0007","seq":7,"temperature":{"value":50.0,"unit":"F"},"ts":"…"}   // → … {"value":10.0,"unit":"C"} …
///
/// All other members are written as they were read.
@MapOperator
func convertToCelsius(_ input: DataModel) throws(OperatorError) -> DataModel {
  guard case .message(var message) = input else { throw .notAMessage }
  do throws(JSON.ParseError) {
    message.payload = .bytes(try converted(message.payload.read()))
  } catch {
    throw OperatorError(error.message)
  }
  return .message(message)
}

private func converted(_ payload: Bytes) throws(JSON.ParseError) -> Bytes {
  var reader = JSONReader(payload), json = JSONWriter()
  try reader.beginObject()
  json.beginObject()
  while let key = try reader.nextKey() {
    json.key(key)
    if key == "temperature" {
      let temperature = try Temperature(&reader)
      json.beginObject()
      json.key("value")
      json.value((temperature.value - 32) * 5 / 9)
      json.key("unit")
      json.value("C")
      json.endObject()
    } else {
      try reader.copy(to: &json)
    }
  }
  try reader.end()
  json.endObject()
  return json.bytes
}

/// Lets messages pass whose temperature is from -20 to 150.
@FilterOperator
func isInBounds(_ input: DataModel) throws(OperatorError) -> Bool {
  guard case .message(let message) = input else { throw .notAMessage }
  do throws(JSON.ParseError) {
    var reader = JSONReader(message.payload.read()), value: Double?
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if key == "temperature" { value = try Temperature(&reader).value } else { try reader.skip() }
    }
    try reader.end()
    guard let value else { throw reader.error("there is no temperature") }
    return -20 <= value && value <= 150
  } catch {
    throw OperatorError(error.message)
  }
}

/// An object of a value and a unit.
private struct Temperature {
  var value = 0.0

  init(_ reader: inout JSONReader) throws(JSON.ParseError) {
    var hasValue = false, hasUnit = false
    try reader.beginObject()
    while let key = try reader.nextKey() {
      switch key {
      case "value":
        value = try reader.double()
        hasValue = true
      case "unit":
        _ = try reader.string()
        hasUnit = true
      default: throw reader.error("expected a value and a unit")
      }
    }
    guard hasValue, hasUnit else { throw reader.error("expected a value and a unit") }
  }
}
