public import Dataflow
public import EndpointKit
internal import MQTT
internal import NIOCore
internal import Synchronization

/// Publishes each item as a message. It is delivered when the broker has acknowledged it; with QoS 0, when it is sent.
///
/// While there is no connection, writing waits for one, as soon as there is a number of messages on their way.
public final class MQTTSink: Sink {
  private struct State {
    var onTheirWay = 0
    var bytes = 0
    var isClosed = false
  }

  /// What is on its way at most; the client takes more.
  private static let limit = 1000, byteLimit = 32 << 20

  private let state = ConditionLock(State())
  private let client: MQTTClient
  private let mapping: OutboundMapping
  private let clock: EndpointClock
  private let onNotice: @Sendable (EndpointNotice) -> Void
  private let name: String

  /// Connects in the background.
  ///
  /// - Parameters:
  ///   - graph: its name, for CloudEvents.
  ///   - onNotice: hears of connections and their ends, and of messages that cannot be published: their topic has a wildcard, or the broker refuses them.
  /// - Throws: `invalid`.
  public init(
    _ settings: MQTTEndpointSettings, topic: DestinationTopic, graph: String, clock: EndpointClock, onNotice: @escaping @Sendable (EndpointNotice) -> Void = { _ in }
  ) throws(EndpointError) {
    let configuration = settings.configuration(role: "sink")
    name = topic.description
    mapping = OutboundMapping(
      topic: topic, qos: settings.qos, keepsRetain: settings.keepsRetain, clientID: configuration.clientID, graph: graph,
      cloudEvents: settings.cloudEvents, headers: settings.headers)
    self.clock = clock
    self.onNotice = onNotice
    client = try settings.client(configuration, onNotice) { _ in }
    client.start()
  }

  public func write(_ items: [Item]) throws(EndpointError) {
    let now = clock.wallTime()
    for (index, item) in items.enumerated() {
      do throws(EndpointError) {
        guard let message = try message(item, now) else { continue }
        try publish(message, item.delivery)
      } catch {
        for item in items[index...] { item.delivery.complete(.abandoned) }
        throw error
      }
    }
  }

  /// The message for an item; nil if there is nothing to publish, and the item is done with.
  private func message(_ item: Item, _ now: WallTime) throws(EndpointError) -> MQTTMessage? {
    do throws(EndpointError) {
      if let message = try mapping.message(item, now: now) { return message }
      item.delivery.complete(.dropped)
    } catch {
      onNotice(EndpointNotice(.warning, "A result is not published. \(error)"))
      item.delivery.complete(.dropped)
    }
    return nil
  }

  private func publish(_ message: MQTTMessage, _ delivery: Delivery) throws(EndpointError) {
    let size = message.payload.readableBytes
    let hasRoom: Bool? = state.wait { state in
      if state.isClosed { return false }
      if state.onTheirWay >= Self.limit || state.onTheirWay > 0 && state.bytes + size > Self.byteLimit { return nil }
      state.onTheirWay += 1
      state.bytes += size
      return true
    }
    guard hasRoom == true else { throw closed() }
    do throws(MQTTError) {
      try client.publish(message) { [self] result in
        complete(delivery, result)
        arrived(size)
      }
    } catch {
      arrived(size)
      guard error.code == .invalid else { throw EndpointError(.closed, name, error.description) }
      refuse(delivery, error)
    }
  }

  /// A message of so many bytes is no longer on its way.
  private func arrived(_ size: Int) {
    state.change { state in
      state.onTheirWay -= 1
      state.bytes -= size
    }
  }

  private func complete(_ delivery: Delivery, _ result: Result<MQTTReasonCode, MQTTError>) {
    switch result {
    case .success: delivery.complete(.delivered)
    case .failure(let error):
      switch error.code {
      case .closed: delivery.complete(.abandoned)
      case .expired: delivery.complete(.dropped)
      // It would be refused again.
      default: refuse(delivery, error)
      }
    }
  }

  private func refuse(_ delivery: Delivery, _ error: MQTTError) {
    onNotice(EndpointNotice(.warning, "A result is not published to \(name). \(error)"))
    delivery.complete(.failed(OperatorError(.rejected, error.description)))
  }

  public func flush() throws(EndpointError) {
    let isOut: Bool? = state.wait { state in state.onTheirWay == 0 ? true : state.isClosed ? false : nil }
    guard isOut == true else { throw closed() }
  }

  public func close() throws(EndpointError) {
    if state.read({ $0.isClosed }) { return }
    try flush()
    state.change { $0.isClosed = true }
    client.closeAndWait()
  }

  private func closed() -> EndpointError { EndpointError(.closed, name, "The connection to the broker is closed: nothing more can be published.") }
}
