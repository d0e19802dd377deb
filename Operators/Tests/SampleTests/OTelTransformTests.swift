import OperatorKit
import Testing

@testable import OTelTransformOperators

struct OTelTransformTests {
  private func metric(_ payload: String, properties: [(String, String)] = [], host: TestHost = TestHost(), _ parameters: (name: String, value: String)...) throws -> String? {
    try host.run {
      let transform = try Transform(ModuleConfiguration(parameters: parameters))
      return DataModel.message(transform.apply(to: message(payload, properties: properties).message!)).payload
    }
  }

  @Test func `a message becomes a metric`() throws {
    let payload = #"{"pump":{"pressure":23.5,"name":"p1","at":"2026-01-01T00:00:00.5+01:00"}}"#
    #expect(
      try metric(
        payload, properties: [("otel/factoryId", "factoryA"), ("x", "y"), ("otel/otel/machine", "m\"1")], ("metricName", "pressure"), ("metricNamePath", "pump.name"),
        ("metricValuePath", "pump.pressure"), ("metricType", "gauge"), ("metricUnits", "bar"), ("metricTimestampPath", "pump.at"))
        == #"{"metrics":[{"name":"p1","value":23.5,"metric_type":"gauge","unit":"bar","timestamp":1767222000500000000,"#
        + #""attributes":[{"key":"factoryId","value":"factoryA"},{"key":"machine","value":"m\"1"}]}]}"#)
  }

  @Test func `what is not given has a default, and the present is the time`() throws {
    #expect(
      try metric(#"{"v":7}"#, ("metricName", "n"), ("metricValuePath", "v"))
        == #"{"metrics":[{"name":"n","value":7.0,"metric_type":"type-placeholder","unit":null,"timestamp":1767225600000000000,"attributes":null}]}"#)
  }

  @Test(arguments: [
    (#"{"v":"7","n":1}"#, "0.0"), (#"{"v":null}"#, "0.0"), ("[1]", "0.0"), ("3", "0.0"), (#"{"v":{"w":1}}"#, "0.0"), (#"{"v":1,"v":2e0}"#, "2.0"), (#"{"\u0076":18446744073709551615}"#, "18446744073709552000.0"),
  ])
  func `what is not there has a placeholder`(_ payload: String, _ value: String) throws {
    let expected = value == "18446744073709552000.0" ? "1.8446744073709552e19" : value
    #expect(
      try metric(payload, ("metricNamePath", "n"), ("metricValuePath", "v"), ("metricTimestampPath", "t"))
        == #"{"metrics":[{"name":"wasm-placeholder","value":\#(expected),"metric_type":"type-placeholder","unit":null,"timestamp":null,"attributes":null}]}"#)
  }

  @Test func `a time that is none is zero and logged`() throws {
    let host = TestHost()
    #expect(try metric(#"{"t":"yesterday"}"#, host: host, ("metricName", "n"), ("metricValuePath", "v"), ("metricTimestampPath", "t"))?.contains(#""timestamp":0"#) == true)
    #expect(host.logs.map(\.level) == [.error])
  }

  @Test(arguments: ["", "hot", "{", #"{"v":1} x"#])
  func `a payload that is not JSON passes as it is`(_ payload: String) throws {
    let host = TestHost()
    #expect(try metric(payload, host: host, ("metricName", "n"), ("metricValuePath", "v")) == payload)
    #expect(host.logs.first?.message.hasPrefix("Failed to parse JSON payload: ") == true)
  }

  @Test func `what must be given is asked for at the start`() {
    func message(_ parameters: (name: String, value: String)...) -> String? {
      #expect(throws: OperatorError.self) { try Transform(ModuleConfiguration(parameters: parameters)) }?.message
    }
    #expect(message(("metricName", "n"))?.contains("'metricValuePath'") == true)
    #expect(message(("metricValuePath", "v"))?.contains("'metricName'") == true)
    #expect(throws: OperatorError.self) { try makeMetric(snapshot("")) }
  }

  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999999999Z", -1), ("2000-02-29t12:00:00z", 951_825_600_000_000_000), ("2026-01-01 00:00:00-00:30", 1_767_227_400_000_000_000),
    ("2024-12-31T23:59:60Z", 1_735_689_600_000_000_000), ("1970-01-01T00:00:00.1234567899Z", 123_456_789), ("1700-03-01T00:00:00Z", -8_515_238_400_000_000_000),
    ("2262-04-11T23:47:16.854775807Z", .max),
  ] as [(String, Int64)])
  func `times are read`(_ text: String, _ nanoseconds: Int64) {
    #expect(RFC3339.nanoseconds(text) == nanoseconds)
  }

  @Test(arguments: [
    "", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z",
    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+01", "2026-01-01T00:00:00Zx", "26-01-01T00:00:00Z", "2263-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
  ])
  func `what is no time is not read`(_ text: String) {
    #expect(RFC3339.nanoseconds(text) == nil)
  }
}
