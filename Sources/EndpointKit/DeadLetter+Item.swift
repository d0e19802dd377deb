public import Dataflow

extension DeadLetter {
  /// The dead letter as an item for a sink: the message as it came, with what happened to it in user properties.
  ///
  /// - Parameter now: when it failed.
  public func item(at now: WallTime) -> Item {
    var message = Item(time: Timestamp(now), data: data, origin: failure.origin, delivery: delivery).outgoingMessage
    message.userProperties += [
      UserProperty(key: "deadLetter.operation", value: failure.operation.name), UserProperty(key: "deadLetter.code", value: failure.error.code.name),
      UserProperty(key: "deadLetter.error", value: failure.error.message), UserProperty(key: "deadLetter.time", value: now.text),
    ]
    return Item(time: message.timestamp, data: .message(message), origin: failure.origin, delivery: delivery)
  }
}
