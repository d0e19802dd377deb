internal import Glibc

/// A thread that may block, unlike those of tasks, and that is waited for.
public final class Thread: Sendable {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let handle: pthread_t

  /// Starts the thread; nil where the system refuses another one.
  ///
  /// - Parameter stackSize: in bytes; nil for the system's default.
  public init?(stackSize: Int? = nil, _ run: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    if let stackSize { pthread_attr_setstacksize(&attributes, stackSize) }
    let body = Unmanaged.passRetained(Body(run))
    var handle = pthread_t()
    let code = pthread_create(
      &handle, &attributes,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, body.toOpaque())
    self.handle = handle
    if code != 0 {
      body.release()
      return nil
    }
  }

  /// Waits until the thread has ended. To be called once.
  public func join() {
    pthread_join(handle, nil)
  }
}
