internal import Glibc
internal import struct Synchronization.Atomic

/// Calls `body` with each number below `count`, on as many threads as there are cores but at most four, and returns after all the calls.
///
/// Where the system refuses a thread, the others do its work: the caller's own is one of them.
public func concurrently(_ count: Int, _ body: (Int) -> Void) {
  let threads = min(count, max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), 4)
  // The threads have ended when this function returns, so that `body` may escape to them.
  withoutActuallyEscaping(body) { body in
    let work = Work(count: count, body: body)
    let others = (1..<max(threads, 1)).compactMap { _ in work.start() }
    work.run()
    for thread in others { pthread_join(thread, nil) }
  }
}

private final class Work: @unchecked Sendable {
  private let count: Int
  private let body: (Int) -> Void
  private let next = Atomic(0)

  init(count: Int, body: @escaping (Int) -> Void) {
    self.count = count
    self.body = body
  }

  func run() {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index)
    }
  }

  func start() -> pthread_t? {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self)
    let status = pthread_create(&thread, nil, { context in
      Unmanaged<Work>.fromOpaque(context!).takeRetainedValue().run()
      return nil
    }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return nil
    }
    return thread
  }
}
