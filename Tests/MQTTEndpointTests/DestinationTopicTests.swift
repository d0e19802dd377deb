import EndpointKit
import MQTTEndpoint
import Testing

struct DestinationTopicTests {
  private func topic(_ text: String, input: String = "plant/north/line7", output: String = "out/x") throws -> String {
    String(decoding: try DestinationTopic(text).topic(input: Array(input.utf8), output: Array(output.utf8)), as: UTF8.self)
  }

  @Test(arguments: [
    ("results", "results"), ("a/${inputTopic}", "a/plant/north/line7"), ("${inputTopic.2}/${inputTopic.1}", "north/plant"), ("${outputTopic}", "out/x"),
    ("x-${inputTopic.3}-y/${outputTopic}", "x-line7-y/out/x"), ("$dollar/{brace}", "$dollar/{brace}"), ("grün/${inputTopic.1}", "grün/plant"),
  ])
  func `Variables are filled in`(_ text: String, _ expected: String) throws {
    #expect(try topic(text) == expected)
  }

  @Test(arguments: [("/a/b/", "${inputTopic.1}", "a"), ("/a/b/", "${inputTopic.2}", "b"), ("a//b", "x${inputTopic.2}y", "xy"), ("a", "${inputTopic.1}", "a")])
  func `Levels are counted without slashes at the ends`(_ input: String, _ text: String, _ expected: String) throws {
    #expect(try topic(text, input: input) == expected)
  }

  @Test(arguments: ["", "a/+", "a/#", "*", "${inputTopic", "${}", "${input}", "${inputTopic.0}", "${inputTopic.-1}", "${inputTopic.x}", "${inputTopic.}", "a\nb", "a\u{0}"])
  func `What is no destination topic is refused`(_ text: String) {
    let error = #expect(throws: EndpointError.self) { try DestinationTopic(text) }
    #expect(error?.code == .invalid)
  }

  @Test(arguments: [("${inputTopic.4}", "a/b/c", "x"), ("${inputTopic.1}", "", "x"), ("${outputTopic}", "a", ""), ("${outputTopic}", "a", "a/+"), ("${outputTopic}", "a", "#")])
  func `A message that makes no topic is refused`(_ text: String, _ input: String, _ output: String) {
    let error = #expect(throws: EndpointError.self) { try topic(text, input: input, output: output) }
    #expect(error?.code == .invalid)
  }

  @Test func `A topic that grows beyond what MQTT allows is refused`() {
    let long = String(repeating: "a", count: 40_000)
    #expect(throws: EndpointError.self) { try topic("${inputTopic}/${outputTopic}", input: long, output: long) }
  }

  @Test(arguments: [("a/b", "a/b"), ("a/b/${inputTopic}", "a/b/#"), ("a/x${inputTopic.1}/c", "a/#"), ("${outputTopic}", "#"), ("x${inputTopic}", "#")])
  func `The filter covers everything that the topic can become`(_ text: String, _ filter: String) throws {
    #expect(try DestinationTopic(text).filter == filter)
    #expect(try (DestinationTopic(text).literal != nil) == (filter == text))
  }
}
