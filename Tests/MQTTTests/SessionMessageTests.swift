import NIOCore
import Testing

@testable import MQTT

@Suite struct SessionPublishingTests {
  @Test func eachQoSIsCompletedWhenItIsDone() throws {
    var conversation = try Conversation.connected()
    for (token, qos) in MQTTQoS.allCases.enumerated() { conversation.publish(MQTTMessage("\(token)", qos), token) }
    #expect(try conversation.sent().brief == ["0", "1#1", "2#2"])
    #expect(conversation.published == [0: .success(.success)])
    conversation.receive(.puback(1, .noMatchingSubscribers))
    #expect(conversation.published[1] == .success(.noMatchingSubscribers))
    conversation.receive(.pubrec(2))
    #expect(try conversation.sent().brief == ["PUBREL#2"])
    #expect(conversation.published[2] == nil)
    conversation.receive(.pubcomp(2))
    #expect(conversation.published[2] == .success(.success))
    #expect(conversation.session.inFlightCount == 0)
    // What comes twice does no harm.
    conversation.receive(.puback(1), .pubcomp(2), .pubrec(2))
    #expect(try conversation.sent().brief == ["PUBREL#2 packet identifier not found (0x92)"])
  }

  @Test func refusedMessagesFail() throws {
    var conversation = try Conversation.connected()
    conversation.publish(MQTTMessage("1"), 1)
    conversation.publish(MQTTMessage("2", .exactlyOnce), 2)
    conversation.receive(.puback(1, .notAuthorized), .pubrec(2, .quotaExceeded))
    #expect(conversation.published[1]?.error?.code == .notAuthorized)
    #expect(conversation.published[2]?.error?.reason == .quotaExceeded)
    #expect(try conversation.sent().brief == ["1#1", "2#2"])
  }

  /// Whatever the order of acknowledgements, the server never has more than it takes.
  @Test(arguments: [1, 2, 5], [MQTTQoS.atLeastOnce, .exactlyOnce]) func theServersReceiveMaximumIsKept(_ maximum: Int, _ qos: MQTTQoS) throws {
    var random = SeededGenerator(UInt64(maximum))
    var conversation = try Conversation.connected({ _ in }) { $0.receiveMaximum = UInt16(maximum) }
    for token in 0..<50 { conversation.publish(MQTTMessage("\(token)", qos), token) }
    var open: Set<UInt16> = [], released: [UInt16] = [], count = 0
    repeat {
      for packet in try conversation.sent() {
        switch packet {
        case .publish(let packet):
          #expect(String(buffer: packet.message.payload) == "\(count)", "messages are sent in their order")
          #expect(open.insert(packet.packetID).inserted)
          count += 1
        case .publishRelease(let packet): released.append(packet.packetID)
        default: #expect(Bool(false))
        }
      }
      #expect(open.count <= maximum)
      if let id = released.popLast() {
        conversation.receive(.pubcomp(id))
        open.remove(id)
      } else if let id = open.sorted().randomElement(using: &random) {
        conversation.receive(qos == .atLeastOnce ? .puback(id) : .pubrec(id))
        if qos == .atLeastOnce { open.remove(id) }
      }
    } while conversation.session.inFlightCount > 0 || conversation.session.waitingCount > 0
    #expect(count == 50 && conversation.published.count == 50)
  }

  @Test func thisSidesMaximumIsKeptToo() throws {
    var conversation = try Conversation.connected { $0.maximumInFlight = 2 }
    for token in 0..<4 { conversation.publish(MQTTMessage("\(token)"), token) }
    #expect(try conversation.sent().brief == ["0#1", "1#2"])
    conversation.receive(.puback(2))
    #expect(try conversation.sent().brief == ["2#3"])
  }

  @Test func messagesWaitForTheTransport() throws {
    var conversation = try Conversation.connected()
    conversation.session.isWritable = false
    conversation.publish(MQTTMessage("1", .atMostOnce), 1)
    conversation.publish(MQTTMessage("2"), 2)
    #expect(try conversation.sent().isEmpty)
    conversation.session.isWritable = true
    #expect(conversation.session.canSendMore)
    conversation.session.sendWhatWaits()
    #expect(try conversation.sent().brief == ["1", "2#1"])
    #expect(!conversation.session.canSendMore)
  }

  @Test func notMoreIsWrittenThanTheTransportIsAskedFor() throws {
    var conversation = try Conversation.connected()
    let payload = ByteBuffer(repeating: 0, count: 100_000)
    for token in 0..<10 { conversation.publish(MQTTMessage(topic: "t", payload: payload, qos: .atMostOnce), token) }
    #expect(conversation.session.takeOutput().reduce(0) { $0 + $1.readableBytes } < 400_000)
    #expect(conversation.session.canSendMore)
  }

  @Test func messagesWaitForTheConnection() throws {
    var conversation = Conversation()
    conversation.publish(MQTTMessage("0", .atMostOnce), 0)
    conversation.publish(MQTTMessage("1"), 1)
    #expect(conversation.session.waitingCount == 2)
    try conversation.connect()
    #expect(try conversation.sent().brief == ["0", "1#1"])
  }

  @Test func messagesThatExpireWhileTheyWaitAreNotSent() throws {
    var conversation = Conversation()
    conversation.publish(MQTTMessage(topic: "t", payload: "short", properties: .init(expiry: 5)), 1)
    conversation.publish(MQTTMessage(topic: "t", payload: "long", properties: .init(expiry: 8)), 2)
    conversation.pass(.seconds(5))
    try conversation.connect()
    #expect(conversation.published[1]?.error?.code == .expired)
    guard case .publish(let packet)? = try conversation.sent().first else { return #expect(Bool(false)) }
    #expect(packet.message.properties.expiry == 3)
  }

  @Test func whatTheServerDoesNotTakeFails() throws {
    var conversation = Conversation()
    conversation.publish(MQTTMessage("2", .exactlyOnce), 1)
    conversation.publish(MQTTMessage(topic: "t", retain: true), 2)
    conversation.publish(MQTTMessage(topic: "t", payload: ByteBuffer(repeating: 0, count: 92)), 3)
    conversation.publish(MQTTMessage(topic: "t", payload: ByteBuffer(repeating: 0, count: 300)), 4)
    conversation.publish(MQTTMessage(topic: "t", payload: ByteBuffer(repeating: 1, count: 91), qos: .atMostOnce), 5)
    try conversation.connect {
      $0.maximumQoS = .atLeastOnce
      $0.retainAvailable = false
      $0.maximumPacketSize = 97
    }
    #expect(conversation.published[1]?.error?.reason == .qosNotSupported)
    #expect(conversation.published[2]?.error?.reason == .retainNotSupported)
    #expect(conversation.published[3]?.error?.reason == .packetTooLarge)
    #expect(conversation.published[4]?.error?.code == .tooLarge)
    #expect(conversation.published[5] == .success(.success))
    #expect(conversation.session.inFlightCount == 0)
  }

  @Test func topicsAreAbbreviated() throws {
    var conversation = try Conversation.connected({ $0.outgoingTopicAliases = 2 }) { $0.topicAliasMaximum = 9 }
    for topic in ["long/a", "long/b", "long/a", "long/b", "x", "long/c", "long/c", "long/a", "long/b"] {
      conversation.publish(MQTTMessage(topic: MQTTTopic(topic), qos: .atMostOnce), conversation.published.count)
    }
    var aliases = IncomingTopicAliases(limit: 2), topics: [String] = [], sizes = 0
    for case .publish(var packet) in try conversation.sent() {
      sizes += packet.message.topic.bytes.readableBytes
      try aliases.resolve(&packet)
      topics.append("\(packet.message.topic)")
    }
    #expect(topics == ["long/a", "long/b", "long/a", "long/b", "x", "long/c", "long/c", "long/a", "long/b"])
    #expect(sizes < 9 * 6 - 10)
    // Aliases are those of a connection.
    try conversation.reconnect(sessionPresent: true) { $0.topicAliasMaximum = 1 }
    conversation.publish(MQTTMessage(topic: "long/a", qos: .atMostOnce), 100)
    guard case .publish(let packet)? = try conversation.sent().first else { return #expect(Bool(false)) }
    #expect(packet.message.topic == "long/a" && packet.topicAlias == 1)
  }

  @Test func givingUpFailsAllThatIsOpen() throws {
    var conversation = try Conversation.connected { $0.maximumInFlight = 2 }
    for token in 0..<2 { conversation.publish(MQTTMessage("\(token)", .exactlyOnce), token) }
    conversation.receive(.pubrec(1))
    conversation.publish(MQTTMessage("2"), 2)
    conversation.session.subscribe([MQTTSubscription("a")], 3)
    conversation.session.unsubscribe(["a"], 4)
    conversation.session.transportClosed()
    conversation.session.fail(MQTTError(.closed, "It is closed."))
    conversation.settle()
    #expect((0...2).allSatisfy { conversation.published[$0]?.error?.code == .closed })
    #expect((3...4).allSatisfy { conversation.subscribed[$0]?.error?.code == .closed })
    #expect(conversation.session.inFlightCount == 0 && conversation.session.waitingCount == 0)
  }
}

@Suite struct SessionReceivingTests {
  @Test func eachQoSIsAcknowledgedAsItMust() throws {
    var conversation = try Conversation.connected()
    conversation.receive(.message("0", .atMostOnce), .message("1", .atLeastOnce, id: 5), .message("2", .exactlyOnce, id: 6))
    #expect(conversation.delivered.map(\.text) == ["0", "1", "2"])
    #expect(try conversation.sent().isEmpty)
    for message in conversation.delivered { conversation.acknowledge(message) }
    #expect(try conversation.sent().brief == ["PUBACK#5", "PUBREC#6"])
    conversation.receive(.pubrel(6))
    #expect(try conversation.sent().brief == ["PUBCOMP#6"])
    conversation.receive(.pubrel(6))
    #expect(try conversation.sent().brief == ["PUBCOMP#6 packet identifier not found (0x92)"])
    for message in conversation.delivered { conversation.acknowledge(message) }
    #expect(try conversation.sent().isEmpty)
  }

  @Test func acknowledgementsAreSentInTheOrderOfTheMessages() throws {
    var conversation = try Conversation.connected()
    for id in 1...4 { conversation.receive(.message("\(id)", id == 2 ? .exactlyOnce : .atLeastOnce, id: UInt16(id))) }
    conversation.acknowledge(conversation.delivered[3])
    conversation.acknowledge(conversation.delivered[1])
    #expect(try conversation.sent().isEmpty)
    conversation.acknowledge(conversation.delivered[0], .implementationSpecificError)
    #expect(try conversation.sent().brief == ["PUBACK#1 implementation specific error (0x83)", "PUBREC#2"])
    conversation.acknowledge(conversation.delivered[2])
    #expect(try conversation.sent().brief == ["PUBACK#3", "PUBACK#4"])
  }

  /// mosquitto 2.0.11, for one.
  @Test func aServerThatSendsTooMuchIsReadNoFurther() throws {
    var conversation = try Conversation.connected { $0.receiveMaximum = 2 }
    conversation.receive(.message("1", .atLeastOnce, id: 1), .message("2", .exactlyOnce, id: 2))
    #expect(conversation.session.wantsMore)
    conversation.receive(.message("3", .atLeastOnce, id: 3))
    #expect(!conversation.session.wantsMore)
    conversation.acknowledge(conversation.delivered[2])
    #expect(!conversation.session.wantsMore, "it is not sent before those in front of it")
    conversation.acknowledge(conversation.delivered[0])
    #expect(conversation.session.wantsMore)
    #expect(conversation.ends.isEmpty)
  }

  @Test func anIdentifierMustNotBeUsedTwice() throws {
    var conversation = try Conversation.connected()
    conversation.receive(.message("1", .atLeastOnce, id: 1), .message("1", .atLeastOnce, id: 1, isDuplicate: true))
    #expect(try conversation.sent().brief == ["DISCONNECT packet identifier in use (0x91)"])
  }

  @Test func aliasesOfTheServerAreResolved() throws {
    var conversation = try Conversation.connected()
    for (topic, alias) in [("a", 32), ("", 32), ("b", 32), ("", 32), ("c", 1)] as [(MQTTTopic, UInt16)] {
      conversation.receive(.publish(PublishPacket(MQTTMessage(topic: topic, qos: .atMostOnce), topicAlias: alias)))
    }
    #expect(conversation.delivered.map { "\($0.message.topic)" } == ["a", "a", "b", "b", "c"])
    try conversation.reconnect(sessionPresent: true)
    conversation.receive(.publish(PublishPacket(MQTTMessage(topic: .empty, qos: .atMostOnce), topicAlias: 32)))
    #expect(conversation.ends.count == 1, "aliases are those of a connection")
  }

  /// Both by number and by size, and each only once.
  @Test func unacknowledgedMessagesOfQoS0StopReading() throws {
    var conversation = try Conversation.connected {
      $0.unacknowledgedLimit = 3
      $0.unacknowledgedByteLimit = 100
    }
    conversation.receive(.message("a", .atMostOnce), .message("b", .atMostOnce))
    #expect(conversation.session.wantsMore)
    conversation.receive(.message("c", .atMostOnce))
    #expect(!conversation.session.wantsMore)
    conversation.acknowledge(conversation.delivered[1])
    conversation.acknowledge(conversation.delivered[1])
    #expect(conversation.session.wantsMore)
    conversation.receive(.message(String(repeating: "x", count: 100), .atMostOnce))
    conversation.acknowledge(conversation.delivered[0])
    #expect(!conversation.session.wantsMore)
    conversation.acknowledge(conversation.delivered[3])
    #expect(conversation.session.wantsMore)
  }

  @Test func whatComesAgainIsDeliveredOnlyOnceWhileItIsWorkedOn() throws {
    var conversation = try Conversation.connected()
    conversation.receive(.message("1", .atLeastOnce, id: 1), .message("2", .exactlyOnce, id: 2), .message("3", .atLeastOnce, id: 3))
    conversation.acknowledge(conversation.delivered[2])
    try conversation.reconnect(sessionPresent: true)
    // Not before the server has sent it again.
    conversation.acknowledge(conversation.delivered[0])
    #expect(try conversation.sent().isEmpty)
    conversation.receive(.message("1", .atLeastOnce, id: 1, isDuplicate: true))
    #expect(try conversation.sent().brief == ["PUBACK#1"])
    conversation.receive(.message("2", .exactlyOnce, id: 2, isDuplicate: true), .message("3", .atLeastOnce, id: 3, isDuplicate: true))
    #expect(try conversation.sent().isEmpty)
    conversation.acknowledge(conversation.delivered[1])
    #expect(try conversation.sent().brief == ["PUBREC#2", "PUBACK#3"])
    #expect(conversation.delivered.count == 3)
    #expect(conversation.session.statistics.duplicatesSuppressed == 3)
    // The PUBREC is lost.
    try conversation.reconnect(sessionPresent: true)
    conversation.receive(.message("2", .exactlyOnce, id: 2, isDuplicate: true))
    #expect(try conversation.sent().brief == ["PUBREC#2"])
    conversation.receive(.pubrel(2))
    #expect(try conversation.sent().brief == ["PUBCOMP#2"])
    #expect(conversation.delivered.count == 3)
  }

  @Test func anotherMessageWithTheSameIdentifierIsDelivered() throws {
    var conversation = try Conversation.connected()
    conversation.receive(.message("old", .atLeastOnce, id: 1))
    try conversation.reconnect(sessionPresent: true)
    conversation.receive(.message("new", .atLeastOnce, id: 1, isDuplicate: true))
    #expect(conversation.delivered.map(\.text) == ["old", "new"])
    conversation.acknowledge(conversation.delivered[0])
    #expect(try conversation.sent().isEmpty, "the old one's acknowledgement must not pass for the new one's")
    conversation.acknowledge(conversation.delivered[1])
    #expect(try conversation.sent().brief == ["PUBACK#1"])
  }

  @Test func acknowledgementsForALostSessionAreNotSent() throws {
    var conversation = try Conversation.connected()
    conversation.receive(.message("1", .atLeastOnce, id: 1), .message("2", .exactlyOnce, id: 2))
    try conversation.reconnect(sessionPresent: false)
    conversation.receive(.message("other", .atLeastOnce, id: 1))
    conversation.acknowledge(conversation.delivered[0])
    conversation.acknowledge(conversation.delivered[1])
    #expect(try conversation.sent().isEmpty)
    conversation.acknowledge(conversation.delivered[2])
    #expect(try conversation.sent().brief == ["PUBACK#1"])
  }
}

@Suite struct SessionSubscribingTests {
  @Test func requestsAreAnswered() throws {
    var conversation = try Conversation.connected()
    conversation.session.subscribe([MQTTSubscription("a/#"), MQTTSubscription("b")], identifier: 9, 1)
    #expect(try conversation.sent() == [.subscribe(SubscribePacket(1, [MQTTSubscription("a/#"), MQTTSubscription("b")], identifier: 9))])
    conversation.receive(.subscribeAcknowledgement(SubscribeAcknowledgementPacket(1, [.grantedQoS1, .notAuthorized])))
    #expect(conversation.subscribed[1] == .success([.grantedQoS1, .notAuthorized]))
    conversation.session.unsubscribe(["a/#", "c"], 2)
    #expect(try conversation.sent().brief == ["UNSUBSCRIBE#2 a/# c"])
    conversation.receive(.unsubscribeAcknowledgement(SubscribeAcknowledgementPacket(2, [.success, .noSubscriptionExisted])))
    #expect(conversation.subscribed[2] == .success([.success, .noSubscriptionExisted]))
    try conversation.reconnect(sessionPresent: false)
    #expect(try conversation.sent().isEmpty, "nothing is subscribed to any more")
  }

  @Test func subscriptionsAreRenewedIfTheSessionIsLost() throws {
    var conversation = try Conversation.connected()
    conversation.session.subscribe([MQTTSubscription("a"), MQTTSubscription("b")], identifier: 1, 1)
    conversation.session.subscribe([MQTTSubscription("c")], userProperties: [.init("k", "v")], 2)
    conversation.session.subscribe([MQTTSubscription("a", qos: .atMostOnce)], identifier: 2, 3)
    for (id, count) in [(1, 2), (2, 1), (3, 1)] {
      conversation.receive(.subscribeAcknowledgement(SubscribeAcknowledgementPacket(UInt16(id), Array(repeating: .grantedQoS1, count: count))))
    }
    _ = try conversation.sent()
    try conversation.reconnect(sessionPresent: true)
    #expect(try conversation.sent().isEmpty)
    try conversation.reconnect(sessionPresent: false)
    #expect(
      try conversation.sent() == [
        .subscribe(SubscribePacket(4, [MQTTSubscription("b")], identifier: 1)),
        .subscribe(SubscribePacket(5, [MQTTSubscription("c")], userProperties: [.init("k", "v")])),
        .subscribe(SubscribePacket(6, [MQTTSubscription("a", qos: .atMostOnce)], identifier: 2)),
      ])
    // Lost again, before the server has answered.
    try conversation.reconnect(sessionPresent: false)
    #expect(try conversation.sent().brief == ["SUBSCRIBE#7 b", "SUBSCRIBE#8 c", "SUBSCRIBE#9 a"])
    conversation.receive(.subscribeAcknowledgement(SubscribeAcknowledgementPacket(8, [.notAuthorized])))
    guard case .subscriptionLost(let lost, .notAuthorized)? = conversation.actions.last else { return #expect(Bool(false)) }
    #expect(lost.filter == "c")
  }

  @Test func requestsWaitForTheConnectionAndAreSentAgain() throws {
    var conversation = Conversation()
    conversation.session.subscribe([MQTTSubscription("a")], 1)
    try conversation.connect()
    #expect(try conversation.sent().brief == ["SUBSCRIBE#1 a"])
    conversation.session.unsubscribe(["b"], 2)
    _ = try conversation.sent()
    try conversation.reconnect(sessionPresent: true)
    #expect(try conversation.sent().brief == ["SUBSCRIBE#1 a", "UNSUBSCRIBE#2 b"])
  }

  @Test func whatTheServerDoesNotHaveFails() throws {
    var conversation = try Conversation.connected { _ in } _: {
      $0.sharedSubscriptionsAvailable = false
      $0.wildcardSubscriptionsAvailable = false
      $0.subscriptionIdentifiersAvailable = false
    }
    conversation.session.subscribe([MQTTSubscription("$share/g/a")], 1)
    conversation.session.subscribe([MQTTSubscription("a"), MQTTSubscription("+")], 2)
    conversation.session.subscribe([MQTTSubscription("a")], identifier: 1, 3)
    #expect(try conversation.sent().isEmpty)
    #expect(
      (1...3).map { conversation.subscribed[$0]?.error?.reason } == [
        .sharedSubscriptionsNotSupported, .wildcardSubscriptionsNotSupported, .subscriptionIdentifiersNotSupported,
      ])
    #expect(conversation.session.inFlightCount == 0)
  }
}

@Suite struct PacketIdentifierWindowTests {
  @Test func identifiersComeAroundAndAreNeverInUseTwice() {
    var window = PacketIdentifierWindow<Int>(startingAt: 65_000)
    var random = SeededGenerator(1)
    var used: [UInt16: Int] = [:], order: [UInt16] = []
    for entry in 0..<200_000 {
      let id = window.append(entry)
      #expect(id != 0 && used[id] == nil)
      used[id] = entry
      order.append(id)
      if order.count > 5 {
        let removed = order.remove(at: Int.random(in: 0..<order.count, using: &random))
        if window.remove(removed) != used.removeValue(forKey: removed) { Issue.record("\(removed) is another entry") }
      }
      if entry % 10_000 == 0 { #expect(window.identifiers == order && window.count == order.count) }
    }
    #expect(window.remove(0) == nil && window[0] == nil)
  }

  @Test func allIdentifiersCanBeInUse() {
    var window = PacketIdentifierWindow<Int>(startingAt: 9)
    for entry in 0..<65_535 { _ = window.append(entry) }
    #expect(!window.hasRoom)
    #expect(Set(window.identifiers).count == 65_535)
    #expect(window.remove(10) == 1 && !window.hasRoom)
    #expect(window.remove(9) == 0 && window.hasRoom)
    #expect(window.append(7) == 9 && window.append(8) == 10)
  }
}

extension Result {
  var error: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
