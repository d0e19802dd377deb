import COnnxRuntime
import Dispatch
import Glibc
import Synchronization

/// One thread that ends loads and runs whose deadline has passed.
///
/// The thread starts with the first deadline and sleeps until the earliest one it knows of. Setting a later one, which is the usual case,
/// costs a dictionary entry and no signal.
final class Watchdog: Sendable {
  static let shared = Watchdog()

  private struct Alarm: @unchecked Sendable {  // `interrupt` is called on the watchdog's thread, as its documentation says.
    var deadline: ContinuousClock.Instant
    var interrupt: () -> Void
    var hasFired = false
  }

  private struct State {
    var alarms: [UInt64: Alarm] = [:]
    var nextID: UInt64 = 0
    var wakeUp: ContinuousClock.Instant?
    var isRunning = false
  }

  private let state = Mutex(State())
  private let changes = DispatchSemaphore(value: 0)

  /// Calls `body`, a function of ONNX Runtime's, and throws if it fails, or if it fails because it was interrupted.
  ///
  /// If `deadline` passes meanwhile, `interrupt` is called: once, on another thread, never after this function returned. It must not block.
  func call(
    _ runtime: OnnxRuntime, during activity: InferenceError.Activity, _ deadline: ContinuousClock.Instant?,
    _ body: () -> OrtResult?, interrupt: @escaping () -> Void
  ) throws(InferenceError) {
    guard let deadline else { return try runtime.check(body(), during: activity) }
    guard deadline > .now else { throw InferenceError(.timeout, "The deadline had passed before the work began.") }

    let id = try add(Alarm(deadline: deadline, interrupt: interrupt))
    let result = body()
    let alarm = state.withLock { $0.alarms.removeValue(forKey: id) }
    do throws(InferenceError) {
      try runtime.check(result, during: activity)
    } catch {
      guard alarm?.hasFired == true else { throw error }
      throw InferenceError(.timeout, "The deadline passed before the model was \(activity == .load ? "loaded" : "done").")
    }
  }

  private func add(_ alarm: Alarm) throws(InferenceError) -> UInt64 {
    let (id, isEarliest) = try state.withLock { state throws(InferenceError) in
      if !state.isRunning {
        try start()
        state.isRunning = true
      }
      let id = state.nextID
      state.nextID += 1
      state.alarms[id] = alarm
      let isEarliest = state.wakeUp.map { alarm.deadline < $0 } ?? true
      if isEarliest { state.wakeUp = alarm.deadline }
      return (id, isEarliest)
    }
    if isEarliest { changes.signal() }
    return id
  }

  private func start() throws(InferenceError) {
    var thread = pthread_t()
    let result = pthread_create(&thread, nil, { _ in Watchdog.shared.run() }, nil)
    guard result == 0 else {
      throw InferenceError(.runtimeError, "The thread that watches deadlines could not be started (error \(result)).")
    }
    pthread_detach(thread)
  }

  private func run() -> Never {
    var signals = sigset_t()
    sigfillset(&signals)
    pthread_sigmask(SIG_BLOCK, &signals, nil)

    while true {
      let now = ContinuousClock.now
      let wakeUp = state.withLock { state in
        for (id, alarm) in state.alarms where alarm.deadline <= now && !alarm.hasFired {
          alarm.interrupt()
          state.alarms[id]?.hasFired = true
        }
        state.wakeUp = state.alarms.values.lazy.filter { !$0.hasFired }.map(\.deadline).min()
        return state.wakeUp
      }
      // At most some minutes: Dispatch's time overflows where Swift's does not, and waking up for nothing does no harm.
      let nanoseconds = wakeUp.map { min(($0 - now) / .nanoseconds(1), 1e12) }
      _ = changes.wait(timeout: nanoseconds.map { .now() + .nanoseconds(Int($0)) } ?? .distantFuture)
    }
  }
}
