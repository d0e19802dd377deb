/// Bytes that are no packet, or a packet that its sender may not send. The connection ends with the reason.
package struct MalformedPacket: Error, Hashable, Sendable, CustomStringConvertible {
  package var reason: MQTTReasonCode
  /// A full sentence.
  package var message: String

  package init(_ reason: MQTTReasonCode, _ message: String) {
    self.reason = reason
    self.message = message
  }

  package var description: String { "\(message) (\(reason))" }
}
