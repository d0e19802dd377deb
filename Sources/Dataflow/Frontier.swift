/// Which timestamps may still come: those at or after a lower bound, or none at all.
///
/// Frontiers only advance. The order is the order of advancing: done is the greatest.
public struct Frontier: Hashable, Comparable, Sendable {
  /// The earliest timestamp that may still come; nil when nothing comes any more.
  public let lowerBound: Timestamp?

  public init(_ lowerBound: Timestamp) {
    self.lowerBound = lowerBound
  }

  private init() {
    lowerBound = nil
  }

  /// Anything may come.
  public static let initial = Frontier(.zero)
  /// Nothing comes any more.
  public static let done = Frontier()

  public var isDone: Bool { lowerBound == nil }

  /// Whether an item of this time may still come; otherwise the frontier has passed it.
  public func permits(_ time: Timestamp) -> Bool {
    guard let lowerBound else { return false }
    return time >= lowerBound
  }

  public static func < (left: Frontier, right: Frontier) -> Bool {
    switch (left.lowerBound, right.lowerBound) {
    case (let left?, let right?): left < right
    case (_?, nil): true
    case (nil, _): false
    }
  }
}
