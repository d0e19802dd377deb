import GraphDefinition

/// Graph texts that the tests share, in the shapes that published graphs have.
enum Graphs {
  static let header = """
    metadata:
      $schema: "https://www.schemastore.org/aio-wasm-graph-config-1.0.0.json"
      name: "Test graph"
      version: "1.0.0"
    moduleRequirements:
      apiVersion: "1.1.0"
      runtimeVersion: "1.1.0"

    """

  /// A header, then source → filter → sink.
  static let simple =
    header + """
      operations:
        - operationType: source
          name: source
        - operationType: filter
          name: module-limits/filter
          module: limits:1.0.0
        - operationType: sink
          name: sink
      connections:
        - from: {name: source}
          to: {name: module-limits/filter}
        - from: {name: module-limits/filter}
          to: {name: sink}

      """

  /// What the file of the preview generation looks like: no metadata, `hostlibVersion`, parameters without defaults.
  static let preview = """
    moduleRequirements:
      apiVersion: "0.2.0"
      hostlibVersion: "0.2.0"

    moduleConfigurations:
      - name: module-scale/map
        parameters:
          factor:
            name: scale_factor
            description: what to multiply with

    operations:
      - operationType: "source"
        name: "source"
      - operationType: "map"
        name: "module-scale/map"
        module: "scale"
      - operationType: "sink"
        name: "sink"

    connections:
      - from:
          name: "source"
        to:
          name: "module-scale/map"
      - from:
          name: "module-scale/map"
        to:
          name: "sink"
    """

  /// Every kind of operation; two branches, three streams that meet in a concatenate, modules that are used several times.
  static let pipeline =
    """
    metadata:
      name: "Sensors and pictures"
      description: "Aggregates readings, looks at pictures, joins both."
      version: "2.0.1"
      $schema: "https://www.schemastore.org/aio-wasm-graph-config-1.0.0.json"
      vendor: "Example"

    moduleRequirements:
      apiVersion: "1.1.0"
      runtimeVersion: "1.1.0"
      features:
        - name: "wasi-nn"
    moduleConfigurations:
      - name: pictures/branch
        parameters:
          picture_topic:
            name: snapshot_topic
            description: what topic pictures arrive on
            default: pictures
      - name: readings/filter
        parameters:
          lower:
            name: lower_bound
            default: "-273.15"
          upper:
            name: upper_bound
            default: "5000.0"
          unit:
            name: unit
            required: true
    operations:
      - {operationType: source, name: source}
      - {operationType: delay, name: window/delay, module: "samples/wasm/window:1.0.0"}
      - {operationType: map, name: format/map, module: "samples/wasm/format:1.0.0"}
      - {operationType: map, name: pictures/map, module: "samples/wasm/pictures:1.0.0"}
      - {operationType: branch, name: pictures/branch, module: "samples/wasm/pictures:1.0.0"}
      - {operationType: accumulate, name: pictures/accumulate, module: "samples/wasm/pictures:1.0.0"}
      - {operationType: branch, name: readings/branch, module: "samples/wasm/readings:1.0.0"}
      - {operationType: filter, name: readings/filter, module: "samples/wasm/readings:1.0.0"}
      - {operationType: accumulate, name: readings/accumulate, module: "samples/wasm/readings:1.0.0"}
      - {operationType: accumulate, name: humidity/accumulate, module: "samples/wasm/humidity:1.0.0"}
      - operationType: concatenate
        name: concatenate1
        module:
      - {operationType: sink, name: sink}

    connections:
      - {from: {name: source}, to: {name: window/delay}}
      - {from: {name: window/delay}, to: {name: pictures/branch}}
      - {from: {name: pictures/branch, arm: "False"}, to: {name: readings/branch}}
      - {from: {name: pictures/branch, arm: "True"}, to: {name: format/map}}
      - {from: {name: format/map}, to: {name: pictures/map}}
      - {from: {name: pictures/map}, to: {name: pictures/accumulate}}
      - {from: {name: pictures/accumulate}, to: {name: concatenate1}}
      - {from: {name: readings/branch, arm: "True"}, to: {name: readings/filter}}
      - {from: {name: readings/branch, arm: "False"}, to: {name: humidity/accumulate}}
      - {from: {name: readings/filter}, to: {name: readings/accumulate}}
      - {from: {name: readings/accumulate}, to: {name: concatenate1}}
      - {from: {name: humidity/accumulate}, to: {name: concatenate1}}
      - {from: {name: concatenate1}, to: {name: sink}}
    """

  /// A graph of the operations and connections that are given, each in YAML's flow form.
  static func graph(_ operations: [String], _ connections: [String], more: String = "") -> String {
    header + "operations:\n" + operations.map { "  - \($0)\n" }.joined() + "connections:\n" + connections.map { "  - \($0)\n" }.joined() + more
  }

  static let source = "{operationType: source, name: source}"
  static let sink = "{operationType: sink, name: sink}"
  static func map(_ name: String) -> String { "{operationType: map, name: \(name), module: m}" }
  static func branch(_ name: String) -> String { "{operationType: branch, name: \(name), module: m}" }
  static func edge(_ from: String, _ to: String, arm: String? = nil) -> String {
    "{from: {name: \(from)\(arm.map { ", arm: \($0)" } ?? "")}, to: {name: \(to)}}"
  }
}

/// What people see of a check: every diagnostic, as text.
func seen(_ text: String, strict: Bool = false) -> String {
  GraphDefinition.parse(text, file: "g.yaml", strict: strict).diagnostics.map(\.description).joined(separator: "\n")
}

/// The first lines of the diagnostics only.
func headlines(_ text: String, strict: Bool = false) -> [String] {
  GraphDefinition.parse(text, file: "g.yaml", strict: strict).diagnostics.map(\.headline)
}
