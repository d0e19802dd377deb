/// How one test went.
public struct TestResult: Sendable {
  public enum Verdict: Sendable, Hashable {
    case passed
    /// The output is not as expected; the text shows the difference.
    case failed(String)
    /// The test could not be run to its end.
    case errored(String)
  }

  /// The test file.
  public let path: String
  public let name: String
  public let verdict: Verdict
  public let nanoseconds: UInt64

  public init(path: String, name: String, verdict: Verdict, nanoseconds: UInt64) {
    self.path = path
    self.name = name
    self.verdict = verdict
    self.nanoseconds = nanoseconds
  }
}

extension [TestResult] {
  public var passedCount: Int { count { $0.verdict == .passed } }
  public var failedCount: Int { count { if case .failed = $0.verdict { true } else { false } } }
  public var erroredCount: Int { count { if case .errored = $0.verdict { true } else { false } } }

  /// "Results: 10 passed, 0 failed, 0 errored (10 total)", as AIO's tool ends.
  public var summary: String { "Results: \(passedCount) passed, \(failedCount) failed, \(erroredCount) errored (\(count) total)" }

  /// The results for continuous integration, in the form that JUnit made common.
  public var junit: String {
    let cases = map { result in
      let head = "  <testcase name=\"\(result.name.xml)\" classname=\"\(result.path.xml)\" time=\"\(Self.seconds(result.nanoseconds))\""
      return switch result.verdict {
      case .passed: head + "/>"
      case .failed(let text): head + "><failure message=\"the output is not as expected\">\(text.xml)</failure></testcase>"
      case .errored(let text): head + "><error message=\"\((text.split(separator: "\n").first.map(String.init) ?? "").xml)\">\(text.xml)</error></testcase>"
      }
    }
    let time = Self.seconds(reduce(0) { $0 + $1.nanoseconds })
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuite name="millrace" tests="\(count)" failures="\(failedCount)" errors="\(erroredCount)" time="\(time)">
      \(cases.joined(separator: "\n"))
      </testsuite>

      """
  }

  private static func seconds(_ nanoseconds: UInt64) -> String {
    let milliseconds = String((nanoseconds + 500_000) / 1_000_000)
    let digits = String(repeating: "0", count: Swift.max(0, 4 - milliseconds.count)) + milliseconds
    return "\(digits.dropLast(3)).\(digits.suffix(3))"
  }
}

extension String {
  /// With XML's own characters escaped, and those it has no place for replaced.
  fileprivate var xml: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "\n", "\t": text.unicodeScalars.append(scalar)
      case "\u{0}"..<"\u{20}", "\u{fffe}", "\u{ffff}": text += "\u{fffd}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
