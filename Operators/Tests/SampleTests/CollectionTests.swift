import OperatorKit
import Testing

@testable import CollectionOperators

struct CollectionTests {
  private let temperature = message(#"{"temperature":{"count":1,"max":1695,"min":1695,"average":1695,"last":1695,"unit":"C"}}"#)
  private let humidity = message(#"{"humidity":{"count":1,"max":85,"min":85,"average":85,"last":85}}"#)
  private let object = #"{"object":{"result":"American black bear, black bear, Ursus americanus, Euarctos americanus"}}"#

  private let collectedTemperature = #"{"count":1,"max":1695.0,"min":1695.0,"average":1695.0,"last":1695.0,"unit":"C","overtemp":false}"#
  private let collectedHumidity = #"{"count":1,"max":85.0,"min":85.0,"average":85.0,"last":85.0}"#
  private let collectedObject = #"{"result":"American black bear, black bear, Ursus americanus, Euarctos americanus"}"#
  private var everything: String {
    #"{"sensor_data":{"temperature":[\#(collectedTemperature)],"humidity":[\#(collectedHumidity)],"object":[\#(collectedObject)]}}"#
  }

  @Test func `what was measured in a window is collected by kind`() throws {
    #expect(try collect(nothing, [message(object), humidity, temperature]).payload == everything)
    #expect(try collect(nothing, [temperature]).payload == #"{"sensor_data":{"temperature":[\#(collectedTemperature)],"humidity":[],"object":[]}}"#)
    #expect(try collect(nothing, []).payload == #"{"sensor_data":{"temperature":[],"humidity":[],"object":[]}}"#)
  }

  @Test func `snapshots' frames count too`() throws {
    #expect(try collect(nothing, [temperature, humidity, snapshot(object)]).payload == everything)
  }

  @Test func `collecting in parts gives the same as at once, in the first envelope`() throws {
    let parts = try collect(collect(collect(nothing, [temperature]), [humidity]), [snapshot(object)])
    #expect(parts.payload == everything)
    #expect(parts.topic == "" && parts.message?.timestamp.timestamp == Timespec(seconds: 10) && parts.message?.contentType == nil)
  }

  @Test func `values are kept, and text keeps its meaning`() throws {
    #expect(
      try collect(nothing, [message(#"{"humidity":{"value":1e2}}"#), message(#"{"object":{"result":"\u0022\u00e9\/"}}"#)]).payload
        == #"{"sensor_data":{"temperature":[],"humidity":[{"value":100.0,"count":0,"max":0.0,"min":0.0,"average":0.0,"last":0.0}],"object":[{"result":"\"é/"}]}}"#)
  }

  @Test func `what cannot be collected is refused`() {
    #expect(throws: OperatorError.self) { try collect(nothing, [message(#"{"sensor_data":{}}"#)]) }
    #expect(throws: OperatorError.self) { try collect(nothing, [.bufferOrBytes("{}")]) }
    #expect(throws: OperatorError.self) { try collect(nothing, [message("")]) }
    #expect(throws: OperatorError.self) { try collect(snapshot(""), []) }
    #expect(throws: OperatorError.self) { try collect(humidity, []) }
    #expect(throws: OperatorError.self) { try collect(message("broken"), []) }
  }
}
