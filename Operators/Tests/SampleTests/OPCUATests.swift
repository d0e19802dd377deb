import OperatorKit
import Testing

@testable import OPCUAOperators

struct OPCUATests {
  private func flattened(_ payload: String, properties: [(String, String)] = [], _ parameters: (name: String, value: String)...) throws -> DataModel {
    let flattening = TestHost().run { Flattening(ModuleConfiguration(parameters: parameters)) }
    return .message(try flattening.apply(to: message(payload, properties: properties).message!))
  }

  @Test(arguments: [
    // t04
    (#"{ "Temperature": {"Value": 23.5, "SourceTimestamp": "2026-01-01T00:00:00Z"}, "Pressure": {"Value": 101.3, "SourceTimestamp": "2026-01-01T00:00:00Z"} }"#,
      #"[{"tag":"Pressure","timestamp":"2026-01-01T00:00:00Z","value":101.3},{"tag":"Temperature","timestamp":"2026-01-01T00:00:00Z","value":23.5}]"#),
    // t05
    (#"{"GoodTag":{"Value":100,"SourceTimestamp":"2026-01-01T00:00:00Z"},"MissingValue":{"SourceTimestamp":"2026-01-01T00:00:00Z"},"MissingTimestamp":{"Value":42},"NotAnObject":1234}"#,
      #"[{"tag":"GoodTag","timestamp":"2026-01-01T00:00:00Z","value":100}]"#),
    // t06
    (#"{"MotorSpeed":{"Value":1500,"SourceTimestamp":"2026-03-15T10:30:00Z"},"Vibration":{"Value":0.45,"SourceTimestamp":"2026-03-15T10:30:00Z"},"AmbientTemp":{"Value":22.1,"SourceTimestamp":"2026-03-15T10:30:00Z"}}"#,
      #"[{"tag":"AmbientTemp","timestamp":"2026-03-15T10:30:00Z","value":22.1},{"tag":"MotorSpeed","timestamp":"2026-03-15T10:30:00Z","value":1500},{"tag":"Vibration","timestamp":"2026-03-15T10:30:00Z","value":0.45}]"#),
    (#"{"a\u0022":{"Value":{"y":[1.0,1e2],"x":null},"SourceTimestamp":1,"StatusCode":{}},"b":{"Value":1,"SourceTimestamp":2,"Value":3},"b":{"Value":4,"SourceTimestamp":5}}"#,
      #"[{"tag":"a\"","timestamp":1,"value":{"x":null,"y":[1.0,100.0]}},{"tag":"b","timestamp":5,"value":4}]"#),
    ("{}", "[]"), (" [1, 2] ", "[]"), ("7", "[]"),
  ])
  func `tags become rows`(_ payload: String, _ rows: String) throws {
    #expect(try flattened(payload).payload == rows)
  }

  private let tags = #"{"T":{"Value":1,"SourceTimestamp":"t"},"Site":"north","Quality":{"good":true},"U":{"Value":2,"SourceTimestamp":"u"}}"#

  @Test func `everything else is copied into each row on request`() throws {
    #expect(
      try flattened(tags, ("copy_all", "true")).payload
        == #"[{"Quality":{"good":true},"Site":"north","tag":"T","timestamp":"t","value":1},{"Quality":{"good":true},"Site":"north","tag":"U","timestamp":"u","value":2}]"#)
    #expect(try flattened(tags, ("copy_all", "false")).payload == #"[{"tag":"T","timestamp":"t","value":1},{"tag":"U","timestamp":"u","value":2}]"#)
    #expect(try flattened(tags, ("copy_all", "True")).payload == #"[{"tag":"T","timestamp":"t","value":1},{"tag":"U","timestamp":"u","value":2}]"#)
  }

  @Test func `headers become columns`() throws {
    let result = try flattened(
      #"{"T":{"Value":1,"SourceTimestamp":"t"}}"#, properties: [("id", "\"7\""), ("site", "s"), ("other", "o"), ("id2", "last")],
      ("headers", " id = source ;site=zone;none=x;=y;z=;broken;id2=source"))
    #expect(result.payload == #"[{"source":"last","tag":"T","timestamp":"t","value":1,"zone":"s"}]"#)
  }

  @Test func `of columns with one name the header's wins, then the copied member's`() throws {
    let payload = #"{"T":{"Value":1,"SourceTimestamp":"t"},"value":"copied","tag":"copied"}"#
    #expect(
      try flattened(payload, properties: [("p", "header")], ("copy_all", "true"), ("headers", "p=tag")).payload == #"[{"tag":"header","timestamp":"t","value":"copied"}]"#)
  }

  @Test func `the first dataschema is replaced, if there is one`() throws {
    let properties = [("a", "b"), ("dataschema", "old"), ("dataschema", "second")]
    #expect(try flattened("{}", properties: properties, ("dataschema", "new")).properties == ["a=b", "dataschema=new", "dataschema=second"])
    #expect(try flattened("{}", properties: [("a", "b")], ("dataschema", "new")).properties == ["a=b"])
    #expect(try flattened("{}", properties: properties).properties[1] == "dataschema=old")
  }

  @Test(arguments: ["", "{", #"{"T":{"Value":1,}}"#, #"{"T":1} x"#, #"{"T":{"Value":"\x"}}"#])
  func `what is not JSON is refused`(_ payload: String) {
    let error = #expect(throws: OperatorError.self) { try flattened(payload) }
    #expect(error?.message.hasPrefix("Failed to deserialize json object. Reason: ") == true)
  }

  @Test func `rows that multiply beyond measure are refused`() throws {
    let tags = (0..<100).map { #""t\#($0)":{"Value":1,"SourceTimestamp":2}"# }, members = (0..<100).reversed().map { #""m\#($0)":"0123456789""# }
    let payload = "{\((tags + members).joined(separator: ","))}"
    var flattening = TestHost().run { Flattening(ModuleConfiguration(parameters: [("copy_all", "true")])) }
    let size = try #require(DataModel.message(flattening.apply(to: message(payload).message!)).payload).utf8.count
    flattening.mostBytes = size / 2
    let error = #expect(throws: OperatorError.self) { try flattening.apply(to: message(payload).message!) }
    #expect(error?.message.contains("more than 64 MiB") == true)
  }

  @Test func `only messages are taken`() {
    #expect(throws: OperatorError.self) { try flatten(snapshot("{}")) }
  }
}
