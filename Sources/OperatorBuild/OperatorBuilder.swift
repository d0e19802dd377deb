internal import ComponentEncoder
internal import FoundationEssentials

/// Builds the operator modules of a guest package: Swift to core WebAssembly, core WebAssembly to component.
///
/// The path is either a guest package, of which all modules are built, or the folder of one module inside it. A module's
/// folder holds a `module.json`: `{"name": "snapshot", "version": "1.0.0", "product": "snapshot"}`. Each module becomes
/// `<name>-<version>.wasm`. Nothing but the Swift toolchain is needed.
public struct OperatorBuilder: Sendable {
  /// A guest package, or a module's folder inside one.
  public var path: String
  /// An ONNX model to embed instead of the package's own.
  public var model: String?
  /// A text file with one label per line, to embed instead of the package's own.
  public var labels: String?
  /// Where the components go; folders are made if they are missing.
  public var output = Output.folder("modules")
  /// The folder for what the compiler keeps between builds; by default `millrace/operators` in the user's cache folder.
  public var cache: String?
  /// The version of Millrace that the components' `producers` section names; without one there is no such section.
  public var version: String?
  /// The environment in which the compiler runs; by default this process's own.
  public var environment: [String: String]?

  public init(path: String) {
    self.path = path
  }

  public enum Output: Sendable, Hashable {
    /// A folder, for `<name>-<version>.wasm`.
    case folder(String)
    /// An application in the folder layout of AIO's tools (tooling.md §3), for `operators/<name>/bin/<arch>/release/<name>.wasm`. The architecture is that of
    /// this machine, as those tools have it, although components run on every one.
    case application(String)
  }

  /// Builds. Blocks until everything is built, calling `progress` as it goes; Ctrl-C stops the compiler too.
  ///
  /// - Throws: what is wrong with the request before anything is built, else the first failure. Modules built before it stay.
  public func run(progress: (OperatorBuildEvent) -> Void) throws(OperatorBuildError) -> [BuiltModule] {
    let environment = environment ?? ProcessInfo.processInfo.environment
    let package = try GuestPackage(at: path)
    let fixture = try Fixture(model: model, labels: labels, modules: package.modules)
    for warning in fixture.warnings { progress(.warning(warning)) }
    let toolchain = try Toolchain(environment: fixture.apply(to: environment))
    let encoder = try Self.encoder(version: version)

    let scratch = try scratchPath(for: package, toolchain)
    let lock = try FolderLock(scratch) { progress(.warning("Another build of this package is running; waiting for it.")) }
    defer { lock.release() }
    var built: [BuiltModule] = []
    for module in package.modules {
      progress(.compiling(module: module.name))
      let core = try toolchain.build(product: module.product, of: package, scratch: scratch) { progress(.output($0)) }
      let result = try encode(module, core: core, with: encoder)
      progress(.built(result))
      built.append(result)
    }
    return built
  }

  private static func encoder(version: String?) throws(OperatorBuildError) -> ComponentEncoder {
    do {
      return ComponentEncoder(wit: try WIT.builtIn(), producer: version.map { .init(name: "millrace", version: $0) })
    } catch {
      throw OperatorBuildError(.notEncodable, "Millrace's own interface files are damaged: \(error)")
    }
  }

  /// A folder of its own for each package and toolchain, since their build products cannot be mixed.
  private func scratchPath(for package: GuestPackage, _ toolchain: Toolchain) throws(OperatorBuildError) -> String {
    let key = hexSHA256(of: package.root + "\n" + toolchain.version)
    let cache = if let cache { FilePaths.absolute(cache) } else { try FilePaths.userCache(toolchain.environment) }
    let scratch = "\(cache)/\(key.prefix(16))"
    try Files.makeFolder(scratch)
    return scratch
  }

  private func place(of module: ModuleManifest) -> (folder: String, name: String) {
    switch output {
    case .folder(let folder): (FilePaths.absolute(folder), "\(module.name)-\(module.version)")
    case .application(let folder): ("\(FilePaths.absolute(folder))/operators/\(module.name)/bin/\(Self.architecture)/release", module.name)
    }
  }

  private static var architecture: String {
    #if arch(arm64)
    "arm64"
    #else
    "x86_64"
    #endif
  }

  private func encode(_ module: ModuleManifest, core: String, with encoder: ComponentEncoder) throws(OperatorBuildError) -> BuiltModule {
    let coreModule = try Files.read(core)
    let component: EncodedComponent
    do {
      component = try encoder.encode(coreModule)
    } catch {
      throw OperatorBuildError(.notEncodable, "The module '\(module.name)' was compiled, but cannot be wrapped as a component. \(error)", path: module.path)
    }
    let (folder, name) = place(of: module)
    try Files.makeFolder(folder)
    let file = "\(folder)/\(name).wasm"
    try Files.writeAtomically(component.bytes, to: file)
    return BuiltModule(
      name: module.name, version: module.version, path: file, coreModuleSize: coreModule.count, size: component.bytes.count,
      imports: component.imports, exports: component.exports)
  }
}

/// A component that was built.
public struct BuiltModule: Sendable, Hashable {
  public let name: String
  public let version: String
  /// The component's file, as an absolute path.
  public let path: String
  /// In bytes, before wrapping.
  public let coreModuleSize: Int
  /// The component's size in bytes.
  public let size: Int
  /// The full names of the interfaces on the component's outside.
  public let imports: [String]
  public let exports: [String]
}

/// What a build reports while it runs.
public enum OperatorBuildEvent: Sendable, Hashable {
  /// Something that may not be meant as it is.
  case warning(String)
  /// The compiler starts on a module.
  case compiling(module: String)
  /// A line that the compiler printed.
  case output(String)
  /// A component has been written.
  case built(BuiltModule)
}
