public import OperatorKit

/// What an accumulation knows of a window's values.
public struct Aggregate {
  private var count: UInt64 = 0
  private var sum = 0.0
  private var max = -Double.greatestFiniteMagnitude
  private var min = Double.greatestFiniteMagnitude
  private var last = 0.0
  /// When the last value was measured.
  public private(set) var time = Timespec(seconds: 0)

  public init() {}

  /// Goes on with what an earlier call put out.
  public init(_ staged: Statistics, at time: Timespec) {
    (count, sum) = (staged.count, staged.average * Double(staged.count))
    (max, min, last) = (staged.max, staged.min, staged.last)
    self.time = time
  }

  /// Adds a value. The last one is that with the latest time; of two with one time, the one that was added later.
  public mutating func add(_ value: Double, at time: Timespec) {
    sum += value
    count += 1
    if value > max { max = value }
    if value < min { min = value }
    if (time.seconds, time.nanoseconds) >= (self.time.seconds, self.time.nanoseconds) { (last, self.time) = (value, time) }
  }

  /// Writes the members `count`, `max`, `min`, `average` and `last`, whole numbers without a point.
  public func writeMembers(to json: inout JSONWriter) throws(OperatorError) {
    let average = sum / Double(count)
    guard average.isFinite else { throw OperatorError("The window's values add up to more than a number can hold.") }
    json.key("count")
    json.value(count)
    json.key("max")
    json.plainValue(max)
    json.key("min")
    json.plainValue(min)
    json.key("average")
    json.plainValue(average)
    json.key("last")
    json.plainValue(last)
  }
}
