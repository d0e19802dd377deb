import Dataflow
import StateStore
import StateStoreKit
import Testing

/// The server's side of the protocol over a store in memory.
struct StateStoreServiceTests {
  let clock = TestClock()

  private func service() -> StateStoreService { StateStoreService(store: MemoryStateStore { [clock] in clock.now }) }
  private var timestamp: String { Timestamp(WallTime(milliseconds: clock.now / 1_000_000), nodeID: "client").text }

  private func request(_ request: StateStoreRequest, from client: String = "a", fence: String? = nil) -> StateStoreService.Request {
    StateStoreService.Request(payload: request.encoded, clientID: client, timestamp: timestamp, fencingToken: fence)
  }
  private func set(_ value: String, _ condition: SetOptions.Condition = .always, expiresIn: UInt64? = nil) -> StateStoreRequest {
    .set(key: [1], value: Array(value.utf8), condition, expiresIn: expiresIn)
  }

  @Test func `A lock is taken, kept from others, renewed and released`() {
    var service = service()
    let taken = service.answer(request(set("a", .ifEqualOrAbsent, expiresIn: 1000)))
    #expect(taken.reply == .ok)
    #expect(service.answer(request(set("b", .ifEqualOrAbsent, expiresIn: 1000), from: "b")).reply == .count(-1))
    clock.advance(900_000_000)
    let renewed = service.answer(request(set("a", .ifEqualOrAbsent, expiresIn: 1000)))
    #expect(renewed.reply == .ok && (renewed.version ?? .zero) > (taken.version ?? .zero))
    clock.advance(900_000_000)
    #expect(service.answer(request(set("b", .ifEqualOrAbsent, expiresIn: 1000), from: "b")).reply == .count(-1))
    #expect(service.answer(request(.delete(key: [1], expecting: Array("b".utf8)), from: "b")).reply == .count(-1))
    #expect(service.answer(request(.delete(key: [1], expecting: Array("a".utf8)))).reply == .count(1))
    #expect(service.answer(request(set("b", .ifEqualOrAbsent), from: "b")).reply == .ok)
  }

  @Test func `A version is later than the request's timestamp and survives its text form`() throws {
    var service = service()
    let ahead = Timestamp(WallTime(milliseconds: clock.now / 1_000_000 + 30_000), counter: 7, nodeID: "fast")
    let answer = service.answer(.init(payload: set("v").encoded, clientID: "a", timestamp: ahead.text))
    let version = try #require(answer.version)
    #expect(version > ahead && version.nodeID == "StateStore")
    #expect(Timestamp(text: version.text) == version)
    #expect(service.answer(request(.get(key: [1]))).version == version)
  }

  @Test(arguments: [(nil, "missing timestamp"), ("now", "malformed timestamp")] as [(String?, String)])
  func `Setting needs a timestamp that can be read`(_ text: String?, _ words: String) {
    var service = service()
    #expect(service.answer(.init(payload: set("v").encoded, clientID: "a", timestamp: text)).reply == .refused(words))
  }

  @Test func `A timestamp from more than a minute ahead is refused`() {
    var service = service()
    let ahead = Timestamp(WallTime(milliseconds: clock.now / 1_000_000 + 62_000), nodeID: "fast")
    guard case .refused(let words) = service.answer(.init(payload: set("v").encoded, clientID: "a", timestamp: ahead.text)).reply else {
      Issue.record("it was not refused")
      return
    }
    #expect(words.hasPrefix("the request timestamp is too far in the future"))
  }

  @Test func `A fenced key is closed to requests without a token`() throws {
    var service = service()
    let token = Timestamp(WallTime(milliseconds: clock.now / 1_000_000), nodeID: "lock").text
    #expect(service.answer(request(set("v"), fence: token)).reply == .ok)
    #expect(service.answer(request(set("w"))).reply == .refused("a fencing token is required for this request"))
    #expect(service.answer(request(.delete(key: [1], expecting: nil), fence: token)).reply == .count(1))
    #expect(service.answer(request(set("w"), fence: "?")).reply == .refused("malformed fencing token"))
  }

  @Test func `Observers hear of changes of their key until they stop, also when it expires`() throws {
    var service = service()
    let observing = service.answer(request(.observe(key: [1], isOn: true), from: "b"))
    #expect(observing.reply == .ok && observing.notifications.isEmpty)
    let answer = service.answer(request(set("v")))
    let topic = StateStoreTopics.notification(clientID: "b", key: [1])
    #expect(answer.notifications.map(\.topic) == [topic] && answer.notifications.map(\.version) == [answer.version])
    #expect(answer.notifications.map(\.content) == [.set(Array("v".utf8))])
    #expect(service.answer(request(set("w", .ifAbsent))).notifications.isEmpty)
    #expect(service.answer(request(.set(key: [2], value: [], .always, expiresIn: nil))).notifications.isEmpty)
    #expect(service.answer(request(.delete(key: [1], expecting: nil))).notifications.map(\.content) == [.deleted])
    #expect(service.answer(request(set("x", expiresIn: 5))).notifications.count == 1)
    clock.advance(5_000_000)
    #expect(service.answer(request(.get(key: [1]))).reply == .value(nil))
    #expect(try service.expire().map(\.content) == [.deleted])
    #expect(try service.expire().isEmpty)
    #expect(service.answer(request(.observe(key: [1], isOn: false), from: "b")).reply == .ok)
    #expect(service.answer(request(.observe(key: [1], isOn: false), from: "b")).reply == .count(0))
    #expect(service.answer(request(set("y"))).notifications.isEmpty)
  }

  @Test func `A client that is gone observes nothing`() {
    var service = service()
    for key: UInt8 in 1...3 { #expect(service.answer(request(.observe(key: [key], isOn: true), from: "b")).reply == .ok) }
    service.disconnected("b")
    #expect(service.answer(request(set("v"))).notifications.isEmpty)
  }
}
