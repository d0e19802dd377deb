internal import NIOCore

/// A control packet of MQTT 5 (MQTT 5.0 §3), in either direction.
package enum Packet: Hashable, Sendable {
  case connect(ConnectPacket)
  case connectAcknowledgement(MQTTConnectAcknowledgement)
  case publish(PublishPacket)
  case publishAcknowledgement(AcknowledgementPacket)
  case publishReceived(AcknowledgementPacket)
  case publishRelease(AcknowledgementPacket)
  case publishComplete(AcknowledgementPacket)
  case subscribe(SubscribePacket)
  case subscribeAcknowledgement(SubscribeAcknowledgementPacket)
  case unsubscribe(UnsubscribePacket)
  case unsubscribeAcknowledgement(SubscribeAcknowledgementPacket)
  case pingRequest
  case pingResponse
  case disconnect(DisconnectPacket)
  case authentication(AuthenticationPacket)

  package var type: PacketType {
    switch self {
    case .connect: .connect
    case .connectAcknowledgement: .connectAcknowledgement
    case .publish: .publish
    case .publishAcknowledgement: .publishAcknowledgement
    case .publishReceived: .publishReceived
    case .publishRelease: .publishRelease
    case .publishComplete: .publishComplete
    case .subscribe: .subscribe
    case .subscribeAcknowledgement: .subscribeAcknowledgement
    case .unsubscribe: .unsubscribe
    case .unsubscribeAcknowledgement: .unsubscribeAcknowledgement
    case .pingRequest: .pingRequest
    case .pingResponse: .pingResponse
    case .disconnect: .disconnect
    case .authentication: .authentication
    }
  }
}

package enum PacketType: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  case connect = 1
  case connectAcknowledgement, publish, publishAcknowledgement, publishReceived, publishRelease, publishComplete, subscribe
  case subscribeAcknowledgement, unsubscribe, unsubscribeAcknowledgement, pingRequest, pingResponse, disconnect, authentication

  /// As the standard writes it.
  package var description: String {
    switch self {
    case .connect: "CONNECT"
    case .connectAcknowledgement: "CONNACK"
    case .publish: "PUBLISH"
    case .publishAcknowledgement: "PUBACK"
    case .publishReceived: "PUBREC"
    case .publishRelease: "PUBREL"
    case .publishComplete: "PUBCOMP"
    case .subscribe: "SUBSCRIBE"
    case .subscribeAcknowledgement: "SUBACK"
    case .unsubscribe: "UNSUBSCRIBE"
    case .unsubscribeAcknowledgement: "UNSUBACK"
    case .pingRequest: "PINGREQ"
    case .pingResponse: "PINGRESP"
    case .disconnect: "DISCONNECT"
    case .authentication: "AUTH"
    }
  }

  /// The lower half of the first byte, for all but PUBLISH.
  var flags: UInt8 {
    switch self {
    case .publishRelease, .subscribe, .unsubscribe: 2
    default: 0
    }
  }
}
