import MQTT
import NIOCore

/// What an MQTT server sends. The first byte says how the rest is split.
enum MQTTTarget {
  static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let bytes = ByteBuffer(bytes: input.dropFirst())
    let (packets, error) = decode(bytes, step: max(1, bytes.readableBytes))
    let (again, sameError) = decode(bytes, step: Int(first) + 1)
    precondition(packets == again && error == sameError, "how bytes are split changes what they mean")
    var encoder = PacketEncoder()
    for packet in packets {
      var buffer = ByteBuffer()
      precondition((try? encoder.encode(packet, to: &buffer)) == .some(nil), "a packet that was decoded cannot be encoded")
      precondition((try? PacketDecoder().next(from: &buffer)) == packet, "a packet does not come back")
    }
    converse(packets, error)
  }

  private static func decode(_ bytes: ByteBuffer, step: Int) -> ([Packet], MalformedPacket?) {
    let decoder = PacketDecoder(maximumPacketSize: 1 << 20)
    var rest = bytes, buffer = ByteBuffer(), packets: [Packet] = []
    while let chunk = rest.readSlice(length: min(step, rest.readableBytes)), chunk.readableBytes > 0 {
      buffer.writeImmutableBuffer(chunk)
      do throws(MalformedPacket) {
        while let packet = try decoder.next(from: &buffer) { packets.append(packet) }
      } catch {
        precondition(error.reason.isError && !error.message.isEmpty, "an error says nothing")
        return (packets, error)
      }
    }
    return (packets, nil)
  }

  /// A client that has published, subscribed, and been accepted hears all this, acknowledges what it can, and says nothing after the end.
  private static func converse(_ packets: [Packet], _ error: MalformedPacket?) {
    var options = SessionOptions()
    options.receiveMaximum = 3
    var session = Session<Int>(options: options)
    for (token, qos) in MQTTQoS.allCases.enumerated() { session.publish(MQTTMessage(topic: "t", qos: qos), token) }
    session.subscribe([MQTTSubscription("t")], 3)
    session.transportOpened(SessionCredentials(authenticationMethod: "m"))
    var isOver = false, completed: Set<Int> = []
    for packet in packets {
      session.received(packet)
      let sent = session.takeOutput()
      precondition(!isOver || sent.isEmpty, "something is sent after the end")
      for action in session.takeActions() {
        switch action {
        case .close: isOver = true
        case .deliver(let message): session.acknowledge(message.receipt)
        case .published(let token, _), .subscribed(let token, _): precondition(completed.insert(token).inserted, "a request is completed twice")
        default: break
        }
      }
    }
    if let error { session.fail(error) }
    session.transportClosed()
    session.fail(MQTTError(.closed, "It is over."))
    for action in session.takeActions() {
      if case .published(let token, _) = action { completed.insert(token) }
      if case .subscribed(let token, _) = action { completed.insert(token) }
    }
    precondition(completed == [0, 1, 2, 3], "a request is never completed")
  }
}
