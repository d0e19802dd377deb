internal import ComponentModel
public import Dataflow
public import GraphDefinition
public import OperatorHost
internal import Synchronization
public import Transforms
public import WebAssembly

/// A graph that is ready to run: checked, its modules found, compiled and matched with what their operations need.
public struct RunPlan: Sendable {
  /// An operation that runs a module, or a built-in transform.
  public struct PlannedOperator: Sendable {
    public enum Code: Sendable {
      case module(OperatorModule)
      case transform(Transform)
    }

    public let id: Graph.OperationID
    public let name: String
    public let kind: OperatorKind
    public let code: Code
    public let configuration: ModuleConfiguration
    /// What each instance may use.
    public let limits: StoreLimits

    /// Nil of a transform.
    public var module: OperatorModule? { if case .module(let module) = code { module } else { nil } }
  }

  public let options: RunOptions
  public let definition: GraphDefinition
  public let graph: Graph
  public let operators: [PlannedOperator]
  /// What a user should know although the graph can run.
  public let warnings: [Diagnostic]
  /// How long finding, decoding and compiling (or loading) the modules took, in nanoseconds.
  public let loadNanoseconds: UInt64
  /// How many core modules were compiled because the cache did not have them.
  public let compiledCount: Int

  /// Whether operators run on one worker only.
  var hasExclusiveOperators: Bool { operators.contains { graph[$0.id].isExclusive } }

  /// Checks the graph and loads its modules. All problems are reported at once.
  ///
  /// - Parameter progress: hears of what takes long; called from several threads.
  public init(_ options: RunOptions, progress: @escaping @Sendable (LoadEvent) -> Void = { _ in }) throws(RunError) {
    let check = GraphDefinition.load(path: options.graph, strict: options.strict)
    guard let definition = check.graph, check.errors.isEmpty else {
      throw RunError(.graph, "", diagnostics: check.diagnostics)
    }
    let resolved = definition.resolve(overrides: options.overrides)
    let engine: Engine
    do { engine = try Engine() } catch { throw RunError(.system, error.message) }

    let start = monotonicNanoseconds()
    var loader = ModuleLoader(definition: definition, options: options, engine: engine, progress: progress)
    let modules = loader.load()
    var transformLoader = TransformLoader()
    let transforms = transformLoader.load(definition, resolved)
    let diagnostics = check.diagnostics + resolved.diagnostics + loader.diagnostics + transformLoader.diagnostics + (options.configuration?.problems(with: definition) ?? [])
    guard !diagnostics.contains(where: { $0.severity == .error }) else {
      throw RunError(loader.hasErrors ? .module : .graph, "", diagnostics: diagnostics)
    }
    self.options = options
    self.definition = definition
    warnings = diagnostics
    loadNanoseconds = monotonicNanoseconds() - start
    compiledCount = loader.compiledCount
    (graph, operators) = try Self.wire(definition, modules.mapValues { PlannedOperator.Code.module($0) }.merging(transforms.mapValues { .transform($0) }) { $1 }, resolved, options)
  }

  /// The engine's own form of the graph. The definition's checks make sure that it can be wired, so a failure here is a gap in them.
  private static func wire(
    _ definition: GraphDefinition, _ codes: [String: PlannedOperator.Code], _ resolved: GraphDefinition.ResolvedConfiguration, _ options: RunOptions
  ) throws(RunError) -> (Graph, [PlannedOperator]) {
    var builder = GraphBuilder()
    var ids: [String: Graph.OperationID] = [:]
    var operators: [PlannedOperator] = []
    for operation in definition.operations {
      guard let kind = Graph.Operation.Kind(rawValue: operation.kind.rawValue) else { continue }
      let code = codes[operation.name]
      let isStateful = if case .transform(let transform)? = code { transform.isStateful } else { false }
      let id = builder.add(
        operation.name, kind, errorPolicy: options.errorPolicy(of: operation.name),
        isExclusive: operation.kind.needsModule && (isStateful || options.isExclusive(operation.name)))
      ids[operation.name] = id
      if let code, let operatorKind = OperatorKind(rawValue: operation.kind.rawValue) {
        let properties = (resolved.properties[operation.name] ?? []).map { (name: $0.name, value: $0.value) }
        operators.append(PlannedOperator(
          id: id, name: operation.name, kind: operatorKind, code: code, configuration: ModuleConfiguration(properties: properties, schemas: options.schemas),
          limits: options.limits(of: operation.name)))
      }
    }
    for connection in definition.connections {
      guard let from = ids[connection.from], let to = ids[connection.to] else { continue }
      builder.connect(from, connection.arm.flatMap { Graph.Arm(rawValue: $0.rawValue) }, to: to)
    }
    do {
      return (try builder.build(), operators)
    } catch {
      throw RunError(.graph, error.message)
    }
  }
}

/// Loads each module once, however many operations use it, and several at a time.
private struct ModuleLoader {
  let definition: GraphDefinition
  let options: RunOptions
  let engine: Engine
  let progress: @Sendable (LoadEvent) -> Void
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var compiledCount = 0
  private var failed: Set<String> = []

  init(definition: GraphDefinition, options: RunOptions, engine: Engine, progress: @escaping @Sendable (LoadEvent) -> Void) {
    self.definition = definition
    self.options = options
    self.engine = engine
    self.progress = progress
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  mutating func load() -> [String: OperatorModule] {
    let finder = ModuleFinder(graph: options.graph, folders: options.moduleFolders)
    let operations = definition.operations.compactMap { operation in operation.module.map { (operation, $0) } }
      .filter { !TransformArtifact.isTransform(repository: $1.repository) }.map { ($0, $1, finder.find($1)) }
    let loaded = load(Set(operations.compactMap { if case .found(let path) = $2 { path } else { nil } }).sorted())
    compiledCount = loaded.values.reduce(0) { $0 + ((try? $1.get())?.component.compiledCount ?? 0) }

    var modules: [String: OperatorModule] = [:]
    for (operation, reference, place) in operations {
      guard let kind = OperatorKind(rawValue: operation.kind.rawValue) else { continue }
      let location = operation.moduleLocation ?? operation.location
      switch place {
      case .found(let path):
        switch loaded[path] {
        case .success(let module):
          for problem in module.problems(as: kind) { report(.error, .module, location, problem.message) }
          checkFeature(module, location)
          modules[operation.name] = module
        case .failure(let error):
          // One message per broken file is enough, even where several operations use it.
          if failed.insert(path).inserted { report(.error, .module, location, error.message) }
        case nil: break
        }
      case .missing(let tried, let others):
        let other = others.isEmpty ? "" : "; found \(others.joined(separator: ", "))"
        diagnostics.append(definition.source.diagnostic(
          .error, .module, at: location, "the module `\(reference)` was not found\(other)", expected: "one of \(tried.joined(separator: ", "))",
          fix: "build it with `millrace build`, or name its folder with --modules; looked for \(tried.joined(separator: ", "))"))
      }
    }
    return modules
  }

  private func load(_ paths: [String]) -> [String: Result<OperatorModule, OperatorHostError>] {
    let modules = Mutex<[String: Result<OperatorModule, OperatorHostError>]>([:])
    concurrently(paths.count) { index in
      let path = paths[index]
      progress(.loading(path: path))
      let module = Result { () throws(OperatorHostError) in
        try OperatorModule(path: path, engine: engine, cache: options.codeCache) { [progress] in progress(.compiling(path: path, $0)) }
      }
      modules.withLock { $0[path] = module }
    }
    return modules.withLock { $0 }
  }

  /// A graph that runs models says so (graph-definition.md §7); AIO's samples do not always.
  private mutating func checkFeature(_ module: OperatorModule, _ location: GraphLocation) {
    guard module.usesNeuralNetworks, !definition.requirements.includes(feature: "wasi-nn") else { return }
    diagnostics.append(definition.source.diagnostic(
      options.strict ? .error : .warning, .unsupportedFeature, at: location, "the module imports wasi-nn, which the graph does not declare",
      fix: "add `features: [{name: wasi-nn}]` to moduleRequirements"))
  }

  private mutating func report(_ severity: Diagnostic.Severity, _ code: Diagnostic.Code, _ location: GraphLocation, _ message: String) {
    let diagnostic = definition.source.diagnostic(severity, code, at: location, message)
    if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
  }
}
