import NIOCore
import Testing

@testable import MQTT

@Suite struct SessionConnectionTests {
  @Test func connectSaysWhatIsConfigured() throws {
    var conversation = Conversation {
      $0.keepAlive = 30
      $0.receiveMaximum = 7
      $0.maximumPacketSize = 9999
      $0.incomingTopicAliases = 3
      $0.will = MQTTWill(MQTTMessage("gone"), delay: 5)
      $0.userProperties = [.init("a", "b")]
    }
    conversation.session.transportOpened(SessionCredentials(userName: "u", password: "p", authenticationMethod: "m", authenticationData: "d"))
    var expected = ConnectPacket()
    expected.clientID = "c"
    expected.cleanStart = true
    expected.sessionExpiry = 600
    expected.keepAlive = 30
    expected.receiveMaximum = 7
    expected.maximumPacketSize = 9999
    expected.topicAliasMaximum = 3
    expected.will = MQTTWill(MQTTMessage("gone"), delay: 5)
    expected.userProperties = [.init("a", "b")]
    expected.userName = "u"
    expected.password = "p"
    expected.authenticationMethod = "m"
    expected.authenticationData = "d"
    #expect(try conversation.sent() == [.connect(expected)])
  }

  @Test func laterConnectionsGoOnWithTheSessionAndTheAssignedName() throws {
    var conversation = try Conversation.connected({ $0.clientID = "" }) { $0.assignedClientID = "given" }
    conversation.session.transportClosed()
    conversation.session.transportOpened(SessionCredentials())
    guard case .connect(let packet)? = try conversation.sent().first else { return #expect(Bool(false)) }
    #expect(!packet.cleanStart && packet.clientID == "given")
  }

  @Test func aRefusalEndsTheConnectionWithItsReason() throws {
    var conversation = Conversation()
    conversation.session.transportOpened(SessionCredentials())
    var refusal = MQTTConnectAcknowledgement()
    refusal.reason = .badUserNameOrPassword
    refusal.reasonString = "no"
    conversation.receive(.connectAcknowledgement(refusal))
    #expect(conversation.ends == [.refused(refusal)])
    #expect(conversation.ends.first?.error.code == .notAuthorized)
    #expect(conversation.ends.first?.error.description == "The server refused the connection: no. (bad user name or password (0x86))")
  }

  @Test func aDisconnectOfTheServerEndsTheConnectionWithItsReason() throws {
    var conversation = try Conversation.connected()
    let packet = DisconnectPacket(.serverMoved, serverReference: "other:1883")
    conversation.receive(.disconnect(packet), .message("late", .atMostOnce))
    #expect(conversation.ends == [.disconnected(packet)])
    #expect(conversation.delivered.isEmpty)
    #expect(try conversation.sent().isEmpty)
  }

  @Test func disconnectingSaysSo() throws {
    var conversation = try Conversation.connected()
    conversation.session.disconnect(DisconnectPacket(.disconnectWithWill))
    #expect(try conversation.sent().brief == ["DISCONNECT disconnect with will message (0x04)"])
    #expect(conversation.ends == [.requested])
  }

  @Test func noAnswerToConnectEndsTheConnection() throws {
    var conversation = Conversation { $0.connectTimeout = .seconds(3) }
    conversation.session.transportOpened(SessionCredentials())
    conversation.pass(.milliseconds(2999))
    #expect(conversation.ends.isEmpty)
    conversation.pass(.milliseconds(1))
    #expect(conversation.ends == [.noAnswer])
  }

  /// What the server must not send ends the connection, and the server is told why.
  @Test(arguments: [
    (.connect(ConnectPacket()), .protocolError), (.connectAcknowledgement(MQTTConnectAcknowledgement()), .protocolError), (.pingRequest, .protocolError),
    (.subscribe(SubscribePacket(1, [MQTTSubscription("a")])), .protocolError), (.unsubscribe(UnsubscribePacket(1, ["a"])), .protocolError),
    (.authentication(AuthenticationPacket(.continueAuthentication, method: "m")), .protocolError),
    (.publish(PublishPacket(MQTTMessage(topic: "t", qos: .atMostOnce), topicAlias: 33)), .topicAliasInvalid),
    (.publish(PublishPacket(MQTTMessage(topic: .empty, qos: .atMostOnce), topicAlias: 1)), .protocolError),
    (.puback(1), .protocolError), (.pubrec(2), .protocolError), (.pubcomp(1), .protocolError), (.pubcomp(2), .protocolError),
    (.subscribeAcknowledgement(SubscribeAcknowledgementPacket(1, [.success])), .protocolError),
    (.subscribeAcknowledgement(SubscribeAcknowledgementPacket(3, [.success, .success])), .protocolError),
    (.unsubscribeAcknowledgement(SubscribeAcknowledgementPacket(3, [.success])), .protocolError),
  ] as [(Packet, MQTTReasonCode)])
  func wrongPacketsEndTheConnection(_ packet: Packet, _ reason: MQTTReasonCode) throws {
    var conversation = try Conversation.connected()
    conversation.publish(MQTTMessage("two", .exactlyOnce), 1)
    conversation.publish(MQTTMessage("one", .atLeastOnce), 2)
    conversation.session.subscribe([MQTTSubscription("a")], 3)
    #expect(try conversation.sent().brief == ["two#1", "one#2", "SUBSCRIBE#3 a"])
    conversation.receive(packet)
    #expect(try conversation.sent().brief == ["DISCONNECT \(reason)"])
    guard case .violated(let violation)? = conversation.ends.first else { return #expect(Bool(false)) }
    #expect(violation.reason == reason && conversation.ends.count == 1)
    // Nothing is sent, delivered or completed any more.
    conversation.receive(.message("x", .atMostOnce), .puback(2), .pubrec(1))
    #expect(try conversation.sent().isEmpty && conversation.delivered.isEmpty && conversation.published.isEmpty)
  }

  @Test func malformedBytesEndTheConnection() throws {
    var conversation = try Conversation.connected()
    conversation.session.fail(MalformedPacket(.packetTooLarge, "It is too large."))
    #expect(try conversation.sent().brief == ["DISCONNECT packet too large (0x95)"])
  }

  @Test func anythingButAnAnswerToConnectIsWrong() throws {
    var conversation = Conversation()
    conversation.session.transportOpened(SessionCredentials())
    _ = try conversation.sent()
    conversation.receive(.message("early", .atMostOnce))
    #expect(try conversation.sent().isEmpty && conversation.delivered.isEmpty)
    #expect(conversation.ends.count == 1)
  }

  @Test func aSessionThatWasToBeginAnewMustNotBeThere() throws {
    var conversation = Conversation()
    conversation.session.transportOpened(SessionCredentials())
    _ = try conversation.sent()
    var answer = MQTTConnectAcknowledgement()
    answer.sessionPresent = true
    conversation.receive(.connectAcknowledgement(answer))
    guard case .violated? = conversation.ends.first else { return #expect(Bool(false)) }
  }

  // MARK: Keep-alive

  @Test func pingsAreSentWhenNothingElseIs() throws {
    var conversation = try Conversation.connected { $0.keepAlive = 10 }
    conversation.pass(.seconds(6))
    conversation.publish(MQTTMessage("x", .atMostOnce), 1)
    conversation.session.bytesReceived()
    conversation.pass(.seconds(9))
    #expect(try conversation.sent().brief == ["x"])
    conversation.pass(.seconds(1))
    #expect(try conversation.sent() == [.pingRequest])
    conversation.session.bytesReceived()
    conversation.receive(.pingResponse)
    conversation.pass(.seconds(9))
    #expect(try conversation.sent().isEmpty)
    conversation.pass(.seconds(1))
    #expect(try conversation.sent() == [.pingRequest])
  }

  @Test func aServerThatIsOnlySpokenToIsPinged() throws {
    var conversation = try Conversation.connected { $0.keepAlive = 10 }
    for second in 1...10 {
      conversation.publish(MQTTMessage("x", .atMostOnce), second)
      conversation.pass(.seconds(1))
    }
    #expect(try conversation.sent().last == .pingRequest)
  }

  @Test func aServerThatDoesNotAnswerIsGivenUp() throws {
    var conversation = try Conversation.connected { $0.keepAlive = 10 }
    conversation.pass(.seconds(10))
    conversation.pass(.milliseconds(4999))
    #expect(conversation.ends.isEmpty)
    conversation.pass(.milliseconds(1))
    #expect(conversation.ends == [.keepAliveTimeout])
    #expect(try conversation.sent().brief == ["PINGREQ", "DISCONNECT keep alive timeout (0x8D)"])
  }

  @Test func theServersKeepAliveCounts() throws {
    var conversation = try Conversation.connected({ $0.keepAlive = 10 }) { $0.serverKeepAlive = 4 }
    conversation.pass(.seconds(4))
    #expect(try conversation.sent() == [.pingRequest])
    var never = try Conversation.connected({ $0.keepAlive = 10 }) { $0.serverKeepAlive = 0 }
    #expect(never.session.deadline == nil)
    never.pass(.hours(9))
    #expect(try never.sent().isEmpty)
  }

  @Test func aServerIsNotGivenUpWhileItIsNotRead() throws {
    var conversation = try Conversation.connected {
      $0.keepAlive = 10
      $0.unacknowledgedLimit = 1
    }
    conversation.receive(.message("x", .atMostOnce))
    #expect(!conversation.session.wantsMore)
    conversation.pass(.seconds(10))
    conversation.pass(.seconds(5))
    #expect(conversation.ends.isEmpty)
    conversation.acknowledge(conversation.delivered[0])
    #expect(conversation.session.wantsMore)
    conversation.pass(.seconds(5))
    #expect(conversation.ends == [.keepAliveTimeout])
  }

  // MARK: Enhanced authentication

  private func authenticating() throws -> Conversation {
    var conversation = Conversation()
    conversation.session.transportOpened(SessionCredentials(authenticationMethod: "m", authenticationData: "1"))
    _ = try conversation.sent()
    return conversation
  }

  @Test func challengesAreAnsweredAndAuthenticationIsRepeated() throws {
    var conversation = try authenticating()
    conversation.receive(.authentication(AuthenticationPacket(.continueAuthentication, method: "m", data: "2")))
    guard case .challenge("2")? = conversation.actions.last else { return #expect(Bool(false)) }
    conversation.session.authenticate("3")
    #expect(try conversation.sent() == [.authentication(AuthenticationPacket(.continueAuthentication, method: "m", data: "3"))])
    conversation.receive(.connectAcknowledgement(MQTTConnectAcknowledgement()))
    conversation.session.reauthenticate("4")
    conversation.session.reauthenticate("ignored while the first one goes on")
    #expect(try conversation.sent() == [.authentication(AuthenticationPacket(.reauthenticate, method: "m", data: "4"))])
    conversation.receive(.authentication(AuthenticationPacket(.continueAuthentication, method: "m", data: "5")))
    conversation.session.authenticate("6")
    #expect(try conversation.sent() == [.authentication(AuthenticationPacket(.continueAuthentication, method: "m", data: "6"))])
    conversation.receive(.authentication(AuthenticationPacket(.success, method: "m", data: "7")))
    guard case .reauthenticated("7")? = conversation.actions.last else { return #expect(Bool(false)) }
    conversation.receive(.authentication(AuthenticationPacket(.success, method: "m")))
    #expect(conversation.ends.count == 1)
  }

  @Test func anotherMethodIsWrong() throws {
    var conversation = try authenticating()
    conversation.receive(.authentication(AuthenticationPacket(.continueAuthentication, method: "n")))
    #expect(conversation.ends.count == 1)
  }
}
