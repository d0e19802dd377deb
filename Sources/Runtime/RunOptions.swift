public import GraphDefinition
public import Inference
public import WebAssembly

/// How a graph is to be run. The defaults suit a laptop and an edge box alike.
public struct RunOptions: Sendable {
  /// The graph file.
  public var graph: String
  /// Folders to look for modules in, before the usual ones.
  public var moduleFolders: [String] = []
  /// Parameters that replace the graph's defaults.
  public var overrides: [GraphDefinition.Override] = []
  /// Threads that run the graph, each with instances of its own.
  public var workers = 1
  /// Refuse what is tolerated otherwise: the old file generation, undeclared features.
  public var strict = false
  /// What each operator instance may use.
  public var limits = StoreLimits()
  public var inference = SessionOptions()
  /// Where compiled code is kept.
  public var codeCache: CodeCache
  /// The most messages that a worker takes at once. Twice as many for each worker may wait in front of them; that is all that is in memory.
  public var maximumBatch = 256

  public init(graph: String, codeCache: CodeCache = .standard) {
    self.graph = graph
    self.codeCache = codeCache
  }
}
