internal import Dataflow
public import EndpointKit
internal import MQTT
internal import NIOCore
public import StateStore
internal import Synchronization

/// Serves AIO's state store protocol on a broker, for programs that know it, with a store of this process (host-apis.md §4).
///
/// Two things differ from AIO's own: the broker does not tell who is gone, so that a client stops observing keys when nobody listens to its notifications;
/// and a request with a forbidden response topic is not answered, where AIO's disconnects the client.
public final class MQTTStateStoreServer: Sendable {
  public struct Counts: Sendable, Hashable {
    public var requests: UInt64 = 0
    public var refused: UInt64 = 0
    public var notifications: UInt64 = 0
  }

  private struct State {
    var messages: [MQTTReceivedMessage] = []
    /// Clients that do not listen to their notifications any more.
    var gone: Set<String> = []
    var counts = Counts()
    var failure: EndpointError?
    var isStopped = false
  }

  private let state = ConditionLock(State())
  private let store: any LocalStateStore
  private let client: MQTTClient
  private let clientID: String
  private let clock: EndpointClock
  private let log: @Sendable (String) -> Void

  /// Connects in the background.
  ///
  /// - Parameter log: hears of requests that cannot be answered and of failures of the store.
  /// - Throws: `invalid`.
  public init(
    _ settings: MQTTEndpointSettings, store: any LocalStateStore, clock: EndpointClock, onNotice: @escaping @Sendable (EndpointNotice) -> Void = { _ in },
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(EndpointError) {
    let configuration = settings.configuration(role: "statestore")
    (self.store, self.clock, self.log, clientID) = (store, clock, log, configuration.clientID)
    let state = state
    client = try settings.client(configuration, onNotice) { message in state.change { $0.messages.append(message) } }
    client.start()
    client.subscribe([MQTTSubscription(StateStoreTopics.request, qos: .atLeastOnce)]) { result in
      if case .failure(let error) = result { state.change { $0.failure = EndpointError(.failed, StateStoreTopics.request, error.description) } }
    }
  }

  public var counts: Counts { state.read { $0.counts } }

  /// Answers requests until ``stop()``. Called once; blocks.
  public func run() throws(EndpointError) {
    enum Step {
      case answer([MQTTReceivedMessage], gone: Set<String>)
      case failed(EndpointError)
      case stop
    }
    var service = StateStoreService(store: store)
    while true {
      let step: Step? = state.wait(atMost: .seconds(1)) { state in
        if state.isStopped { return .stop }
        if let failure = state.failure { return .failed(failure) }
        guard !state.messages.isEmpty else { return nil }
        defer { (state.messages, state.gone) = ([], []) }
        return .answer(state.messages, gone: state.gone)
      }
      switch step {
      case .stop: return client.closeAndWait()
      case .failed(let error): throw error
      case .answer(let messages, let gone):
        for client in gone { service.disconnected(client) }
        for message in messages { answer(message, &service) }
      case nil: break
      }
      expire(&service)
    }
  }

  public func stop() { state.change { $0.isStopped = true } }

  private func answer(_ received: MQTTReceivedMessage, _ service: inout StateStoreService) {
    let message = received.message
    defer { client.acknowledge(received) }
    func property(_ name: String) -> String? { message.properties.userProperties.last { $0.name == name }?.value }
    guard let topic = message.properties.responseTopic, let correlation = message.properties.correlationData else {
      return log("a request without response topic or correlation data is not answered")
    }
    let name = topic.description
    guard name != StateStoreTopics.request, !name.hasPrefix("clients/statestore/v1/FA9A") else {
      return log("a request with the response topic \(name) is not answered: that is the store's own")
    }
    let sender = property("__srcId") ?? property("$partition") ?? Self.client(ofResponseTopic: name)
    let request = StateStoreService.Request(
      payload: [UInt8](buffer: message.payload), clientID: sender ?? "", timestamp: property("__ts"), fencingToken: property("__ft"))
    let answer = service.answer(request)
    state.change { state in
      state.counts.requests += 1
      if case .refused = answer.reply { state.counts.refused += 1 }
    }
    if let failure = answer.failure { log("the store failed: \(failure)") }
    publish(answer.notifications)
    var properties = properties(answer.version)
    properties.userProperties.insert(MQTTUserProperty("__stat", "200"), at: 0)
    properties.correlationData = correlation
    publish(MQTTMessage(topic: topic, payload: ByteBuffer(bytes: answer.reply.encoded), qos: .atLeastOnce, properties: properties)) { _ in }
  }

  /// `clients/<client>/…`
  private static func client(ofResponseTopic topic: String) -> String? {
    let levels = topic.split(separator: "/")
    return levels.count > 1 && levels[0] == "clients" ? String(levels[1]) : nil
  }

  private func expire(_ service: inout StateStoreService) {
    do throws(StateStoreError) {
      publish(try service.expire())
    } catch {
      log("keys whose time is over cannot be removed: \(error)")
    }
  }

  private func publish(_ notifications: [StateStoreService.Notification]) {
    for notification in notifications {
      let message = MQTTMessage(
        topic: MQTTTopic(notification.topic), payload: ByteBuffer(bytes: notification.content.encoded), qos: .atLeastOnce,
        properties: properties(notification.version))
      publish(message) { [state] isHeard in
        state.change { state in
          state.counts.notifications += 1
          if !isHeard { state.gone.insert(notification.clientID) }
        }
      }
    }
  }

  private func properties(_ version: Timestamp?) -> MQTTMessage.Properties {
    let version = version.map { [MQTTUserProperty("__ts", $0.text)] } ?? []
    return MQTTMessage.Properties(
      isText: false, contentType: "application/octet-stream",
      userProperties: version + [MQTTUserProperty("__srcId", clientID), MQTTUserProperty("__protVer", "1.0")])
  }

  private func publish(_ message: MQTTMessage, _ completion: @escaping @Sendable (_ isHeard: Bool) -> Void) {
    do throws(MQTTError) {
      try client.publish(message) { [log] result in
        if case .failure(let error) = result { log("\(message.topic): \(error)") }
        completion(result != .success(.noMatchingSubscribers))
      }
    } catch {
      // Too much waits for the connection: who asked asks again.
      log("\(message.topic): \(error)")
    }
  }
}
