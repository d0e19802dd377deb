import Dataflow
import StateStore
import Testing

@testable import Transforms

@Suite("The window aggregates and closes as AIO's documentation says")
struct WindowTransformTests {
  private static let rules = #"{"accumulate":[{"inputs":["temperature"],"output":"avgTemperature","expression":"average($1)"},{"inputs":["temperature"],"output":"minTemperature","expression":"min($1)"},{"inputs":["temperature"],"output":"maxTemperature","expression":"max($1)"},{"inputs":["temperature"],"output":"readingCount","expression":"count($1)"},{"inputs":["temperature"],"output":"tempRange","expression":"max($1) - min($1)"}]}"#
  private static let counting = #"{"accumulate":[{"inputs":["v"],"output":"n","expression":"count($1)"},{"inputs":["v"],"output":"first","expression":"first($1)"},{"inputs":["v"],"output":"last","expression":"last($1)"}]}"#

  /// A window in a graph: what comes out for messages with these payloads and times, in seconds, one after the other.
  private struct Line {
    let worker: Worker
    let source: Graph.OperationID, sink: Graph.OperationID

    init(_ version: String, _ configuration: [(String, String)], store: MemoryStateStore = MemoryStateStore(now: { 1 })) throws {
      let transform = try Transform(try artifact("window:\(version)"), configuration: configuration.map { (name: $0.0, value: $0.1) })
      var builder = GraphBuilder()
      source = builder.add("source", .source)
      let window = builder.add("window", .accumulate)
      sink = builder.add("sink", .sink)
      builder.connect(source, nil, to: window)
      builder.connect(window, nil, to: sink)
      let made = try #require(transform.makeOperator(TransformServices(stateStore: store, nanoseconds: { 1 })))
      worker = try Worker(graph: try builder.build(), operators: [window: made])
    }

    func send(_ payload: String, at seconds: UInt64) -> [String] { send(message(payload), at: seconds) }

    func send(_ data: DataModel, at seconds: UInt64) -> [String] {
      let item = Item(time: Timestamp(seconds: seconds), data: data, origin: Origin(name: "m", topic: []), delivery: Delivery())
      return texts(worker.run([.item(item, at: source)]))
    }

    func end() -> [String] { texts(worker.run([.frontier(.done, of: source)])) }

    private func texts(_ events: [Event]) -> [String] {
      events.compactMap { if case .item(let item, _) = $0 { String(decoding: item.data.payload, as: UTF8.self) } else { nil } }
    }
  }

  @Test func durationCloses() throws {
    let line = try Line("1.0.0", [("delay", #"{"type":"duration","delaySeconds":30}"#), ("rules", Self.rules)])
    for (index, value) in ["21.5", "23.0", "19.8"].enumerated() { #expect(line.send(#"{"temperature":\#(value)}"#, at: UInt64(1 + index)).isEmpty) }
    #expect(line.send(#"{"temperature":1}"#, at: 30).isEmpty && line.send(#"{"temperature":5}"#, at: 31).isEmpty)
    #expect(line.end() == [
      #"{"avgTemperature":16.325,"minTemperature":1,"maxTemperature":23.0,"readingCount":4,"tempRange":22.0}"#,
      #"{"avgTemperature":5.0,"minTemperature":5,"maxTemperature":5,"readingCount":1,"tempRange":0}"#,
    ])
  }

  @Test func countCloses() throws {
    let line = try Line("1.1.0", [("count", #"{"type":"messageCount","maxMessageCount":5,"boundaryMessage":"messageInCurrent"}"#), ("rules", Self.rules)])
    var output: [String] = []
    for value in ["20.0", "22.0", "21.0", "24.0", "23.0", "1.0"] { output += line.send(#"{"temperature":\#(value)}"#, at: 1) }
    #expect(output == [#"{"avgTemperature":22.0,"minTemperature":20.0,"maxTemperature":24.0,"readingCount":5,"tempRange":4.0}"#])
    #expect(line.end().count == 1)
  }

  @Test func memoryCloses() throws {
    func line(_ boundary: String) throws -> Line { try Line("1.1.0", [("memory", #"{"type":"bufferSize","maxBufferBytes":20,"boundaryMessage":"\#(boundary)"}"#), ("rules", Self.counting)]) }
    let current = try line("messageInCurrent"), next = try line("messageInNext")
    #expect(["1", "2", "3", "4"].flatMap { current.send(#"{"v":\#($0)}"#, at: 1) } == [#"{"n":3,"first":1,"last":3}"#])
    #expect(["1", "2", "3", "4"].flatMap { next.send(#"{"v":\#($0)}"#, at: 1) } == [#"{"n":2,"first":1,"last":2}"#])
    #expect(next.end() == [#"{"n":2,"first":3,"last":4}"#])
    // One that is too large alone makes no empty window.
    let large = #"{"v":"\#(String(repeating: "x", count: 30))"}"#
    #expect(next.send(large, at: 100).isEmpty && next.send(#"{"v":1}"#, at: 100).count == 1)
  }

  @Test func triggersClose() throws {
    let sum = try Line("1.1.0", [("triggers", #"{"type":"expression","rules":[{"inputs":["temperature"],"trigger":"running_sum($1) + $1 > 100","boundaryMessage":"messageInCurrent"}]}"#), ("rules", Self.rules)])
    #expect(["40.0", "35.0", "30.0", "1.0"].flatMap { sum.send(#"{"temperature":\#($0)}"#, at: 1) } == [#"{"avgTemperature":35.0,"minTemperature":30.0,"maxTemperature":40.0,"readingCount":3,"tempRange":10.0}"#])
    let average = try Line("1.1.0", [("triggers", #"{"type":"expression","rules":[{"inputs":["v ?? 0"],"trigger":"running_avg($1) > 80","boundaryMessage":"messageInNext"}]}"#), ("rules", Self.counting)])
    #expect(["90", "100", "1"].flatMap { average.send(#"{"v":\#($0)}"#, at: 1) } == [#"{"n":1,"first":90,"last":90}"#, #"{"n":1,"first":100,"last":100}"#])
    let topic = try Line("1.1.0", [("triggers", #"{"type":"expression","rules":[{"inputs":["$metadata.topic"],"trigger":"$1 == \"telemetry/high-priority\"","boundaryMessage":"messageInCurrent"}]}"#), ("rules", Self.counting)])
    #expect(topic.send(message(#"{"v":1}"#, topic: "telemetry/low"), at: 1).isEmpty && topic.send(message(#"{"v":2}"#, topic: "telemetry/high-priority"), at: 1).count == 1)
  }

  @Test(arguments: [
    ("running_count() == 2", ["{}", "{}", "{}"], [3]), ("running_count($1) == 1", [#"{"v":1}"#, "{}", "{}"], [2]), ("changed($1)", [#"{"v":1}"#, #"{"v":1}"#, #"{"v":2}"#, #"{"v":2}"#], [3]),
    ("changed($1)", ["{}", #"{"v":1}"#], [2]), ("first($1) + 5 < $1", [#"{"v":1}"#, #"{"v":6}"#, #"{"v":7}"#], [3]), ("if($1 == (), false, prev($1) > $1)", [#"{"v":5}"#, "{}", #"{"v":4}"#], [3]),
    ("running_min($1) < 2", [#"{"v":3}"#, #"{"v":1}"#, #"{"v":9}"#], [3]), ("running_max($1) > 8", [#"{"v":9}"#, #"{"v":1}"#], [1]),
    ("$1 > 80", [#"{"v":81}"#, #"{"v":82}"#], [1, 1]),
  ])
  func whatTriggersSee(_ trigger: String, _ payloads: [String], _ sizes: [Int]) throws {
    let line = try Line("1.1.0", [
      ("triggers", #"{"type":"expression","rules":[{"inputs":["v"],"trigger":"\#(trigger)","boundaryMessage":"messageInCurrent"}]}"#),
      ("rules", #"{"accumulate":[{"inputs":["id"],"output":"n","expression":"count($1)"}]}"#),
    ])
    let output = payloads.flatMap { line.send(#"{"id":1,"# + $0.dropFirst().replacing("}", with: "") + ($0 == "{}" ? #""x":0}"# : "}"), at: 1) }
    #expect(output.prefix(sizes.count) == sizes.map { #"{"n":\#($0)}"# }[...])
  }

  @Test func triggersSeeDataSets() throws {
    let store = try storeWith("factory", #"{"factoryId":1,"shiftId":"early"}"# + "\n" + #"{"factoryId":2,"shiftId":"late"}"#)
    let triggers = #"{"type":"expression","datasets":[{"key":"factory","inputs":["$source.factoryId","$context.factoryId"],"expression":"$1 == $2"}],"rules":[{"inputs":["$context(factory).shiftId"],"trigger":"changed($1)","boundaryMessage":"messageInNext"}]}"#
    let line = try Line("1.1.0", [("triggers", triggers), ("rules", #"{"accumulate":[{"inputs":["factoryId"],"output":"n","expression":"count($1)"}]}"#)], store: store)
    #expect([1, 1, 2, 2, 3, 1].flatMap { line.send(#"{"factoryId":\#($0)}"#, at: 1) } == [#"{"n":2}"#, #"{"n":3}"#])
  }

  @Test func memoryDecidesBeforeCountAndCountBeforeTriggers() throws {
    let memory = (#"memory"#, #"{"type":"bufferSize","maxBufferBytes":14,"boundaryMessage":"messageInCurrent"}"#)
    let count = ("count", #"{"type":"messageCount","maxMessageCount":2,"boundaryMessage":"messageInNext"}"#)
    let triggers = ("triggers", #"{"type":"expression","rules":[{"inputs":["v"],"trigger":"$1 == 2","boundaryMessage":"messageInCurrent"}]}"#)
    #expect(try ["1", "2"].flatMap { try Line("1.1.0", [memory, count, ("rules", Self.counting)]).send(#"{"v":\#($0)}"#, at: 1) }.isEmpty)
    let first = try Line("1.1.0", [memory, count, ("rules", Self.counting)]), second = try Line("1.1.0", [count, triggers, ("rules", Self.counting)])
    #expect(["1", "2"].flatMap { first.send(#"{"v":\#($0)}"#, at: 1) } == [#"{"n":2,"first":1,"last":2}"#])
    #expect(["1", "2"].flatMap { second.send(#"{"v":\#($0)}"#, at: 1) } == [#"{"n":1,"first":1,"last":1}"#])
  }

  @Test func aggregationsOfOddValues() throws {
    let rules = #"{"accumulate":[{"inputs":["a","b"],"output":"x.sum","expression":"sum($1)"},{"inputs":["a"],"output":"x.n","expression":"count($1)"},{"inputs":["a"],"output":"f","expression":"cToF(average($1))"},{"inputs":["a"],"output":"l","expression":"last($1)"},{"inputs":["b"],"output":"none","expression":"if(count($1) > 0, average($1), 0)"}]}"#
    let line = try Line("1.0.0", [("delay", #"{"type":"duration","delaySeconds":1}"#), ("rules", rules)])
    for payload in [#"{"a":10}"#, #"{"a":"x"}"#, #"{"a":null}"#, "{}", #"{"a":30}"#, #"{"a":true}"#] { #expect(line.send(payload, at: 5).isEmpty) }
    #expect(line.end() == [#"{"x":{"sum":40.0,"n":4},"f":68.0,"l":true,"none":0}"#])
  }

  @Test func whatFails() throws {
    let line = try Line("1.0.0", [("delay", #"{"type":"duration","delaySeconds":10}"#), ("rules", #"{"accumulate":[{"inputs":["a"],"output":"b","expression":"average($1)","description":"Mean"}]}"#)])
    var failures: [String] = []
    line.worker.onFailure = { failures.append($0.error.message) }
    #expect(line.send("x", at: 1).isEmpty && failures == ["The payload is not JSON: a value is expected at byte 0."])
    #expect(line.send(#"{"a":"y"}"#, at: 2).isEmpty && line.send("{}", at: 3).isEmpty && line.end().isEmpty)
    #expect(failures.dropFirst() == Array(repeating: "rules.accumulate[0] (Mean): `average`: no message of the window has a number in the field.", count: 2)[...])
  }

  @Test func resultsAreJSONOfTheWindowsTime() throws {
    guard case .window(let window) = try make("window", ("delay", #"{"type":"duration","delaySeconds":10}"#), ("rules", Self.counting)) else { return #expect(Bool(false)) }
    #expect(try window.admit(message(#"{"v":1}"#, topic: "a", contentType: "x"), at: Timestamp(seconds: 7, counter: 3, nodeID: "n")) == WindowAdmission(time: Timestamp(seconds: 10)))
    #expect(try window.admit(message(#"{"v":1}"#, topic: "b"), at: Timestamp(seconds: 10)).time.seconds == 10 && window.admit(message("{}"), at: Timestamp(seconds: 10, nanoseconds: 1_000_000)).time.seconds == 20)
    guard case .message(let result) = try window.close(Timestamp(seconds: 10)) else { return #expect(Bool(false)) }
    #expect(result.timestamp == Timestamp(seconds: 10) && result.contentType == "application/json" && result.topic == Array("b".utf8))
    #expect(try window.admit(message("{}"), at: Timestamp(seconds: .max)).time.seconds == .max)
  }

  @Test(arguments: [
    ("1.0.0", [], "the parameter `delay` is missing"), ("1.1.0", [], "a window needs one of the parameters `delay`, `count`, `memory` and `triggers`"),
    ("1.0.0", [("count", "{}")], "count: window 1.0.0 closes by `delay` alone; write `graph-dataflow-window:1.1.0`"),
    ("1.0.0", [("delay", #"{"type":"duration","delaySeconds":0}"#)], "delay.delaySeconds: a whole number above 0 is expected, not 0"),
    ("1.0.0", [("delay", #"{"type":"time","delaySeconds":1}"#)], "delay.type: `duration` is expected, not `time`"),
    ("1.1.0", [("count", #"{"type":"messageCount","maxMessageCount":1}"#)], "count: the field `boundaryMessage` is missing"),
    ("1.1.0", [("memory", #"{"type":"bufferSize","maxBufferBytes":1.5,"boundaryMessage":"x"}"#)], "memory.maxBufferBytes: a whole number above 0 is expected, not 1.5"),
    ("1.1.0", [("triggers", #"{"type":"expression","rules":[{"inputs":["a"],"trigger":"running_sum($1)","boundaryMessage":"here"}]}"#)], "triggers.rules[0].boundaryMessage: `messageInCurrent` or `messageInNext` is expected, not `here`"),
    ("1.1.0", [("triggers", #"{"type":"expression","rules":[{"inputs":["a"],"trigger":"running_count()","boundaryMessage":"messageInNext"}]}"#)], "triggers.rules[0]: the trigger is to give a boolean, not a value of type int"),
    ("1.0.0", [("delay", #"{"type":"duration","delaySeconds":1}"#)], "the parameter `rules` is missing; its value is a JSON text"),
    ("1.0.0", [("delay", #"{"type":"duration","delaySeconds":1}"#), ("rules", #"{"accumulate":[]}"#)], "rules: at least one rule is expected under `accumulate`"),
    ("1.0.0", [("delay", #"{"type":"duration","delaySeconds":1}"#), ("rules", #"{"accumulate":[{"inputs":["a"],"output":"b","expression":"$1"}]}"#)], "rules.accumulate[0].expression: line 1, column 1: `$1` stands for all values of a window: make one of them, as `average($1)` does"),
    ("1.0.0", [("delay", #"{"type":"duration","delaySeconds":1}"#), ("rules", #"{"accumulate":[{"inputs":["a"],"output":"b","expression":"sum($1)"},{"inputs":["a"],"output":"b","expression":"sum($1)"}]}"#)], "rules.accumulate[1].output: there is another rule with the same output"),
    ("1.0.0", [("delay", #"{"type":"duration","delaySeconds":1}"#), ("rules", #"{"accumulate":[{"inputs":["a ?? 1"],"output":"b","expression":"sum($1)"}]}"#)], "rules.accumulate[0].inputs[0]: `? $last` and `??` are not available in accumulate rules"),
    ("1.0.0", [("delay", #"{"type":"duration","delaySeconds":1}"#), ("rules", #"{"accumulate":[{"inputs":["$metadata.topic"],"output":"b","expression":"sum($1)"}]}"#)], "rules.accumulate[0].inputs[0]: metadata is not available in accumulate rules"),
  ] as [(String, [(String, String)], String)])
  func saysWhatIsWrong(_ version: String, _ configuration: [(String, String)], _ expected: String) {
    let found = error { try Transform(try artifact("window:\(version)"), configuration: configuration.map { (name: $0.0, value: $0.1) }) }
    #expect(found == expected)
  }
}
