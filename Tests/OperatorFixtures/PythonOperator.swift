public import Foundation

/// An operator in Python, built by `make python-operators` from Tests/PythonOperators.
public struct PythonOperator: Sendable, CustomStringConvertible {
  /// The file's name, less `.py`.
  public let name: String
  /// Of componentize-py.
  public let version: String
  public let kind: String

  public init(_ name: String, _ version: String, kind: String = "map") { (self.name, self.version, self.kind) = (name, version, kind) }

  public static let versions = ["0.14.0", "0.25.1"]
  public static let totals = versions.map { PythonOperator("totals", $0) }
  public static let probes = versions.map { PythonOperator("probes", $0) }
  public static let changes = PythonOperator("changes", "0.25.1", kind: "filter")
  public static let firsts = PythonOperator("firsts", "0.25.1", kind: "branch")
  public static let temperature = PythonOperator("temperature", "0.25.1")
  public static let accumulate = PythonOperator("windows", "0.25.1", kind: "accumulate")
  public static let delay = PythonOperator("windows", "0.25.1", kind: "delay")

  public var path: String { TestFolder.repository + "Tests/PythonOperators/modules/\(name)-\(version).wasm" }

  /// Whether all of them are there. Tests that need them are skipped otherwise.
  public static let areBuilt = (totals + probes + [changes, firsts, delay, temperature]).allSatisfy { FileManager.default.fileExists(atPath: $0.path) }
  public static let hint = "the Python operators are not built; `make python-operators` builds them"

  /// What the probes say under wasmtime's own WASI, by probe: written by Tests/PythonOperators/peer.py.
  public var answers: Data { get throws { try Data(contentsOf: URL(filePath: TestFolder.repository + "Tests/PythonOperators/answers-\(version).json")) } }

  public var description: String { "\(name) \(version)" }
}
