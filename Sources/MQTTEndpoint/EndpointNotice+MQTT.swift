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
  /// What a client's events are told as.
  static func handler(of configuration: MQTTConfiguration, _ onNotice: @escaping @Sendable (EndpointNotice) -> Void) -> @Sendable (MQTTEvent) -> Void {
    let broker = configuration.address
    return { event in if let notice = EndpointNotice(event, broker: broker) { onNotice(notice) } }
  }
}
