@testable import MQTTEndpoint
import Testing

struct TopicFilterTests {
  @Test(arguments: [
    ("a/b", "a/b", true), ("a/b", "a/c", false), ("a/+", "a/b", true), ("a/+", "+/b", true), ("a/+", "b/+", false), ("#", "a/b/c", true), ("a/#", "a", true),
    ("a/#", "a/b/c", true), ("a/#", "b", false), ("a/+/c", "a/b", false), ("a/b", "a", false), ("+", "$SYS", false), ("$SYS/#", "$SYS/x", true),
    ("$share/g/a/+", "a/b", true), ("$shared/g/a", "a", true), ("$share/g/a", "b", false), ("a//b", "a/+/b", true), ("", "", true),
  ])
  func `Two filters overlap if there is a topic that both match`(_ one: String, _ other: String, _ expected: Bool) {
    #expect(TopicFilter(one).overlaps(TopicFilter(other)) == expected)
    #expect(TopicFilter(other).overlaps(TopicFilter(one)) == expected)
  }

  @Test func `A destination with variables may come back to what it can become`() throws {
    #expect(try TopicLoop(from: DestinationTopic("out/${inputTopic}"), to: ["sensors/#", "out/+"]) == .possible)
    #expect(try TopicLoop(from: DestinationTopic("out/${inputTopic}"), to: ["sensors/#"]) == .no)
    #expect(try TopicLoop(from: DestinationTopic("sensors/a"), to: ["sensors/#"]) == .certain)
    #expect(try TopicLoop(from: DestinationTopic("${outputTopic}"), to: ["sensors/#"]) == .possible)
  }
}
