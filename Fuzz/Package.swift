// swift-tools-version: 6.2
import PackageDescription

// Runs the targets of Tests/FuzzTargets under libFuzzer. A package of its own, because everything in it is built with instrumentation: see `run`.

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "millrace", path: "..")],
  targets: [
    // The declaration of libFuzzer's entry point.
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "Fuzz", dependencies: ["CFuzzer", .product(name: "FuzzTargets", package: "millrace")],
      swiftSettings: [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
