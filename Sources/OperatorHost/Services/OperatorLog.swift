public import ComponentModel

/// `logger.level`.
public enum OperatorLogLevel: Int, Sendable, CaseIterable {
  case trace, debug, info, warn, error, critical
}

extension OperatorLogLevel: ComponentEnumeration {
  public static var type: ValueType { get throws(ComponentError) { try .enumeration(allCases.map { "\($0)" }) } }
}

/// Where what operators say goes: their log calls, and lines on their standard output and error.
public typealias OperatorLog = @Sendable (_ level: OperatorLogLevel, _ context: String, _ message: String) -> Void

extension HostImports {
  mutating func provideLogger(_ log: @escaping OperatorLog) throws(ComponentError) {
    var logger = HostInterface("wasm-graph:processor/logger@1.1.0")
    try logger.function("log") { (level: OperatorLogLevel, context: String, message: String) in log(level, context, message) }
    provide(logger)
  }
}
