import OperatorKit
import Testing

@testable import EnrichmentOperators

struct EnrichmentTests {
  private func temperature(min: String = "20", max: String, rest: String = "") -> DataModel {
    message(#"{"sensor_data":{"temperature":[{"value":1,"count":1,"max":\#(max),"min":\#(min),"unit":"C"\#(rest)}]}}"#)
  }
  private func humidity(min: String, max: String) -> DataModel { message(#"{"sensor_data":{"humidity":[{"count":1,"max":\#(max),"min":\#(min)}]}}"#) }
  private func isOver(_ item: DataModel) throws -> Bool { try enrich(item).payload?.contains(#""overtemp":true"#) == true }

  // MARK: Output

  @Test func `the content comes without its tag, as sensors`() throws {
    // t03
    let input = message(
      #"{"sensor_data":{"temperature":[{"count":1,"max":1695.0,"min":1695.0,"average":1695.0,"last":1695.0,"unit":"C","overtemp":false}],"#
        + #""humidity":[{"count":1,"max":85.0,"min":85.0,"average":85.0,"last":85.0}],"#
        + #""object":[{"result":"American black bear, black bear, Ursus americanus, Euarctos americanus"}]}}"#, properties: [("a", "b")])
    let result = try TestHost().run { try enrich(input) }
    #expect(
      result.payload
        == #"{"temperature":[{"count":1,"max":1695.0,"min":1695.0,"average":1695.0,"last":1695.0,"unit":"C","overtemp":true}],"#
        + #""humidity":[{"count":1,"max":85.0,"min":85.0,"average":85.0,"last":85.0}],"#
        + #""object":[{"result":"American black bear, black bear, Ursus americanus, Euarctos americanus"}]}"#)
    #expect(result.topic == "sensors" && result.message?.contentType == nil && result.message?.schema == nil && result.properties == ["a=b"])
  }

  @Test func `a temperature loses its value`() throws {
    // t02
    let value = "653.8888888888889"
    let input = message(#"{"sensor_data":{"temperature":[{"value":3,"count":1,"max":\#(value),"min":\#(value),"average":\#(value),"last":\#(value),"unit":"C"}]}}"#)
    #expect(
      try TestHost().run { try enrich(input) }.payload
        == #"{"temperature":[{"count":1,"max":\#(value),"min":\#(value),"average":\#(value),"last":\#(value),"unit":"C","overtemp":true}],"humidity":[],"object":[]}"#)
  }

  // MARK: Temperatures

  @Test func `an over-temperature is remembered until it freezes`() throws {
    let host = TestHost()
    try host.run { () throws in
      #expect(try !isOver(temperature(max: "100")) && host.state["overtemp"] == nil)
      #expect(try isOver(temperature(max: "100.5")) && host.state["overtemp"] == "true" && host.state["overtemp_count"] == "1")
      #expect(try isOver(temperature(max: "50")))
      #expect(try isOver(temperature(min: "-1", max: "101")) && host.state["overtemp_count"] == "2")
      #expect(try !isOver(temperature(min: "-1", max: "50", rest: #","overtemp":true"#)) && host.state["overtemp"] == "false")
      #expect(try !isOver(temperature(max: "50")))
      #expect(try isOver(temperature(max: "50", rest: #","overtemp":true"#)))
    }
    #expect(host.state["lock"] == nil)
    #expect(host.logs.contains { $0.level == .warn && $0.message == "over-temperature recorded due to temperature of 100.5" })
    #expect(host.logs.contains { $0.message == "over-temperature was recorded earlier" })
    #expect(host.counters == ["requests{module=module-enrichment/map}": 7])
  }

  @Test func `an unexpected value is logged and means nothing`() throws {
    let host = TestHost()
    host.state["overtemp"] = "maybe"
    #expect(try host.run { try !isOver(temperature(max: "50")) })
    #expect(host.logs.map(\.message) == ["the key 'overtemp' has the unexpected value 'maybe'"])
  }

  @Test func `a lock that someone else holds is tried three times`() throws {
    let host = TestHost()
    host.state["lock"] = "other"
    #expect(try host.run { try isOver(temperature(max: "200")) })
    #expect(host.state["overtemp_count"] == nil && host.state["lock"] == "other" && host.state["overtemp"] == "true")
    #expect(host.logs.filter { $0.message.hasPrefix("failed to acquire the lock") }.count == 3)
    #expect(host.logs.last?.message == "the key 'overtemp_count' could not be updated in three attempts")
  }

  @Test(arguments: ["many", "-1", "18446744073709551615", ""])
  func `a count that is none stays and is logged`(_ count: String) throws {
    let host = TestHost()
    host.state["overtemp_count"] = count
    _ = try host.run { try enrich(temperature(max: "200")) }
    #expect(host.state["overtemp_count"] == count && host.state["lock"] == nil)
    #expect(host.logs.last?.message == "the key 'overtemp_count' has the value '\(count)', which is no count")
  }

  @Test func `a count that a newer lock guards is not written`() throws {
    let host = TestHost()
    try host.run { () throws in
      let newer = HybridLogicalClock(timestamp: Timespec(seconds: .max), counter: .max)
      _ = try StateStore.set("overtemp_count", "5", token: newer)
      #expect(try isOver(temperature(max: "200")))
    }
    #expect(host.state["overtemp_count"] == "5" && host.state["lock"] == nil)
    #expect(host.logs.contains { $0.level == .error && $0.message.contains("lower version") })
  }

  // MARK: Humidities

  @Test func `the wet flag is set above 80 and deleted below`() throws {
    let host = TestHost()
    try host.run { () throws in
      _ = try enrich(humidity(min: "10", max: "85"))
      #expect(host.state["wet_flag"] == "85")
      _ = try enrich(humidity(min: "80", max: "80"))
      #expect(host.state["wet_flag"] == "85")
      _ = try enrich(humidity(min: "79.5", max: "80"))
      #expect(host.state["wet_flag"] == nil)
      _ = try enrich(humidity(min: "1", max: "92.25"))
      #expect(host.state["wet_flag"] == "92.25")
    }
    #expect(host.logs.map(\.message) == ["wet flag recorded due to humidity of 85", "wet flag deleted", "wet flag recorded due to humidity of 92.25"])
  }

  // MARK: Failures

  @Test func `without a state store the data goes on`() throws {
    let host = TestHost()
    host.stateFailure = .timeout
    try host.run { () throws in
      #expect(try isOver(temperature(max: "200")) && !isOver(temperature(min: "-5", max: "0")) && !isOver(temperature(max: "50")))
      #expect(try enrich(humidity(min: "1", max: "90")).payload != nil && enrich(humidity(min: "1", max: "2")).payload != nil)
    }
    #expect(host.logs.contains { $0.level == .error && $0.message == "failed to get the key 'overtemp': the state store did not answer in time" })
  }

  @Test(arguments: [#"{"temperature":{"unit":"C"}}"#, #"{"sensor_data":{"temperature":{}}}"#, #"{"sensor_data":{"temperature":[{}]}}"#, "[]", ""])
  func `what is no sensor data is refused`(_ payload: String) {
    #expect(throws: OperatorError.self) { try TestHost().run { try enrich(message(payload)) } }
  }

  @Test func `snapshots are refused`() {
    #expect(throws: OperatorError.self) { try enrich(snapshot("")) }
  }
}
