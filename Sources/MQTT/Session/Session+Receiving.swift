internal import NIOCore

/// A QoS 1 or 2 message of the server that is not done with.
struct Incoming: Sendable {
  enum State { case delivered, acknowledged, received }

  var ticket: UInt64
  /// Of QoS 1, to tell whether what comes again is the same; nil for QoS 2, where the identifier tells.
  var message: MQTTMessage?
  var state = State.delivered
  var reason = MQTTReasonCode.success
  /// Whether the server has sent it on this connection, and so may be answered on it.
  var isOnThisConnection = true
}

extension Session {
  /// Whether the transport should be read: not while too many messages wait for the application's acknowledgement.
  ///
  /// Those of QoS 1 and 2 are at most as many as the receive maximum says, but there are servers that do not care.
  package var wantsMore: Bool {
    unacknowledged.count < options.unacknowledgedLimit && unacknowledgedByteCount < options.unacknowledgedByteLimit
      && connection.received.count <= Int(options.receiveMaximum)
  }

  mutating func received(_ packet: PublishPacket) throws(MalformedPacket) {
    var packet = packet
    try connection.incomingAliases.resolve(&packet)
    statistics.messagesReceived += 1
    if packet.message.qos == .atMostOnce {
      lastTicket += 1
      let byteCount = packet.message.byteCount
      unacknowledged[lastTicket] = byteCount
      unacknowledgedByteCount += byteCount
      return deliver(packet)
    }
    if let earlier = incoming[packet.packetID], try resumes(earlier, packet) { return }
    lastTicket += 1
    incoming[packet.packetID] = Incoming(ticket: lastTicket, message: packet.message.qos == .atLeastOnce ? packet.message : nil)
    connection.received.append(packet.packetID)
    deliver(packet)
  }

  private mutating func deliver(_ packet: PublishPacket) {
    actions.append(
      .deliver(
        MQTTReceivedMessage(
          message: packet.message, isDuplicate: packet.isDuplicate, subscriptionIdentifiers: packet.subscriptionIdentifiers,
          receipt: .init(packetID: packet.packetID, ticket: lastTicket))))
  }

  /// Whether a message is one that was delivered before the connection broke, and is not to be delivered again.
  private mutating func resumes(_ earlier: Incoming, _ packet: PublishPacket) throws(MalformedPacket) -> Bool {
    if earlier.isOnThisConnection { throw MalformedPacket(.packetIdentifierInUse, "The server used the packet identifier \(packet.packetID) twice.") }
    let isSame = earlier.message.map { packet.isDuplicate && $0.isResentAs(packet.message) } ?? (packet.message.qos == .exactlyOnce)
    guard isSame else { return false }
    statistics.duplicatesSuppressed += 1
    incoming[packet.packetID]?.isOnThisConnection = true
    if earlier.state == .received {
      send(.publishReceived(AcknowledgementPacket(packet.packetID, earlier.reason)))
    } else {
      connection.received.append(packet.packetID)
      sendAcknowledgements()
    }
    return true
  }

  /// The application is done with a message, for better or worse.
  ///
  /// Acknowledgements are sent in the order in which the messages came, as the standard demands (§4.6): one that comes early waits for those before.
  /// What is acknowledged twice, or belongs to a session that the server has lost, is ignored.
  package mutating func acknowledge(_ receipt: MQTTReceivedMessage.Receipt, _ reason: MQTTReasonCode = .success) {
    if receipt.packetID == 0 {
      guard let byteCount = unacknowledged.removeValue(forKey: receipt.ticket) else { return }
      return unacknowledgedByteCount -= byteCount
    }
    guard var entry = incoming[receipt.packetID], entry.ticket == receipt.ticket, entry.state == .delivered else { return }
    entry.state = .acknowledged
    entry.reason = reason
    incoming[receipt.packetID] = entry
    if connection.received.first == receipt.packetID { sendAcknowledgements() }
  }

  private mutating func sendAcknowledgements() {
    guard phase == .connected else { return }
    while let id = connection.received.first, let entry = incoming[id], entry.state == .acknowledged {
      connection.received.removeFirst()
      if entry.message != nil {
        incoming[id] = nil
        send(.publishAcknowledgement(AcknowledgementPacket(id, entry.reason)))
      } else {
        if entry.reason.isError { incoming[id] = nil } else { incoming[id]?.state = .received }
        send(.publishReceived(AcknowledgementPacket(id, entry.reason)))
      }
    }
  }

  mutating func receivedPublishRelease(_ packet: AcknowledgementPacket) {
    guard let entry = incoming[packet.packetID], entry.message == nil, entry.state == .received else {
      return send(.publishComplete(AcknowledgementPacket(packet.packetID, .packetIdentifierNotFound)))
    }
    incoming[packet.packetID] = nil
    send(.publishComplete(AcknowledgementPacket(packet.packetID)))
  }
}

extension MQTTMessage {
  /// Whether the other one is this one, sent again: its expiry may have changed.
  fileprivate func isResentAs(_ other: MQTTMessage) -> Bool {
    topic == other.topic && payload == other.payload && qos == other.qos && properties.userProperties == other.properties.userProperties
  }
}
