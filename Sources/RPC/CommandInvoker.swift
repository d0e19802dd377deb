public import Dataflow

/// Calls one command of another service over MQTT (host-apis.md §5).
public struct CommandInvoker: Sendable {
  /// What the command is called and where it listens.
  public struct Options: Sendable, Hashable {
    /// Such as `plants/{plant}/{commandName}`.
    public var requestTopicPattern: String
    public var responseTopicPattern: String?
    public var commandName: String
    /// Stands in front of all topics.
    public var topicNamespace: String?
    /// Values of tokens that are the same for all requests.
    public var topicTokens: [String: String]
    /// In front of and behind the request's topic, where the response is to go.
    public var responseTopicPrefix: String?
    public var responseTopicSuffix: String?

    public init(requestTopicPattern: String = "", commandName: String = "", topicTokens: [String: String] = [:]) {
      self.requestTopicPattern = requestTopicPattern
      self.commandName = commandName
      self.topicTokens = topicTokens
    }
  }

  /// One call.
  public struct Request: Sendable, Hashable {
    public var payload: [UInt8]
    public var customUserData: [UserProperty]
    /// Values of tokens for this request; they win over those of the options.
    public var topicTokens: [String: String]
    /// In nanoseconds; nil means ``RPCClient/defaultTimeout``.
    public var timeout: UInt64?

    public init(payload: [UInt8] = [], customUserData: [UserProperty] = [], topicTokens: [String: String] = [:], timeout: UInt64? = nil) {
      self.payload = payload
      self.customUserData = customUserData
      self.topicTokens = topicTokens
      self.timeout = timeout
    }
  }

  private let client: RPCClient
  private let requestPattern: TopicPattern
  private let responsePattern: TopicPattern
  private let tokens: [String: String]
  private let responseFilter: String

  /// - Throws: `configurationInvalid` if a topic cannot be made of the options.
  public init(_ options: Options, _ client: RPCClient) throws(RPCError) {
    guard !options.requestTopicPattern.isEmpty else { throw RPCError(.configurationInvalid, "a command needs a request topic pattern") }
    guard !options.commandName.isEmpty else { throw RPCError(.configurationInvalid, "a command needs a name") }
    let standard = ["commandName": options.commandName, "invokerClientId": client.clientID]
    tokens = standard.merging(options.topicTokens) { standard, _ in standard }
    self.client = client
    requestPattern = try TopicPattern(options.requestTopicPattern, namespace: options.topicNamespace)
    let response: String
    if let pattern = options.responseTopicPattern {
      response = pattern
    } else if options.responseTopicPrefix == nil, options.responseTopicSuffix == nil {
      response = "clients/\(client.clientID)/\(options.requestTopicPattern)"
    } else {
      response = [options.responseTopicPrefix, options.requestTopicPattern, options.responseTopicSuffix].compactMap { $0 }.joined(separator: "/")
    }
    responsePattern = try TopicPattern(response, namespace: options.topicNamespace)
    responseFilter = try responsePattern.filter(tokens)
    _ = try requestPattern.filter(tokens)
  }

  /// Calls the command and waits for its answer.
  public func invoke(_ request: Request) throws(RPCError) -> RPCClient.Reply {
    if let reserved = request.customUserData.first(where: { $0.key.hasPrefix("__") || $0.key == "$partition" }) {
      throw RPCError(.headerInvalid, "the user property \(reserved.key) belongs to the protocol")
    }
    let tokens = tokens.merging(request.topicTokens) { _, ofRequest in ofRequest }
    let message = RPCRequest(
      topic: try requestPattern.topic(tokens), responseTopic: try responsePattern.topic(tokens), responseFilter: responseFilter, payload: request.payload,
      userProperties: request.customUserData)
    return try client.call(message, timeout: request.timeout)
  }
}
