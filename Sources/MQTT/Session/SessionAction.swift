/// What is to be done after an event. Packets to be sent are not here: see ``Session/takeOutput()``.
package enum SessionAction<Token: Sendable>: Sendable {
  /// The server has accepted the connection.
  case connected(MQTTConnectAcknowledgement)
  case deliver(MQTTReceivedMessage)
  case published(Token, Result<MQTTReasonCode, MQTTError>)
  case subscribed(Token, Result<[MQTTReasonCode], MQTTError>)
  /// After a session was lost, the server refused to renew a subscription.
  case subscriptionLost(MQTTSubscription, MQTTReasonCode)
  /// The server's part of enhanced authentication: to be answered with ``Session/authenticate(_:)``.
  case challenge(MQTTSecret?)
  /// What ``Session/reauthenticate(_:)`` came to, with what the server said last.
  case reauthenticated(MQTTSecret?)
  /// Send what there is to be sent, then close the transport.
  case close(SessionEnd)
}

/// Why a connection ends.
package enum SessionEnd: Hashable, Sendable {
  /// ``Session/disconnect(_:)`` asked for it.
  case requested
  case refused(MQTTConnectAcknowledgement)
  case disconnected(DisconnectPacket)
  case violated(MalformedPacket)
  case noAnswer
  case keepAliveTimeout

  package var error: MQTTError {
    switch self {
    case .requested: MQTTError(.closed, "The client has disconnected.")
    case .refused(let packet):
      MQTTError(
        packet.reason.isAboutIdentity ? .notAuthorized : .refused, "The server refused the connection\(Self.explained(packet.reasonString)).", reason: packet.reason)
    case .disconnected(let packet):
      MQTTError(.disconnected, "The server ended the connection\(Self.explained(packet.reasonString)).", reason: packet.reason)
    case .violated(let violation): MQTTError(.protocolViolation, "The server does not keep to the protocol: \(violation.message)", reason: violation.reason)
    case .noAnswer: MQTTError(.timedOut, "The server accepted a connection but did not answer; is it an MQTT 5 server?")
    case .keepAliveTimeout: MQTTError(.timedOut, "The server does not answer any more.", reason: .keepAliveTimeout)
    }
  }

  private static func explained(_ text: String?) -> String { text.map { ": \($0)" } ?? "" }
}

extension MQTTReasonCode {
  /// Trying again at once with the same credentials is of no use.
  var isAboutIdentity: Bool {
    [.badUserNameOrPassword, .notAuthorized, .banned, .badAuthenticationMethod, .clientIdentifierNotValid].contains(self)
  }
}
