public import Dataflow
internal import Synchronization

/// The caller's side of AIO's remote calls: the properties that every request carries, and what a response's status means (host-apis.md §5).
public final class RPCClient: Sendable {
  /// What was called answered.
  public struct Reply: Sendable, Hashable {
    public var payload: [UInt8]
    /// The user properties that are not the protocol's own.
    public var customUserData: [UserProperty]
    public var timestamp: Timestamp?
  }

  /// The time a call may take if the caller does not say.
  public static let defaultTimeout: UInt64 = 10_000_000_000

  private let channel: any RequestChannel
  private let clock: Mutex<HybridLogicalClock>
  private let now: @Sendable () -> UInt64

  /// - Parameter now: nanoseconds since 1970.
  public init(_ channel: any RequestChannel, now: @escaping @Sendable () -> UInt64) {
    self.channel = channel
    self.clock = Mutex(HybridLogicalClock(nodeID: channel.clientID))
    self.now = now
  }

  public var clientID: String { channel.clientID }

  /// Calls, and waits for the answer.
  ///
  /// - Parameters:
  ///   - needsStatus: whether a response without a status is an error, as AIO's commands want it.
  ///   - timeout: in nanoseconds; nil means ``defaultTimeout``.
  public func call(_ request: RPCRequest, needsStatus: Bool = true, timeout: UInt64?) throws(RPCError) -> Reply {
    let timeout = timeout ?? Self.defaultTimeout
    guard timeout > 0, timeout <= UInt64(UInt32.max) * 1_000_000_000 else {
      throw RPCError(.configurationInvalid, "a timeout is longer than nothing and at most \(UInt32.max) seconds")
    }
    let sent = clock.withLock { $0.tick(at: WallTime(milliseconds: now() / 1_000_000)) }
    var request = request
    request.userProperties += [
      UserProperty(key: "__ts", value: sent.text), UserProperty(key: "__srcId", value: clientID), UserProperty(key: "__protVer", value: "1.0"), UserProperty(key: "$partition", value: clientID),
    ]
    let response = try channel.response(to: request, timeout: timeout)
    let timestamp = response.property("__ts").flatMap(Timestamp.init(text:))
    if let timestamp { _ = clock.withLock { $0.update(with: timestamp, at: WallTime(milliseconds: now() / 1_000_000)) } }
    if let error = response.failure(needsStatus: needsStatus) { throw error }
    let custom = response.userProperties.filter { !$0.key.hasPrefix("__") && $0.key != "$partition" && $0.key != "$high_priority" }
    return Reply(payload: response.payload, customUserData: custom, timestamp: timestamp)
  }
}

extension RPCResponse {
  /// What the status says went wrong; nil if nothing did.
  func failure(needsStatus: Bool) -> RPCError? {
    guard let text = property("__stat") else {
      return needsStatus ? RPCError(.headerMissing, "the response has no status (the user property __stat)") : nil
    }
    guard let status = UInt16(text) else { return RPCError(.headerInvalid, "the response's status is \"\(text)\", which is no number") }
    let message = property("__stMsg").map { ": \($0)" } ?? ""
    let name = property("__propName"), value = property("__propVal")
    let what = name.map { " (\($0)\(value.map { ": \($0)" } ?? ""))" } ?? ""
    func error(_ kind: RPCError.Kind, _ text: String) -> RPCError { RPCError(kind, "status \(status), \(text)\(what)\(message)") }
    switch status {
    case 200: return nil
    case 204: return payload.isEmpty ? nil : error(.payloadInvalid, "which means no content, comes with content")
    case 400 where name != nil && value != nil: return error(.headerInvalid, "a property is invalid")
    case 400 where name != nil: return error(.headerMissing, "a property is missing")
    case 400: return error(.payloadInvalid, "the payload is invalid")
    case 408: return error(.timeout, "the executor ran out of time")
    case 415: return error(.headerInvalid, "the content type is not supported")
    case 500 where property("__apErr")?.lowercased() == "true": return error(.executionException, "the command failed")
    case 500 where name != nil: return error(.internalLogicError, "the executor failed")
    case 500: return error(.unknownError, "the executor failed")
    case 503: return error(.stateInvalid, "the executor is not in the state for it")
    case 505:
      let supported = property("__supProtMajVer").map { ", which speaks \($0)" } ?? ""
      return error(.unknownError, "the protocol's version is not supported by the executor\(supported)")
    default: return error(.unknownError, "which is not known")
    }
  }
}
