internal import Dataflow
internal import GraphDefinition
internal import JSONTree
internal import OperatorHost
internal import OrderedCollections
internal import StateStore

/// What lies beside a graph in the folder layout of AIO's tools, and what it means to a test (tooling.md §3).
struct Application {
  /// Parameters that replace the graph's defaults.
  private(set) var overrides: [GraphDefinition.Override] = []
  /// The schemas that operators are given when they start.
  private(set) var schemas: [ModuleSchema] = []
  /// What the state store has at first.
  private(set) var state: [(key: String, value: String)] = []

  /// - Parameter folder: the graph's.
  init(folder: String) throws(TestError) {
    for (name, value) in try Self.environment("\(folder)/hostapp.env.list") {
      switch name {
      case "TK_SCHEMA_CONFIG_PATH":
        let path = value.hasPrefix("/") ? value : "\(folder)/\(value)"
        let file = path.split(separator: "/").last.map(String.init) ?? path
        schemas.append(ModuleSchema(name: file, contentType: "application/json", content: try readText(path)))
      case "TK_CONFIGURATION_PARAMETERS": overrides = try Self.parameters(value, "\(folder)/hostapp.env.list")
      default: break
      }
    }
    let seed = "\(folder)/statestore.json"
    if fileExists(seed) { state = try StateSeed.read(seed) }
  }

  /// The lines `KEY=VALUE` of a file that need not be there.
  private static func environment(_ path: String) throws(TestError) -> [(String, String)] {
    guard fileExists(path) else { return [] }
    return try readText(path).split(whereSeparator: \.isNewline).compactMap { line in
      guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { return nil }
      return (String(line[..<equals]), String(line[line.index(after: equals)...]))
    }
  }

  /// A JSON object of texts, or `key=value` with commas between.
  private static func parameters(_ text: String, _ path: String) throws(TestError) -> [GraphDefinition.Override] {
    if case .object(let members)? = JSON(bytes: text.utf8) {
      return members.sorted { $0.key < $1.key }.map { key, value in
        if case .string(let text) = value { GraphDefinition.Override(key: key, value: text) } else { GraphDefinition.Override(key: key, value: value.text) }
      }
    }
    var overrides: [GraphDefinition.Override] = []
    for setting in text.split(separator: ",") {
      guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
        throw TestError("\(path): TK_CONFIGURATION_PARAMETERS is a JSON object, or key=value with commas between, not \(text)")
      }
      overrides.append(GraphDefinition.Override(key: String(setting[..<equals]), value: String(setting[setting.index(after: equals)...])))
    }
    return overrides
  }
}
