import NIOCore
import Testing

@testable import MQTT

/// A session with a server that a test plays, and time that it sets.
struct Conversation {
  var session: Session<Int>
  /// What the session has asked for, other than to be delivered, published or subscribed.
  var actions: [SessionAction<Int>] = []
  var delivered: [MQTTReceivedMessage] = []
  var published: [Int: Result<MQTTReasonCode, MQTTError>] = [:]
  var subscribed: [Int: Result<[MQTTReasonCode], MQTTError>] = [:]
  var connections = 0
  var ends: [SessionEnd] = []
  private var decoder = PacketDecoder()

  init(_ configure: (inout SessionOptions) -> Void = { _ in }) {
    var options = SessionOptions()
    options.clientID = "c"
    options.sessionExpiry = 600
    configure(&options)
    session = Session(options: options)
  }

  /// Connected to a server that says this.
  static func connected(_ configure: (inout SessionOptions) -> Void = { _ in }, _ answer: (inout MQTTConnectAcknowledgement) -> Void = { _ in }) throws -> Conversation {
    var conversation = Conversation(configure)
    try conversation.connect(answer)
    return conversation
  }

  /// Connects; what else the session says at once is left to ``sent()``.
  mutating func connect(_ answer: (inout MQTTConnectAcknowledgement) -> Void = { _ in }) throws {
    session.transportOpened(SessionCredentials())
    guard case .connect? = try sent().first else { return #expect(Bool(false), "there is no CONNECT") }
    var packet = MQTTConnectAcknowledgement()
    answer(&packet)
    receive(.connectAcknowledgement(packet))
    #expect(session.isConnected)
  }

  /// The connection breaks, and the next one is made.
  mutating func reconnect(sessionPresent: Bool, _ answer: (inout MQTTConnectAcknowledgement) -> Void = { _ in }) throws {
    session.transportClosed()
    try connect {
      $0.sessionPresent = sessionPresent
      answer(&$0)
    }
  }

  mutating func receive(_ packets: Packet...) {
    for packet in packets { session.received(packet) }
    settle()
  }

  mutating func publish(_ message: MQTTMessage, _ token: Int) {
    session.publish(message, token)
    settle()
  }

  mutating func acknowledge(_ message: MQTTReceivedMessage, _ reason: MQTTReasonCode = .success) {
    session.acknowledge(message.receipt, reason)
    settle()
  }

  mutating func pass(_ time: TimeAmount) {
    session.now = session.now + time
    session.timePassed()
    settle()
  }

  /// What the session has sent since it was last asked.
  mutating func sent() throws -> [Packet] {
    settle()
    var bytes = ByteBuffer()
    for chunk in session.takeOutput() { bytes.writeImmutableBuffer(chunk) }
    var packets: [Packet] = []
    while let packet = try decoder.next(from: &bytes) { packets.append(packet) }
    #expect(bytes.readableBytes == 0)
    return packets
  }

  mutating func settle() {
    for action in session.takeActions() {
      switch action {
      case .deliver(let message): delivered.append(message)
      case .published(let token, let result):
        #expect(published[token] == nil, "\(token) is completed twice")
        published[token] = result
      case .subscribed(let token, let result): subscribed[token] = result
      case .connected: connections += 1
      case .close(let end): ends.append(end)
      case .subscriptionLost, .challenge, .reauthenticated: actions.append(action)
      }
    }
  }
}

extension Packet {
  static func message(_ payload: String, _ qos: MQTTQoS = .atLeastOnce, id: UInt16 = 0, isDuplicate: Bool = false, topic: MQTTTopic = "t") -> Packet {
    .publish(PublishPacket(MQTTMessage(topic: topic, payload: payload, qos: qos), packetID: id, isDuplicate: isDuplicate))
  }

  static func puback(_ id: UInt16, _ reason: MQTTReasonCode = .success) -> Packet { .publishAcknowledgement(AcknowledgementPacket(id, reason)) }
  static func pubrec(_ id: UInt16, _ reason: MQTTReasonCode = .success) -> Packet { .publishReceived(AcknowledgementPacket(id, reason)) }
  static func pubrel(_ id: UInt16, _ reason: MQTTReasonCode = .success) -> Packet { .publishRelease(AcknowledgementPacket(id, reason)) }
  static func pubcomp(_ id: UInt16, _ reason: MQTTReasonCode = .success) -> Packet { .publishComplete(AcknowledgementPacket(id, reason)) }

  /// Enough to compare: payloads of messages with their identifiers, and so on.
  var brief: String {
    switch self {
    case .publish(let packet): "\(packet.isDuplicate ? "dup " : "")\(String(buffer: packet.message.payload))\(packet.packetID == 0 ? "" : "#\(packet.packetID)")"
    case .publishAcknowledgement(let packet), .publishReceived(let packet), .publishRelease(let packet), .publishComplete(let packet):
      "\(type)#\(packet.packetID)\(packet.reason == .success ? "" : " \(packet.reason)")"
    case .subscribe(let packet): "SUBSCRIBE#\(packet.packetID) \(packet.subscriptions.map(\.filter).joined(separator: " "))"
    case .unsubscribe(let packet): "UNSUBSCRIBE#\(packet.packetID) \(packet.filters.joined(separator: " "))"
    case .disconnect(let packet): "DISCONNECT \(packet.reason)"
    default: "\(type)"
    }
  }
}

extension [Packet] {
  var brief: [String] { map(\.brief) }
}

extension MQTTReceivedMessage {
  var text: String { String(buffer: message.payload) }
}

extension MQTTMessage {
  init(_ payload: String, _ qos: MQTTQoS = .atLeastOnce) { self.init(topic: "t", payload: payload, qos: qos) }
}
