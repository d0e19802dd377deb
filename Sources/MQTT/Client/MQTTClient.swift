public import NIOCore
internal import NIOPosix
internal import Synchronization

/// A client of an MQTT 5 server.
///
/// It keeps one session over many connections: it reconnects by itself, sends again what the server has not acknowledged, and renews its subscriptions if
/// the server has lost them. Each message that is received is to be acknowledged by ``acknowledge(_:_:)``, whenever the application is done with it.
///
/// All methods may be called on any thread; none blocks. Handlers are called on the client's event loop, one at a time, and must not block.
///
/// ```swift
/// let messages = MQTTMessageStream()
/// let client = try MQTTClient(MQTTConfiguration(url: "mqtt://localhost"), onMessage: messages.receive)
/// try await client.connect()
/// try await client.subscribe(MQTTSubscription("sensors/#"))
/// for await message in messages {
///   try await client.publish(MQTTMessage(topic: "copy", payload: message.message.payload))
///   client.acknowledge(message)
/// }
/// ```
public final class MQTTClient: Sendable {
  let core: ClientCore

  /// - Parameters:
  ///   - eventLoop: nil for one of those that all of SwiftNIO shares.
  ///   - onEvent: is told what happens to the connection.
  ///   - onMessage: takes each message. It may keep it, and must see to it that it is acknowledged in the end, whatever its QoS: after
  ///     ``MQTTConfiguration/receiveMaximum`` of QoS 1 and 2 the server sends no more, after ``MQTTConfiguration/unacknowledgedLimit`` of QoS 0 the
  ///     client reads no more, not even the acknowledgements of what it has published itself.
  /// - Throws: `invalid`.
  public init(
    _ configuration: MQTTConfiguration, eventLoop: (any EventLoop)? = nil, onEvent: @escaping @Sendable (MQTTEvent) -> Void = { _ in },
    onMessage: @escaping @Sendable (MQTTReceivedMessage) -> Void
  ) throws(MQTTError) {
    if let problem = configuration.problem { throw MQTTError(.invalid, "The configuration is wrong: \(problem).") }
    core = ClientCore(configuration, eventLoop ?? MultiThreadedEventLoopGroup.singleton.next(), onMessage: onMessage, onEvent: onEvent)
  }

  /// A client that nobody has any more says goodbye.
  deinit {
    core.eventLoop.execute { [core] in
      core.close(DisconnectPacket()) {}
      core.wake()
    }
  }

  /// Connects. If that fails, the client is closed; later, it reconnects by itself.
  ///
  /// - Throws: whatever kept it from connecting.
  @discardableResult public func connect() async throws(MQTTError) -> MQTTConnectAcknowledgement {
    try await withResult { (continuation: Once<MQTTConnectAcknowledgement>) in
      if !perform({ $0.start(continuation.resume) }) { continuation.resume(.failure(.clientClosed)) }
    }
  }

  /// Connects in the background, and goes on trying until the client is closed.
  public func start() {
    perform { $0.start(nil) }
  }

  /// Says goodbye to the server, and closes the client for good. What has not been acknowledged fails with `closed`.
  ///
  /// - Parameters:
  ///   - reason: `disconnectWithWill` has the server publish the will.
  ///   - sessionExpiry: seconds, instead of those of the configuration; 0 ends the session.
  public func close(reason: MQTTReasonCode = .success, sessionExpiry: UInt32? = nil) async {
    await withCheckedContinuation { continuation in
      core.eventLoop.execute { [core] in
        core.close(DisconnectPacket(reason, sessionExpiry: sessionExpiry)) { continuation.resume() }
        core.wake()
      }
    }
  }

  // MARK: Publishing

  /// Publishes a message, and waits until the server has acknowledged it; for QoS 0, until it is sent.
  ///
  /// While there is no connection, it waits for one. A task that is cancelled does not wait, but the message is not taken back.
  ///
  /// - Returns: `success`, or `noMatchingSubscribers` if the server says so.
  /// - Throws: `invalid`, `queue-full`, `closed`, `cancelled`, `refused`, `not-authorized`, `not-supported`, `too-large`, `expired`.
  @discardableResult public func publish(_ message: MQTTMessage) async throws(MQTTError) -> MQTTReasonCode {
    try await withResult { (continuation: Once<MQTTReasonCode>) in
      do throws(MQTTError) {
        try publish(message, completion: continuation.resume)
      } catch {
        continuation.resume(.failure(error))
      }
    }
  }

  /// Publishes a message without waiting. Messages of one thread are sent in their order.
  ///
  /// - Parameter completion: called once, on the event loop, when the server has acknowledged the message or it has failed. It must not block.
  /// - Throws: `invalid`, `queue-full` or `closed`, at once; the completion is not called then.
  public func publish(_ message: MQTTMessage, completion: @escaping @Sendable (Result<MQTTReasonCode, MQTTError>) -> Void) throws(MQTTError) {
    if let problem = message.problem { throw MQTTError(.invalid, "A message cannot be published: \(problem).") }
    if try core.mailbox.publish(message, .publish(completion)) { core.wake() }
  }

  // MARK: Receiving

  /// Tells the server, and the client, that the application is done with a message. May be called in any order; acknowledgements go out in the order of
  /// the messages. What is acknowledged twice, or belongs to a session that is over, is ignored.
  ///
  /// - Parameter reason: an error tells the server that the message could not be dealt with; it is not sent again even so.
  public func acknowledge(_ message: MQTTReceivedMessage, _ reason: MQTTReasonCode = .success) {
    acknowledge(message.receipt, reason)
  }

  /// The same for a message of which only the receipt was kept.
  public func acknowledge(_ receipt: MQTTReceivedMessage.Receipt, _ reason: MQTTReasonCode = .success) {
    if core.mailbox.submit(.acknowledge(receipt, reason)) == true { core.wake() }
  }

  /// Subscribes, and waits for the server's answer.
  ///
  /// - Parameters:
  ///   - identifier: 1 to 268,435,455; comes back with each message, see ``MQTTReceivedMessage/subscriptionIdentifiers``.
  /// - Returns: what the server has granted, for each subscription.
  /// - Throws: `refused` or `not-authorized` if the server has refused one of them (the others remain), `invalid`, `not-supported`, `closed`, `cancelled`.
  @discardableResult public func subscribe(
    _ subscriptions: [MQTTSubscription], identifier: UInt32? = nil, userProperties: [MQTTUserProperty] = []
  ) async throws(MQTTError) -> [MQTTReasonCode] {
    if subscriptions.isEmpty { throw MQTTError(.invalid, "There is nothing to subscribe to.") }
    for subscription in subscriptions {
      if let problem = subscription.problem { throw MQTTError(.invalid, "Cannot subscribe to \"\(subscription.filter)\": \(problem).") }
    }
    if let identifier, !(1...VariableByteInteger.maximum).contains(identifier) {
      throw MQTTError(.invalid, "A subscription identifier is 1 to 268,435,455, not \(identifier).")
    }
    if let problem = userProperties.problem { throw MQTTError(.invalid, "Cannot subscribe: \(problem).") }
    let reasons = try await request { $0.subscribe(subscriptions, identifier, userProperties, $1) }
    if let refusal = Self.refusal(of: subscriptions, reasons) { throw refusal }
    return reasons
  }

  @discardableResult public func subscribe(_ subscription: MQTTSubscription, identifier: UInt32? = nil) async throws(MQTTError) -> MQTTReasonCode {
    try await subscribe([subscription], identifier: identifier).first ?? .success
  }

  /// - Returns: what the server says, for each filter: `noSubscriptionExisted` is not an error.
  @discardableResult public func unsubscribe(_ filters: [String], userProperties: [MQTTUserProperty] = []) async throws(MQTTError) -> [MQTTReasonCode] {
    if filters.isEmpty { throw MQTTError(.invalid, "There is nothing to unsubscribe from.") }
    for filter in filters {
      if let problem = MQTTSubscription(filter).problem { throw MQTTError(.invalid, "Cannot unsubscribe from \"\(filter)\": \(problem).") }
    }
    if let problem = userProperties.problem { throw MQTTError(.invalid, "Cannot unsubscribe: \(problem).") }
    return try await request { $0.unsubscribe(filters, userProperties, $1) }
  }

  // MARK: Other

  /// Authenticates again on the connection there is, with what the authenticator gives now.
  public func reauthenticate() {
    perform { $0.reauthenticate() }
  }

  /// As of a moment ago.
  public var statistics: MQTTStatistics { core.mailbox.statistics }

  @discardableResult func perform(_ body: @escaping @Sendable (ClientCore) -> Void) -> Bool {
    guard let mustWake = core.mailbox.submit(.perform(body)) else { return false }
    if mustWake { core.wake() }
    return true
  }

  private func request(_ body: @escaping @Sendable (ClientCore, Completion) -> Void) async throws(MQTTError) -> [MQTTReasonCode] {
    try await withResult { (continuation: Once<[MQTTReasonCode]>) in
      if !perform({ body($0, .request(continuation.resume)) }) { continuation.resume(.failure(.clientClosed)) }
    }
  }

  /// Waits for what `body` resumes the continuation with, or for the task to be cancelled.
  private func withResult<Value: Sendable>(_ body: (Once<Value>) -> Void) async throws(MQTTError) -> Value {
    let once = Once<Value>()
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        once.set(continuation)
        body(once)
      }
    } onCancel: {
      once.resume(.failure(MQTTError(.cancelled, "The task was cancelled.")))
    }
    return try result.get()
  }
}

/// A continuation that takes the first result and ignores others, also before it is there.
private final class Once<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case early(Result<Value, MQTTError>)
    case waiting(CheckedContinuation<Result<Value, MQTTError>, Never>)
    case done
  }

  private let state = Mutex(State.empty)

  func set(_ continuation: CheckedContinuation<Result<Value, MQTTError>, Never>) {
    let early: Result<Value, MQTTError>? = state.withLock { state in
      if case .early(let result) = state {
        state = .done
        return result
      }
      state = .waiting(continuation)
      return nil
    }
    if let early { continuation.resume(returning: early) }
  }

  @Sendable func resume(_ result: Result<Value, MQTTError>) {
    let continuation: CheckedContinuation<Result<Value, MQTTError>, Never>? = state.withLock { state in
      switch state {
      case .empty: state = .early(result)
      case .waiting(let continuation):
        state = .done
        return continuation
      case .early, .done: break
      }
      return nil
    }
    continuation?.resume(returning: result)
  }
}
