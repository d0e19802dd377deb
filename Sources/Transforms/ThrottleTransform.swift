internal import Dataflow

/// The configuration of `throttle`: `{"perTopicThrottles": [{"topic": "sensors/+", "maxMessagesPerSecond": 10}]}`.
struct ThrottleRules: Sendable {
  struct Limit: Sendable {
    let pattern: TopicFilter
    /// The least time between two messages; nil if none passes.
    let gap: UInt64?
  }

  let limits: [Limit]

  init(_ node: ConfigurationNode, _ warnings: inout [String]) throws(TransformError) {
    warnings += node.unknownFields("perTopicThrottles")
    var limits: [Limit] = [], seen: Set<String> = []
    for entry in try node.required("perTopicThrottles").elements() {
      warnings += entry.unknownFields("topic", "maxMessagesPerSecond")
      let topicNode = try entry.required("topic"), topic = try topicNode.string()
      guard let pattern = TopicFilter(topic) else {
        throw topicNode.error("`\(topic)` is no topic pattern: `+` stands for a whole level, `#` for all levels at the end")
      }
      guard seen.insert(topic).inserted else { throw topicNode.error("there is another limit for `\(topic)`") }
      let rateNode = try entry.required("maxMessagesPerSecond"), rate = try rateNode.number()
      guard rate >= 0 else { throw rateNode.error("zero or more messages a second are expected, not \(rate)") }
      limits.append(Limit(pattern: pattern, gap: rate == 0 ? nil : Self.gap(rate)))
    }
    self.limits = limits
  }

  /// In nanoseconds, of whole milliseconds, at least one; at most some three hundred years.
  private static func gap(_ rate: Double) -> UInt64 { UInt64(min((1000 / rate).rounded(.up), 1e13)) * 1_000_000 }
}

/// The `throttle`: lets a message of a pattern pass if the last one that passed is long enough ago, by the clock and not by the message's time.
final class ThrottleTransform: FilterOperator {
  private let limits: [ThrottleRules.Limit]
  /// When the last message of each pattern passed.
  private var passed: [UInt64?]
  private let services: TransformServices

  init(_ rules: ThrottleRules, _ services: TransformServices) {
    limits = rules.limits
    passed = Array(repeating: nil, count: rules.limits.count)
    self.services = services
  }

  func isIncluded(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool {
    guard case .message(let message) = data, let index = limits.firstIndex(where: { $0.pattern.matches(message.topic) }) else { return true }
    guard let gap = limits[index].gap else { return false }
    let now = services.nanoseconds()
    if let last = passed[index], now - min(now, last) < gap { return false }
    passed[index] = now
    return true
  }
}

/// A pattern of MQTT topics.
struct TopicFilter: Sendable {
  private enum Level: Sendable {
    case name([UInt8])
    case any
  }

  private var levels: [Level] = []
  private var takesRest = false

  /// Nil if the text is none.
  init?(_ text: String) {
    guard !text.isEmpty else { return nil }
    let names = text.split(separator: "/", omittingEmptySubsequences: false)
    for (index, name) in names.enumerated() {
      switch name {
      case "#":
        guard index == names.count - 1 else { return nil }
        takesRest = true
      case "+": levels.append(.any)
      default:
        guard !name.contains("+"), !name.contains("#") else { return nil }
        levels.append(.name(Array(name.utf8)))
      }
    }
  }

  func matches(_ topic: [UInt8]) -> Bool {
    var start = 0
    for level in levels {
      // Past the last level.
      guard start <= topic.count else { return false }
      let end = topic[start...].firstIndex(of: UInt8(ascii: "/")) ?? topic.count
      if case .name(let name) = level, !topic[start..<end].elementsEqual(name) { return false }
      start = end + 1
    }
    return takesRest || start > topic.count
  }
}
