internal import Dataflow
public import EndpointKit
internal import MQTT
internal import NIOCore
public import RPC

/// Requests and responses over MQTT: for the state store, the schema registry and commands (host-apis.md §5).
public final class MQTTRequestChannel: RequestChannel {
  private struct State {
    /// Requests that wait, by correlation data, and what has come for them.
    var waiting: [[UInt8]: RPCResponse?] = [:]
    var filters: [String: Subscription] = [:]
  }

  private enum Subscription {
    case underWay
    case ready
    case failed(RPCError)
  }

  private let state: ConditionLock<State>
  private let client: MQTTClient
  public let clientID: String

  /// Connects in the background.
  ///
  /// - Parameters:
  ///   - onMessage: takes topic and payload of what comes besides responses, see ``listen(to:)``; must not block.
  /// - Throws: `invalid`.
  public init(
    _ settings: MQTTEndpointSettings, onNotice: @escaping @Sendable (EndpointNotice) -> Void = { _ in },
    onMessage: @escaping @Sendable (_ topic: String, _ payload: [UInt8]) -> Void = { _, _ in }
  ) throws(EndpointError) {
    let configuration = settings.configuration(role: "rpc")
    clientID = configuration.clientID
    let state = ConditionLock(State())
    self.state = state
    let acknowledging = Acknowledging()
    client = try settings.client(configuration, onNotice) { message in
      if !Self.receive(message.message, state) { onMessage(message.message.topic.description, [UInt8](buffer: message.message.payload)) }
      acknowledging.acknowledge(message)
    }
    acknowledging.client.change { $0 = client }
    client.start()
  }

  /// The handler of messages needs the client that it is made for.
  private final class Acknowledging: Sendable {
    let client = ConditionLock<MQTTClient?>(nil)
    func acknowledge(_ message: MQTTReceivedMessage) { client.read { $0 }?.acknowledge(message) }
  }

  /// Whether it is a response.
  private static func receive(_ message: MQTTMessage, _ state: ConditionLock<State>) -> Bool {
    guard let correlation = message.properties.correlationData.map({ [UInt8](buffer: $0) }) else { return false }
    let response = RPCResponse(
      payload: [UInt8](buffer: message.payload), contentType: message.properties.contentType,
      userProperties: message.properties.userProperties.map { UserProperty(key: $0.name, value: $0.value) })
    state.change { state in
      // What nobody waits for any more came too late.
      if state.waiting[correlation] != nil { state.waiting[correlation] = .some(response) }
    }
    return true
  }

  /// Subscribes to messages that are no responses.
  ///
  /// - Parameter timeout: in nanoseconds.
  public func listen(to filter: String, timeout: UInt64 = RPCClient.defaultTimeout) throws(RPCError) {
    try subscribe(filter, until: EndpointClock.systemNanoseconds().addingReportingOverflow(timeout).partialValue)
  }

  public func response(to request: RPCRequest, timeout: UInt64) throws(RPCError) -> RPCResponse {
    let end = EndpointClock.systemNanoseconds().addingReportingOverflow(timeout).partialValue
    try subscribe(request.responseFilter, until: end)
    var generator = SystemRandomNumberGenerator()
    let correlation = (0..<2).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
    state.change { $0.waiting[correlation] = .some(nil) }
    defer { state.change { $0.waiting[correlation] = nil } }
    var properties = MQTTMessage.Properties(
      expiry: UInt32(clamping: timeout / 1_000_000_000 + 1), contentType: request.contentType, responseTopic: MQTTTopic(request.responseTopic),
      correlationData: ByteBuffer(bytes: correlation))
    properties.isText = false
    properties.userProperties = request.userProperties.map { MQTTUserProperty($0.key, $0.value) }
    let failure = ConditionLock<RPCError?>(nil)
    let message = MQTTMessage(topic: MQTTTopic(request.topic), payload: ByteBuffer(bytes: request.payload), qos: .atLeastOnce, properties: properties)
    let state = state
    do throws(MQTTError) {
      try client.publish(message) { result in
        guard let error = Self.error(result) else { return }
        failure.change { $0 = error }
        state.change { _ in }
      }
    } catch {
      throw RPCError(error.code == .invalid ? .configurationInvalid : .clientError, error.description)
    }
    let answer: Result<RPCResponse, RPCError>? = state.wait(atMost: Self.left(until: end)) { state in
      if case .some(.some(let response)) = state.waiting[correlation] { return .success(response) }
      return failure.read { $0 }.map { .failure($0) }
    }
    guard let answer else { throw RPCError(.timeout, "nobody answered on \(request.topic) in time") }
    return try answer.get()
  }

  private static func error(_ result: Result<MQTTReasonCode, MQTTError>) -> RPCError? {
    switch result {
    case .success(.noMatchingSubscribers): RPCError(.timeout, "nobody listens to the request's topic")
    case .success: nil
    case .failure(let error): RPCError(error.code == .expired ? .timeout : .clientError, error.description)
    }
  }

  private func subscribe(_ filter: String, until end: UInt64) throws(RPCError) {
    let mustSubscribe = state.change { state in
      switch state.filters[filter] {
      case .ready, .underWay: return false
      case .failed, nil:
        state.filters[filter] = .underWay
        return true
      }
    }
    if mustSubscribe {
      client.subscribe([MQTTSubscription(filter, qos: .atLeastOnce)]) { [state] result in
        state.change { state in
          switch result {
          case .success: state.filters[filter] = .ready
          case .failure(let error): state.filters[filter] = .failed(RPCError(.clientError, error.description))
          }
        }
      }
    }
    let answer: Result<Void, RPCError>? = state.wait(atMost: Self.left(until: end)) { state in
      switch state.filters[filter] {
      case .ready: return .success(())
      case .failed(let error): return .failure(error)
      case .underWay, nil: return nil
      }
    }
    guard let answer else { throw RPCError(.timeout, "there was no connection to the broker in time") }
    try answer.get()
  }

  private static func left(until end: UInt64) -> Duration {
    let now = EndpointClock.systemNanoseconds()
    return .nanoseconds(Int64(clamping: end > now ? end - now : 0))
  }

  public func close() { client.closeAndWait() }
}
