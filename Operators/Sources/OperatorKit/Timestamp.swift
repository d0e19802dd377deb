/// A point in time: seconds since 1970 and nanoseconds within the second.
public struct Timespec: WITValue, Hashable, Sendable {
  public var seconds: UInt64
  public var nanoseconds: UInt32

  public init(seconds: UInt64, nanoseconds: UInt32 = 0) { (self.seconds, self.nanoseconds) = (seconds, nanoseconds) }

  static var abiSize: Int { 16 }
  static var abiAlignment: Int { 8 }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return Timespec(seconds: fields.next(), nanoseconds: fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(seconds)
    fields.put(nanoseconds)
  }
}

/// When data was made: the time that travels inside a message or snapshot.
public struct Timestamp: WITValue {
  public var timestamp: Timespec
  /// Orders events of one point in time.
  public var counter: UInt64
  public var nodeID: BufferOrString

  public init(timestamp: Timespec, counter: UInt64 = 0, nodeID: BufferOrString = "") {
    (self.timestamp, self.counter, self.nodeID) = (timestamp, counter, nodeID)
  }

  private static var layout: Layout { Layout().field(Timespec.self).field(UInt64.self).field(BufferOrString.self).record }
  static var abiSize: Int { layout.size }
  static var abiAlignment: Int { layout.alignment }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return Timestamp(timestamp: fields.next(), counter: fields.next(), nodeID: fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(timestamp)
    fields.put(counter)
    fields.put(nodeID)
  }
}

/// The logical time of an item in the graph, which delay operators set, and the version of a value in the state store.
public struct HybridLogicalClock: WITValue, Sendable {
  public var timestamp: Timespec
  /// Orders events of one point in time.
  public var counter: UInt64
  public var nodeID: String

  public init(timestamp: Timespec, counter: UInt64 = 0, nodeID: String = "") {
    (self.timestamp, self.counter, self.nodeID) = (timestamp, counter, nodeID)
  }

  private static var layout: Layout { Layout().field(Timespec.self).field(UInt64.self).field(String.self).record }
  static var abiSize: Int { layout.size }
  static var abiAlignment: Int { layout.alignment }
  static func lift(_ memory: UnsafeMutableRawPointer) -> Self {
    var fields = Fields(memory)
    return HybridLogicalClock(timestamp: fields.next(), counter: fields.next(), nodeID: fields.next())
  }
  consuming func lower(_ memory: UnsafeMutableRawPointer) {
    var fields = Fields(memory)
    fields.put(timestamp)
    fields.put(counter)
    fields.put(nodeID)
  }
}
