/// A message from the server, to be acknowledged.
public struct MQTTReceivedMessage: Hashable, Sendable {
  public let message: MQTTMessage
  /// The server may have sent it before; it was not delivered before by this client if that still remembers it.
  public let isDuplicate: Bool
  /// Those of the subscriptions that it comes by, see ``MQTTClient/subscribe(_:identifier:userProperties:)``.
  public let subscriptionIdentifiers: [UInt32]

  /// To be kept instead of the whole message until that is acknowledged.
  public let receipt: Receipt

  /// What a message is known by when it is acknowledged.
  public struct Receipt: Hashable, Sendable {
    /// 0 for QoS 0.
    package let packetID: UInt16
    /// Each message has another one.
    package let ticket: UInt64
  }
}
