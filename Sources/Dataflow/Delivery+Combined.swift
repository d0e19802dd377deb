extension Delivery {
  /// A token for one item that was made of many: when it completes, so do theirs, one carrier each.
  static func combining(_ parts: [Delivery]) -> Delivery {
    if parts.count == 1 { return parts[0] }
    return Delivery(observer: Parts(parts))
  }

  /// The ids of the source messages that the item was made of.
  public var sourceIDs: [UInt64] {
    guard let parts = observer as? Parts else { return [id] }
    return parts.deliveries.flatMap(\.sourceIDs)
  }

  private final class Parts: DeliveryObserver {
    let deliveries: [Delivery]
    init(_ deliveries: [Delivery]) { self.deliveries = deliveries }

    func delivery(_ id: UInt64, completed outcome: Outcome) {
      for part in deliveries { part.complete(outcome) }
    }
  }
}
