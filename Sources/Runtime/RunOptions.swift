public import Dataflow
public import GraphDefinition
internal import Glibc
public import Inference
public import OperatorHost
public import RPC
public import SchemaRegistry
public import StateStore
public import Telemetry
public import WebAssembly

/// How a graph is to be run. The defaults suit a laptop and an edge box alike.
public struct RunOptions: Sendable {
  /// The graph file.
  public var graph: String
  /// Folders to look for modules in, before the usual ones.
  public var moduleFolders: [String] = []
  /// Parameters that replace the graph's defaults.
  public var overrides: [GraphDefinition.Override] = []
  /// Threads that run the graph, each with instances of its own. What comes out is the same for any number.
  public var workers = RunOptions.processorCount
  /// Refuse what is tolerated otherwise: the old file generation, undeclared features.
  public var strict = false
  /// Where items have their times from, and how late they may be.
  public var time = TimeSettings()
  /// What becomes of items that operators fail on.
  public var errorPolicy = ErrorPolicy()
  /// How much delay and accumulate may hold together, in bytes, and what happens when that is not enough.
  public var heldBytes = 256 << 20
  public var whenFull = Worker.FullPolicy.split
  /// What the operators' state store is; nil for one in memory that ends with the run.
  public var stateStore: (any KeyValueStore)?
  public var schemaRegistry: any SchemaRegistry = NoSchemaRegistry()
  /// The connection over which operators call commands of other services; nil if the run has none.
  public var remoteCalls: RPCClient?
  /// Where the operators' counters and histograms go.
  public var metrics: any OperatorMetrics = MemoryMetrics()
  /// The schemas of the graph's input, which every operator is given when it starts.
  public var schemas: [ModuleSchema] = []
  /// What each operator instance may use.
  public var limits = StoreLimits()
  /// What differs for single sources and operations. Set by ``RunConfiguration/apply(to:)``.
  public var configuration: RunConfiguration?
  public var inference = SessionOptions()
  /// Where compiled code is kept.
  public var codeCache: CodeCache
  /// The most messages that a worker takes at once. Twice as many for each worker may wait in front of them.
  public var maximumBatch = 256

  public init(graph: String, codeCache: CodeCache = .standard) {
    self.graph = graph
    self.codeCache = codeCache
  }

  /// The processors that the system runs on.
  public static let processorCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
