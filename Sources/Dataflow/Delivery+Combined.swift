extension Delivery {
  /// A token for one item that was made of many: when it completes, so do theirs, one carrier each.
  static func combining(_ parts: [Delivery]) -> Delivery {
    if parts.count == 1 { return parts[0] }
    return Delivery(observer: Parts(parts))
  }

  private final class Parts: DeliveryObserver {
    private let parts: [Delivery]
    init(_ parts: [Delivery]) { self.parts = parts }

    func delivery(_ id: UInt64, completed outcome: Outcome) {
      for part in parts { part.complete(outcome) }
    }
  }
}
