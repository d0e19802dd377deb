internal import Dispatch
public import Telemetry

/// One thing that every logger of operators must do, wherever the records go.
public struct LoggerRule: Sendable, CustomStringConvertible {
  public let description: String
  /// Throws if the logger, which has heard nothing yet, does not do it.
  ///
  /// - Parameter records: what arrived so far where the logger's records go.
  public let check: @Sendable (_ logger: any OperatorLogger, _ records: () -> [LogRecord]) throws -> Void
}

extension LoggerRule {
  public static let all: [LoggerRule] = [
    LoggerRule(description: "every level arrives, in the order of what was said") { logger, records in
      let said = OperatorLogLevel.allCases.reversed().map { LogRecord(operation: "o", level: $0, context: "module-x/map", message: "\($0)") }
      for record in said { logger.log(record) }
      try require(records() == said, "\(said) arrived as \(records())")
    },
    LoggerRule(description: "texts arrive as they are, whatever is in them") { logger, records in
      let texts = ["", " ", "a\nb\r\n", "\u{0}\u{1b}[31m", "ключ 🔑 e\u{301}", #"{"a":"\"}"#, String(repeating: "long ", count: 20_000)]
      let said = texts.map { LogRecord(operation: $0, level: .info, context: $0, message: $0) }
      for record in said { logger.log(record) }
      try require(records() == said, "a text changed on its way")
    },
    LoggerRule(description: "what is said twice arrives twice") { logger, records in
      let record = LogRecord(operation: "o", level: .warn, context: "", message: "again")
      for _ in 0..<3 { logger.log(record) }
      try require(records() == [record, record, record], "three records arrived as \(records().count)")
    },
    LoggerRule(description: "nothing is lost between threads, and what one says stays in order") { logger, records in
      DispatchQueue.concurrentPerform(iterations: 4) { thread in
        for number in 0..<500 { logger.log(LogRecord(operation: "\(thread)", level: .debug, context: "", message: "\(number)")) }
      }
      let arrived = records()
      for thread in 0..<4 {
        let messages = arrived.filter { $0.operation == "\(thread)" }.map(\.message)
        try require(messages == (0..<500).map(String.init), "of 500 records of one thread, \(messages.count) arrived, or in another order")
      }
    },
  ]
}
