public import Dataflow

/// A connection that carries requests and their responses, such as an MQTT client. Used from all workers.
public protocol RequestChannel: Sendable {
  /// The name of this end, which responses are addressed to.
  var clientID: String { get }

  /// Publishes a request, with correlation data of its own and QoS 1, and waits for the message with the same correlation data.
  ///
  /// Subscribes to the request's response filter first, once for all requests that have the same.
  /// - Parameter timeout: in nanoseconds, for everything together.
  /// - Throws: `timeout`, or `clientError` if the request cannot be sent.
  func response(to request: RPCRequest, timeout: UInt64) throws(RPCError) -> RPCResponse
}

/// A request as it is published.
public struct RPCRequest: Sendable, Hashable {
  public var topic: String
  /// Where the answer is to go, and the filter to subscribe to for it: the same, or one for several requests.
  public var responseTopic: String
  public var responseFilter: String
  public var payload: [UInt8]
  public var contentType: String
  public var userProperties: [UserProperty]

  public init(
    topic: String, responseTopic: String, responseFilter: String? = nil, payload: [UInt8], contentType: String = "application/octet-stream",
    userProperties: [UserProperty] = []
  ) {
    self.topic = topic
    self.responseTopic = responseTopic
    self.responseFilter = responseFilter ?? responseTopic
    self.payload = payload
    self.contentType = contentType
    self.userProperties = userProperties
  }
}

/// A response as it arrived.
public struct RPCResponse: Sendable, Hashable {
  public var payload: [UInt8]
  public var contentType: String?
  public var userProperties: [UserProperty]

  public init(payload: [UInt8], contentType: String? = nil, userProperties: [UserProperty] = []) {
    self.payload = payload
    self.contentType = contentType
    self.userProperties = userProperties
  }

  /// The last value of a user property.
  public func property(_ key: String) -> String? { userProperties.last { $0.key == key }?.value }
}
