import Foundation
import GraphTesting
import OperatorFixtures
import Runtime
import Testing

/// The cases of Examples/sensors, which are those that AIO publishes for its samples (operators.md §9).
@Suite(.enabled(if: SensorsExample.isBuilt, Comment(rawValue: SensorsExample.hint)))
struct SensorsExampleTests {
  static let cases = (try? TestCase.find(SensorsExample.folder)) ?? []

  @Test func `There are eleven cases`() {
    #expect(Self.cases.map { URL(filePath: $0).deletingPathExtension().deletingPathExtension().lastPathComponent } == (1...11).map { ($0 < 10 ? "t0" : "t") + "\($0)" })
  }

  @Test(arguments: cases)
  func `A published case gives the published result`(_ path: String) {
    #expect(TestRunner(options: RunOptions(graph: "")).run(path).verdict == .passed)
  }

  @Test(arguments: [1, 4])
  func `The complex graph gives the same for any number of workers`(_ workers: Int) throws {
    var options = RunOptions(graph: "")
    options.workers = workers
    let path = try #require(Self.cases.first { $0.hasSuffix("t03.test.yaml") })
    #expect(TestRunner(options: options).run(path).verdict == .passed)
  }
}
