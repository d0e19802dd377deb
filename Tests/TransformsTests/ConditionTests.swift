import Dataflow
import StateStore
import Testing

@testable import Transforms

@Suite("Filter, branch and throttle decide as AIO's documentation says")
struct ConditionTests {
  @Test func aFilterDropsWhatAnyRuleHoldsFor() throws {
    let filter = try make("filter:1.0.0", ("rules", #"{"filter":[{"inputs":["temperature"],"expression":"$1 > 100"},{"inputs":["humidity"],"expression":"$1 > 95","description":"Humid"}]}"#))
    #expect(try !filter.keeps(message(#"{"temperature":150,"humidity":60}"#)) && !filter.keeps(message(#"{"temperature":80,"humidity":98}"#)) && filter.keeps(message(#"{"temperature":80,"humidity":60}"#)))
    // The first rule decides alone.
    #expect(try !filter.keeps(message(#"{"temperature":150}"#)))
    #expect(error { try filter.keeps(message(#"{"temperature":80}"#)) } == "rules.filter[1] (Humid): the message has no `humidity`; `?? default` gives it a value.")
    #expect(error { try filter.keeps(message(#"{"temperature":"x","humidity":1}"#)) } == "rules.filter[0]: `>` takes two values of one type, not a string and an int.")
    #expect(error { try filter.keeps(message("x")) } == "The payload is not JSON: a value is expected at byte 0.")
    #expect(try make("filter", ("rules", #"{"version":"1.0.0","validateSchema":false,"filter":[]}"#)).keeps(message("x")))
  }

  @Test func resultsAreBooleans() throws {
    #expect(problem("filter", ("rules", #"{"filter":[{"inputs":["a"],"expression":"1 + 1"}]}"#)) == "rules.filter[0]: the expression is to give a boolean, not a value of type int")
    #expect(error { try make("filter", ("rules", #"{"filter":[{"inputs":["a"],"expression":"$1"}]}"#)).keeps(message(#"{"a":1}"#)) } == "rules.filter[0]: the result is to be a boolean, not a value of type int.")
    #expect(problem("filter", ("rules", #"{"filter":[{"inputs":["a"]}]}"#)) == "rules.filter[0]: the field `expression` is missing")
    #expect(problem("filter", ("rules", #"{"filter":[{"inputs":["*"],"expression":"true"}]}"#)) == "rules.filter[0].inputs[0]: wildcards are not available here: only the first rule of a map has them")
    #expect(problem("filter") == "the parameter `rules` is missing; its value is a JSON text")
    #expect(problem("filter", ("rules", #"{"filter":[],"validateSchema":true}"#)).hasPrefix("rules.validateSchema: the built-in filter does not validate"))
  }

  @Test func aBranchSendsEveryMessageOneWay() throws {
    let branch = try make("branch:1.0.0", ("rules", #"{"branch":{"inputs":["severity"],"expression":"$1 > 5"}}"#))
    #expect(try branch.branches(message(#"{"severity":6}"#)) && !branch.branches(message(#"{"severity":5.0}"#)))
    #expect(problem("branch", ("rules", #"{"branch":[]}"#)) == "rules.branch: an object is expected, not an array")
  }

  @Test func conditionsSeeDataSetsMetadataAndLastValues() throws {
    let store = try storeWith("device_limits", #"{"deviceId":"a","maxValue":10}"#)
    let rules = #"{"datasets":[{"key":"device_limits as limits","inputs":["$source.deviceId","$context.deviceId"],"expression":"$1 == $2"}],"filter":[{"inputs":["rawValue","$context(limits).maxValue"],"expression":"$1 > $2"}]}"#
    let filter = try make("filter", ("rules", rules), store: store)
    #expect(try !filter.keeps(message(#"{"deviceId":"a","rawValue":11}"#)) && filter.keeps(message(#"{"deviceId":"a","rawValue":10}"#)) && filter.keeps(message(#"{"deviceId":"b","rawValue":11}"#)))
    let topic = try make("branch", ("rules", #"{"branch":{"inputs":["$metadata.topic","t ? $last ?? 0"],"expression":"str::regex_matches($1, \"^line[0-9]+/\") && $2 > 3"}}"#))
    #expect(try !topic.branches(message("{}", topic: "line1/x")) && topic.branches(message(#"{"t":4}"#, topic: "line1/x")) && topic.branches(message("{}", topic: "line12/y")))
    #expect(try Transform(try artifact("branch"), configuration: [(name: "rules", value: #"{"branch":{"inputs":["t ? $last"],"expression":"true"}}"#)]).isStateful)
    #expect(try !Transform(try artifact("filter"), configuration: [(name: "rules", value: rules)]).isStateful)
  }

  @Test func aThrottleLetsOneMessagePassInItsTime() throws {
    let clock = Clock()
    let throttle = try make("throttle:1.0.0", ("throttle", #"{"perTopicThrottles":[{"topic":"sensors/temperature","maxMessagesPerSecond":3},{"topic":"sensors/#","maxMessagesPerSecond":0.5},{"topic":"debug/+","maxMessagesPerSecond":0}]}"#), clock: clock)
    func passes(_ topic: String) throws -> Bool { try throttle.keeps(message("not JSON", topic: topic)) }
    #expect(try passes("sensors/temperature") && !passes("sensors/temperature") && passes("sensors/humidity") && !passes("sensors/pressure/1") && !passes("sensors"))
    #expect(try !passes("debug/x") && passes("debug/x/y") && passes("other") && passes("other"))
    clock.advance(milliseconds: 333)
    #expect(try !passes("sensors/temperature"))
    clock.advance(milliseconds: 1)
    #expect(try passes("sensors/temperature") && !passes("sensors/humidity"))
    // What was not used is not saved up.
    clock.advance(milliseconds: 10_000)
    #expect(try passes("sensors/humidity") && !passes("sensors/humidity") && passes("sensors/temperature") && !passes("sensors/temperature"))
  }

  @Test func throttlesOfExtremeRates() throws {
    let clock = Clock()
    let throttle = try make("throttle", ("throttle", ##"{"perTopicThrottles":[{"topic":"fast","maxMessagesPerSecond":1e9},{"topic":"#","maxMessagesPerSecond":1e-300}]}"##), clock: clock)
    func passes(_ topic: String) throws -> Bool { try throttle.keeps(message("", topic: topic)) }
    #expect(try passes("fast") && !passes("fast") && passes("slow") && !passes("slow"))
    clock.advance(milliseconds: 1)
    #expect(try passes("fast"))
    clock.advance(milliseconds: 1_000_000_000)
    #expect(try !passes("slow"))
  }

  @Test(arguments: [
    (#"{"perTopicThrottles":[{"topic":"a/#/b","maxMessagesPerSecond":1}]}"#, "throttle.perTopicThrottles[0].topic: `a/#/b` is no topic pattern: `+` stands for a whole level, `#` for all levels at the end"),
    (#"{"perTopicThrottles":[{"topic":"a+","maxMessagesPerSecond":1}]}"#, "throttle.perTopicThrottles[0].topic: `a+` is no topic pattern: `+` stands for a whole level, `#` for all levels at the end"),
    (#"{"perTopicThrottles":[{"topic":"a","maxMessagesPerSecond":1},{"topic":"a","maxMessagesPerSecond":2}]}"#, "throttle.perTopicThrottles[1].topic: there is another limit for `a`"),
    (#"{"perTopicThrottles":[{"topic":"a","maxMessagesPerSecond":-1}]}"#, "throttle.perTopicThrottles[0].maxMessagesPerSecond: zero or more messages a second are expected, not -1.0"),
    (#"{"perTopicThrottles":[{"topic":"a","maxMessagesPerSecond":1e999}]}"#, "throttle.perTopicThrottles[0].maxMessagesPerSecond: a number is expected, not a number"),
    (#"{}"#, "throttle: the field `perTopicThrottles` is missing"),
  ])
  func saysWhatIsWrongWithAThrottle(_ rules: String, _ expected: String) {
    #expect(problem("throttle", ("throttle", rules)) == expected)
  }

  @Test func names() throws {
    #expect(try TransformArtifact(repository: "mcr.microsoft.com/azureiotoperations/graph-dataflow-window", tag: "1.1.0")?.kind == .window)
    #expect(try TransformArtifact(repository: "localhost:5000/x/azureiotoperations/graph-dataflow-map", tag: nil)?.kind == .map)
    #expect(try TransformArtifact(repository: "graph-dataflow-map", tag: "1.0.0") == nil && TransformArtifact(repository: "azureiotoperations/temperature", tag: nil) == nil)
    #expect(error { try TransformArtifact(repository: "azureiotoperations/graph-dataflow-mop", tag: nil) }.hasPrefix("there is no built-in transform `graph-dataflow-mop`; there are graph-dataflow-map,"))
    for tag in ["2.0.0", "1.1.0", "1.0", "latest"] { #expect(error { try artifact("map:\(tag)") } == "there is no version \(tag) of the built-in transform `graph-dataflow-map`; there is 1.0.0") }
    #expect(error { try artifact("window:1.2.0") }.hasSuffix("there is 1.0.0 and 1.1.0"))
  }
}
