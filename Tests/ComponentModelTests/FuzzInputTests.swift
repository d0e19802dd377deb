import Foundation
import FuzzTargets
import Testing

/// Inputs that `make fuzz` starts from, and those that once broke something: none does any more.
struct FuzzInputTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Fuzz").standardized

  private static func inputs(_ set: String, _ target: FuzzTarget) -> [URL] {
    (try? FileManager.default.contentsOfDirectory(at: folder.appending(path: "\(set)/\(target.rawValue)"), includingPropertiesForKeys: nil)) ?? []
  }

  @Test(arguments: FuzzTarget.allCases) func `Seeds and former crashes are survived`(target: FuzzTarget) throws {
    let seeds = Self.inputs("Corpus", target)
    #expect(!seeds.isEmpty)
    for input in seeds + Self.inputs("Regressions", target) { target.run([UInt8](try Data(contentsOf: input))) }
  }

  @Test(arguments: FuzzTarget.allCases) func `Short and empty inputs are survived`(target: FuzzTarget) {
    for length in 0..<12 { target.run([UInt8](repeating: 0, count: length)) }
  }
}
