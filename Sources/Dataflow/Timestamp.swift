/// A hybrid logical clock value: what orders items, and what frontiers are made of.
///
/// The order is total: wall time first, then the counter, then the node's name.
public struct Timestamp: Hashable, Comparable, Sendable {
  public var seconds: UInt64
  public var nanoseconds: UInt32
  /// Tells apart what one node stamped within one reading of its clock.
  public var counter: UInt64
  public var nodeID: String

  public init(seconds: UInt64, nanoseconds: UInt32 = 0, counter: UInt64 = 0, nodeID: String = "") {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
    self.counter = counter
    self.nodeID = nodeID
  }

  public init(_ time: WallTime, counter: UInt64 = 0, nodeID: String = "") {
    self.init(seconds: time.seconds, nanoseconds: time.nanoseconds, counter: counter, nodeID: nodeID)
  }

  /// The smallest timestamp: no other sorts before it.
  public static let zero = Timestamp(seconds: 0)

  public var wallTime: WallTime {
    WallTime(seconds: seconds, nanoseconds: nanoseconds)
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    if left.seconds != right.seconds { return left.seconds < right.seconds }
    if left.nanoseconds != right.nanoseconds { return left.nanoseconds < right.nanoseconds }
    if left.counter != right.counter { return left.counter < right.counter }
    return left.nodeID < right.nodeID
  }
}
