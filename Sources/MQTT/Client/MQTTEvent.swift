/// What happens to a client's connection.
public enum MQTTEvent: Sendable {
  /// The server has accepted a connection; ``MQTTConnectAcknowledgement/sessionPresent`` tells whether it has kept the session. If it has not, the
  /// client renews its subscriptions.
  case connected(MQTTConnectAcknowledgement)
  /// There is no connection, or no longer. The client tries again by itself.
  case disconnected(MQTTError, retryingIn: Duration)
  /// After a session was lost, the server has refused to renew a subscription.
  case subscriptionLost(MQTTSubscription, MQTTReasonCode)
  /// The last event.
  case closed(MQTTError)
}
