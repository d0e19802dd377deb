internal import Glibc

/// A value behind a lock that threads can wait on for it to change. (`Mutex` has no way to wait.)
public final class ConditionLock<Value>: @unchecked Sendable {
  private var value: Value
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  public init(_ value: sending Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    condition = .allocate(capacity: 1)
    condition.initialize(to: pthread_cond_t())
    // Waits end by the monotonic clock: a step of the wall clock neither shortens nor prolongs them.
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    condition.deinitialize(count: 1).deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deinitialize(count: 1).deallocate()
  }

  /// Changes the value, and wakes all who wait for that.
  public func change<Result>(_ body: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
    }
    return body(&value)
  }

  /// Looks at the value.
  public func read<Result>(_ body: (Value) -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body(value)
  }

  /// Waits until `body` gives a result, and tries it after every change; others who wait are woken then.
  /// Gives up after `timeout`, if there is one, with nil.
  public func wait<Result>(atMost timeout: Duration? = nil, until body: (inout Value) -> Result?) -> Result? {
    let deadline = timeout.map(Self.deadline)
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    var isOver = false
    while true {
      if let result = body(&value) {
        pthread_cond_broadcast(condition)
        return result
      }
      if isOver { return nil }
      if var deadline {
        isOver = pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT
      } else {
        pthread_cond_wait(condition, mutex)
      }
    }
  }

  private static func deadline(after timeout: Duration) -> timespec {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let (seconds, attoseconds) = max(.zero, timeout).components
    let nanoseconds = time.tv_nsec + Int(attoseconds / 1_000_000_000)
    // A wait of more than an age is as good as for ever.
    time.tv_sec += Int(min(seconds, 1 << 40)) + nanoseconds / 1_000_000_000
    time.tv_nsec = nanoseconds % 1_000_000_000
    return time
  }
}
