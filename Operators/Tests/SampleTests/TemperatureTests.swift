import Measurements
import OperatorKit
import Testing

@testable import TemperatureOperators

struct TemperatureTests {
  // MARK: Map

  @Test(arguments: [
    // t01
    ("{\n  \"temperature\": {\n    \"value\": 1209,\n    \"unit\": \"F\"\n  }\n}\n",
      #"{"temperature":{"value":653.8888888888889,"count":0,"max":0.0,"min":0.0,"average":0.0,"last":0.0,"unit":"C","overtemp":false}}"#),
    // t03
    (#"{"temperature":{"value":3083,"unit":"F"}}"#,
      #"{"temperature":{"value":1695.0,"count":0,"max":0.0,"min":0.0,"average":0.0,"last":0.0,"unit":"C","overtemp":false}}"#),
    (#"{"temperature":{"unit":"F","overtemp":true,"last":5,"average":4.5,"min":-3,"max":2e1,"count":18446744073709551615,"value":32,"more":[{}]}}"#,
      #"{"temperature":{"value":0.0,"count":18446744073709551615,"max":20.0,"min":-3.0,"average":4.5,"last":5.0,"unit":"C","overtemp":true}}"#),
  ])
  func `Fahrenheit becomes Celsius`(_ input: String, _ output: String) throws {
    #expect(try convertToCelsius(message(input)).payload == output)
  }

  @Test(arguments: [
    #"{ "temperature": {"value": 20, "unit": "C"} }"#, #"{"temperature":{"unit":"C"}}"#, #"{"humidity":{"value":85}}"#, #"{"object":{"result":"tripod"}}"#,
    #"{"sensor_data":{"temperature":[{"unit":"F"}]}}"#,
  ])
  func `everything else passes byte for byte`(_ payload: String) throws {
    #expect(try convertToCelsius(message(payload)).payload == payload)
  }

  @Test func `the envelope stays but for the test property`() throws {
    let result = try convertToCelsius(message(#"{"temperature":{"value":50,"unit":"F"}}"#, at: 7, 8, properties: [("a", "b"), ("test_property_key", "x")]))
    #expect(result.topic == "probe/1" && result.properties == ["a=b", "test_property_key=new_value"])
    #expect(result.message?.timestamp.timestamp == Timespec(seconds: 7, nanoseconds: 8) && result.message?.contentType?.read() == "application/json")
  }

  @Test(arguments: [
    ("", "the text ends"), ("hot", "expected an object"), ("[]", "expected an object"), ("{}", "expected temperature, humidity"), (#"{"pressure":{}}"#, "expected temperature, humidity"),
    (#"{"temperature":{"value":1}}"#, "no unit"), (#"{"temperature":{"value":1,"unit":"K"}}"#, #"expected the unit "C" or "F""#),
    (#"{"temperature":{"value":"1","unit":"F"}}"#, "expected a number"), (#"{"temperature":{"value":1,"unit":"F","count":1.0}}"#, "expected a whole number"),
    (#"{"temperature":{"value":1,"unit":"F"},"device":1}"#, "only one member"), (#"{"temperature":{"value":1,"unit":"F","value":1}}"#, "came before"),
    (#"{"temperature":{"value":1,"unit":"F"}} x"#, "something follows"), (#"{"temperature":{"value":1e999,"unit":"F"}}"#, "out of range"),
    (#"{"object":{}}"#, "no result"), (#"{"temperature":1}"#, "expected an object"),
  ])
  func `what is no measurement is refused`(_ payload: String, _ reason: String) {
    let error = #expect(throws: OperatorError.self) { try convertToCelsius(message(payload)) }
    #expect(error?.message.hasPrefix("Failed to parse payload as JSON: ") == true && error?.message.contains(reason) == true, "\(error?.message ?? "")")
    #expect(throws: OperatorError.self) { try isTemperature(noon, message(payload)) }
    #expect(throws: OperatorError.self) { try TemperatureFilter().passes(message(payload)) }
    #expect(throws: OperatorError.self) { try summarise(nothing, [message(payload)]) }
  }

  @Test func `a value must be there to be converted, and the item must be a message`() {
    #expect(throws: OperatorError.self) { try convertToCelsius(message(#"{"temperature":{"unit":"F"}}"#)) }
    #expect(throws: OperatorError.self) { try convertToCelsius(message(#"{"temperature":{"value":null,"unit":"F"}}"#)) }
    #expect(throws: OperatorError.self) { try convertToCelsius(snapshot("")) }
    #expect(throws: OperatorError.self) { try isTemperature(noon, snapshot("")) }
    #expect(throws: OperatorError.self) { try TemperatureFilter().passes(.bufferOrBytes("{}")) }
    #expect(throws: OperatorError.self) { try summarise(snapshot(""), []) }
    #expect(throws: OperatorError.self) { try summarise(nothing, [snapshot("")]) }
  }

  @Test func `requests are counted by unit too`() {
    let host = TestHost()
    host.run {
      for payload in [#"{"temperature":{"value":1,"unit":"F"}}"#, #"{"temperature":{"value":1,"unit":"C"}}"#, #"{"humidity":{}}"#, "?"] {
        _ = try? convertToCelsius(message(payload))
      }
    }
    #expect(host.counters == [
      "requests{module=module-temperature/map}": 4, "requests{module=module-temperature/map,unit=Fahrenheit}": 1,
      "requests{module=module-temperature/map,unit=Celsius}": 1,
    ])
  }

  // MARK: Branch

  @Test(arguments: [(#"{"temperature":{"unit":"F"}}"#, true), (#"{"humidity":{}}"#, false), (#"{"object":{"result":""}}"#, false), (#"{"sensor_data":{}}"#, false)])
  func `temperatures are told from the rest`(_ payload: String, _ expected: Bool) throws {
    #expect(try isTemperature(noon, message(payload)) == expected)
  }

  // MARK: Filter

  private func passes(_ value: String, unit: String = "C", _ parameters: (name: String, value: String)...) throws -> Bool {
    let host = TestHost()
    return try host.run {
      try TemperatureFilter(ModuleConfiguration(parameters: parameters)).passes(message(#"{"temperature":{"value":\#(value),"unit":"\#(unit)"}}"#))
    }
  }

  @Test func `temperatures on a bound and beyond do not pass`() throws {
    #expect(try !passes("-40") && passes("-39.99") && passes("3421.99") && !passes("3422"))
    #expect(try passes("4999.9", ("temperature_upper_bound", "5000.0")) && !passes("-41", ("temperature_upper_bound", "5000.0")))
    #expect(try passes("-273.14", ("temperature_lower_bound", "-273.15")))
  }

  @Test func `only temperatures in Celsius pass`() throws {
    #expect(try !passes("20", unit: "F"))
    #expect(try !TemperatureFilter().passes(message(#"{"humidity":{"value":20}}"#)))
    #expect(try !TemperatureFilter().passes(message(#"{"temperature":{"unit":"F"}}"#)))
    #expect(throws: OperatorError.self) { try TemperatureFilter().passes(message(#"{"temperature":{"unit":"C"}}"#)) }
  }

  @Test func `a bound that is not a number is logged, and the default counts`() throws {
    let host = TestHost()
    try host.run { () throws in
      let filter = TemperatureFilter(ModuleConfiguration(parameters: [("temperature_lower_bound", "cold"), ("temperature_upper_bound", "nan")]))
      #expect(try filter.passes(message(#"{"temperature":{"value":-39,"unit":"C"}}"#)) && !filter.passes(message(#"{"temperature":{"value":-40,"unit":"C"}}"#)))
    }
    #expect(host.logs.map(\.level) == [.error, .error, .info])
    #expect(host.logs[0].message == "Parameter 'temperature_lower_bound' is 'cold', which is not a number; the default is used.")
    #expect(host.logs[2].message == "Filter bounds: lower=-40, upper=3422")
  }

  // MARK: Accumulate

  private func celsius(_ value: String, topic: BufferOrBytes = "t", at seconds: UInt64 = 1, _ nanoseconds: UInt32 = 0) -> DataModel {
    message(#"{"temperature":{"value":\#(value),"unit":"C"}}"#, topic: topic, at: seconds, nanoseconds)
  }

  @Test func `a window is summarised, whole numbers without a point`() throws {
    let result = try summarise(nothing, [celsius("653.8888888888889", at: 12, 34)])
    #expect(
      result.payload == #"{"temperature":{"count":1,"max":653.8888888888889,"min":653.8888888888889,"average":653.8888888888889,"last":653.8888888888889,"unit":"C"}}"#)
    #expect(result.topic == "t" && result.message?.timestamp.timestamp == Timespec(seconds: 12, nanoseconds: 34))
    #expect(try summarise(nothing, [celsius("1695.0")]).payload == #"{"temperature":{"count":1,"max":1695,"min":1695,"average":1695,"last":1695,"unit":"C"}}"#)
    #expect(try summarise(nothing, [celsius("1e16"), celsius("-1e-7")]).payload
      == #"{"temperature":{"count":2,"max":10000000000000000,"min":-0.0000001,"average":5000000000000000,"last":-0.0000001,"unit":"C"}}"#)
  }

  @Test func `the last value is the latest, its topic the last message's`() throws {
    let result = try summarise(nothing, [celsius("1", topic: "a", at: 5, 9), celsius("7", topic: "b", at: 5, 8), celsius("4", topic: "c", at: 4)])
    #expect(result.payload == #"{"temperature":{"count":3,"max":7,"min":1,"average":4,"last":1,"unit":"C"}}"#)
    #expect(result.topic == "c" && result.message?.timestamp.timestamp == Timespec(seconds: 5, nanoseconds: 9))
    #expect(try summarise(nothing, [celsius("1", at: 5), celsius("2", at: 5)]).payload?.contains(#""last":2"#) == true)
  }

  @Test func `accumulating in parts gives the same as at once`() throws {
    let values = [celsius("1.5", at: 9), celsius("2.5", at: 3), celsius("-6", at: 4)]
    let parts = try summarise(summarise(nothing, [values[0]]), Array(values[1...]))
    #expect(try parts.payload == summarise(nothing, values).payload)
    #expect(parts.payload == #"{"temperature":{"count":3,"max":2.5,"min":-6,"average":-0.6666666666666666,"last":1.5,"unit":"C"}}"#)
  }

  @Test func `the unit is the last message's`() throws {
    #expect(try summarise(nothing, [celsius("1"), message(#"{"temperature":{"value":1,"unit":"F"}}"#)]).payload?.hasSuffix(#""unit":"F"}}"#) == true)
  }

  @Test func `an empty list changes nothing, and what cannot be added is refused`() throws {
    #expect(try summarise(nothing, []).payload == "")
    #expect(throws: OperatorError.self) { try summarise(nothing, [message(#"{"humidity":{"value":1}}"#)]) }
    #expect(throws: OperatorError.self) { try summarise(message(#"{"humidity":{"value":1}}"#), [celsius("1")]) }
    #expect(throws: OperatorError.self) { try summarise(nothing, [message(#"{"temperature":{"unit":"C"}}"#)]) }
    #expect(throws: OperatorError.self) { try summarise(nothing, [celsius("1e308"), celsius("1e308")]) }
  }
}
