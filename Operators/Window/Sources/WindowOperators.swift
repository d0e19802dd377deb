import OperatorKit

/// Seconds.
private let length: UInt64 = 10

private let requests = Counter("requests", labels: [Label("module", "module-window/delay")])

/// Holds items until their window of ten seconds ends: the next full ten seconds after the time when the data was made. Data of the
/// very millisecond in which a window ends belongs to that window and keeps its time.
@DelayOperator
func holdUntilWindowEnds(_ input: DataModel, _ time: HybridLogicalClock) throws(OperatorError) -> HybridLogicalClock {
  requests.add()
  let made =
    switch input {
    case .message(let message): message.timestamp.timestamp
    case .snapshot(let snapshot): snapshot.timestamp.timestamp
    case .bufferOrBytes: time.timestamp
    }
  return HybridLogicalClock(timestamp: try endOfWindow(made), nodeID: time.nodeID)
}

func endOfWindow(_ time: Timespec) throws(OperatorError) -> Timespec {
  let within = time.seconds % length
  if within == 0, time.nanoseconds < 1_000_000 { return time }
  let (end, overflows) = (time.seconds - within).addingReportingOverflow(length)
  guard !overflows else { throw OperatorError("The time, \(time.seconds) seconds after 1970, is too late for a window to end after it.") }
  return Timespec(seconds: end)
}
