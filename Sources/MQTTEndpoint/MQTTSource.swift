internal import Dataflow
internal import DequeModule
public import EndpointKit
internal import MQTT
internal import Synchronization

/// Messages of topics. Each is acknowledged when everything that came of it is out.
///
/// It reconnects by itself. With a client's name (``MQTTEndpointSettings/clientID``) the broker keeps what was not acknowledged, for the next run too.
public final class MQTTSource: Source {
  private struct State {
    var messages = Deque<MQTTReceivedMessage>()
    var failure: EndpointError?
    var isStopped = false
  }

  private let state = ConditionLock(State())
  private let client: MQTTClient
  private let mapping: InboundMapping
  private let nextID = Atomic<UInt64>(0)
  private let name: String

  public let inFlightLimit: Int?
  public let redelivers: Bool

  /// Connects in the background.
  ///
  /// - Parameters:
  ///   - filters: of topics; those of AIO's shared subscriptions may begin with `$shared/`.
  ///   - onNotice: hears of connections and their ends.
  /// - Throws: `invalid`.
  public init(
    _ settings: MQTTEndpointSettings, filters: [String], clock: EndpointClock, onNotice: @escaping @Sendable (EndpointNotice) -> Void = { _ in }
  ) throws(EndpointError) {
    name = filters.joined(separator: ", ")
    guard !filters.isEmpty else { throw EndpointError(.invalid, settings.host, "A source needs a topic to subscribe to.") }
    let subscriptions = filters.map { filter in
      var subscription = MQTTSubscription(Self.filter(filter, group: settings.group), qos: settings.qos)
      subscription.retainAsPublished = settings.keepsRetain
      return subscription
    }
    let isShared = subscriptions.contains { $0.filter.hasPrefix("$share/") }
    redelivers = settings.qos != .atMostOnce && (settings.clientID != nil || isShared)
    let configuration = settings.configuration(role: "source")
    inFlightLimit = settings.qos == .atMostOnce ? configuration.unacknowledgedLimit : Int(settings.maxInFlight)
    mapping = InboundMapping(clock: clock)
    let state = state
    client = try settings.client(configuration, onNotice) { message in state.change { $0.messages.append(message) } }
    client.start()
    client.subscribe(subscriptions) { [name] result in
      if case .failure(let error) = result { state.change { $0.failure = EndpointError(.failed, name, error.description) } }
    }
  }

  /// What is subscribed to. `$shared/` is AIO's spelling of MQTT's `$share/`.
  static func filter(_ filter: String, group: String?) -> String {
    if filter.hasPrefix("$shared/") { return "$share/" + filter.dropFirst("$shared/".count) }
    if filter.hasPrefix("$share/") { return filter }
    return group.map { "$share/\($0)/\(filter)" } ?? filter
  }

  public func next(atMost limit: Int) throws(EndpointError) -> SourceBatch {
    enum Outcome {
      case messages([MQTTReceivedMessage])
      case failed(EndpointError)
      case finished
    }
    let outcome: Outcome? = state.wait(atMost: .seconds(1)) { state in
      if state.isStopped { return .finished }
      if !state.messages.isEmpty {
        let count = min(max(1, limit), state.messages.count)
        let messages = Array(state.messages.prefix(count))
        state.messages.removeFirst(count)
        return .messages(messages)
      }
      return state.failure.map { .failed($0) }
    }
    switch outcome {
    case nil: return .idle
    case .finished: return .finished
    case .failed(let error): throw error
    case .messages(let messages):
      let arrival = mapping.clock.arrival()
      return .items(messages.map { item($0, arrival) })
    }
  }

  private func item(_ message: MQTTReceivedMessage, _ arrival: EndpointClock.Arrival) -> Item {
    let id = nextID.add(1, ordering: .relaxed).oldValue
    let acknowledgement = Acknowledgement(client: client, receipt: message.receipt)
    return mapping.item(message.message, number: id + 1, arrival: arrival, delivery: Delivery(id: id, observer: acknowledgement))
  }

  public func stop() { state.change { $0.isStopped = true } }

  public func close() { client.closeAndWait() }
}

/// Acknowledges a message when everything that came of it is out.
private final class Acknowledgement: DeliveryObserver {
  private let client: MQTTClient
  private let receipt: MQTTReceivedMessage.Receipt

  init(client: MQTTClient, receipt: MQTTReceivedMessage.Receipt) {
    self.client = client
    self.receipt = receipt
  }

  func delivery(_ id: UInt64, completed outcome: Delivery.Outcome) {
    if outcome.isAcknowledged { client.acknowledge(receipt) }
  }
}

extension MQTTClient {
  /// Says goodbye after everything that was to be sent, and waits for that, but not for long if the server does not answer.
  func closeAndWait() {
    let isClosed = ConditionLock(false)
    close { isClosed.change { $0 = true } }
    _ = isClosed.wait(atMost: .seconds(5)) { $0 ? true : nil }
  }
}
