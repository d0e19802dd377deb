// swift-tools-version: 6.2
import CompilerPluginSupport
import PackageDescription

// The operators that come with Millrace, and OperatorKit, with which they and others are written.
//
//   swift build -c release --triple wasm32-unknown-none-wasm --toolset toolset.json    the core modules: `millrace build` runs this and wraps them
//   swift test                                                                         the tests, natively
//
// A module is a library with the operators, which tests can import, and an empty executable that links it: a file that is compiled
// as a script would initialise its globals in `main`, which nobody calls in a module.

/// What the snapshot operators embed; `millrace build --model --labels` sets these.
let environment = Context.environment
let fixture = Context.packageDirectory + "/Snapshot/fixture"
let model = environment["MILLRACE_MODEL"] ?? "\(fixture)/models/surface-inspection.onnx"
let labels = environment["MILLRACE_LABELS"] ?? "\(fixture)/labels/surface-inspection.txt"
/// stb_image.h, which Debian's libstb-dev puts here.
let stb = (environment["STB_INCLUDE"] ?? "/usr/include/stb") + "/stb_image.h"

func define(_ name: String, path: String) -> CSetting { .define(name, to: "\"\(path)\"") }
let warnings: [CSetting] = [.treatAllWarnings(as: .error)]
let swiftSettings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The targets of a module whose operators lie in `<folder>/Sources`.
func module(_ name: String, in folder: String, _ dependencies: [Target.Dependency] = []) -> [Target] {
  [
    .target(name: folder + "Operators", dependencies: ["OperatorKit"] + dependencies, path: folder + "/Sources", swiftSettings: swiftSettings),
    .executableTarget(name: name, dependencies: [.target(name: folder + "Operators")], path: folder + "/Module"),
  ]
}

/// The modules, each with an executable product of its name.
let modules = [
  module("format", in: "Format", ["CImage"]),
  module("snapshot", in: "Snapshot", ["CSnapshotEmbedding", "CSnapshotKernels"]),
  module("collection", in: "Collection", ["Measurements"]),
  module("enrichment", in: "Enrichment", ["Measurements"]),
  module("filter", in: "SchemaFilter"),
  module("humidity", in: "Humidity", ["Measurements"]),
  module("opc-ua", in: "OPCUA"),
  module("otel-enrich", in: "OTelEnrich"),
  module("otel-transform", in: "OTelTransform"),
  module("temperature", in: "Temperature", ["Measurements"]),
  module("viconverter", in: "VIConverter"),
  module("window", in: "Window"),
]

let package = Package(
  name: "Operators",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "OperatorKit", targets: ["OperatorKit"]),
    .library(name: "CImage", targets: ["CImage"]),
    .executable(name: "image-benchmark", targets: ["image-benchmark"]),
  ] + modules.map { .executable(name: $0[1].name, targets: [$0[1].name]) },
  targets: [
    .target(name: "COperatorKit", exclude: ["sysinclude"], cSettings: warnings + [.headerSearchPath("sysinclude")]),
    .macro(name: "OperatorKitMacros", swiftSettings: swiftSettings),
    .target(name: "OperatorKit", dependencies: ["COperatorKit", "OperatorKitMacros"], swiftSettings: swiftSettings),

    .target(
      name: "CImage", dependencies: ["COperatorKit"], exclude: ["wasm"],
      cSettings: warnings + [.headerSearchPath("../COperatorKit/sysinclude"), define("STB_IMAGE_H", path: stb)]),
    .target(name: "CSnapshotKernels", path: "Snapshot/Kernels", cSettings: warnings),
    .target(
      name: "CSnapshotEmbedding", path: "Snapshot/Embedding",
      cSettings: warnings + [
        define("MODEL", path: model), define("LABELS", path: labels),
        // Content that changes under the same name is compiled again.
        .define("DIGEST", to: "\"\(environment["MILLRACE_FIXTURE_DIGEST"] ?? "")\""),
      ]),

    .target(name: "Measurements", dependencies: ["OperatorKit"], path: "Measurements", swiftSettings: swiftSettings),

    // The steps of the format operator as functions of a module, to be timed one by one.
    .executableTarget(name: "image-benchmark", dependencies: ["CImage"], path: "Benchmark", cSettings: warnings + [.headerSearchPath("../Sources/COperatorKit/sysinclude")]),

    .testTarget(name: "OperatorKitTests", dependencies: ["COperatorKit", "OperatorKit", "OperatorKitMacros"], swiftSettings: swiftSettings),
    .testTarget(name: "FormatTests", dependencies: ["CImage", "FormatOperators", "OperatorKit"], swiftSettings: swiftSettings),
    .testTarget(name: "SnapshotTests", dependencies: ["CSnapshotKernels", "OperatorKit", "SnapshotOperators"], swiftSettings: swiftSettings),
    .testTarget(
      name: "SampleTests",
      dependencies: [
        "CollectionOperators", "EnrichmentOperators", "HumidityOperators", "Measurements", "OPCUAOperators", "OTelEnrichOperators", "OTelTransformOperators",
        "OperatorKit", "SchemaFilterOperators", "TemperatureOperators", "VIConverterOperators", "WindowOperators",
      ], swiftSettings: swiftSettings),
  ] + modules.joined(),
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x)
