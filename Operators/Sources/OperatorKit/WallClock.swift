import COperatorKit

/// The host's clock: the time of day, or the virtual time of a replay or a test.
public enum WallClock {
  public static var now: Timespec {
    #if arch(wasm32)
    withResult(of: Timespec.abiSize) { result in
      host_now(result)
      return Timespec.lift(result)
    }
    #else
    TestHost.present("the clock").now
    #endif
  }
}
