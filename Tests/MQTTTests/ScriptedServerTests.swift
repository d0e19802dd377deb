import Foundation
import NIOCore
import Synchronization
import Testing

@testable import MQTT

/// What a client does with a server that is not as others.
@Suite(.timeLimit(.minutes(10))) struct ScriptedServerTests {
  private func accepted(_ change: (inout MQTTConnectAcknowledgement) -> Void = { _ in }) -> ScriptedServer.Answer {
    var packet = MQTTConnectAcknowledgement()
    change(&packet)
    return .packet(.connectAcknowledgement(packet))
  }

  @Test func aRedirectIsFollowed() async throws {
    let target = try await ScriptedServer { packet, _ in packet.type == .connect ? [accepted { $0.reasonString = "target" }] : [] }
    let port = target.port
    let first = try await ScriptedServer { _, _ in
      [accepted { $0.reason = .useAnotherServer; $0.serverReference = "127.0.0.1:\(port)" }, .close]
    }
    let client = try TestClient(port: first.port)
    #expect(try await client.client.connect().reasonString == "target")
    #expect(client.events.all.first?.error?.reason == .useAnotherServer)
    await client.client.close()
    let stubborn = try TestClient(port: first.port) { $0.followsRedirects = false }
    #expect(await error { try await stubborn.client.connect() }?.reason == .useAnotherServer)
  }

  @Test func aServerThatMovesIsFollowed() async throws {
    let target = try await ScriptedServer { packet, _ in packet.type == .connect ? [accepted { $0.sessionPresent = true }] : [] }
    let port = target.port
    let first = try await ScriptedServer { packet, _ in
      packet.type == .connect ? [accepted(), .packet(.disconnect(DisconnectPacket(.serverMoved, serverReference: "127.0.0.1:\(port)")))] : []
    }
    let client = try await TestClient.connected(to: first.port)
    await client.events.wait { $0.compactMap(\.connection).last?.sessionPresent == true }
    await client.client.close()
    await target.received.wait { $0.last?.type == .disconnect }
  }

  /// The server is told why, and the connection is closed, whatever is wrong.
  @Test(arguments: [
    ([0x00, 0x00], .malformedPacket), ([0x30, 0xFF, 0xFF, 0xFF, 0x7F], .packetTooLarge), ([0xC0, 0x00], .protocolError), ([0x30, 5, 0, 1, 0x61, 9, 0], .malformedPacket),
  ] as [([UInt8], MQTTReasonCode)])
  func whatIsMalformedEndsTheConnection(_ bytes: [UInt8], _ reason: MQTTReasonCode) async throws {
    let server = try await ScriptedServer { packet, _ in packet.type == .connect ? [accepted(), .bytes(bytes)] : [] }
    let client = try await TestClient.connected(to: server.port)
    let event = await client.events.wait { $0.contains { $0.error != nil } }.compactMap(\.error)[0]
    #expect(event.code == .protocolViolation && event.reason == reason)
    let packets = await server.received.wait { $0.contains { $0.type == .disconnect } }
    guard case .disconnect(let packet)? = packets.first(where: { $0.type == .disconnect }) else { return #expect(Bool(false)) }
    #expect(packet.reason == reason)
    await client.client.close()
  }

  @Test func aServerThatClosesAtOnceIsUnreachable() async throws {
    let server = try await ScriptedServer { _, _ in [.close] }
    #expect(await error { try await TestClient(port: server.port).client.connect() }?.code == .unreachable)
  }

  private struct Exchange: MQTTAuthenticator {
    let method = "exchange"
    let accepts: String
    func begin() async throws -> MQTTSecret? { "hello" }
    func answer(_ challenge: MQTTSecret?) async throws -> MQTTSecret? { challenge == "question" ? "answer" : nil }
    func finish(_ data: MQTTSecret?) async throws {
      if data != MQTTSecret(accepts) { throw MQTTError(.notAuthorized, "The server does not know the secret.") }
    }
  }

  private func exchangingServer() async throws -> ScriptedServer {
    try await ScriptedServer { packet, _ in
      switch packet {
      case .connect(let packet) where packet.authenticationMethod == "exchange" && packet.authenticationData == "hello":
        [.packet(.authentication(AuthenticationPacket(.continueAuthentication, method: "exchange", data: "question")))]
      case .authentication(let packet) where packet.data == "answer": [accepted { $0.authenticationData = "proof" }]
      default: []
      }
    }
  }

  @Test func enhancedAuthentication() async throws {
    let server = try await exchangingServer()
    let client = try await TestClient.connected(to: server.port) { $0.authenticator = Exchange(accepts: "proof") }
    await client.client.close()
    #expect(await server.received.wait(for: 3).map(\.type) == [.connect, .authentication, .disconnect])
  }

  @Test func aServerThatDoesNotProveItselfIsLeft() async throws {
    let server = try await exchangingServer()
    let client = try await TestClient.connected(to: server.port) { $0.authenticator = Exchange(accepts: "other") }
    let event = await client.events.wait { $0.contains { $0.error != nil } }.compactMap(\.error)[0]
    #expect(event.description == "The server does not know the secret.")
    await client.client.close()
  }

  @Test func aTokenThatChangesIsSentAgain() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data("first".utf8).write(to: file)
    let server = try await ScriptedServer { packet, _ in
      switch packet.type {
      case .connect: [accepted()]
      case .authentication: [.packet(.authentication(AuthenticationPacket(.success, method: "K8S-SAT")))]
      default: []
      }
    }
    let client = try await TestClient.connected(to: server.port) {
      $0.authenticator = MQTTTokenFile(file.path)
      $0.credentialCheckInterval = .milliseconds(10)
    }
    guard case .connect(let connect)? = server.received.all.first else { return #expect(Bool(false)) }
    #expect(connect.authenticationMethod == "K8S-SAT" && connect.authenticationData == "first")
    try Data("second".utf8).write(to: file, options: .atomic)
    let packets = await server.received.wait { $0.contains { $0.type == .authentication } }
    #expect(packets.last == .authentication(AuthenticationPacket(.reauthenticate, method: "K8S-SAT", data: "second")))
    client.client.reauthenticate()
    await server.received.wait { $0.filter { $0.type == .authentication }.count == 2 }
    await client.client.close()
  }

  @Test func noFileIsAnErrorBeforeAnythingIsSent() async throws {
    let server = try await ScriptedServer { _, _ in [] }
    let client = try TestClient(port: server.port) { $0.password = .file("/nonexistent") }
    #expect(await error { try await client.client.connect() }?.code == .unusableFile)
    #expect(server.received.all.isEmpty)
  }
}
