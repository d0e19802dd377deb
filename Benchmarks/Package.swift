// swift-tools-version: 6.2
import PackageDescription

// What `make bench` measures. A package of its own, so that building and testing Millrace knows nothing of it.

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "millrace", path: ".."),
    .package(name: "Operators", path: "../Operators"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(name: "CBoundary", dependencies: [.product(name: "MillraceKit", package: "millrace")], cSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "CBoundary",
        .product(name: "MillraceKit", package: "millrace"),
        .product(name: "CImage", package: "Operators"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
