internal import NIOCore

/// Topics that the server abbreviates. They are those of one connection.
struct IncomingTopicAliases {
  private let limit: UInt16
  private var topics: [MQTTTopic?] = []

  init(limit: UInt16) {
    self.limit = limit
  }

  /// Puts the topic in if there is only its alias, and remembers it if there are both.
  mutating func resolve(_ packet: inout PublishPacket) throws(MalformedPacket) {
    guard let alias = packet.topicAlias else { return }
    if alias > limit { throw MalformedPacket(.topicAliasInvalid, "A PUBLISH has the topic alias \(alias); \(limit) are allowed.") }
    let index = Int(alias) - 1
    if packet.message.topic.bytes.readableBytes > 0 {
      while topics.count <= index { topics.append(nil) }
      topics[index] = packet.message.topic
    } else if index < topics.count, let topic = topics[index] {
      packet.message.topic = topic
    } else {
      throw MalformedPacket(.protocolError, "A PUBLISH has the topic alias \(alias), which stands for nothing.")
    }
  }
}

/// Topics that this side abbreviates on one connection. When there are more than aliases, one that has not been used lately makes room.
struct OutgoingTopicAliases {
  private let limit: Int
  private var aliases: [MQTTTopic: Int] = [:]
  private var slots: [(topic: MQTTTopic, isUsed: Bool)] = []
  private var hand = 0

  init(limit: UInt16) {
    self.limit = Int(limit)
  }

  /// Gives the packet an alias, and takes its topic out if the server knows the alias.
  mutating func abbreviate(_ packet: inout PublishPacket) {
    // An alias takes three bytes, so that a short topic is not worth one.
    if limit == 0 || packet.message.topic.bytes.readableBytes < 4 { return }
    if let index = aliases[packet.message.topic] {
      slots[index].isUsed = true
      packet.topicAlias = UInt16(index + 1)
      packet.message.topic = .empty
      return
    }
    packet.topicAlias = UInt16(place(packet.message.topic) + 1)
  }

  private mutating func place(_ topic: MQTTTopic) -> Int {
    var index = slots.count
    if index < limit {
      slots.append((topic, false))
    } else {
      while slots[hand].isUsed {
        slots[hand].isUsed = false
        hand = (hand + 1) % limit
      }
      index = hand
      hand = (hand + 1) % limit
      aliases[slots[index].topic] = nil
      slots[index] = (topic, false)
    }
    aliases[topic] = index
    return index
  }
}
