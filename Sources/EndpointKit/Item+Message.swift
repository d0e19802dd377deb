public import Dataflow

extension Item {
  /// The item as a message for a sink (operators.md §6): a message as it is; a snapshot's frame, or bare bytes, under the topic of the
  /// source message, with its own or the logical timestamp, and without properties.
  public var outgoingMessage: Message {
    switch data {
    case .message(let message): message
    case .snapshot(let snapshot): Message(timestamp: snapshot.timestamp, topic: origin.topic, payload: snapshot.frame)
    case .bytes(let bytes): Message(timestamp: time, topic: origin.topic, payload: bytes)
    }
  }
}
