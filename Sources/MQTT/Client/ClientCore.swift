internal import NIOCore

/// A client on its event loop: joins the ``Session`` to connections, one after the other.
///
/// Every method is called on the event loop, but for ``wake()``.
final class ClientCore: @unchecked Sendable {
  enum State {
    case idle
    /// Reaching the server.
    case connecting
    case connected(since: NIODeadline)
    /// The connection is to be closed once everything is sent; what comes then.
    case closing(MQTTError, serverReference: String?)
    /// Between attempts.
    case waiting(Scheduled<Void>)
    case closed
  }

  let eventLoop: any EventLoop
  let mailbox: Mailbox
  private let configuration: MQTTConfiguration
  private let onMessage: @Sendable (MQTTReceivedMessage) -> Void
  private let onEvent: @Sendable (MQTTEvent) -> Void

  private var session: Session<Completion>
  private var plan: ConnectionPlan
  private var state = State.idle
  /// Counts connections that were tried, so that what is left of an earlier one does nothing.
  private var attempt = 0
  private var channel: (any Channel)?
  private var context: ChannelHandlerContext?
  private var handler: ConnectionHandler?
  private var isReading = true
  private var attemptTimer: Scheduled<Void>?
  private var deadlineTimer: (at: NIODeadline, task: Scheduled<Void>)?
  private var credentialTimer: Scheduled<Void>?
  private var connectedSince: NIODeadline?
  /// Waits for the first connection; a failure then is the end.
  private var firstConnection: (@Sendable (Result<MQTTConnectAcknowledgement, MQTTError>) -> Void)?
  private var whenClosed: [@Sendable () -> Void] = []
  private var requests: [Mailbox.Request] = []
  private var actions: [SessionAction<Completion>] = []
  private var takenCount = 0, takenByteCount = 0
  private var isSettling = false

  init(
    _ configuration: MQTTConfiguration, _ eventLoop: any EventLoop, onMessage: @escaping @Sendable (MQTTReceivedMessage) -> Void,
    onEvent: @escaping @Sendable (MQTTEvent) -> Void
  ) {
    self.configuration = configuration
    self.eventLoop = eventLoop
    self.onMessage = onMessage
    self.onEvent = onEvent
    mailbox = Mailbox(limit: configuration.waitingLimit, byteLimit: configuration.waitingByteLimit)
    session = Session(options: configuration.sessionOptions, firstPacketID: .random(in: 1...65_535))
    plan = ConnectionPlan(configuration.address, configuration.reconnection, followsRedirects: configuration.followsRedirects)
  }

  // MARK: Requests

  /// Has what is in the mailbox done soon. On any thread.
  func wake() {
    eventLoop.execute { self.drain() }
  }

  private func drain() {
    session.now = .now()
    mailbox.take(reusing: &requests)
    for request in requests {
      switch request {
      case .publish(let message, let completion):
        takenCount += 1
        takenByteCount += message.byteCount
        session.publish(message, completion)
      case .acknowledge(let receipt, let reason): session.acknowledge(receipt, reason)
      case .perform(let body): body(self)
      }
    }
    requests.removeAll(keepingCapacity: true)
    settle()
  }

  func subscribe(_ subscriptions: [MQTTSubscription], _ identifier: UInt32?, _ userProperties: [MQTTUserProperty], _ completion: Completion) {
    session.subscribe(subscriptions, identifier: identifier, userProperties: userProperties, completion)
  }

  func unsubscribe(_ filters: [String], _ userProperties: [MQTTUserProperty], _ completion: Completion) {
    session.unsubscribe(filters, userProperties: userProperties, completion)
  }

  func start(_ first: (@Sendable (Result<MQTTConnectAcknowledgement, MQTTError>) -> Void)?) {
    guard case .idle = state else {
      first?(.failure(MQTTError(.invalid, "The client has been started already.")))
      return
    }
    firstConnection = first
    beginAttempt()
  }

  func close(_ packet: DisconnectPacket, _ completion: @escaping @Sendable () -> Void) {
    whenClosed.append(completion)
    mailbox.close()
    switch state {
    case .closed: finish(.clientClosed)
    case .connected:
      state = .closing(.clientClosed, serverReference: nil)
      session.disconnect(packet)
    case .closing: state = .closing(.clientClosed, serverReference: nil)
    case .idle, .connecting: finish(.clientClosed)
    case .waiting(let timer):
      timer.cancel()
      finish(.clientClosed)
    }
  }

  // MARK: Attempts

  private func beginAttempt() {
    attempt += 1
    state = .connecting
    let attempt = attempt, configuration = configuration
    attemptTimer = eventLoop.scheduleTask(in: TimeAmount(configuration.connectTimeout)) { [self] in
      if attempt == self.attempt { end(MQTTError(.timedOut, "The server at \(plan.address) did not answer in time; is it an MQTT 5 server?")) }
    }
    ConnectionMaterial.load(configuration, on: eventLoop).whenComplete { [self] in connect($0, attempt) }
  }

  private func connect(_ material: Result<ConnectionMaterial, any Error>, _ attempt: Int) {
    guard attempt == self.attempt, case .connecting = state else { return }
    switch material {
    case .failure(let error): end(error as? MQTTError ?? MQTTError(.closed, "The threads of the process have been shut down."))
    case .success(let material):
      Transport.connect(to: plan.address, configuration, material, on: eventLoop, core: self, attempt: attempt).whenFailure { [self] error in
        if attempt == self.attempt { end(MQTTError(transport: error, plan.address)) }
      }
    }
  }

  func opened(_ channel: any Channel, _ attempt: Int) {
    guard attempt == self.attempt, case .connecting = state else { return channel.close(promise: nil) }
    if self.channel == nil { self.channel = channel }
  }

  func transportOpened(_ context: ChannelHandlerContext, _ handler: ConnectionHandler, _ attempt: Int, _ credentials: SessionCredentials) {
    // A name may have several addresses, and more than one of them may answer.
    guard attempt == self.attempt, case .connecting = state, self.handler == nil else { return context.close(promise: nil) }
    self.context = context
    self.handler = handler
    channel = context.channel
    isReading = true
    session.now = .now()
    session.transportOpened(credentials)
    settle()
  }

  /// The attempt, or the connection, is over: what was in flight waits for the next.
  private func end(_ error: MQTTError, serverReference: String? = nil) {
    attempt += 1
    attemptTimer?.cancel()
    credentialTimer?.cancel()
    deadlineTimer?.task.cancel()
    deadlineTimer = nil
    channel?.close(promise: nil)
    channel = nil
    context = nil
    handler = nil
    session.now = .now()
    session.transportClosed()
    let lasted = connectedSince.map { NIODeadline.now() - $0 }
    connectedSince = nil
    session.statistics.connectionsFailed += lasted == nil ? 1 : 0
    if error.code == .closed { return finish(error) }
    let delay = plan.next(after: error, serverReference: serverReference, lasted: lasted, random: .random(in: 0...1))
    // The first connection is only tried again elsewhere.
    if firstConnection != nil, delay > .zero { return finish(error) }
    onEvent(.disconnected(error, retryingIn: .nanoseconds(delay.nanoseconds)))
    let next = attempt
    state = .waiting(
      eventLoop.scheduleTask(in: delay) { [self] in
        if next == self.attempt { beginAttempt() }
      })
    settle()
  }

  /// Nothing more will happen.
  private func finish(_ error: MQTTError) {
    if case .closed = state {} else {
      attempt += 1
      attemptTimer?.cancel()
      channel?.close(promise: nil)
      channel = nil
      context = nil
      handler = nil
      state = .closed
      mailbox.close()
      // What was submitted before.
      drain()
      session.fail(error)
      firstConnection?(.failure(error))
      firstConnection = nil
      settle()
      onEvent(.closed(error))
    }
    for completion in whenClosed { completion() }
    whenClosed = []
  }

  // MARK: The connection

  func bytesReceived(_ count: Int, _ handler: ConnectionHandler) {
    guard handler === self.handler else { return }
    session.now = .now()
    session.statistics.bytesReceived += count
    session.bytesReceived()
  }

  func wantsPackets(_ handler: ConnectionHandler) -> Bool { handler === self.handler && session.wantsMore }

  func received(_ packet: Packet) {
    session.received(packet)
  }

  func malformed(_ packet: MalformedPacket, _ handler: ConnectionHandler) {
    if handler === self.handler { session.fail(packet) }
  }

  func readCompleted(_ handler: ConnectionHandler) {
    if handler === self.handler { settle() }
  }

  func writabilityChanged(_ handler: ConnectionHandler) {
    guard handler === self.handler, let channel, channel.isWritable != session.isWritable else { return }
    session.isWritable = channel.isWritable
    session.now = .now()
    session.sendWhatWaits()
    settle()
  }

  func transportClosed(_ error: (any Error)?, _ handler: ConnectionHandler) {
    guard handler === self.handler else { return }
    if case .closing(let error, let reference) = state { return end(error, serverReference: reference) }
    end(error.map { MQTTError(transport: $0, plan.address) } ?? MQTTError(.unreachable, "The server at \(plan.address) closed the connection."))
  }

  /// Does what the session wants done, sends what it wants sent, and sees to the timers; after every event.
  private func settle() {
    if isSettling { return }
    isSettling = true
    defer { isSettling = false }
    repeat {
      perform()
      write()
      if let context, session.isWritable != context.channel.isWritable { session.isWritable = context.channel.isWritable }
      if session.canSendMore { session.sendWhatWaits() }
    } while session.hasWork
    let sentCount = takenCount - session.waitingCount, sentByteCount = takenByteCount - session.waitingByteCount
    takenCount = session.waitingCount
    takenByteCount = session.waitingByteCount
    var statistics = session.statistics
    statistics.inFlight = session.inFlightCount
    mailbox.settled(sentCount, sentByteCount, statistics)
    scheduleDeadline()
    resumeOrPauseReading()
  }

  private func write() {
    let chunks = session.takeOutput()
    guard let context, !chunks.isEmpty else { return }
    for chunk in chunks {
      session.statistics.bytesSent += chunk.readableBytes
      context.write(NIOAny(chunk), promise: nil)
    }
    context.flush()
  }

  private func perform() {
    var current = session.takeActions(reusing: actions)
    for action in current {
      switch action {
      case .deliver(let message): onMessage(message)
      case .published(.publish(let completion), let result): completion(result)
      case .subscribed(.request(let completion), let result): completion(result)
      case .published, .subscribed: break
      case .subscriptionLost(let subscription, let reason): onEvent(.subscriptionLost(subscription, reason))
      case .connected(let packet): connected(packet)
      case .challenge(let data): authenticate { try await $0.answer(data) }
      case .reauthenticated(let data): accepted(data)
      case .close(let end): close(end)
      }
    }
    current.removeAll(keepingCapacity: true)
    actions = current
  }

  private func connected(_ packet: MQTTConnectAcknowledgement) {
    attemptTimer?.cancel()
    connectedSince = .now()
    state = .connected(since: .now())
    session.statistics.connections += 1
    accepted(packet.authenticationData)
    onEvent(.connected(packet))
    firstConnection?(.success(packet))
    firstConnection = nil
    scheduleCredentialCheck()
  }

  private func close(_ end: SessionEnd) {
    let reference: String? = switch end {
    case .refused(let packet): packet.serverReference
    case .disconnected(let packet): packet.serverReference
    default: nil
    }
    if case .closing = state {} else { state = .closing(end.error, serverReference: reference) }
    write()
    guard let context else { return }
    // What has been written is sent before; a server that takes nothing is not waited for.
    let attempt = attempt, channel = context.channel
    context.writeAndFlush(NIOAny(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
    eventLoop.scheduleTask(in: .seconds(2)) { [self] in
      if attempt == self.attempt { channel.close(promise: nil) }
    }
  }

  // MARK: Back-pressure

  private func resumeOrPauseReading() {
    guard let channel, isReading != session.wantsMore else { return }
    isReading = session.wantsMore
    channel.setOption(.autoRead, value: isReading).whenFailure { _ in }
    if !isReading { return }
    // Packets that have come already are next.
    let attempt = attempt
    eventLoop.execute { [self] in
      guard attempt == self.attempt else { return }
      session.now = .now()
      handler?.decode()
      settle()
    }
  }

  // MARK: Time

  private func scheduleDeadline() {
    guard let deadline = session.deadline, channel != nil else { return }
    if let deadlineTimer {
      // One that is early looks again.
      if deadlineTimer.at <= deadline { return }
      deadlineTimer.task.cancel()
    }
    let attempt = attempt
    deadlineTimer = (
      deadline,
      eventLoop.scheduleTask(deadline: deadline) { [self] in
        guard attempt == self.attempt else { return }
        deadlineTimer = nil
        session.now = .now()
        session.timePassed()
        settle()
      }
    )
  }

  // MARK: Enhanced authentication

  private func authenticate(_ body: @escaping @Sendable (any MQTTAuthenticator) async throws -> MQTTSecret?) {
    inAuthenticator(body) { $0.session.authenticate($1) }
  }

  private func accepted(_ data: MQTTSecret?) {
    inAuthenticator({
      try await $0.finish(data)
      return nil
    }) { _, _ in }
  }

  /// Asks the authenticator, and goes on here if the connection is still there. If it throws, the connection ends.
  private func inAuthenticator(
    _ body: @escaping @Sendable (any MQTTAuthenticator) async throws -> MQTTSecret?, then: @escaping @Sendable (ClientCore, MQTTSecret?) -> Void
  ) {
    guard let authenticator = configuration.authenticator else { return }
    let attempt = attempt
    Task {
      let result: Result<MQTTSecret?, MQTTError>
      do {
        result = .success(try await body(authenticator))
      } catch {
        result = .failure(MQTTError(authenticating: error))
      }
      eventLoop.execute { [self, result] in
        guard attempt == self.attempt else { return }
        session.now = .now()
        switch result {
        case .success(let data): then(self, data)
        case .failure(let error):
          state = .closing(error, serverReference: nil)
          session.disconnect(DisconnectPacket(.notAuthorized))
        }
        settle()
      }
    }
  }

  private func scheduleCredentialCheck() {
    guard let authenticator = configuration.authenticator else { return }
    let attempt = attempt
    credentialTimer = eventLoop.scheduleTask(in: TimeAmount(configuration.credentialCheckInterval)) { [self] in
      Task {
        let wants = await authenticator.wantsToRepeat()
        eventLoop.execute { [self] in
          guard attempt == self.attempt else { return }
          if wants { reauthenticate() }
          scheduleCredentialCheck()
        }
      }
    }
  }

  func reauthenticate() {
    inAuthenticator({ try await $0.begin() }) { $0.session.reauthenticate($1) }
  }
}
