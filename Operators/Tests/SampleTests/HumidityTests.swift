import OperatorKit
import Testing

@testable import HumidityOperators

struct HumidityTests {
  private func humidity(_ value: String, topic: BufferOrBytes = "t", at seconds: UInt64 = 1) -> DataModel {
    message(#"{"humidity":{"value":\#(value)}}"#, topic: topic, at: seconds)
  }

  @Test func `a window is summarised, whole numbers without a point`() throws {
    let host = TestHost()
    let result = try host.run { try summarise(nothing, [humidity("85", topic: "a", at: 9), humidity("12.5", topic: "b", at: 3)]) }
    #expect(result.payload == #"{"humidity":{"count":2,"max":85,"min":12.5,"average":48.75,"last":85}}"#)
    #expect(result.topic == "b" && result.message?.timestamp.timestamp == Timespec(seconds: 9))
    #expect(host.counters == ["requests{module=module-humidity/accumulate}": 1])
  }

  @Test func `accumulating in parts gives the same as at once`() throws {
    let values = [humidity("70", at: 5), humidity("80", at: 7), humidity("90", at: 6)]
    #expect(try summarise(summarise(nothing, [values[0], values[1]]), [values[2]]).payload == summarise(nothing, values).payload)
  }

  @Test(arguments: [#"{"temperature":{"value":1,"unit":"C"}}"#, #"{"humidity":{}}"#, #"{"humidity":{"value":"85"}}"#, #"{"humidity":85}"#, "85", ""])
  func `anything else is refused`(_ payload: String) {
    #expect(throws: OperatorError.self) { try summarise(nothing, [message(payload)]) }
    if !payload.isEmpty, !payload.contains("{}") { #expect(throws: OperatorError.self) { try summarise(message(payload), [humidity("1")]) } }
  }

  @Test func `snapshots are refused, and an empty list changes nothing`() throws {
    #expect(throws: OperatorError.self) { try summarise(snapshot(""), [humidity("1")]) }
    #expect(throws: OperatorError.self) { try summarise(nothing, [snapshot("")]) }
    #expect(try summarise(nothing, []).payload == "")
  }
}
