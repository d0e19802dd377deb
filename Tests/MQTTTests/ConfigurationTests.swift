import NIOCore
import Testing

@testable import MQTT

@Suite struct ConfigurationTests {
  @Test func urlsSayHowToReachAServer() throws {
    let plain = try MQTTConfiguration(url: "mqtt://host")
    #expect(plain.address == MQTTAddress(host: "host", port: 1883) && plain.tls == nil && plain.transport == .tcp)
    let secure = try MQTTConfiguration(url: "mqtts://[::1]:99/")
    #expect(secure.address == MQTTAddress(host: "::1", port: 99) && secure.tls == MQTTTLS() && "\(secure.address)" == "[::1]:99")
    let web = try MQTTConfiguration(url: "ws://host:8080/a/b")
    #expect(web.address.port == 8080 && web.tls == nil && web.transport == .webSocket(path: "/a/b"))
    let secureWeb = try MQTTConfiguration(url: "WSS://host")
    #expect(secureWeb.address.port == 443 && secureWeb.tls != nil && secureWeb.transport == .webSocket(path: "/"))
  }

  @Test(arguments: ["host", "http://host", "mqtt://", "mqtt://u:p@host", "mqtt://host:0", "mqtt://host:65536", "mqtt://host:x", "mqtt://host/path", "mqtt://a b", "mqtt://[::1"])
  func otherURLsAreRefused(_ url: String) {
    #expect(throws: MQTTError.self) { try MQTTConfiguration(url: url) }
  }

  @Test func addressesOfIPv6NeedNoPort() throws {
    #expect(try MQTTAddress("fe80::1") == MQTTAddress(host: "fe80::1", port: 1883))
    #expect(try MQTTAddress("[fe80::1]:5") == MQTTAddress(host: "fe80::1", port: 5))
  }

  @Test(arguments: [
    { $0.receiveMaximum = 0 }, { $0.maximumInFlight = 0 }, { $0.maximumPacketSize = 1 }, { $0.waitingLimit = 0 }, { $0.clientID = "\u{0}" },
    { $0.will = MQTTWill(MQTTMessage(topic: "#")) }, { $0.will = MQTTWill(MQTTMessage(topic: "t", payload: ByteBuffer(repeating: 0, count: 65_536))) },
    { $0.transport = .webSocket(path: "x") }, { $0.transport = .webSocket(path: "/a\r\nb") },
    { $0.userProperties = [.init(String(repeating: "x", count: 65_536), "")] },
  ] as [@Sendable (inout MQTTConfiguration) -> Void])
  func wrongConfigurationsAreRefused(_ change: @Sendable (inout MQTTConfiguration) -> Void) {
    var configuration = MQTTConfiguration(MQTTAddress(host: "h"))
    change(&configuration)
    #expect(throws: MQTTError.self) { try MQTTClient(configuration) { _ in } }
  }
}

@Suite struct ConnectionPlanTests {
  private func plan(_ configure: (inout MQTTConfiguration.Reconnection) -> Void = { _ in }, followsRedirects: Bool = true) -> ConnectionPlan {
    var reconnection = MQTTConfiguration.Reconnection()
    reconnection.initialDelay = .seconds(1)
    reconnection.maximumDelay = .seconds(60)
    configure(&reconnection)
    return ConnectionPlan(home, reconnection, followsRedirects: followsRedirects)
  }

  private let home = MQTTAddress(host: "home")
  private let broken = MQTTError(.unreachable, "It broke.")

  @Test func delaysDoubleUpToTheMaximum() {
    var plan = plan()
    #expect((0..<9).map { _ in plan.next(after: broken, random: 0) } == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    #expect(plan.next(after: broken, random: 1) == .seconds(30), "by chance up to half less")
    #expect(plan.next(after: broken, lasted: .seconds(9), random: 0) == .seconds(60), "a server that throws out at once is not asked at once")
    #expect(plan.next(after: broken, lasted: .seconds(10), random: 0) == .seconds(1))
    for _ in 0..<200 { _ = plan.next(after: broken, random: 0.5) }
    #expect(plan.next(after: broken, random: 0) == .seconds(60))
  }

  @Test(arguments: [
    MQTTError(.notAuthorized, "", reason: .badUserNameOrPassword), MQTTError(.disconnected, "", reason: .sessionTakenOver), MQTTError(.disconnected, "", reason: .banned),
  ])
  func whatWillNotChangeSoonIsTriedSlowly(_ error: MQTTError) {
    var plan = plan()
    #expect(plan.next(after: error, random: 0) == .seconds(60))
    #expect(plan.next(after: error, random: 1) == .seconds(30))
  }

  @Test func redirectsAreFollowedForOnceOrForGood() {
    var once = plan()
    #expect(once.next(after: MQTTError(.refused, "", reason: .useAnotherServer), serverReference: "other:99 third", random: 0) == .zero)
    #expect(once.address == MQTTAddress(host: "other", port: 99))
    _ = once.next(after: broken, lasted: .seconds(100), random: 0)
    #expect(once.address == home)
    var forGood = plan()
    #expect(forGood.next(after: MQTTError(.disconnected, "", reason: .serverMoved), serverReference: "[::2]", random: 0) == .zero)
    _ = forGood.next(after: broken, lasted: .seconds(100), random: 0)
    #expect(forGood.address == MQTTAddress(host: "::2"))
    // It is not there: back to where it began.
    _ = forGood.next(after: broken, random: 0)
    #expect(forGood.address == home)
  }

  @Test func redirectsInACircleEnd() {
    var plan = plan()
    var delays: [TimeAmount] = []
    for turn in 0..<7 { delays.append(plan.next(after: MQTTError(.refused, "", reason: .useAnotherServer), serverReference: "server\(turn % 2)", random: 0)) }
    #expect(delays.filter { $0 == .zero }.count == 5)
  }

  @Test func redirectsAreNotFollowedIfNotWanted() {
    var plan = plan(followsRedirects: false)
    #expect(plan.next(after: MQTTError(.refused, "", reason: .useAnotherServer), serverReference: "other", random: 0) == .seconds(1))
    #expect(plan.address == home)
    var nonsense = self.plan()
    #expect(nonsense.next(after: MQTTError(.refused, "", reason: .useAnotherServer), serverReference: "a:b:c/ :", random: 0) > .zero)
  }
}
