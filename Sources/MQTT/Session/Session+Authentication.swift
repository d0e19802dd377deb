extension Session {
  mutating func received(_ packet: AuthenticationPacket) throws(MalformedPacket) {
    guard let method = connection.authenticationMethod else { throw violation("The server sent an AUTH, but no method was asked for.") }
    guard packet.method == nil || packet.method == method else { throw violation("The server changed the authentication method.") }
    switch packet.reason {
    case .continueAuthentication where phase == .connecting || connection.isReauthenticating: actions.append(.challenge(packet.data))
    case .success where connection.isReauthenticating:
      connection.isReauthenticating = false
      actions.append(.reauthenticated(packet.data))
    default: throw violation("The server sent an AUTH that was not expected, with the reason \(packet.reason).")
    }
  }

  /// Answers a challenge. Ignored if the connection that it belongs to is over.
  package mutating func authenticate(_ data: MQTTSecret?) {
    guard let method = connection.authenticationMethod, phase == .connecting || connection.isReauthenticating else { return }
    send(.authentication(AuthenticationPacket(.continueAuthentication, method: method, data: data)))
  }

  /// Begins authentication again on a connection that began with it; nothing happens otherwise: the next connection does it.
  package mutating func reauthenticate(_ data: MQTTSecret?) {
    guard let method = connection.authenticationMethod, phase == .connected, !connection.isReauthenticating else { return }
    connection.isReauthenticating = true
    send(.authentication(AuthenticationPacket(.reauthenticate, method: method, data: data)))
  }
}
