// swift-tools-version: 6.2
import PackageDescription

/// wasmtime and ONNX Runtime, as `make setup` puts them; the installed binary finds them under `lib/millrace` beside its `bin`.
let vendored = Context.packageDirectory + "/.vendor/lib"
let linkVendored: [LinkerSetting] = [
  .unsafeFlags(["-L\(vendored)", "-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/millrace", "-Xlinker", "-rpath", "-Xlinker", vendored])
]

let swiftSettings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let nio = ["NIOCore", "NIOPosix"].map { Target.Dependency.product(name: $0, package: "swift-nio") }
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let webSocket = ["NIOHTTP1", "NIOWebSocket"].map { Target.Dependency.product(name: $0, package: "swift-nio") }
let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A dependency that only the trait `Kafka` brings.
func whenKafka(_ name: String) -> Target.Dependency { .target(name: name, condition: .when(traits: ["Kafka"])) }
func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(name: name + "Tests", dependencies: [.target(name: name)] + dependencies, swiftSettings: swiftSettings)
}

let package = Package(
  name: "millrace",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "millrace", targets: ["millrace"]),
    // For Benchmarks/, which is a package of its own.
    .library(
      name: "MillraceKit",
      targets: ["COnnxRuntime", "CWasmtime", "ComponentEncoder", "ComponentModel", "Dataflow", "EndpointKit", "FileEndpoint", "Inference", "OperatorHost", "Runtime", "WASINN", "WebAssembly"]),
    // For Fuzz/, likewise.
    .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
  ],
  traits: [
    .trait(name: "Kafka", description: "Kafka sources and sinks, with librdkafka."),
    .default(enabledTraits: ["Kafka"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // The vendors' shared libraries: our own declarations, only what we use.
    .target(name: "CWasmtime", linkerSettings: [.linkedLibrary("wasmtime")] + linkVendored),
    .target(name: "COnnxRuntime", linkerSettings: [.linkedLibrary("onnxruntime")] + linkVendored),

    // Running operators.
    library("WebAssembly", ["CWasmtime", crypto]),
    library("ComponentModel", ["WebAssembly"]),
    library("ComponentEncoder", resources: [.embedInCode("WIT")]),
    library("WASI", ["ComponentModel"]),
    library("Inference", ["COnnxRuntime", crypto]),
    library("ONNXModel"),
    library("WASINN", ["ComponentModel", "Inference"]),
    library("RPC", ["Dataflow"]),
    library("SchemaRegistry", ["RPC"]),
    library("StateStore", ["Dataflow", "RPC"]),
    library("SQLiteStateStore", ["Dataflow", "StateStore", grdb]),
    library("Telemetry"),
    library("OperatorHost", ["ComponentModel", "Dataflow", "Inference", "RPC", "SchemaRegistry", "StateStore", "Telemetry", "WASI", "WASINN", "WebAssembly"]),

    // The graph and its engine.
    library("GraphDefinition", [yams]),
    library("GraphDrawing", ["GraphDefinition"]),
    library("Dataflow", [deque, heap]),
    library("EndpointKit", ["Dataflow"]),
    library("MQTTEndpoint", ["Dataflow", "EndpointKit", "MQTT", "RPC", "StateStore", deque] + nio),
    library("InputLog", ["Dataflow"]),
    library("FileEndpoint", ["Dataflow", "EndpointKit"]),
    // Without the trait, these are empty:
    .systemLibrary(name: "CRDKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
    library("Kafka", [whenKafka("CRDKafka")]),
    library("KafkaEndpoint", ["Dataflow", "EndpointKit", "Kafka", deque]),

    // Protocols. A client of MQTT 5, of use to others as well:
    library("MQTT", [deque] + nio + webSocket + [nioTLS]),

    // AIO's built-in transforms.
    library("JSONTree", [orderedCollections]),
    library("Expressions"),
    library("Transforms", ["Dataflow", "Expressions", "JSONTree", "StateStore", orderedCollections]),

    // Putting it together.
    library("OperatorBuild", ["ComponentEncoder", crypto]),
    library("GraphTesting", ["ComponentModel", "Dataflow", "EndpointKit", "FileEndpoint", "GraphDefinition", "JSONTree", "OperatorHost", "Runtime", "StateStore", "Telemetry", orderedCollections, yams]),
    library("Runtime", ["ComponentModel", "Dataflow", "EndpointKit", "GraphDefinition", "Inference", "InputLog", "OperatorHost", "RPC", "SchemaRegistry", "StateStore", "Telemetry", "Transforms", "WASINN", "WebAssembly", crypto, histogram]),
    .executableTarget(
      name: "millrace",
      dependencies: [
        "ComponentModel", "Dataflow", "EndpointKit", "FileEndpoint", "GraphDefinition", "GraphDrawing", "GraphTesting", "Inference", "InputLog", "MQTTEndpoint", "ONNXModel", "OperatorBuild", "OperatorHost", "RPC", "Runtime", "SQLiteStateStore", "SchemaRegistry", "StateStore", "Telemetry",
        "WebAssembly", argumentParser, whenKafka("KafkaEndpoint"),
      ],
      swiftSettings: swiftSettings),

    // Tests. Small ONNX models that tests make themselves:
    .target(name: "ModelFixtures", path: "Tests/ModelFixtures", swiftSettings: swiftSettings),
    // Small operators that tests write in WebAssembly text, C and Python; the WIT of WASI:
    .target(
      name: "OperatorFixtures", dependencies: ["ComponentEncoder", "WebAssembly"], path: "Tests/OperatorFixtures", resources: [.embedInCode("WIT")],
      swiftSettings: swiftSettings),
    // Conformance scripts of the component model (`.wast`), what runs them, and the command that does:
    .target(
      name: "WastScripts", dependencies: ["ComponentModel", "WebAssembly"], path: "Tests/WastScripts", exclude: ["Scripts"],
      resources: [.embedInCode("exceptions.txt")], swiftSettings: swiftSettings),
    .executableTarget(
      name: "millrace-wast", dependencies: ["WastScripts", "WebAssembly", argumentParser], path: "Tests/millrace-wast", swiftSettings: swiftSettings),
    // wasmtime's own component layer, to compare ours with:
    .target(name: "CComponentOracle", dependencies: ["CWasmtime"], path: "Tests/CComponentOracle"),
    .target(
      name: "ComponentOracle", dependencies: ["CComponentOracle", "CWasmtime", "ComponentModel"], path: "Tests/ComponentOracle", swiftSettings: swiftSettings),
    .testTarget(name: "DifferentialTests", dependencies: ["ComponentModel", "ComponentOracle", "WebAssembly"], swiftSettings: swiftSettings),
    // What is fuzzed; see Fuzz/:
    .target(name: "FuzzTargets", dependencies: ["ComponentEncoder", "ComponentModel", "MQTT", "WebAssembly", nio[0]], path: "Tests/FuzzTargets", swiftSettings: swiftSettings),
    tests("ComponentEncoder", ["ComponentModel", "WebAssembly"]),
    // How much memory something takes:
    .target(name: "ResidentMemory", path: "Tests/ResidentMemory", swiftSettings: swiftSettings),
    tests("ComponentModel", ["FuzzTargets", "ResidentMemory", "WebAssembly"]),
    tests("Dataflow"),
    tests("EndpointKit"),
    tests("MQTTEndpoint", ["Dataflow", "EndpointKit", "MQTT", "MosquittoBroker", "RPC", "SchemaRegistry", "StateStore", "StateStoreKit"] + nio),
    tests("Expressions"),
    tests("FileEndpoint"),
    // A Kafka broker for tests, and what starts it:
    .executableTarget(name: "kafka-mock-broker", dependencies: [whenKafka("CRDKafka")], path: "Tests/KafkaMockBroker", swiftSettings: swiftSettings),
    .target(name: "KafkaTesting", dependencies: ["Kafka"], path: "Tests/KafkaTesting", swiftSettings: swiftSettings),
    tests("Kafka", ["KafkaTesting", "kafka-mock-broker"]),
    tests("KafkaEndpoint", ["Dataflow", "EndpointKit", "Kafka", "KafkaTesting"]),
    tests("GraphDefinition"),
    tests("GraphDrawing", ["GraphDefinition"]),
    tests("GraphTesting", ["GraphDefinition", "JSONTree", "OperatorFixtures", "Runtime", orderedCollections]),
    tests("Inference", ["ModelFixtures"]),
    tests("InputLog", ["Dataflow"]),
    tests("JSONTree"),
    // Runs the broker mosquitto, and a bad network:
    .target(name: "MosquittoBroker", dependencies: nio, path: "Tests/MosquittoBroker", swiftSettings: swiftSettings),
    tests("MQTT", nio + ["MosquittoBroker"]),
    tests("ONNXModel", ["Inference", "ModelFixtures"]),
    tests("OperatorBuild"),
    // How often a thread allocates memory:
    .target(name: "AllocationCount", path: "Tests/AllocationCount"),
    tests(
      "OperatorHost",
      ["AllocationCount", "ComponentModel", "Dataflow", "Inference", "ModelFixtures", "OperatorFixtures", "RPC", "SchemaRegistry", "StateStore", "Telemetry", "WASINN", "WebAssembly"]),
    tests(
      "Runtime",
      [
        "ComponentModel", "Dataflow", "EndpointKit", "FileEndpoint", "GraphDefinition", "Inference", "InputLog", "ModelFixtures", "OperatorBuild", "OperatorFixtures", "OperatorHost",
        "Telemetry", "WASINN", "WebAssembly",
      ]),
    // What every schema registry must do:
    .target(name: "SchemaRegistryKit", dependencies: ["SchemaRegistry"], path: "Tests/SchemaRegistryKit", swiftSettings: swiftSettings),
    tests("SchemaRegistry", ["Dataflow", "RPC", "SchemaRegistryKit"]),
    // What every state store must do:
    .target(name: "StateStoreKit", dependencies: ["Dataflow", "StateStore"], path: "Tests/StateStoreKit", swiftSettings: swiftSettings),
    tests("RPC", ["Dataflow"]),
    tests("StateStore", ["Dataflow", "RPC", "StateStoreKit"]),
    tests("SQLiteStateStore", ["Dataflow", "StateStore", "StateStoreKit"]),
    // What metrics and logs must do, wherever they go:
    .target(name: "TelemetryKit", dependencies: ["Telemetry"], path: "Tests/TelemetryKit", swiftSettings: swiftSettings),
    tests("Telemetry", ["TelemetryKit"]),
    tests("Transforms", ["Dataflow", "Expressions", "JSONTree", "StateStore"]),
    tests("WASI", ["ComponentEncoder", "ComponentModel", "OperatorFixtures", "WebAssembly"]),
    tests("WASINN", ["ComponentEncoder", "ComponentModel", "Inference", "ModelFixtures", "WebAssembly"]),
    tests("WastScripts", ["WebAssembly"]),
    tests("WebAssembly", ["ResidentMemory"]),
    tests("millrace", ["EndpointKit", "MQTT", "ModelFixtures", "MosquittoBroker", "OperatorFixtures", "Kafka", "KafkaTesting", "kafka-mock-broker"] + nio),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c17
)
