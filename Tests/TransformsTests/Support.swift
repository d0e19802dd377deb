import Dataflow
import StateStore
import Synchronization
import Testing

@testable import Transforms

/// A clock that tests move.
final class Clock: Sendable {
  private let now = Mutex<UInt64>(1_000_000_000)
  var nanoseconds: UInt64 { now.withLock { $0 } }
  func advance(milliseconds: UInt64) { now.withLock { $0 += milliseconds * 1_000_000 } }
}

func artifact(_ name: String) throws -> TransformArtifact {
  let parts = name.split(separator: ":")
  return try #require(try TransformArtifact(repository: "azureiotoperations/graph-dataflow-\(parts[0])", tag: parts.count > 1 ? String(parts[1]) : nil))
}

/// An instance of a transform.
func make(_ name: String, _ configuration: (String, String)..., store: any KeyValueStore = MemoryStateStore(now: { 1 }), clock: Clock = Clock()) throws -> Operator {
  let transform = try Transform(try artifact(name), configuration: configuration.map { (name: $0.0, value: $0.1) })
  return try #require(transform.makeOperator(TransformServices(stateStore: store, nanoseconds: { clock.nanoseconds })))
}

/// What is wrong with a configuration.
func problem(_ name: String, _ configuration: (String, String)...) -> String {
  do {
    _ = try Transform(try artifact(name), configuration: configuration.map { (name: $0.0, value: $0.1) })
    return "nothing"
  } catch {
    return "\(error)"
  }
}

func message(_ payload: String, topic: String = "sensors/1", properties: [(String, String)] = [], contentType: String? = nil) -> DataModel {
  .message(Message(
    timestamp: Timestamp(seconds: 5), topic: Array(topic.utf8), contentType: contentType, payload: Array(payload.utf8),
    userProperties: properties.map { UserProperty(key: $0.0, value: $0.1) }))
}

extension Operator {
  func mapped(_ data: DataModel) throws -> Message {
    guard case .map(let map) = self, case .message(let message) = try map.map(data, at: Timestamp(seconds: 5)) else { throw OperatorError(.rejected, "no map") }
    return message
  }

  func map(_ payload: String) throws -> String { String(decoding: try mapped(message(payload)).payload, as: UTF8.self) }

  func keeps(_ data: DataModel) throws -> Bool {
    guard case .filter(let filter) = self else { throw OperatorError(.rejected, "no filter") }
    return try filter.isIncluded(data, at: Timestamp(seconds: 5))
  }

  func branches(_ data: DataModel) throws -> Bool {
    guard case .branch(let branch) = self else { throw OperatorError(.rejected, "no branch") }
    return try branch.branch(data, at: Timestamp(seconds: 5))
  }
}

/// A map with rules as the text of its list.
func map(_ rules: String, datasets: String = "[]", store: any KeyValueStore = MemoryStateStore(now: { 1 })) throws -> Operator {
  try make("map:1.0.0", ("rules", #"{"map":[\#(rules)],"datasets":\#(datasets)}"#), store: store)
}

func error(_ body: () throws -> some Any) -> String {
  do {
    _ = try body()
    return "nothing"
  } catch {
    return (error as? OperatorError)?.message ?? "\(error)"
  }
}

func storeWith(_ key: String, _ value: String) throws -> MemoryStateStore {
  let store = MemoryStateStore { 1_000_000_000 }
  _ = try store.set(Array(key.utf8), Array(value.utf8), SetOptions(), timeout: nil)
  return store
}
