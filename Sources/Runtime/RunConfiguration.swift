public import Dataflow
internal import GraphDefinition
internal import WebAssembly

/// What a run needs to know beyond the graph, and what AIO's graph file has no place for: which times count, how errors are treated, what operators may use.
///
/// A YAML file, `--config`:
///
///     sources:
///       "*": { timeDomain: event, allowedLateness: 5s, late: drop }
///       camera: { timeDomain: processing, maxInFlight: 1000, maxInFlightBytes: 64MiB }
///     operations:
///       "*": { onError: drop, retry: 0, timeout: 30s, maxMemory: 512MiB }
///       module-snapshot/map: { onError: deadLetter, timeout: 2s }
///       counter: { exclusive: true }
///     windows: { maxHeld: 256MiB, whenFull: split }
///
/// What is said of an operation by its name wins, then what the command line says of all, then `*`, then the defaults.
public struct RunConfiguration: Sendable {
  /// Of a source; nil where nothing is said.
  public struct Source: Sendable, Hashable {
    public var timeDomain: TimeSettings.Domain?
    public var allowedLateness: Duration?
    public var late: TimeSettings.LatePolicy?
    /// How long a partition may be silent, while others are not, before windows no longer wait for it.
    public var idleAfter: Duration?
    /// The most messages, and about the most bytes, that are taken in and not acknowledged.
    public var maxInFlight: Int?
    public var maxInFlightBytes: Int?

    public init() {}
  }

  /// Of an operation that runs a module; nil where nothing is said.
  public struct Operation: Sendable, Hashable {
    public var onError: ErrorPolicy.Consequence?
    public var retry: Int?
    /// For one call; zero for no limit.
    public var timeout: Duration?
    /// Of one instance, in bytes.
    public var maxMemory: Int?
    /// Whether one instance is to see all items, in their order, because its code remembers something. The engine's own windows always do.
    public var isExclusive: Bool?

    public init() {}
  }

  /// By name; `*` for all.
  public var sources: [String: Source] = [:]
  public var operations: [String: Operation] = [:]
  public var heldBytes: Int?
  public var whenFull: Worker.FullPolicy?

  /// Where names were read, to point at when the graph does not have them.
  var names: [(kind: Kind, name: String, location: GraphLocation)] = []
  var file: GraphSource?

  enum Kind: String { case source, operation }

  public init() {}

  /// What is said of all sources and operations, as defaults of a run.
  public func apply(to options: inout RunOptions) {
    options.time = options.time.with(sources["*"])
    options.errorPolicy = options.errorPolicy.with(operations["*"])
    options.limits = options.limits.with(operations["*"])
    options.heldBytes = heldBytes ?? options.heldBytes
    options.whenFull = whenFull ?? options.whenFull
    options.configuration = self
  }

  /// Names that a graph does not have.
  func problems(with graph: GraphDefinition) -> [Diagnostic] {
    guard let file else { return [] }
    return names.compactMap { kind, name, location in
      let known = kind == .source ? graph.sources.map(\.name) : graph.operations.filter(\.kind.needsModule).map(\.name)
      guard name != "*", !known.contains(name) else { return nil }
      let message = kind == .source ? "the graph has no source \(quoted(name))" : "the graph has no operation \(quoted(name)) that runs a module"
      return file.diagnostic(
        .error, .unknownName, at: location, message, found: name, suggestion: suggestion(for: name, among: known),
        fix: "the graph has \(known.isEmpty ? "none" : known.map { quoted($0) }.joined(separator: ", "))")
    }
  }
}

extension RunOptions {
  /// What holds for one source.
  func time(of source: String) -> TimeSettings { time.with(configuration?.sources[source]) }
  func inFlightLimit(of source: String) -> InFlight.Limit {
    let own = configuration?.sources[source], common = configuration?.sources["*"]
    return InFlight.Limit(items: own?.maxInFlight ?? common?.maxInFlight ?? .max, bytes: own?.maxInFlightBytes ?? common?.maxInFlightBytes ?? .max)
  }

  /// What holds for one operation.
  func errorPolicy(of operation: String) -> ErrorPolicy { errorPolicy.with(configuration?.operations[operation]) }
  func limits(of operation: String) -> StoreLimits { limits.with(configuration?.operations[operation]) }
  func isExclusive(_ operation: String) -> Bool {
    configuration?.operations[operation]?.isExclusive ?? configuration?.operations["*"]?.isExclusive ?? false
  }
}

extension TimeSettings {
  fileprivate func with(_ source: RunConfiguration.Source?) -> TimeSettings {
    TimeSettings(source?.timeDomain ?? domain, allowedLateness: source?.allowedLateness ?? allowedLateness, late: source?.late ?? late,
      idleAfter: source?.idleAfter ?? idleAfter)
  }
}

extension ErrorPolicy {
  fileprivate func with(_ operation: RunConfiguration.Operation?) -> ErrorPolicy {
    ErrorPolicy(operation?.onError ?? consequence, retries: operation?.retry ?? retries)
  }
}

extension StoreLimits {
  fileprivate func with(_ operation: RunConfiguration.Operation?) -> StoreLimits {
    var limits = self
    if let memory = operation?.maxMemory { limits = StoreLimits(memory: memory, callMilliseconds: callMilliseconds) }
    if let timeout = operation?.timeout { limits.callMilliseconds = timeout.nanoseconds / 1_000_000 }
    return limits
  }
}
