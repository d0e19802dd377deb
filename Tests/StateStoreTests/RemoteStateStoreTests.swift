import Dataflow
import RPC
import StateStore
import StateStoreKit
import Synchronization
import Testing

/// A connection to a state store's service that is a function call.
private final class ServiceChannel: RequestChannel {
  let clientID = "worker-1"
  private let service: Mutex<StateStoreService>
  let answer: (@Sendable (RPCRequest) throws(RPCError) -> RPCResponse)?

  init(_ store: MemoryStateStore, answer: (@Sendable (RPCRequest) throws(RPCError) -> RPCResponse)? = nil) {
    service = Mutex(StateStoreService(store: store))
    self.answer = answer
  }

  func response(to request: RPCRequest, timeout: UInt64) throws(RPCError) -> RPCResponse {
    if let answer { return try answer(request) }
    func property(_ name: String) -> String? { request.userProperties.last { $0.key == name }?.value }
    guard request.topic == "statestore/v1/FA9AE35F-2F64-47CD-9BFF-08E2B32A0FE8/command/invoke", property("__protVer") == "1.0" else {
      throw RPCError(.timeout, "nobody listens there")
    }
    let answer = service.withLock {
      $0.answer(
        .init(payload: request.payload, clientID: property("__srcId") ?? "", timestamp: property("__ts"), fencingToken: property("__ft")))
    }
    return RPCResponse(
      payload: answer.reply.encoded, userProperties: [UserProperty(key: "__stat", value: "200")] + (answer.version.map { [UserProperty(key: "__ts", value: $0.text)] } ?? []))
  }
}

struct RemoteStateStoreTests {
  @Test(arguments: StoreRule.all)
  func `The store at the other end of the protocol follows every rule`(_ rule: StoreRule) throws {
    let clock = TestClock()
    let channel = ServiceChannel(MemoryStateStore { clock.now })
    try rule.check(RemoteStateStore(RPCClient(channel) { clock.now }), clock)
  }

  private func store(_ answer: @escaping @Sendable (RPCRequest) throws(RPCError) -> RPCResponse) -> RemoteStateStore {
    RemoteStateStore(RPCClient(ServiceChannel(MemoryStateStore { 0 }, answer: answer)) { 1_700_000_000_000_000_000 })
  }

  @Test(arguments: [
    (RPCError.Kind.timeout, StateStoreError.timeout), (.clientError, .internal("no connection")), (.stateInvalid, .internal("no connection")),
  ])
  func `What goes wrong on the way has its own error`(_ kind: RPCError.Kind, _ expected: StateStoreError) {
    let store = store { _ throws(RPCError) in throw RPCError(kind, "no connection") }
    #expect(throws: expected) { try store.get([1], timeout: nil) }
  }

  @Test(arguments: ["", ":1\r\n", "+OK\r\n", "$5\r\nabc\r\n", "*1\r\n$1\r\na\r\n"])
  func `Answers that do not fit the request are protocol errors`(_ text: String) {
    let store = store { _ in RPCResponse(payload: Array(text.utf8)) }
    #expect(throws: StateStoreError.protocol) { try store.get([1], timeout: nil) }
  }

  @Test func `A refusal comes through word for word`() {
    let store = store { _ in RPCResponse(payload: Array("-ERR not authorized\r\n".utf8)) }
    #expect(throws: StateStoreError.request("not authorized")) { try store.set([1], [2], SetOptions(), timeout: nil) }
  }

  @Test func `A timeout of zero is refused`() {
    let store = store { _ throws(RPCError) in throw RPCError(.clientError, "it was sent") }
    #expect(throws: StateStoreError.request("a timeout of zero leaves no time for an answer")) { try store.get([1], timeout: 0) }
  }
}
