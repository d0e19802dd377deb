import Dataflow
import StateStore
import Testing

@testable import Transforms

@Suite("The map makes messages as AIO's documentation says")
struct MapTests {
  private let all = #"{"inputs":["*"],"output":"*"}"#

  @Test func renamesAndRestructures() throws {
    let employee = try map(#"{"inputs":["Name"],"output":"Employee.Name"},{"inputs":["BirthDate"],"output":"Employee.DateOfBirth"}"#)
    #expect(try employee.map(#"{"Name":"Grace Owens","BirthDate":"19840202","Position":"Analyst"}"#) == #"{"Employee":{"Name":"Grace Owens","DateOfBirth":"19840202"}}"#)
  }

  @Test func computes() throws {
    let position = try map(#"{"inputs":["Position","Office"],"output":"Employment.Position","expression":"$1 + \", \" + $2"}"#)
    #expect(try position.map(#"{"Position":"Analyst","Office":"Kent, WA"}"#) == #"{"Employment":{"Position":"Analyst, Kent, WA"}}"#)
    let scale = try map(#"{"inputs":["raw_pressure"],"output":"pressure_pct","expression":"scale($1, 0, 4095, 0, 100)"}"#)
    #expect(try scale.map(#"{"raw_pressure":4095}"#) == #"{"pressure_pct":100.0}"#)
  }

  @Test func numbersAndOrderStayAsTheyAre() throws {
    let payload = #"{"z":1695.0,"a":9007199254740993,"big":123456789012345678901234567890,"o":{"y":1,"x":[1.50,null,{}]}}"#
    #expect(try map(all).map(payload) == payload)
    #expect(try map(#"{"inputs":["o"],"output":"copy"},{"inputs":["z"],"output":"z"}"#).map(payload) == #"{"copy":{"y":1,"x":[1.50,null,{}]},"z":1695.0}"#)
  }

  @Test func prefixWildcardsFlatten() throws {
    let flat = try map(#"{"inputs":["ColorProperties.*"],"output":"*"}"#)
    #expect(try flat.map(#"{"ColorProperties":{"Hue":"blue","Saturation":"90%"},"x":1}"#) == #"{"Hue":"blue","Saturation":"90%"}"#)
    #expect(try flat.map(#"{"x":1}"#) == "{}")
    #expect(try map(#"{"inputs":["*"],"output":"Telemetry.*"}"#).map(#"{"a":1,"b":{"c":2}}"#) == #"{"Telemetry":{"a":1,"b":{"c":2}}}"#)
  }

  @Test func wildcardsWithExpressions() throws {
    let averages = try map(#"{"inputs":["*.Max","*.Min"],"output":"Averaged.*","expression":"($1 + $2) / 2"}"#)
    let payload = #"{"Temperature":{"Max":85.5,"Min":62.5},"Pressure":{"Max":15.5,"Min":14.0},"Other":{"Max":1}}"#
    #expect(try averages.map(payload) == #"{"Averaged":{"Temperature":74.0,"Pressure":14.75}}"#)
    let adjusted = try map(#"{"inputs":["*.Max","*.Min"],"output":"Averaged.*","expression":"($1 + $2) / 2"},{"inputs":["Pressure.Max","Pressure.Min"],"output":"Averaged.PressureAdj","expression":"($1 + $2 + 1.0) / 2"}"#)
    #expect(try adjusted.map(payload) == #"{"Averaged":{"Temperature":74.0,"PressureAdj":15.25}}"#)
    #expect(try map(#"{"inputs":["*"],"output":"*","expression":"$1 * 2"}"#).map(#"{"a":1,"b":{"c":2.5}}"#) == #"{"a":2,"b":{"c":5.0}}"#)
    #expect(try map(#"{"inputs":["a.*.v"],"output":"b.*.w"}"#).map(#"{"a":{"x":{"v":1},"y":{"z":{"v":2}}}}"#) == #"{"b":{"x":{"w":1},"y":{"z":{"w":2}}}}"#)
  }

  @Test func specificRulesBeatTheWildcard() throws {
    let payload = #"{"temperature":20,"password":"p","internal_id":1,"a":{"b":1,"c":2},"e":{}}"#
    #expect(try map(all + #",{"inputs":["password","internal_id"],"output":""}"#).map(payload) == #"{"temperature":20,"a":{"b":1,"c":2},"e":{}}"#)
    #expect(try map(all + #",{"inputs":["temperature"],"output":"temperature","expression":"cToF($1)"}"#).map(payload)
      == #"{"password":"p","internal_id":1,"a":{"b":1,"c":2},"e":{},"temperature":68.0}"#)
    #expect(try map(all + #",{"inputs":["a.b"],"output":"b"}"#).map(payload) == #"{"temperature":20,"password":"p","internal_id":1,"a":{"c":2},"e":{},"b":1}"#)
    #expect(try map(all + #",{"inputs":["a"],"output":""},{"inputs":["e"],"output":""}"#).map(payload) == #"{"temperature":20,"password":"p","internal_id":1}"#)
  }

  @Test func missingFields() throws {
    #expect(try map(#"{"inputs":["x"],"output":"x"},{"inputs":["n"],"output":"n"}"#).map(#"{"n":null}"#) == #"{"n":null}"#)
    let fallback = try map(#"{"inputs":["a","b"],"output":"c","expression":"if($2 == (), $1, $1 * $2)"}"#)
    #expect(try fallback.map(#"{"a":3}"#) == #"{"c":3}"# && fallback.map(#"{"a":3,"b":4}"#) == #"{"c":12}"#)
    #expect(try map(#"{"inputs":["t ?? 0"],"output":"t"},{"inputs":["s??\"a ? b\""],"output":"s"},{"inputs":["e ?? true"],"output":"e"},{"inputs":["n ?? 98.6"],"output":"n"}"#).map(#"{"n":null}"#)
      == #"{"t":0,"s":"a ? b","e":true,"n":98.6}"#)
    #expect(error { try map(#"{"inputs":["a"],"output":"c","expression":"$1 * 2","description":"Double"}"#).map("{}") } == "rules.map[0] (Double): `*` takes numbers, not a missing value.")
  }

  @Test func lastValues() throws {
    let last = try map(#"{"inputs":["t ? $last ?? 0"],"output":"t"},{"inputs":["u ?$LAST","t?$last"],"output":"both","expression":"if($1 == (), -1, $1 + $2)"}"#)
    #expect(try last.map("{}") == #"{"t":0,"both":-1}"# && last.map(#"{"t":5,"u":1}"#) == #"{"t":5,"both":6}"#)
    #expect(try last.map(#"{"t":null}"#) == #"{"t":5,"both":6}"# && last.map(#"{"u":2}"#) == #"{"t":5,"both":7}"#)
  }

  @Test func quotedNames() throws {
    let quoted = try map(#"{"inputs":["Payload.\"Tag.10\".Value"],"output":"'a.b'.c"},{"inputs":["Payload.He said: \"Hello\", and waved"],"output":"He said"}"#)
    #expect(try quoted.map(#"{"Payload":{"Tag.10":{"Value":1},"He said: \"Hello\", and waved":2}}"#) == #"{"a.b":{"c":1},"He said":2}"#)
  }

  @Test func metadata() throws {
    let rules = all + #","# + [
      #"{"inputs":["$metadata.topic","$metadata.user_property.\"device id\""],"output":"from","expression":"$1 + \"/\" + $2"}"#,
      #"{"inputs":["temperature"],"output":"$metadata.topic","expression":"if($1 > 1000, \"alerts\", \"historian\")"}"#, #"{"inputs":["region"],"output":"$metadata.user_property.region"}"#,
      #"{"inputs":["temperature"],"output":"$metadata.header.region"}"#, #"{"inputs":["nothing"],"output":"$metadata.user_property.old"}"#,
      #"{"inputs":[],"output":"$metadata.system_property.content_type","expression":"\"text/json\""}"#,
    ].joined(separator: ",")
    let result = try map(rules).mapped(message(#"{"temperature":1001,"region":"eu"}"#, topic: "a/b", properties: [("device id", "7"), ("old", "1"), ("region", "us"), ("keep", "x")]))
    #expect(String(decoding: result.payload, as: UTF8.self) == #"{"temperature":1001,"region":"eu","from":"a/b/7"}"#)
    #expect(String(decoding: result.topic, as: UTF8.self) == "alerts" && result.contentType == "text/json")
    #expect(result.userProperties.map { "\($0.key)=\($0.value)" } == ["device id=7", "keep=x", "region=eu", "region=1001"])
    #expect(error { try map(#"{"inputs":["a"],"output":"$metadata.topic"}"#).map("{}") } == "rules.map[0]: a message cannot be without a topic.")
    #expect(error { try map(#"{"inputs":["a"],"output":"$metadata.header.x"}"#).map(#"{"a":{}}"#) } == "rules.map[0]: metadata is text; it cannot hold an object.")
  }

  @Test func arrays() throws {
    #expect(try map(#"{"inputs":["Measurements"],"output":"Measurement","expression":"min($1)"}"#).map(#"{"Measurements":[2.34,12.3,32.4]}"#) == #"{"Measurement":2.34}"#)
    #expect(try map(#"{"inputs":["a","b"],"output":"stats","expression":"($1, $2, ())"}"#).map(#"{"a":1,"b":"x"}"#) == #"{"stats":[1,"x",null]}"#)
    #expect(error { try map(#"{"inputs":["a"],"output":"b","expression":"$1 == 1"}"#).map(#"{"a":{}}"#) } == "rules.map[0]: `a` is an object with more than plain values in it, which can only be copied.")
  }

  @Test func whatIsNoJSONFailsAlone() throws {
    #expect(error { try map(all).map("{") } == "The payload is not JSON: a member's name in quotes is expected at byte 1.")
    #expect(error { try map(all).map("[1]") } == "rules.map[0]: the message is an array, not an object with fields.")
    #expect(error { try map(#"{"inputs":["a"],"output":"b","expression":"math::sqrt($1)"}"#).map(#"{"a":-1}"#) } == "rules.map[0]: the result is not a number, which JSON cannot express.")
    #expect(try make("map", ("rules", #"{"map":[{"inputs":["$metadata.topic"],"output":"t"}]}"#)).mapped(message("not JSON")).payload == Array(#"{"t":"sensors/1"}"#.utf8))
  }

  @Test func dataSets() throws {
    let store = try storeWith("device-metadata", #"{"deviceId":"a","displayName":"Press","location":{"hall":1}}"# + "\r\n\n" + #"{"deviceId":"b","displayName":"Saw"}"# + "\n" + #"{"deviceId":"a","displayName":"Second"}"#)
    let datasets = #"[{"key":"device-metadata as device","inputs":["$source.id","$context.deviceId"],"expression":"$1 == $2"}]"#
    let enriched = try map(all + #",{"inputs":["$context(device).displayName"],"output":"name"},{"inputs":["id","$context(device).location.hall ?? 0"],"output":"place","expression":"$1 + $2"}"#, datasets: datasets, store: store)
    #expect(try enriched.map(#"{"id":"a","v":1}"#) == #"{"v":1,"name":"Press","place":"a1"}"# && enriched.map(#"{"id":"b"}"#) == #"{"name":"Saw","place":"b0"}"#)
    let skipped = try map(all + #",{"inputs":["v","$context(device).displayName"],"output":"w","expression":"$1 + $2"}"#, datasets: datasets, store: store)
    #expect(try skipped.map(#"{"id":"c","v":1}"#) == #"{"id":"c","v":1}"# && skipped.map(#"{"id":"a","v":1}"#) == #"{"id":"a","w":"1Press"}"#)
    let copied = try map(#"{"inputs":["$context(device).*"],"output":"Asset.*"}"#, datasets: datasets, store: store)
    #expect(try copied.map(#"{"id":"a"}"#) == #"{"Asset":{"deviceId":"a","displayName":"Press","location":{"hall":1}}}"# && copied.map(#"{"id":"c"}"#) == "{}")
    // A change of the store shows.
    _ = try store.set(Array("device-metadata".utf8), Array(#"{"deviceId":"c","displayName":"New"}"#.utf8), SetOptions(), timeout: nil)
    #expect(try enriched.map(#"{"id":"c"}"#) == #"{"name":"New","place":"c0"}"# && enriched.map(#"{"id":"a"}"#) == #"{"place":"a0"}"#)
  }

  @Test func dataSetsWithOtherConditions() throws {
    let store = try storeWith("ranges", #"{"from":0,"to":10,"name":"low"}"# + "\n" + #"{"from":10,"to":20,"name":"high"}"#)
    let datasets = #"[{"key":"ranges","inputs":["$context.from","$source.v","$context.to"],"expression":"$1 <= $2 && $2 < $3"}]"#
    let ranges = try map(#"{"inputs":["$context(ranges).name"],"output":"range"}"#, datasets: datasets, store: store)
    #expect(try ranges.map(#"{"v":3}"#) == #"{"range":"low"}"# && ranges.map(#"{"v":10.0}"#) == #"{"range":"high"}"# && ranges.map(#"{"v":20}"#) == "{}")
    #expect(error { try ranges.map(#"{"v":"x"}"#) } == "The data set ranges cannot be used: record 1: `<=` takes two values of one type, not an int and a string.")
    _ = try store.set(Array("ranges".utf8), Array("{}\n[1]".utf8), SetOptions(), timeout: nil)
    #expect(error { try ranges.map(#"{"v":3}"#) } == "The data set ranges cannot be used: line 2 of `ranges` is to be an object, not an array.")
  }

  @Test func aStoreThatIsNotThereFailsTheMessage() throws {
    final class NoStore: KeyValueStore {
      func get(_ key: [UInt8], timeout: UInt64?) throws(StateStoreError) -> (value: [UInt8], version: Timestamp)? { throw .timeout }
      func set(_ key: [UInt8], _ value: [UInt8], _ options: SetOptions, timeout: UInt64?) throws(StateStoreError) -> (isSet: Bool, version: Timestamp?) { throw .timeout }
      func delete(_ key: [UInt8], expecting expected: [UInt8]?, fencingToken: Timestamp?, timeout: UInt64?) throws(StateStoreError) -> (count: Int64, version: Timestamp?) { throw .timeout }
    }
    let lost = try map(all, datasets: #"[{"key":"k","inputs":["$source.a","$context.a"],"expression":"$1 == $2"}]"#, store: NoStore())
    #expect(error { try lost.map("{}") } == "The data set k cannot be used: the state store does not answer: timeout.")
  }

  @Test(arguments: [
    (#"{"map":[{"output":"a"}]}"#, "rules.map[0]: the field `inputs` is missing"), (#"{"map":[{"inputs":["a"]}]}"#, "rules.map[0]: the field `output` is missing"),
    (#"{"map":{}}"#, "rules.map: an array is expected, not an object"), (#"{"filter":[]}"#, "rules: the field `map` is missing"), ("{", "rules: this is not JSON: a member's name in quotes is expected at byte 1"),
    (#"{"map":[{"inputs":["a",1],"output":"b"}]}"#, "rules.map[0].inputs[1]: a string is expected, not a number"),
    (#"{"map":[{"inputs":["a"],"output":"b"},{"inputs":["a"],"output":"b","expression":"$1 +"}]}"#, "rules.map[1].expression: line 1, column 5: a value is expected, not the end"),
    (#"{"map":[{"inputs":["a"],"output":"b"},{"inputs":["*"],"output":"*"}]}"#, "rules.map[1].inputs[0]: wildcards are not available here: only the first rule of a map has them"),
    (#"{"map":[{"inputs":["par*"],"output":"*"}]}"#, "rules.map[0].inputs[0]: in the path `par*`, `*` is only part of a segment: it stands for whole ones, or the segment is quoted"),
    (#"{"map":[{"inputs":["*"],"output":"a"}]}"#, "rules.map[0].output: the output of a rule with `*` in its inputs has one too"),
    (#"{"map":[{"inputs":["*.*"],"output":"*"}]}"#, "rules.map[0].inputs[0]: the path `*.*` has more than one `*`"),
    (#"{"map":[{"inputs":["a"],"output":"*"}]}"#, "rules.map[0].output: an output has a `*` only where an input has one"),
    (#"{"map":[{"inputs":["a"],"output":"","expression":"$1"}]}"#, "rules.map[0].output: a rule that removes fields, with an empty output, has no expression"),
    (#"{"map":[{"inputs":[],"output":"a"}]}"#, "rules.map[0].output: a rule without inputs needs an expression"),
    (#"{"map":[{"inputs":["a..b"],"output":"a"}]}"#, "rules.map[0].inputs[0]: the path `a..b` has an empty segment"),
    (#"{"map":[{"inputs":["\"a.b"],"output":"a"}]}"#, "rules.map[0].inputs[0]: the path `\"a.b` has a quoted segment without an end"),
    (#"{"map":[{"inputs":["a ?? x"],"output":"a"}]}"#, "rules.map[0].inputs[0]: a default is a number, true, false, null or a string in double quotes, not `x`"),
    (#"{"map":[{"inputs":["$metadata.nothing"],"output":"a"}]}"#, "rules.map[0].inputs[0]: there is no `$metadata.nothing`; there are $metadata.topic, $metadata.user_property.<key>, $metadata.header.<key> and $metadata.system_property.content_type"),
    (#"{"map":[{"inputs":["$context(x).a"],"output":"a"}]}"#, "rules.map[0].inputs[0]: there is no data set `x`; there are none here"),
    (#"{"map":[],"datasets":[{"key":"k","inputs":["a"],"expression":"true"}]}"#, "rules.datasets[0].inputs[0]: `$source.<field>` or `$context.<field>` is expected, not `a`"),
    (#"{"map":[],"datasets":[{"key":"k","inputs":[],"expression":"1"}]}"#, "rules.datasets[0]: the expression is to say whether a record matches: a boolean, not int"),
  ])
  func saysWhatIsWrong(_ rules: String, _ expected: String) {
    #expect(problem("map:1.0.0", ("rules", rules)) == expected)
  }

  @Test func oddConfigurationsAreTold() throws {
    let transform = try Transform(try artifact("map"), configuration: [(name: "rules", value: #"{"map":[{"inputs":["a"],"output":"b","outptu":"c"}]}"#), (name: "rule", value: "")])
    #expect(transform.warnings == ["rules.map[0]: there is no field `outptu`; it is ignored; there are inputs, output, expression, description", "the built-in `map` has no parameter `rule`; it is ignored; there is rules"])
  }
}
