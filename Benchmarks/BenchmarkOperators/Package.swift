// swift-tools-version: 6.2
import PackageDescription

// The operators of the throughput benchmark.

let swiftSettings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, in folder: String) -> [Target] {
  [
    .target(
      name: folder + "Operators", dependencies: [.product(name: "OperatorKit", package: "Operators")], path: folder + "/Sources", swiftSettings: swiftSettings),
    .executableTarget(name: name, dependencies: [.target(name: folder + "Operators")], path: folder + "/Module"),
  ]
}

let package = Package(
  name: "BenchmarkOperators",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Operators", path: "../../Operators")],
  targets: module("celsius", in: "Celsius") + module("pass", in: "Pass"),
  swiftLanguageModes: [.v6])
