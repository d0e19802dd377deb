internal import DequeModule
package import NIOCore

/// One client's side of MQTT 5, without sockets, clocks or threads.
///
/// Events go in by methods; what is to be done comes out of ``takeActions()``, and what is to be sent out of ``takeOutput()``. ``now`` is set before
/// each event; ``deadline`` tells when ``timePassed()`` is next wanted. A session goes on over many connections: what was not acknowledged by the server
/// is sent again, in its order.
///
/// `Token` is what the caller knows a publish or subscribe request by.
package struct Session<Token: Sendable>: Sendable {
  enum Phase: Hashable { case disconnected, connecting, connected, closing }

  /// Of this connection, or the last one.
  struct Connection: Sendable {
    var acknowledgement = MQTTConnectAcknowledgement()
    var authenticationMethod: String?
    var isReauthenticating = false
    var openedAt = NIODeadline.uptimeNanoseconds(0)
    var lastSent = NIODeadline.uptimeNanoseconds(0)
    var lastReceived = NIODeadline.uptimeNanoseconds(0)
    var pingedAt: NIODeadline?
    /// How many more QoS 1 and 2 messages the server takes now (§4.9).
    var sendQuota = 0
    var sendQuotaLimit = 0
    /// Identifiers of what is to be sent again, in order.
    var toResend = Deque<UInt16>()
    /// Identifiers of messages received, in order, as long as this side has not acknowledged them.
    var received = Deque<UInt16>()
    var incomingAliases: IncomingTopicAliases
    var outgoingAliases: OutgoingTopicAliases
  }

  /// A message that waits to be sent for the first time.
  struct Waiting: Sendable {
    var message: MQTTMessage
    var token: Token
    var since: NIODeadline
  }

  enum InFlight: Sendable {
    case publish(MQTTMessage, Token)
    /// QoS 2, after the server has taken the message over, and said so.
    case release(Token, MQTTReasonCode)
    case subscribe(SubscribePacket, Token?)
    case unsubscribe(UnsubscribePacket, Token)
  }

  package let options: SessionOptions
  package var now = NIODeadline.uptimeNanoseconds(0)
  /// Whether the transport takes more. While it does not, waiting messages wait.
  package var isWritable = true
  /// Numbers for whoever is interested.
  package internal(set) var statistics = MQTTStatistics()

  var phase = Phase.disconnected
  var hasConnectedBefore = false
  /// Given by the server, if none was configured.
  var assignedClientID: String?
  var connection: Connection
  var waiting = Deque<Waiting>()
  var waitingByteCount = 0
  var inFlight: PacketIdentifierWindow<InFlight>
  /// Subscriptions that the server has granted, to be renewed if it loses the session.
  var subscriptions: [ActiveSubscription] = []
  var incoming: [UInt16: Incoming] = [:]
  /// Tickets of delivered messages with QoS 0, and their sizes.
  var unacknowledged: [UInt64: Int] = [:]
  var unacknowledgedByteCount = 0
  var lastTicket: UInt64 = 0

  var encoder = PacketEncoder()
  var output = ByteBuffer()
  var outputChunks: [ByteBuffer] = []
  var outputByteCount = 0
  var actions: [SessionAction<Token>] = []

  /// - Parameter firstPacketID: should differ from one process to the next.
  package init(options: SessionOptions, firstPacketID: UInt16 = 1) {
    self.options = options
    inFlight = PacketIdentifierWindow(startingAt: firstPacketID)
    connection = Connection(incomingAliases: IncomingTopicAliases(limit: 0), outgoingAliases: OutgoingTopicAliases(limit: 0))
  }

  package var isConnected: Bool { phase == .connected }

  /// Whether there are actions or output to be taken.
  package var hasWork: Bool { !actions.isEmpty || outputByteCount > 0 }

  /// What is to be done, in order; each only once. The array that is given is used for the next ones.
  package mutating func takeActions(reusing next: consuming [SessionAction<Token>] = []) -> [SessionAction<Token>] {
    next.removeAll(keepingCapacity: true)
    swap(&actions, &next)
    return next
  }

  /// What is to be sent, in order.
  package mutating func takeOutput() -> [ByteBuffer] {
    if outputByteCount == 0 { return [] }
    if output.readableBytes > 0 { outputChunks.append(output) }
    output = ByteBuffer()
    outputByteCount = 0
    defer { outputChunks = [] }
    return outputChunks
  }

  // MARK: The connection

  /// The transport is open: says CONNECT.
  package mutating func transportOpened(_ credentials: SessionCredentials) {
    precondition(phase == .disconnected)
    phase = .connecting
    connection = Connection(
      authenticationMethod: credentials.authenticationMethod, openedAt: now, lastSent: now, lastReceived: now,
      incomingAliases: IncomingTopicAliases(limit: options.incomingTopicAliases), outgoingAliases: OutgoingTopicAliases(limit: 0))
    var packet = ConnectPacket()
    packet.clientID = assignedClientID ?? options.clientID
    packet.cleanStart = options.cleanStart && !hasConnectedBefore
    packet.keepAlive = options.keepAlive
    packet.sessionExpiry = options.sessionExpiry
    packet.receiveMaximum = options.receiveMaximum
    packet.maximumPacketSize = options.maximumPacketSize
    packet.topicAliasMaximum = options.incomingTopicAliases
    packet.requestsResponseInformation = options.requestsResponseInformation
    packet.will = options.will
    packet.userProperties = options.userProperties
    packet.userName = credentials.userName
    packet.password = credentials.password
    packet.authenticationMethod = credentials.authenticationMethod
    packet.authenticationData = credentials.authenticationData
    send(.connect(packet))
  }

  /// The transport is gone. What was in flight waits for the next one.
  package mutating func transportClosed() {
    phase = .disconnected
    output.clear()
    outputChunks = []
    outputByteCount = 0
    isWritable = true
    for id in incoming.keys { incoming[id]?.isOnThisConnection = false }
    connection.received.removeAll()
    connection.toResend.removeAll()
  }

  /// Ends the connection in order.
  package mutating func disconnect(_ packet: DisconnectPacket = DisconnectPacket()) {
    guard phase == .connected || phase == .connecting else { return }
    if phase == .connected { send(.disconnect(packet)) }
    close(.requested)
  }

  /// Gives up for good: whatever waits or is in flight fails.
  package mutating func fail(_ error: MQTTError) {
    while let next = waiting.popFirst() { actions.append(.published(next.token, .failure(error))) }
    waitingByteCount = 0
    for id in inFlight.identifiers {
      switch inFlight.remove(id) {
      case .publish(_, let token), .release(let token, _): actions.append(.published(token, .failure(error)))
      case .subscribe(_, let token?), .unsubscribe(_, let token): actions.append(.subscribed(token, .failure(error)))
      case .subscribe, nil: break
      }
    }
  }

  func violation(_ message: String) -> MalformedPacket { MalformedPacket(.protocolError, message) }

  /// What the server sent is wrong: tells it why, and ends the connection.
  package mutating func fail(_ violation: MalformedPacket) {
    guard phase == .connected || phase == .connecting else { return }
    if phase == .connected { send(.disconnect(DisconnectPacket(violation.reason, reasonString: violation.message))) }
    close(.violated(violation))
  }

  mutating func close(_ end: SessionEnd) {
    phase = .closing
    actions.append(.close(end))
  }

  mutating func send(_ packet: Packet) {
    do throws(MalformedPacket) {
      try write(packet)
    } catch {
      // Only with more user properties than fit any packet; the caller has checked what it can.
      close(.violated(error))
    }
  }

  /// - Throws: with nothing written, if the packet is larger than the server takes.
  mutating func write(_ packet: Packet) throws(MalformedPacket) {
    let start = output.writerIndex
    let maximum = connection.acknowledgement.maximumPacketSize.map { Int($0) } ?? .max
    let payload = try encoder.encode(packet, to: &output, copyLimit: 16_384, maximumPacketSize: maximum)
    outputByteCount += output.writerIndex - start
    if let payload {
      outputChunks.append(output)
      outputChunks.append(payload)
      output = ByteBuffer()
      outputByteCount += payload.readableBytes
    }
    connection.lastSent = now
    statistics.packetsSent += 1
  }

  // MARK: Packets

  /// Bytes have come, whatever they are.
  package mutating func bytesReceived() {
    connection.lastReceived = now
    connection.pingedAt = nil
  }

  package mutating func received(_ packet: Packet) {
    statistics.packetsReceived += 1
    do throws(MalformedPacket) {
      switch phase {
      case .connecting: try receivedWhileConnecting(packet)
      case .connected: try receivedWhileConnected(packet)
      case .closing, .disconnected: break
      }
    } catch {
      fail(error)
    }
  }

  private mutating func receivedWhileConnecting(_ packet: Packet) throws(MalformedPacket) {
    switch packet {
    case .connectAcknowledgement(let packet):
      if packet.reason.isError { return close(.refused(packet)) }
      try accept(packet)
    case .authentication(let packet): try received(packet)
    case .disconnect(let packet): close(.disconnected(packet))
    default: throw violation("The server sent a \(packet.type) instead of a CONNACK.")
    }
  }

  private mutating func receivedWhileConnected(_ packet: Packet) throws(MalformedPacket) {
    switch packet {
    case .publish(let packet): try received(packet)
    case .publishAcknowledgement(let packet): try receivedPublishAcknowledgement(packet)
    case .publishReceived(let packet): try receivedPublishReceived(packet)
    case .publishRelease(let packet): receivedPublishRelease(packet)
    case .publishComplete(let packet): try receivedPublishComplete(packet)
    case .subscribeAcknowledgement(let packet): try receivedSubscribeAcknowledgement(packet)
    case .unsubscribeAcknowledgement(let packet): try receivedUnsubscribeAcknowledgement(packet)
    case .pingResponse: break
    case .disconnect(let packet): close(.disconnected(packet))
    case .authentication(let packet): try received(packet)
    case .connect, .connectAcknowledgement, .subscribe, .unsubscribe, .pingRequest:
      throw violation("The server sent a \(packet.type).")
    }
  }

  private mutating func accept(_ packet: MQTTConnectAcknowledgement) throws(MalformedPacket) {
    if packet.sessionPresent, options.cleanStart, !hasConnectedBefore { throw violation("The server has a session that was to begin anew.") }
    phase = .connected
    hasConnectedBefore = true
    assignedClientID = packet.assignedClientID ?? assignedClientID
    connection.acknowledgement = packet
    connection.sendQuotaLimit = Int(min(packet.receiveMaximum, max(1, options.maximumInFlight)))
    connection.outgoingAliases = OutgoingTopicAliases(limit: min(packet.topicAliasMaximum, options.outgoingTopicAliases))
    actions.append(.connected(packet))
    if !packet.sessionPresent { sessionLost() }
    connection.toResend = Deque(inFlight.identifiers)
    // There are servers that count what they have taken over and not completed.
    let releaseCount = connection.toResend.count { if case .release = inFlight[$0] { true } else { false } }
    connection.sendQuota = max(0, connection.sendQuotaLimit - releaseCount)
    if !packet.sessionPresent { renewSubscriptions() }
    sendWhatWaits()
  }

  /// The server knows nothing of before: what it had taken over is done, the rest is sent anew.
  private mutating func sessionLost() {
    incoming.removeAll()
    for id in inFlight.identifiers {
      switch inFlight[id] {
      case .release(let token, let reason):
        _ = inFlight.remove(id)
        completePublish(token, .success(reason))
      case .subscribe(_, nil): _ = inFlight.remove(id)
      default: break
      }
    }
  }

  // MARK: Time

  /// When ``timePassed()`` is wanted, if ever.
  package var deadline: NIODeadline? {
    switch phase {
    case .connecting: connection.openedAt + options.connectTimeout
    case .connected: keepAlive.map { connection.pingedAt.map { $0 + pingTimeout } ?? min(connection.lastSent, connection.lastReceived) + $0 }
    case .disconnected, .closing: nil
    }
  }

  private var keepAlive: TimeAmount? {
    let seconds = connection.acknowledgement.serverKeepAlive ?? options.keepAlive
    return seconds == 0 ? nil : .seconds(Int64(seconds))
  }

  /// Half a keep-alive, within which an answer to PINGREQ must come: the server ends the connection after one and a half.
  private var pingTimeout: TimeAmount { keepAlive.map { .nanoseconds($0.nanoseconds / 2) } ?? .seconds(30) }

  package mutating func timePassed() {
    guard let deadline, deadline <= now else { return }
    if phase == .connecting { return close(.noAnswer) }
    if connection.pingedAt == nil {
      connection.pingedAt = now
      send(.pingRequest)
    } else if wantsMore {
      send(.disconnect(DisconnectPacket(.keepAliveTimeout)))
      close(.keepAliveTimeout)
    } else {
      // Nothing is read because of this side: the answer may have come.
      connection.pingedAt = now
    }
  }
}
