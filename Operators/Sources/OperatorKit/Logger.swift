import COperatorKit

/// The host's log. Messages carry a context, by convention `module-name/operator`.
public struct Logger: Sendable {
  public enum Level: UInt32, Sendable {
    case trace, debug, info, warn, error, critical
  }

  public let context: String

  public init(_ context: String) { self.context = context }

  public func log(_ level: Level, _ message: String) {
    #if arch(wasm32)
    var context = context
    var message = message
    context.withUTF8 { context in
      message.withUTF8 { message in
        host_log(level.rawValue, context.baseAddress, context.count, message.baseAddress, message.count)
      }
    }
    #else
    TestHost.log(level, context, message)
    #endif
  }

  public func trace(_ message: String) { log(.trace, message) }
  public func debug(_ message: String) { log(.debug, message) }
  public func info(_ message: String) { log(.info, message) }
  public func warn(_ message: String) { log(.warn, message) }
  public func error(_ message: String) { log(.error, message) }
  public func critical(_ message: String) { log(.critical, message) }
}
