import NIOCore
import Testing

@testable import MQTT

/// A server that keeps sessions as the standard says, for one client.
private struct ModelServer {
  /// Payloads, as they reach subscribers.
  var published: [String] = []
  /// QoS 2 messages that are published but not released.
  private var unreleased: Set<UInt16> = []
  /// What the client has not acknowledged, in order.
  private(set) var outgoing: [(id: UInt16, payload: String, qos: MQTTQoS, isReleased: Bool)] = []
  private let messages: [(String, MQTTQoS)]
  private var isFirst = true

  init(messages: [(String, MQTTQoS)]) {
    self.messages = messages
  }

  mutating func receive(_ packet: Packet, keepsSession: Bool) -> [Packet] {
    switch packet {
    case .connect:
      var answer = MQTTConnectAcknowledgement()
      answer.sessionPresent = !isFirst && keepsSession
      if !answer.sessionPresent {
        unreleased = []
        outgoing = []
      }
      var packets = outgoing.map { $0.isReleased ? Packet.pubrel($0.id) : .message($0.payload, $0.qos, id: $0.id, isDuplicate: true) }
      if isFirst {
        for (index, message) in messages.enumerated() {
          outgoing.append((UInt16(index + 1), message.0, message.1, false))
          packets.append(.message(message.0, message.1, id: UInt16(index + 1)))
        }
      }
      isFirst = false
      return [.connectAcknowledgement(answer)] + packets
    case .publish(let packet):
      let payload = String(buffer: packet.message.payload)
      switch packet.message.qos {
      case .atMostOnce: published.append(payload)
      case .atLeastOnce:
        published.append(payload)
        return [.puback(packet.packetID)]
      case .exactlyOnce:
        if unreleased.insert(packet.packetID).inserted { published.append(payload) }
        return [.pubrec(packet.packetID)]
      }
    case .publishRelease(let packet):
      return [.pubcomp(packet.packetID, unreleased.remove(packet.packetID) == nil ? .packetIdentifierNotFound : .success)]
    case .publishAcknowledgement(let packet), .publishComplete(let packet): outgoing.removeAll { $0.id == packet.packetID }
    case .publishReceived(let packet):
      guard let index = outgoing.firstIndex(where: { $0.id == packet.packetID }) else { return [.pubrel(packet.packetID, .packetIdentifierNotFound)] }
      outgoing[index].isReleased = true
      return [.pubrel(packet.packetID)]
    default: Issue.record("the client sent a \(packet.type)")
    }
    return []
  }
}

/// A client, a server and the network between them, which breaks whenever it can.
private struct World {
  var client: Conversation
  var server: ModelServer
  var toServer: [Packet] = []
  var toClient: [Packet] = []
  var acknowledged = 0
  var breaks = 0

  enum Move: CaseIterable { case serverReceives, clientReceives, applicationAcknowledges, connectionBreaks }

  func canMove(_ move: Move, breaksAtMost limit: Int) -> Bool {
    switch move {
    case .serverReceives: !toServer.isEmpty
    case .clientReceives: !toClient.isEmpty
    case .applicationAcknowledges: acknowledged < client.delivered.count
    case .connectionBreaks: breaks < limit && !(toServer.isEmpty && toClient.isEmpty && acknowledged == client.delivered.count)
    }
  }

  mutating func move(_ move: Move, keepsSession: Bool) throws {
    switch move {
    case .serverReceives: toClient += server.receive(toServer.removeFirst(), keepsSession: keepsSession)
    case .clientReceives: client.receive(toClient.removeFirst())
    case .applicationAcknowledges:
      client.acknowledge(client.delivered[acknowledged])
      acknowledged += 1
    case .connectionBreaks:
      breaks += 1
      toServer = []
      toClient = []
      client.session.transportClosed()
      client.session.transportOpened(SessionCredentials())
    }
    toServer += try client.sent()
  }
}

/// Every order of events, with a break of the connection at every place, for a few messages.
@Suite struct SessionExplorationTests {
  /// Follows every path that leads from here, and returns how many there are.
  private func explore(_ world: World, breaksAtMost limit: Int, keepsSession: Bool, _ check: (World) -> Void) throws -> Int {
    var paths = 0
    for move in World.Move.allCases where world.canMove(move, breaksAtMost: limit) {
      var next = world
      try next.move(move, keepsSession: keepsSession)
      if !next.client.ends.isEmpty {
        Issue.record("the client ended the connection: \(next.client.ends)")
        return 1
      }
      paths += try explore(next, breaksAtMost: limit, keepsSession: keepsSession, check)
    }
    // The server may wait for ever for what it has sent only if the application does.
    if !World.Move.allCases.contains(where: { $0 != .connectionBreaks && world.canMove($0, breaksAtMost: limit) }) {
      check(world)
      return paths + 1
    }
    return paths
  }

  private func world(publishing: [MQTTQoS] = [], receiving: [MQTTQoS] = []) throws -> World {
    var client = Conversation { $0.cleanStart = false }
    for (token, qos) in publishing.enumerated() { client.publish(MQTTMessage("\(token)", qos), token) }
    client.session.transportOpened(SessionCredentials())
    var world = World(client: client, server: ModelServer(messages: receiving.enumerated().map { ("\($0)", $1) }))
    world.toServer = try world.client.sent()
    return world
  }

  /// Without repetitions, in the order of their first appearance.
  private func distinct(_ payloads: [String]) -> [String] { payloads.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }

  @Test(arguments: [[MQTTQoS.atLeastOnce], [.exactlyOnce], [.atLeastOnce, .exactlyOnce], [.exactlyOnce, .exactlyOnce]], [true, false])
  func publishedMessagesArrive(_ qos: [MQTTQoS], _ keepsSession: Bool) throws {
    let expected = qos.indices.map { "\($0)" }
    let paths = try explore(world(publishing: qos), breaksAtMost: qos.count == 1 ? 3 : 1, keepsSession: keepsSession) { world in
      #expect(distinct(world.server.published) == expected, "nothing is lost, and the order is kept")
      for (payload, qos) in zip(expected, qos) where qos == .exactlyOnce && keepsSession {
        #expect(world.server.published.filter { $0 == payload }.count == 1)
      }
      #expect(world.client.published.values.allSatisfy { $0 == .success(.success) } && world.client.published.count == qos.count)
      #expect(world.client.session.inFlightCount == 0)
    }
    #expect(paths > 5)
  }

  @Test(arguments: [[MQTTQoS.atLeastOnce], [.exactlyOnce], [.atLeastOnce, .exactlyOnce], [.atLeastOnce, .atLeastOnce]])
  func receivedMessagesAreDeliveredAndAcknowledged(_ qos: [MQTTQoS]) throws {
    let expected = qos.indices.map { "\($0)" }
    let paths = try explore(world(receiving: qos), breaksAtMost: qos.count == 1 ? 3 : 1, keepsSession: true) { world in
      let delivered = world.client.delivered.map(\.text)
      #expect(distinct(delivered) == expected)
      for (payload, qos) in zip(expected, qos) where qos == .exactlyOnce { #expect(delivered.filter { $0 == payload }.count == 1) }
      #expect(world.server.outgoing.isEmpty, "all are acknowledged")
      #expect(world.client.session.incoming.isEmpty)
    }
    #expect(paths > 5)
  }

  @Test func receivedMessagesOfALostSessionAreForgotten() throws {
    _ = try explore(world(receiving: [.atLeastOnce, .exactlyOnce]), breaksAtMost: 1, keepsSession: false) { world in
      #expect(world.client.session.incoming.isEmpty && world.server.outgoing.isEmpty)
    }
  }

  /// Any packets in any order: the session never crashes, and says nothing after the end.
  @Test func anyPacketsInAnyOrderAreStood() throws {
    var random = SeededGenerator(7)
    for _ in 0..<200 {
      var conversation = Conversation { $0.receiveMaximum = 3 }
      conversation.session.transportOpened(SessionCredentials(authenticationMethod: random.chance() ? "m" : nil))
      if !random.chance(10) { conversation.receive(.connectAcknowledgement(MQTTConnectAcknowledgement())) }
      var token = 0
      for _ in 0..<60 {
        token += 1
        switch Int.random(in: 0..<8, using: &random) {
        case 0: conversation.publish(random.message(), token)
        case 1: conversation.session.subscribe([random.subscription()], token)
        case 2: conversation.delivered.randomElement(using: &random).map { conversation.acknowledge($0, random.reason()) }
        case 3: conversation.pass(.seconds(Int64.random(in: 0...40, using: &random)))
        case 4:
          if !random.chance(5) { break }
          conversation.session.transportClosed()
          conversation.session.transportOpened(SessionCredentials())
          conversation.ends = []
          var answer = MQTTConnectAcknowledgement()
          answer.sessionPresent = random.chance()
          answer.receiveMaximum = 2
          conversation.receive(.connectAcknowledgement(answer))
        case 5:
          let id = UInt16.random(in: 1...5, using: &random)
          let packets: [Packet] = [.puback(id), .pubrec(id), .pubcomp(id), .pubrel(id), .message("x", .exactlyOnce, id: id), .message("x", .atLeastOnce, id: id)]
          conversation.receive(packets[Int.random(in: 0..<6, using: &random)])
        default:
          let type = PacketType.allCases.randomElement(using: &random) ?? .publish
          if random.chance(4) { conversation.receive(random.packet(type)) }
        }
        let sent = try conversation.sent()
        if let end = sent.firstIndex(where: { $0.type == .disconnect }) { #expect(end == sent.count - 1) }
        #expect(conversation.ends.count <= 1)
      }
      conversation.session.fail(MQTTError(.closed, "It is closed."))
      conversation.settle()
    }
  }
}
