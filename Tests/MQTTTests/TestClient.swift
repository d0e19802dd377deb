import NIOCore
import Synchronization
import Testing

@testable import MQTT

/// Things that come from somewhere else, to be waited for.
final class Collected<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var waiting: [Int: (isMet: @Sendable ([Element]) -> Bool, continuation: CheckedContinuation<[Element], Never>)] = [:]
    var last = 0
  }

  private let state = Mutex(State())

  var all: [Element] { state.withLock { $0.elements } }

  @Sendable func append(_ element: Element) {
    let met = state.withLock { state in
      state.elements.append(element)
      let elements = state.elements
      let met = state.waiting.filter { $0.value.isMet(elements) }
      for key in met.keys { state.waiting[key] = nil }
      return met.values.map { ($0.continuation, elements) }
    }
    for (continuation, elements) in met { continuation.resume(returning: elements) }
  }

  /// Waits until the elements are as they should be. A test that takes too long gets those that there are, and fails.
  @discardableResult func wait(until isMet: @escaping @Sendable ([Element]) -> Bool) async -> [Element] {
    let key = state.withLock { state in
      state.last += 1
      return state.last
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let elements: [Element]? = state.withLock { state in
          if isMet(state.elements) || Task.isCancelled { return state.elements }
          state.waiting[key] = (isMet, continuation)
          return nil
        }
        if let elements { continuation.resume(returning: elements) }
      }
    } onCancel: {
      let (continuation, elements) = state.withLock { ($0.waiting.removeValue(forKey: key)?.continuation, $0.elements) }
      continuation?.resume(returning: elements)
    }
  }

  @discardableResult func wait(for count: Int) async -> [Element] { await wait { $0.count >= count } }
}

/// A client with all that it is told.
final class TestClient: Sendable {
  let client: MQTTClient
  let received: Collected<MQTTReceivedMessage>
  let events: Collected<MQTTEvent>

  /// - Parameter acknowledges: each message at once.
  init(_ configuration: MQTTConfiguration, acknowledges: Bool = true) throws {
    let received = Collected<MQTTReceivedMessage>(), events = Collected<MQTTEvent>()
    let box = ClientBox()
    self.received = received
    self.events = events
    client = try MQTTClient(configuration, onEvent: events.append) { message in
      received.append(message)
      if acknowledges { box.client.withLock { $0?.acknowledge(message) } }
    }
    let client = client
    box.client.withLock { $0 = client }
  }

  convenience init(port: Int, acknowledges: Bool = true, _ configure: (inout MQTTConfiguration) -> Void = { _ in }) throws {
    try self.init(.local(port, configure), acknowledges: acknowledges)
  }

  /// A connected one.
  static func connected(to port: Int, acknowledges: Bool = true, _ configure: (inout MQTTConfiguration) -> Void = { _ in }) async throws -> TestClient {
    let client = try TestClient(port: port, acknowledges: acknowledges, configure)
    try await client.client.connect()
    return client
  }

  /// Payloads, as text.
  var texts: [String] { received.all.map(\.text) }
}

private final class ClientBox: Sendable {
  let client = Mutex<MQTTClient?>(nil)
}

extension MQTTConfiguration {
  /// Quick to reconnect.
  static func local(_ port: Int, _ configure: (inout MQTTConfiguration) -> Void = { _ in }) -> MQTTConfiguration {
    var configuration = MQTTConfiguration(MQTTAddress(host: "127.0.0.1", port: port))
    configuration.reconnection.initialDelay = .milliseconds(20)
    configuration.reconnection.maximumDelay = .milliseconds(200)
    configure(&configuration)
    return configuration
  }
}

extension MQTTEvent {
  var connection: MQTTConnectAcknowledgement? {
    if case .connected(let packet) = self { packet } else { nil }
  }

  var error: MQTTError? {
    if case .disconnected(let error, _) = self { error } else { nil }
  }
}

/// What is thrown, if anything.
func error(_ body: () async throws -> Void) async -> MQTTError? {
  do {
    try await body()
    return nil
  } catch {
    return error as? MQTTError
  }
}
