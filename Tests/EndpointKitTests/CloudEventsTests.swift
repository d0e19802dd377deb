import Dataflow
import EndpointKit
import Testing

@Suite struct `Attributes of CloudEvents` {
  private let context = CloudEvents.Context(graph: "press", topic: "out", contentType: "a/b", schema: "ref", time: WallTime(seconds: 1)) { "new" }

  private func properties(_ pairs: KeyValuePairs<String, String>) -> [UserProperty] { pairs.map { UserProperty(key: $0, value: $1) } }

  @Test func `are made anew, whatever there was`() {
    let (attributes, others) = CloudEvents.attributes(of: properties(["id": "old", "a": "1", "subject": "old"]), .createOrRemap, context)
    #expect(attributes == properties([
      "specversion": "1.0", "type": "ms.aio-dataflow.telemetry", "source": "aio://press", "id": "new", "subject": "out", "time": "1970-01-01T00:00:01.000Z",
      "datacontenttype": "a/b", "dataschema": "ref",
    ]))
    #expect(others == properties(["a": "1"]))
  }

  @Test func `are passed on when the required ones are there, with what is sent`() {
    let event = properties(["specversion": "1.0", "a": "1", "type": "t", "source": "s", "id": "i", "datacontenttype": "old"])
    let (attributes, others) = CloudEvents.attributes(of: event, .propagate, context)
    #expect(attributes == properties(["specversion": "1.0", "type": "t", "source": "s", "id": "i", "datacontenttype": "a/b", "dataschema": "ref"]))
    #expect(others == properties(["a": "1"]))
    for name in CloudEvents.required {
      let incomplete = event.filter { $0.key != name }
      let found = CloudEvents.attributes(of: incomplete, .propagate, context)
      #expect(found.attributes == [] && found.others == incomplete)
    }
  }

  @Test func `new ids are UUIDs, and differ`() {
    let ids = (0..<100).map { _ in CloudEvents.randomID() }
    #expect(Set(ids).count == 100)
    for id in ids { #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil, "\(id)") }
  }
}

@Suite struct `Header actions` {
  private func apply(_ actions: HeaderAction...) -> [String] {
    var properties = [UserProperty(key: "a", value: "1"), UserProperty(key: "b", value: "2"), UserProperty(key: "a", value: "3")]
    for action in actions { action.apply(to: &properties) }
    return properties.map { "\($0.key)=\($0.value)" }
  }

  @Test func `add, replace and remove`() {
    #expect(apply(.addIfNotPresent(key: "a", value: "9")) == ["a=1", "b=2", "a=3"])
    #expect(apply(.addIfNotPresent(key: "c", value: "9")) == ["a=1", "b=2", "a=3", "c=9"])
    #expect(apply(.addOrReplace(key: "a", value: "9")) == ["a=9", "b=2"])
    #expect(apply(.addOrReplace(key: "c", value: "9")) == ["a=1", "b=2", "a=3", "c=9"])
    #expect(apply(.remove(key: "a")) == ["b=2"])
    #expect(apply(.remove(key: "c"), .remove(key: "b")) == ["a=1", "a=3"])
  }

  @Test func `are read by the names of resources`() {
    #expect(HeaderAction(actionType: "AddIfNotPresent", key: "k", value: "v") == .addIfNotPresent(key: "k", value: "v"))
    #expect(HeaderAction(actionType: "AddOrReplace", key: "k", value: "v") == .addOrReplace(key: "k", value: "v"))
    #expect(HeaderAction(actionType: "Remove", key: "k", value: nil) == .remove(key: "k"))
    #expect(HeaderAction(actionType: "AddOrReplace", key: "k", value: nil) == nil)
    #expect(HeaderAction(actionType: "Rename", key: "k", value: "v") == nil)
  }
}
