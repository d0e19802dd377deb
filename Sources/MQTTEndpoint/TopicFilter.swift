/// A topic filter of MQTT, to be compared with others (MQTT 5.0 §4.7).
struct TopicFilter: Hashable, Sendable {
  private let levels: [Substring]

  /// The group of a shared subscription counts for nothing.
  init(_ text: String) {
    var levels = text.split(separator: "/", omittingEmptySubsequences: false)
    if levels.count > 2, levels[0] == "$share" || levels[0] == "$shared" { levels.removeFirst(2) }
    self.levels = levels
  }

  /// Whether there is a topic that both match.
  func overlaps(_ other: TopicFilter) -> Bool {
    // Wildcards at the start do not match topics that begin with a dollar sign.
    if let first = levels.first, let otherFirst = other.levels.first, first.hasPrefix("$") != otherFirst.hasPrefix("$") { return false }
    for index in 0... {
      let level = index < levels.count ? levels[index] : nil, otherLevel = index < other.levels.count ? other.levels[index] : nil
      // "#" stands for the level above it as well.
      if level == "#" || otherLevel == "#" { return true }
      guard let level, let otherLevel else { return level == nil && otherLevel == nil }
      if level != otherLevel, level != "+", otherLevel != "+" { return false }
    }
    return false
  }
}

/// Whether what a sink publishes comes back to a source of the same broker, and so goes round for ever.
public enum TopicLoop: Hashable, Sendable {
  case no
  /// The variables of the topic decide.
  case possible
  case certain

  public init(from topic: DestinationTopic, to filters: [String]) {
    guard filters.contains(where: { TopicFilter($0).overlaps(TopicFilter(topic.filter)) }) else {
      self = .no
      return
    }
    self = topic.literal == nil ? .possible : .certain
  }
}
