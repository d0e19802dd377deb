internal import EndpointKit
internal import MQTT

extension EndpointNotice {
  /// What happened to a connection, in sentences; nil for what nobody needs to be told.
  init?(_ event: MQTTEvent, broker: MQTTAddress) {
    switch event {
    case .connected(let acknowledgement):
      self.init(.info, "Connected to the MQTT broker at \(broker)\(acknowledgement.sessionPresent ? ", which has kept the session" : "").")
    case .disconnected(let error, let delay):
      let seconds = Double(delay.components.seconds) + Double(delay.components.attoseconds) / 1e18
      let rounded = (seconds * 10).rounded(.up) / 10
      self.init(.warning, "No connection to the MQTT broker at \(broker): \(error) Trying again in \(rounded) s.")
    case .subscriptionLost(let subscription, let reason):
      self.init(.warning, "The MQTT broker at \(broker) has lost the subscription to \(subscription.filter) and refuses another: \(reason).")
    case .closed: return nil
    }
  }
}

extension MQTTEndpointSettings {
  /// A client that is not connected yet, whose events are told as notices.
  ///
  /// - Throws: `invalid`.
  func client(
    _ configuration: MQTTConfiguration, _ onNotice: @escaping @Sendable (EndpointNotice) -> Void, onMessage: @escaping @Sendable (MQTTReceivedMessage) -> Void
  ) throws(EndpointError) -> MQTTClient {
    let broker = configuration.address
    do {
      return try MQTTClient(configuration, onEvent: { event in if let notice = EndpointNotice(event, broker: broker) { onNotice(notice) } }, onMessage: onMessage)
    } catch {
      throw EndpointError(.invalid, host, error.message)
    }
  }
}
