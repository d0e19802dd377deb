import OperatorKit
import Testing

@testable import OTelEnrichOperators

struct OTelEnrichTests {
  private let payload = #"{ "temperature": {"value": 360, "unit": "F"} }"#

  private func enriched(_ keys: String?, _ state: [String: String], host: TestHost = TestHost()) throws -> DataModel {
    host.state = state
    return host.run {
      let enrichment = Enrichment(ModuleConfiguration(parameters: keys.map { [("enrichKeys", $0)] } ?? []))
      return .message(enrichment.apply(to: message(payload, properties: [("a", "b")]).message!))
    }
  }

  @Test func `keys of the state store become user properties`() throws {
    // t11
    let result = try enriched("factoryId,machineId", ["factoryId": "factoryA", "machineId": "machineA", "other": "x"])
    #expect(result.payload == payload && result.topic == "sensors")
    #expect(result.properties == ["a=b", "otel/factoryId=factoryA", "otel/machineId=machineA"])
  }

  @Test func `blanks around keys, empty keys and missing ones are passed over`() throws {
    let result = try enriched(" factoryId , ,,none,", ["factoryId": "", "none ": "x"])
    #expect(result.properties == ["a=b", "otel/factoryId="])
  }

  @Test func `without the parameter messages pass as they are`() throws {
    let host = TestHost()
    let result = try enriched(nil, ["factoryId": "x"], host: host)
    #expect(result.topic == "probe/1" && result.properties == ["a=b"] && host.stateCalls == 0)
    #expect(host.logs.map(\.level) == [.error])
  }

  @Test func `a state store that fails is logged, and the message goes on`() throws {
    let host = TestHost()
    host.stateFailure = .request("not authorized")
    let result = try enriched("a,b", [:], host: host)
    #expect(result.topic == "sensors" && result.properties == ["a=b"])
    #expect(host.logs.map(\.message) == ["failed to get the key 'a': not authorized", "failed to get the key 'b': not authorized"])
  }

  @Test func `unknown parameters are named, and only messages are taken`() {
    let host = TestHost()
    host.run { _ = Enrichment(ModuleConfiguration(parameters: [("enrichKeys", "a"), ("enrichkeys", "b")])) }
    #expect(host.logs.map(\.message) == ["Unknown parameter 'enrichkeys'."])
    #expect(throws: OperatorError.self) { try enrich(snapshot("")) }
  }
}
