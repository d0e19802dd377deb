import Foundation

/// The application in Examples/sensors: graphs, cases, and the operators of this repository, built by `make sample-operators`.
public enum SensorsExample {
  public static let folder = TestFolder.repository + "Examples/sensors"

  #if arch(arm64)
  private static let architecture = "arm64"
  #else
  private static let architecture = "x86_64"
  #endif

  /// The file of a module.
  public static func module(_ name: String) -> String { "\(folder)/operators/\(name)/bin/\(architecture)/release/\(name).wasm" }

  private static let modules = [
    "collection", "enrichment", "filter", "format", "humidity", "opc-ua", "otel-enrich", "otel-transform", "snapshot", "temperature", "viconverter", "window",
  ]

  /// Whether all modules are there. Tests that need them are skipped otherwise.
  public static let isBuilt = modules.allSatisfy { FileManager.default.fileExists(atPath: module($0)) }
  public static let hint = "the operators of Examples/sensors are not built; `make sample-operators` builds them"
}
