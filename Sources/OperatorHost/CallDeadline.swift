internal import ComponentModel
internal import WebAssembly

/// When the current call into a guest must be over, for host functions that wait. The guest's own code is held to it by the store.
final class CallDeadline {
  /// In nanoseconds; nil for none.
  private let limit: UInt64?
  private var end = UInt64.max

  init(_ limits: StoreLimits) {
    let (nanoseconds, overflow) = limits.callMilliseconds.multipliedReportingOverflow(by: 1_000_000)
    limit = limits.callMilliseconds == 0 || overflow ? nil : nanoseconds
  }

  func beginCall() {
    guard let limit else { return }
    end = coarseMonotonicNanoseconds().addingReportingOverflow(limit).partialValue
  }

  /// In nanoseconds.
  var timeLeft: UInt64 { limit == nil ? .max : end - min(end, monotonicNanoseconds()) }
}
