internal import Histogram
internal import Synchronization

/// What a run has done so far, as a progress line shows it.
public struct RunProgress: Sendable, Hashable {
  /// Items written to a sink.
  public var written: UInt64 = 0
  /// Items that an operator failed on, and messages that the source could not take in.
  public var failed: UInt64 = 0
  public var elapsedNanoseconds: UInt64 = 0
  /// From reading an item to having written its result, in nanoseconds; 0 before the first.
  public var p50: UInt64 = 0, p99: UInt64 = 0

  /// Items per second since the first item came in.
  public var rate: Double { elapsedNanoseconds == 0 ? 0 : Double(written) / Double(elapsedNanoseconds) * 1e9 }
}

/// Counts what all threads of a run do.
final class RunMeter: Sendable {
  private struct State {
    var progress = RunProgress()
    var startedAt: UInt64?
    var latencies = Histogram<UInt64>(lowestDiscernibleValue: 1_000, highestTrackableValue: 3_600_000_000_000, numberOfSignificantValueDigits: .three)
  }

  private let state = Mutex(State())

  func itemsArrived(at time: UInt64) {
    state.withLock { state in if state.startedAt == nil { state.startedAt = time } }
  }

  func failed() { state.withLock { $0.progress.failed += 1 } }

  /// - Parameter receivedAt: when each of the written items was read.
  func written(_ receivedAt: [UInt64], at time: UInt64) {
    state.withLock { state in
      state.progress.written += UInt64(receivedAt.count)
      for start in receivedAt where start != 0 { _ = state.latencies.record(time - min(time, start)) }
    }
  }

  func progress(at time: UInt64) -> RunProgress {
    state.withLock { state in
      var progress = state.progress
      progress.elapsedNanoseconds = state.startedAt.map { time - min(time, $0) } ?? 0
      progress.p50 = state.latencies.valueAtPercentile(50)
      progress.p99 = state.latencies.valueAtPercentile(99)
      return progress
    }
  }
}
