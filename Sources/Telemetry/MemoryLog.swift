internal import Synchronization

/// Keeps what operators say, up to a limit: the rest is counted.
public final class MemoryLog: OperatorLogger {
  private struct State {
    var records: [LogRecord] = []
    var byteCount = 0
    var omittedCount = 0
  }

  private let maximumByteCount: Int
  private let state = Mutex(State())

  /// - Parameter maximumByteCount: of contexts and messages together. What comes first is kept, because it says how a failure began.
  public init(maximumByteCount: Int = 1 << 20) { self.maximumByteCount = maximumByteCount }

  public var records: [LogRecord] { state.withLock { $0.records } }
  /// How many records were not kept.
  public var omittedCount: Int { state.withLock { $0.omittedCount } }

  public func log(_ record: LogRecord) {
    // Each record takes some room, also an empty one.
    let size = record.context.utf8.count + record.message.utf8.count + 64
    state.withLock { state in
      guard size <= maximumByteCount - state.byteCount else {
        state.omittedCount += 1
        return
      }
      state.byteCount += size
      state.records.append(record)
    }
  }
}
