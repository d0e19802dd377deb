/// What metrics or a logger did and should not have done.
public struct TelemetryFailure: Error, CustomStringConvertible {
  public let description: String
}

func require(_ condition: Bool, _ what: @autoclosure () -> String, line: Int = #line) throws {
  if !condition { throw TelemetryFailure(description: "\(what()) (line \(line) of the rules)") }
}
