/// What a client has done since it was made.
public struct MQTTStatistics: Hashable, Sendable {
  public internal(set) var connections = 0
  public internal(set) var connectionsFailed = 0
  public internal(set) var packetsSent = 0
  public internal(set) var packetsReceived = 0
  public internal(set) var bytesSent = 0
  public internal(set) var bytesReceived = 0
  /// Messages sent for the first time, of all QoS.
  public internal(set) var messagesSent = 0
  /// Messages sent again after a connection broke.
  public internal(set) var messagesResent = 0
  /// Messages of QoS 1 and 2 that the server has acknowledged.
  public internal(set) var messagesAcknowledged = 0
  /// Messages that were refused, expired or given up.
  public internal(set) var messagesFailed = 0
  public internal(set) var messagesReceived = 0
  /// Messages that came again, but had been delivered already.
  public internal(set) var duplicatesSuppressed = 0
  /// Messages that wait to be sent for the first time, at the moment.
  public internal(set) var waiting = 0
  /// Messages and requests that wait for the server's acknowledgement, at the moment.
  public internal(set) var inFlight = 0

  public init() {}
}
