internal import FoundationEssentials

/// The package that holds the modules to build.
struct GuestPackage {
  /// The absolute path of the folder with `Package.swift`.
  let root: String
  /// Sorted by name.
  let modules: [ModuleManifest]

  /// How deep below the package's folder modules are looked for.
  private static let searchDepth = 3

  init(at path: String) throws(OperatorBuildError) {
    guard Files.exists(path) else {
      throw OperatorBuildError(.notAPackage, "There is no such folder. Give a guest package, or a module's folder inside one.", path: path)
    }
    guard Files.isFolder(path) else {
      throw OperatorBuildError(.notAPackage, "This is a file. Give the guest package's folder, or a module's folder inside one.", path: path)
    }
    let folder = try FilePaths.real(path)
    if Files.exists(folder + "/Package.swift") {
      root = folder
      modules = try Self.modules(below: folder)
      guard !modules.isEmpty else {
        throw OperatorBuildError(
          .invalidModule, "The package has no module: no folder in it holds a 'module.json'. "
            + #"Add one such as {"name": "snapshot", "version": "1.0.0", "product": "snapshot"}."#, path: path)
      }
    } else {
      guard let root = Self.packageAbove(folder) else {
        throw OperatorBuildError(
          .notAPackage, "Neither this folder nor any above it holds a 'Package.swift'. Give a guest package, or a module's folder inside one.", path: path)
      }
      guard Files.exists(folder + "/module.json") else {
        throw OperatorBuildError(
          .notAPackage, "This folder of the package at '\(root)' holds no 'module.json', so it is not a module's. Give a module's folder, or the package to build all its modules.",
          path: path)
      }
      self.root = root
      modules = [try ModuleManifest(at: folder + "/module.json")]
    }
    guard Files.exists(root + "/toolset.json") else {
      throw OperatorBuildError(
        .notAPackage, "The package has no 'toolset.json' with the compiler's options for WebAssembly. Is it a guest package? Copy the file from one.", path: root)
    }
  }

  private static func packageAbove(_ folder: String) -> String? {
    var folder = folder[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      if Files.exists(folder + "/Package.swift") { return folder.isEmpty ? "/" : String(folder) }
    }
    return nil
  }

  private static func modules(below root: String) throws(OperatorBuildError) -> [ModuleManifest] {
    var modules: [ModuleManifest] = []
    var folders = [root]
    for depth in 0...searchDepth {
      var next: [String] = []
      for folder in folders {
        if Files.exists(folder + "/module.json") { modules.append(try ModuleManifest(at: folder + "/module.json")) }
        guard depth < searchDepth else { continue }
        let children = try Files.list(folder).filter { !$0.hasPrefix(".") }.map { "\(folder)/\($0)" }
        next.append(contentsOf: children.filter { Files.isFolder($0) && !Files.exists($0 + "/Package.swift") })
      }
      folders = next
    }
    modules.sort { ($0.name, $0.path) < ($1.name, $1.path) }
    for (module, other) in zip(modules, modules.dropFirst()) where module.name == other.name {
      throw OperatorBuildError(.invalidModule, "This module has the same name, '\(other.name)', as the one at '\(module.path)'. Rename one.", path: other.path)
    }
    return modules
  }
}

/// A module's `module.json`.
struct ModuleManifest {
  /// The manifest's own path.
  let path: String
  /// The module's folder.
  var folder: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }
  /// The component's name: lower-case letters, digits and `.-_`, as registries demand.
  let name: String
  /// The component's version: letters, digits and `.-_`, as registries demand of a tag.
  let version: String
  /// The executable product that is the core module.
  let product: String

  private struct Content: Decodable {
    let name: String
    let version: String
    let product: String
  }

  init(at path: String) throws(OperatorBuildError) {
    func invalid(_ message: String) -> OperatorBuildError { OperatorBuildError(.invalidModule, message, path: path) }
    let content: Content
    do {
      content = try JSONDecoder().decode(Content.self, from: Data(try Files.read(path, limit: 1 << 20)))
    } catch let error as OperatorBuildError {
      throw error
    } catch DecodingError.keyNotFound(let key, _) {
      throw invalid(#"The key "\#(key.stringValue)" is missing. Write {"name": "snapshot", "version": "1.0.0", "product": "snapshot"}."#)
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let key = context.codingPath.last?.stringValue
      throw invalid(key.map { #"The value of "\#($0)" is not a text. Put it in quotes."# } ?? "The file does not hold a JSON object. Write { … }.")
    } catch {
      throw invalid("The file is not valid JSON. Correct it.")
    }
    let characters = "abcdefghijklmnopqrstuvwxyz0123456789.-_"
    guard Self.isTag(content.name, of: characters) else {
      throw invalid("'\(content.name)' is not a module name. Use lower-case letters, digits, '.', '-' and '_', a letter or digit first.")
    }
    guard Self.isTag(content.version, of: characters + characters.uppercased()) else {
      throw invalid("'\(content.version)' is not a version. Use letters, digits, '.', '-' and '_', a letter or digit first, as in '1.0.0'.")
    }
    guard !content.product.isEmpty, !content.product.hasPrefix("-"), !content.product.contains("/") else {
      throw invalid("'\(content.product)' is not a product's name. Use the name of an executable product of the package.")
    }
    self.path = path
    name = content.name
    version = content.version
    product = content.product
  }

  private static func isTag(_ text: String, of characters: String) -> Bool {
    guard let first = text.first, !".-_".contains(first), text.utf8.count <= 128 else { return false }
    return text.allSatisfy(characters.contains)
  }
}
