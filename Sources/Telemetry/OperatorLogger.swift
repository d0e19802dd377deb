/// Where what operators say goes: their log calls, and lines on their standard output and error (host-apis.md §1). Used from all workers.
public protocol OperatorLogger: Sendable {
  /// Takes one record. What one thread says stays in order; nothing is said in reply, and the operator waits.
  func log(_ record: LogRecord)
}

/// `logger.level`, from the least to the most severe.
public enum OperatorLogLevel: Int, Sendable, CaseIterable, Comparable {
  case trace, debug, info, warn, error, critical

  public static func < (left: OperatorLogLevel, right: OperatorLogLevel) -> Bool { left.rawValue < right.rawValue }
}

/// One thing that an operator said.
public struct LogRecord: Hashable, Sendable {
  /// The operation's name.
  public var operation: String
  public var level: OperatorLogLevel
  /// What the operator says it is about, such as `module-temperature/map`; `stdout` or `stderr` for what it printed.
  public var context: String
  public var message: String

  public init(operation: String, level: OperatorLogLevel, context: String, message: String) {
    self.operation = operation
    self.level = level
    self.context = context
    self.message = message
  }
}

/// Calls a function with each record.
public struct LogHandler: OperatorLogger {
  private let handle: @Sendable (LogRecord) -> Void
  public init(_ handle: @escaping @Sendable (LogRecord) -> Void) { self.handle = handle }
  public func log(_ record: LogRecord) { handle(record) }
}
