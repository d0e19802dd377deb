/// A subscription that the server has granted.
struct ActiveSubscription: Sendable {
  var subscription: MQTTSubscription
  var identifier: UInt32?
  var userProperties: [MQTTUserProperty]
}

extension Session {
  package mutating func subscribe(
    _ subscriptions: [MQTTSubscription], identifier: UInt32? = nil, userProperties: [MQTTUserProperty] = [], _ token: Token
  ) {
    begin(token) { .subscribe(SubscribePacket($0, subscriptions, identifier: identifier, userProperties: userProperties), token) }
  }

  package mutating func unsubscribe(_ filters: [String], userProperties: [MQTTUserProperty] = [], _ token: Token) {
    begin(token) { .unsubscribe(UnsubscribePacket($0, filters, userProperties: userProperties), token) }
  }

  /// Sends a request, or keeps it for the next connection.
  private mutating func begin(_ token: Token, _ entry: (UInt16) -> InFlight) {
    guard inFlight.hasRoom else {
      return actions.append(.subscribed(token, .failure(MQTTError(.queueFull, "All packet identifiers are in use; wait for earlier requests."))))
    }
    let id = inFlight.append(.release(token, .success))
    inFlight[id] = entry(id)
    if phase == .connected { sendRequest(id) }
  }

  private mutating func sendRequest(_ id: UInt16) {
    do throws(MalformedPacket) {
      switch inFlight[id] {
      case .subscribe(let packet, let token):
        if let error = unsupported(packet) {
          _ = inFlight.remove(id)
          if let token { actions.append(.subscribed(token, .failure(error))) }
          return
        }
        try write(.subscribe(packet))
      case .unsubscribe(let packet, _): try write(.unsubscribe(packet))
      default: break
      }
    } catch {
      switch inFlight.remove(id) {
      case .subscribe(_, let token?), .unsubscribe(_, let token): actions.append(.subscribed(token, .failure(MQTTError(.tooLarge, error.message))))
      default: break
      }
    }
  }

  private func unsupported(_ packet: SubscribePacket) -> MQTTError? {
    let server = connection.acknowledgement
    if !server.sharedSubscriptionsAvailable, let shared = packet.subscriptions.first(where: \.isShared) {
      return MQTTError(.notSupported, "The server has no shared subscriptions: \(shared.filter).", reason: .sharedSubscriptionsNotSupported)
    }
    if !server.wildcardSubscriptionsAvailable, let wild = packet.subscriptions.first(where: \.hasWildcard) {
      return MQTTError(.notSupported, "The server takes no wildcards in topic filters: \(wild.filter).", reason: .wildcardSubscriptionsNotSupported)
    }
    if !server.subscriptionIdentifiersAvailable, packet.identifier != nil {
      return MQTTError(.notSupported, "The server has no subscription identifiers.", reason: .subscriptionIdentifiersNotSupported)
    }
    return nil
  }

  mutating func receivedSubscribeAcknowledgement(_ packet: SubscribeAcknowledgementPacket) throws(MalformedPacket) {
    guard let entry = inFlight[packet.packetID] else { return }
    guard case .subscribe(let request, let token) = entry, request.subscriptions.count == packet.reasons.count else {
      throw violation("The server sent a SUBACK that does not fit any SUBSCRIBE.")
    }
    _ = inFlight.remove(packet.packetID)
    for (subscription, reason) in zip(request.subscriptions, packet.reasons) {
      subscriptions.removeAll { $0.subscription.filter == subscription.filter }
      if !reason.isError {
        subscriptions.append(ActiveSubscription(subscription: subscription, identifier: request.identifier, userProperties: request.userProperties))
      } else if token == nil {
        actions.append(.subscriptionLost(subscription, reason))
      }
    }
    if let token { actions.append(.subscribed(token, .success(packet.reasons))) }
    sendWhatWaits()
  }

  mutating func receivedUnsubscribeAcknowledgement(_ packet: SubscribeAcknowledgementPacket) throws(MalformedPacket) {
    guard let entry = inFlight[packet.packetID] else { return }
    guard case .unsubscribe(let request, let token) = entry, request.filters.count == packet.reasons.count else {
      throw violation("The server sent an UNSUBACK that does not fit any UNSUBSCRIBE.")
    }
    _ = inFlight.remove(packet.packetID)
    for (filter, reason) in zip(request.filters, packet.reasons) where !reason.isError { subscriptions.removeAll { $0.subscription.filter == filter } }
    actions.append(.subscribed(token, .success(packet.reasons)))
    sendWhatWaits()
  }

  /// Subscribes again to what the server has forgotten, in one request for each set of properties.
  mutating func renewSubscriptions() {
    var rest = subscriptions[...]
    while let first = rest.first, inFlight.hasRoom {
      let group = rest.prefix { $0.identifier == first.identifier && $0.userProperties == first.userProperties }
      rest = rest.dropFirst(group.count)
      let packet = SubscribePacket(1, group.map(\.subscription), identifier: first.identifier, userProperties: first.userProperties)
      let id = inFlight.append(.subscribe(packet, nil))
      inFlight[id] = .subscribe(SubscribePacket(id, packet.subscriptions, identifier: packet.identifier, userProperties: packet.userProperties), nil)
      sendRequest(id)
    }
  }
}
