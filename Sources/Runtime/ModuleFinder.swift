internal import Glibc
internal import GraphDefinition

/// Finds the file of a module reference without a registry.
///
/// `format:1.0.0` is looked for as `format-1.0.0.wasm` and as `format.wasm`, in the folders given, in `modules/` beside the graph, beside the graph
/// itself and in `./modules`; then in the workspace layout of AIO's tools, `operators/format/bin/<arch>/<mode>/format.wasm` (tooling.md §3), where `operators/`
/// is beside the graph or beside its folder: a workspace may have graphs in folders of their own.
struct ModuleFinder {
  let graphFolder: String
  let folders: [String]

  init(graph: String, folders: [String]) {
    graphFolder = graph.lastIndex(of: "/").map { graph[..<$0].isEmpty ? "/" : String(graph[..<$0]) } ?? "."
    self.folders = folders + [graphFolder + "/modules", graphFolder, "modules"]
  }

  enum Result {
    case found(String)
    /// What was tried, and what files of the same name but another version are there.
    case missing(tried: [String], others: [String])
  }

  func find(_ reference: ModuleReference) -> Result {
    let names = (reference.tag.map { ["\(reference.name)-\($0).wasm"] } ?? []) + ["\(reference.name).wasm"]
    var candidates = folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
    for workspace in [graphFolder, graphFolder + "/.."] {
      for mode in ["release", "debug"] {
        for architecture in ["x86_64", "arm64"] {
          candidates.append("\(workspace)/operators/\(reference.name)/bin/\(architecture)/\(mode)/\(reference.name).wasm")
        }
      }
    }
    var seen: Set<String> = []
    candidates = candidates.filter { seen.insert($0).inserted }
    if let path = candidates.first(where: { access($0, F_OK) == 0 }) { return .found(path) }
    return .missing(tried: candidates, others: versions(of: reference.name))
  }

  private func versions(of name: String) -> [String] {
    folders.flatMap { folder -> [String] in
      guard let directory = opendir(folder) else { return [] }
      defer { closedir(directory) }
      var found: [String] = []
      while let entry = readdir(directory) {
        let file = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if file.hasPrefix(name + "-"), file.hasSuffix(".wasm") { found.append("\(folder)/\(file)") }
      }
      return found.sorted()
    }
  }
}
