/// What came of one script.
public struct ScriptReport: Sendable {
  public enum Outcome: Sendable, Equatable {
    case passed
    case failed(String)
    /// Not passed, as the list of exceptions says; with its reason.
    case excepted(String)
  }

  public struct Result: Sendable {
    /// The directive's keyword, such as `assert_return`.
    public let directive: String
    public let position: SourcePosition
    public let outcome: Outcome
  }

  public let script: String
  public let results: [Result]

  public var passedCount: Int { results.count { $0.outcome == .passed } }
  public var exceptedCount: Int { results.count { if case .excepted = $0.outcome { true } else { false } } }
  public var failures: [(result: Result, reason: String)] {
    results.compactMap { result in
      if case .failed(let reason) = result.outcome { (result, reason) } else { nil }
    }
  }
}
