public import ComponentModel
public import Telemetry

extension OperatorLogLevel: ComponentEnumeration {
  public static var type: ValueType { get throws(ComponentError) { try .enumeration(allCases.map { "\($0)" }) } }
}

/// Takes what one operation says.
typealias OperationLog = (_ level: OperatorLogLevel, _ context: String, _ message: String) -> Void

extension HostImports {
  mutating func provideLogger(_ log: @escaping OperationLog) throws(ComponentError) {
    var logger = HostInterface("wasm-graph:processor/logger@1.1.0")
    try logger.function("log") { (level: OperatorLogLevel, context: String, message: String) in log(level, context, message) }
    provide(logger)
  }
}
