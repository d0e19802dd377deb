import Dataflow
import OperatorFixtures
@testable import OperatorHost
import StateStore
import Telemetry
import Testing

/// An operator in C without bindings, to show that nothing but the canonical ABI is needed.
struct COperatorTests {
  private func instance(_ log: LogRecorder, _ services: OperatorServices) throws -> OperatorInstance {
    try OperatorInstance(
      OperatorModule(COperator.average.bytes), operation: "test", kind: .map, configuration: ModuleConfiguration(properties: [("unused", "1")]), services: services)
  }

  private func text(_ data: DataModel) throws -> String {
    guard case .message(let message) = data else { return "not a message" }
    return String(decoding: message.payload, as: UTF8.self)
  }

  @Test func `It keeps its state, and uses WASI, the logger, metrics and the state store`() throws {
    let log = LogRecorder()
    let services = log.services()
    let instance = try instance(log, services)
    #expect(try [10, 20, -60, 40, 0].map { try text(instance.map(message("\($0)"), at: noon)) } == ["10", "15", "-10", "2", "0"])
    #expect(log.lines == ["10", "15", "-10", "2", "0"].flatMap { ["test info stdout: \($0)", "test info average: \($0)"] })
    #expect(services.metricValues == [MetricSeries("items", ["operation": "test"]): .counter(5)])
    #expect(try services.stateStore.get(Array("mean".utf8), timeout: nil)?.value == Array("0".utf8))
    #expect(instance.handleCount == 0 && instance.statistics.restarts == 0)
  }

  @Test func `A buffer is read, and the rest of the message goes back as it came`() throws {
    let log = LogRecorder()
    let instance = try instance(log, log.services())
    let given = Message(
      timestamp: noon, topic: [UInt8](repeating: 7, count: 5000), contentType: "text/plain", payload: [UInt8](repeating: 48, count: 9),
      userProperties: [UserProperty(key: "a", value: "b"), UserProperty(key: "c", value: "")], schema: .inline(name: "n", content: [1]))
    var expected = given
    expected.payload = Array("0".utf8)
    for _ in 0..<3 { #expect(try instance.map(.message(given), at: noon) == .message(expected)) }
    let large = Array(("5" + String(repeating: " ", count: 2000)).utf8)
    #expect(throws: OperatorError(.rejected, "the payload is not a number")) { try instance.map(message(large), at: noon) }
    #expect(instance.handleCount == 0)
  }

  @Test func `It refuses, exits and aborts, each with its own code`() throws {
    let log = LogRecorder()
    let instance = try instance(log, log.services())
    #expect(throws: OperatorError(.rejected, "the payload is not a number")) { try instance.map(message("x"), at: noon) }
    #expect(throws: OperatorError(.rejected, "average wants messages")) { try instance.map(.bytes([1, 2]), at: noon) }
    #expect(instance.statistics.restarts == 0)
    let exit = #expect(throws: OperatorError.self) { try instance.map(message("exit"), at: noon) }
    #expect(exit?.code == .exited && exit?.message.contains("status failure") == true)
    let abort = #expect(throws: OperatorError.self) { try instance.map(message("abort"), at: noon) }
    #expect(abort?.code == .trapped)
    #expect(try text(instance.map(message("8"), at: noon)) == "8")
    #expect(instance.statistics.restarts == 2)
  }
}
