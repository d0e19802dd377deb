internal import NIOCore

extension Session {
  /// How many messages wait to be sent for the first time.
  package var waitingCount: Int { waiting.count }
  package var inFlightCount: Int { inFlight.count }

  /// How much is written at once, before the transport says whether it takes more.
  static var outputLimit: Int { 256 << 10 }

  /// Sends a message, now or when it is possible. Bounds of what waits are the caller's.
  package mutating func publish(_ message: MQTTMessage, _ token: Token) {
    waiting.append(Waiting(message: message, token: token, since: now))
    waitingByteCount += message.byteCount
    sendWhatWaits()
  }

  /// Whether ``sendWhatWaits()`` could do something.
  package var canSendMore: Bool {
    guard phase == .connected, isWritable, outputByteCount < Self.outputLimit else { return false }
    if !connection.toResend.isEmpty { return connection.sendQuota > 0 }
    guard let next = waiting.first else { return false }
    return next.message.qos == .atMostOnce || (connection.sendQuota > 0 && inFlight.hasRoom)
  }

  /// Sends first what is to be sent again, then what waits, as far as the transport and the server take it.
  package mutating func sendWhatWaits() {
    guard phase == .connected else { return }
    while isWritable, outputByteCount < Self.outputLimit, let id = connection.toResend.first {
      if case .publish = inFlight[id], connection.sendQuota == 0 { return }
      connection.toResend.removeFirst()
      resend(id)
    }
    while isWritable, outputByteCount < Self.outputLimit, let next = waiting.first {
      if next.message.qos != .atMostOnce, connection.sendQuota == 0 || !inFlight.hasRoom { return }
      waiting.removeFirst()
      waitingByteCount -= next.message.byteCount
      sendFirst(next)
    }
  }

  private mutating func resend(_ id: UInt16) {
    switch inFlight[id] {
    case .publish(let message, let token):
      connection.sendQuota -= 1
      do throws(MQTTError) {
        try write(message, packetID: id, isDuplicate: connection.acknowledgement.sessionPresent)
        statistics.messagesResent += 1
      } catch {
        // The server takes less than the one before.
        connection.sendQuota += 1
        _ = inFlight.remove(id)
        completePublish(token, .failure(error))
      }
    case .release: send(.publishRelease(AcknowledgementPacket(id)))
    case .subscribe(let packet, _): send(.subscribe(packet))
    case .unsubscribe(let packet, _): send(.unsubscribe(packet))
    case nil: break
    }
  }

  private mutating func sendFirst(_ next: Waiting) {
    var message = next.message
    if let expiry = message.properties.expiry {
      let elapsed = (now - next.since).nanoseconds / 1_000_000_000
      if elapsed > 0, elapsed >= Int64(expiry) {
        return completePublish(next.token, .failure(MQTTError(.expired, "A message expired before it could be sent.")))
      }
      message.properties.expiry = expiry - UInt32(max(0, elapsed))
    }
    do throws(MQTTError) {
      if message.qos == .atMostOnce {
        try write(message, packetID: 0)
        statistics.messagesSent += 1
        actions.append(.published(next.token, .success(.success)))
      } else {
        let id = inFlight.append(.publish(message, next.token))
        do throws(MQTTError) {
          try write(message, packetID: id)
          connection.sendQuota -= 1
          statistics.messagesSent += 1
        } catch {
          _ = inFlight.remove(id)
          throw error
        }
      }
    } catch {
      completePublish(next.token, .failure(error))
    }
  }

  private mutating func write(_ message: MQTTMessage, packetID: UInt16, isDuplicate: Bool = false) throws(MQTTError) {
    let server = connection.acknowledgement
    if message.qos > server.maximumQoS {
      throw MQTTError(.notSupported, "The server takes QoS \(server.maximumQoS.rawValue) at most, a message has \(message.qos.rawValue).", reason: .qosNotSupported)
    }
    if message.retain, !server.retainAvailable {
      throw MQTTError(.notSupported, "The server does not keep messages, so that `retain` is not possible.", reason: .retainNotSupported)
    }
    var packet = PublishPacket(message, packetID: packetID, isDuplicate: isDuplicate)
    if let maximum = server.maximumPacketSize, message.byteCount > maximum { throw tooLarge(message, maximum) }
    connection.outgoingAliases.abbreviate(&packet)
    do throws(MalformedPacket) {
      try write(.publish(packet))
    } catch {
      // The server has not seen the alias, so that it must not be used.
      connection.outgoingAliases = OutgoingTopicAliases(limit: 0)
      throw tooLarge(message, server.maximumPacketSize ?? VariableByteInteger.maximum)
    }
  }

  private func tooLarge(_ message: MQTTMessage, _ maximum: UInt32) -> MQTTError {
    MQTTError(
      .tooLarge, "A message of about \(message.byteCount) bytes was not sent: packets may have \(maximum) bytes at most.", reason: .packetTooLarge)
  }

  mutating func completePublish(_ token: Token, _ result: Result<MQTTReasonCode, MQTTError>) {
    switch result {
    case .success: statistics.messagesAcknowledged += 1
    case .failure: statistics.messagesFailed += 1
    }
    actions.append(.published(token, result))
  }

  // MARK: Acknowledgements of the server

  private mutating func quotaReturned() {
    connection.sendQuota = min(connection.sendQuota + 1, connection.sendQuotaLimit)
  }

  private func refused(_ packet: AcknowledgementPacket) -> MQTTError {
    MQTTError(
      packet.reason == .notAuthorized ? .notAuthorized : .refused, "The server refused a message\(packet.reasonString.map { ": \($0)" } ?? "").",
      reason: packet.reason)
  }

  mutating func receivedPublishAcknowledgement(_ packet: AcknowledgementPacket) throws(MalformedPacket) {
    guard let entry = inFlight[packet.packetID] else { return }
    guard case .publish(let message, let token) = entry, message.qos == .atLeastOnce else {
      throw violation("The server sent a PUBACK for what is not a QoS 1 message.")
    }
    _ = inFlight.remove(packet.packetID)
    quotaReturned()
    completePublish(token, packet.reason.isError ? .failure(refused(packet)) : .success(packet.reason))
    sendWhatWaits()
  }

  mutating func receivedPublishReceived(_ packet: AcknowledgementPacket) throws(MalformedPacket) {
    switch inFlight[packet.packetID] {
    case .publish(let message, let token) where message.qos == .exactlyOnce:
      if packet.reason.isError {
        _ = inFlight.remove(packet.packetID)
        quotaReturned()
        completePublish(token, .failure(refused(packet)))
        return sendWhatWaits()
      }
      inFlight[packet.packetID] = .release(token, packet.reason)
      send(.publishRelease(AcknowledgementPacket(packet.packetID)))
    case .release: send(.publishRelease(AcknowledgementPacket(packet.packetID)))
    case nil:
      if !packet.reason.isError { send(.publishRelease(AcknowledgementPacket(packet.packetID, .packetIdentifierNotFound))) }
    default: throw violation("The server sent a PUBREC for what is not a QoS 2 message.")
    }
  }

  mutating func receivedPublishComplete(_ packet: AcknowledgementPacket) throws(MalformedPacket) {
    guard let entry = inFlight[packet.packetID] else { return }
    guard case .release(let token, let reason) = entry else { throw violation("The server sent a PUBCOMP for what has not been released.") }
    _ = inFlight.remove(packet.packetID)
    quotaReturned()
    // A server that does not know the identifier any more was done with it earlier.
    completePublish(token, .success(reason))
    sendWhatWaits()
  }
}

extension MQTTMessage {
  /// About how many bytes it takes, in a packet and in memory; never more than in a packet without an alias.
  package var byteCount: Int {
    var count = topic.bytes.readableBytes + payload.readableBytes
    for property in properties.userProperties { count += property.name.utf8.count + property.value.utf8.count + 5 }
    count += (properties.contentType?.utf8.count ?? 0) + (properties.responseTopic?.bytes.readableBytes ?? 0) + (properties.correlationData?.readableBytes ?? 0)
    return count
  }

  /// What is wrong with it, if anything.
  package var problem: String? {
    if let problem = topic.problem { return problem }
    if let problem = properties.responseTopic?.problem { return "response topic: \(problem)" }
    if let count = properties.correlationData?.readableBytes, count > 65_535 { return "correlation data has at most 65,535 bytes, these have \(count)" }
    if let text = properties.contentType, let problem = text.mqttProblem { return "content type: \(problem)" }
    return properties.userProperties.problem
  }
}

extension String {
  /// What is wrong with it as a string in a packet, if anything (§1.5.4).
  var mqttProblem: String? {
    if utf8.count > 65_535 { return "a string has at most 65,535 bytes, this one has \(utf8.count)" }
    return utf8.contains(0) ? "a string must not contain U+0000" : nil
  }
}

extension [MQTTUserProperty] {
  var problem: String? {
    for property in self {
      if let problem = property.name.mqttProblem ?? property.value.mqttProblem { return "user property: \(problem)" }
    }
    return nil
  }
}
