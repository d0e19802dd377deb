public import ArgumentParser
public import Telemetry

extension OperatorLogLevel: ExpressibleByArgument {
  public init?(argument: String) {
    guard let level = Self.allCases.first(where: { "\($0)" == argument }) else { return nil }
    self = level
  }
  public static var allValueStrings: [String] { allCases.map { "\($0)" } }
}
