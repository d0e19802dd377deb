public import Dataflow
public import RPC

/// AIO's state store, or another that speaks its protocol, over a connection (host-apis.md §3 and §4). A call takes a round trip.
public final class RemoteStateStore: KeyValueStore {
  private let client: RPCClient
  private let responseTopic: String

  public init(_ client: RPCClient) {
    self.client = client
    responseTopic = StateStoreTopics.response(clientID: client.clientID)
  }

  public func get(_ key: [UInt8], timeout: UInt64?) throws(StateStoreError) -> (value: [UInt8], version: Timestamp)? {
    let (reply, version) = try send(.get(key: key), key, nil, timeout)
    guard case .value(let value) = reply else { throw .protocol }
    guard let value else { return nil }
    guard let version else { throw .protocol }
    return (value, version)
  }

  public func set(
    _ key: [UInt8], _ value: [UInt8], _ options: SetOptions, timeout: UInt64?
  ) throws(StateStoreError) -> (isSet: Bool, version: Timestamp?) {
    // The protocol counts in milliseconds: a shorter time would be none at all.
    let expiry = options.expiresIn.map { max(1, $0 / 1_000_000 + ($0 % 1_000_000 == 0 ? 0 : 1)) }
    let (reply, version) = try send(.set(key: key, value: value, options.condition, expiresIn: expiry), key, options.fencingToken, timeout)
    switch reply {
    case .ok: return (true, version)
    case .count(-1): return (false, version)
    case .count, .value, .refused: throw .protocol
    }
  }

  public func delete(
    _ key: [UInt8], expecting expected: [UInt8]?, fencingToken: Timestamp?, timeout: UInt64?
  ) throws(StateStoreError) -> (count: Int64, version: Timestamp?) {
    let (reply, version) = try send(.delete(key: key, expecting: expected), key, fencingToken, timeout)
    guard case .count(let count) = reply else { throw .protocol }
    return (count, version)
  }

  /// Asks the store to publish every change of a key to ``StateStoreTopics/notification(clientID:key:)``, or to stop it.
  public func observe(_ key: [UInt8], isOn: Bool = true, timeout: UInt64? = nil) throws(StateStoreError) {
    switch try send(.observe(key: key, isOn: isOn), key, nil, timeout).reply {
    case .ok, .count(0): break
    case .count, .value, .refused: throw .protocol
    }
  }

  private func send(
    _ request: StateStoreRequest, _ key: [UInt8], _ token: Timestamp?, _ timeout: UInt64?
  ) throws(StateStoreError) -> (reply: StateStoreReply, version: Timestamp?) {
    guard !key.isEmpty else { throw .request("the key length is zero") }
    if timeout == 0 { throw .request("a timeout of zero leaves no time for an answer") }
    let message = RPCRequest(
      topic: StateStoreTopics.request, responseTopic: responseTopic, payload: request.encoded,
      userProperties: [UserProperty(key: "$high_priority", value: "")] + (token.map { [UserProperty(key: "__ft", value: $0.text)] } ?? []))
    let answer: RPCClient.Reply
    do throws(RPCError) {
      answer = try client.call(message, needsStatus: false, timeout: timeout)
    } catch {
      switch error.kind {
      case .timeout: throw .timeout
      case .configurationInvalid: throw .request(error.description)
      case .headerInvalid, .headerMissing, .payloadInvalid, .unknownError: throw .protocol
      default: throw .internal(error.description)
      }
    }
    let reply = try StateStoreReply(parsing: answer.payload)
    if case .refused(let text) = reply { throw .request(text) }
    return (reply, answer.timestamp)
  }
}
