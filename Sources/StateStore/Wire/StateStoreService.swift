public import Dataflow

/// The server's side of AIO's state store protocol, without the connection: requests in, answers and notifications out (host-apis.md §4).
public struct StateStoreService: Sendable {
  /// A request as it arrived.
  public struct Request: Sendable {
    public var payload: [UInt8]
    /// The client that sent it: where notifications go.
    public var clientID: String
    /// The user properties `__ts` and `__ft`.
    public var timestamp: String?
    public var fencingToken: String?

    public init(payload: [UInt8], clientID: String, timestamp: String? = nil, fencingToken: String? = nil) {
      self.payload = payload
      self.clientID = clientID
      self.timestamp = timestamp
      self.fencingToken = fencingToken
    }
  }

  public struct Answer: Sendable, Hashable {
    public var reply: StateStoreReply
    /// The user property `__ts`.
    public var version: Timestamp?
    /// To publish besides the reply.
    public var notifications: [Notification] = []
    /// What failed here, for the log; the client is told no more than that.
    public var failure: String?
  }

  public struct Notification: Sendable, Hashable {
    public var clientID: String
    public var topic: String
    public var content: StateStoreNotification
    public var version: Timestamp?
  }

  /// No more keys are observed at once, over all clients.
  public static let maximumObserverCount = 100_000

  private let store: any LocalStateStore
  private var observers: [[UInt8]: Set<String>] = [:]
  private var observerCount = 0

  public init(store: any LocalStateStore) { self.store = store }

  public mutating func answer(_ request: Request) -> Answer {
    do throws(StateStoreError) {
      return try perform(request)
    } catch {
      switch error {
      case .request(let text): return Answer(reply: .refused(text))
      case .internal(let reason): return Answer(reply: .refused("internal error"), failure: reason)
      case .timeout, .protocol: return Answer(reply: .refused("internal error"), failure: "the store gave no answer")
      }
    }
  }

  private mutating func perform(_ request: Request) throws(StateStoreError) -> Answer {
    let timestamp = try Self.timestamp(request.timestamp, "malformed timestamp")
    let token = try Self.timestamp(request.fencingToken, "malformed fencing token")
    switch try StateStoreRequest(parsing: request.payload) {
    case .get(let key):
      let entry = try store.get(key, timeout: nil)
      return Answer(reply: .value(entry?.value), version: entry?.version)
    case .set(let key, let value, let condition, let expiry):
      guard let timestamp else { throw .request("missing timestamp") }
      let expiresIn = expiry.map { $0.multipliedReportingOverflow(by: 1_000_000) }.map { $0.overflow ? UInt64.max : $0.partialValue }
      let options = SetOptions(condition, expiresIn: expiresIn, fencingToken: token, requested: timestamp)
      let (isSet, version) = try store.set(key, value, options, timeout: nil)
      guard isSet else { return Answer(reply: .count(-1), version: version) }
      return Answer(reply: .ok, version: version, notifications: notifications(of: key, .set(value), version))
    case .delete(let key, let expected):
      let (count, version) = try store.delete(key, expecting: expected, fencingToken: token, timeout: nil)
      return Answer(reply: .count(count), version: version, notifications: count == 1 ? notifications(of: key, .deleted, version) : [])
    case .observe(let key, true):
      guard observers[key]?.contains(request.clientID) != true else { return Answer(reply: .ok) }
      guard observerCount < Self.maximumObserverCount else { throw .request("the quota has been exceeded") }
      observers[key, default: []].insert(request.clientID)
      observerCount += 1
      return Answer(reply: .ok)
    case .observe(let key, false):
      return Answer(reply: stop(request.clientID, observing: key) ? .ok : .count(0))
    }
  }

  /// Removes what expired and tells those who observe it. To be called about once a second.
  public mutating func expire() throws(StateStoreError) -> [Notification] {
    try store.removeExpired().flatMap { notifications(of: $0, .deleted, nil) }
  }

  /// Forgets what a client observed: its connection is gone.
  public mutating func disconnected(_ clientID: String) {
    for (key, clients) in observers where clients.contains(clientID) { _ = stop(clientID, observing: key) }
  }

  private mutating func stop(_ clientID: String, observing key: [UInt8]) -> Bool {
    guard observers[key]?.remove(clientID) != nil else { return false }
    observerCount -= 1
    if observers[key]?.isEmpty == true { observers[key] = nil }
    return true
  }

  private func notifications(of key: [UInt8], _ content: StateStoreNotification, _ version: Timestamp?) -> [Notification] {
    (observers[key] ?? []).sorted().map {
      Notification(clientID: $0, topic: StateStoreTopics.notification(clientID: $0, key: key), content: content, version: version)
    }
  }

  private static func timestamp(_ text: String?, _ refusal: String) throws(StateStoreError) -> Timestamp? {
    guard let text else { return nil }
    guard let timestamp = Timestamp(text: text) else { throw .request(refusal) }
    return timestamp
  }
}
