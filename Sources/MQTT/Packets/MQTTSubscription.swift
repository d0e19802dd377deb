/// One topic filter to be subscribed to (MQTT 5.0 §3.8.3).
public struct MQTTSubscription: Hashable, Sendable {
  /// May contain `+` and `#`; `$share/GROUP/FILTER` is shared with all that subscribe to it likewise.
  public var filter: String
  /// The most that messages are delivered with.
  public var qos: MQTTQoS
  /// Messages that this client publishes do not come back to it. Not for shared subscriptions.
  public var noLocal: Bool
  /// ``MQTTMessage/retain`` is as it was published, instead of telling whether the message was kept.
  public var retainAsPublished: Bool
  public var retainHandling: RetainHandling

  public enum RetainHandling: UInt8, Hashable, Sendable, CaseIterable {
    case send = 0
    case sendIfNew = 1
    case doNotSend = 2
  }

  public init(
    _ filter: String, qos: MQTTQoS = .atLeastOnce, noLocal: Bool = false, retainAsPublished: Bool = false, retainHandling: RetainHandling = .send
  ) {
    self.filter = filter
    self.qos = qos
    self.noLocal = noLocal
    self.retainAsPublished = retainAsPublished
    self.retainHandling = retainHandling
  }

  var isShared: Bool { filter.hasPrefix("$share/") }
  var hasWildcard: Bool { filter.utf8.contains { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "+") } }

  /// What is wrong with it, if anything (§4.7, §4.8).
  package var problem: String? {
    if filter.isEmpty { return "a topic filter must not be empty" }
    if filter.utf8.count > 65_535 { return "a topic filter has at most 65,535 bytes, this one has \(filter.utf8.count)" }
    if filter.utf8.contains(0) { return "a topic filter must not contain U+0000" }
    var levels = filter.split(separator: "/", omittingEmptySubsequences: false)
    if isShared {
      guard levels.count > 2, !levels[1].isEmpty, !levels[1].contains(where: { $0 == "#" || $0 == "+" }), levels.count > 3 || !levels[2].isEmpty else {
        return "a shared subscription is $share/GROUP/FILTER, with a GROUP that has no wildcards"
      }
      if noLocal { return "a shared subscription cannot be noLocal" }
      levels.removeFirst(2)
    }
    for (index, level) in levels.enumerated() where level.utf8.count > 1 || level == "#" {
      if level.contains("+") { return "'+' must stand alone between two '/'" }
      if level.contains("#"), level != "#" || index != levels.count - 1 { return "'#' must stand alone at the end" }
    }
    return nil
  }
}
