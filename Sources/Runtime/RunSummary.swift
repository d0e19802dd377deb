public import Dataflow
public import InputLog
public import OperatorHost

/// What a finished run did and where its time went.
public struct RunSummary: Sendable {
  /// One operation, over all workers.
  public struct Operation: Sendable {
    public let name: String
    public let kind: Graph.Operation.Kind
    public var counters = OperationCounters()
    /// Of operations that run a module.
    public var statistics: OperatorStatistics?
    /// The largest linear memory of any worker's instance, in bytes.
    public var memorySize = 0

    /// Adds what another worker did.
    static func += (left: inout Operation, right: Operation) {
      left.counters += right.counters
      left.memorySize = max(left.memorySize, right.memorySize)
      guard let statistics = right.statistics else { return }
      left.statistics = left.statistics ?? OperatorStatistics()
      left.statistics? += statistics
    }
  }

  /// How long the run took to be ready for the first item, in nanoseconds.
  public struct Startup: Sendable {
    /// Reading, decoding and compiling modules, or loading their compiled code.
    public var modules: UInt64 = 0
    /// Instantiating and initialising operators on all workers, loading models included.
    public var instances: UInt64 = 0
    /// The part of `instances` that loading models took, over all operators of the slowest worker.
    public var models: UInt64 = 0
    /// How many core modules were compiled rather than loaded.
    public var compiledModules = 0
  }

  public var progress: RunProgress
  public var operations: [Operation]
  public var startup: Startup
  public var workers: Int
  /// Distinct models in memory when the run ended.
  public var liveSessions: Int
  /// Whether `stop()` ended the run before its input did.
  public var wasStopped: Bool
  /// Of a run that replayed a recording.
  public var replay: Replay?

  public struct Replay: Sendable, Hashable {
    /// The recording's items.
    public var items: UInt64
    /// Nil if the replay was stopped before that.
    public var end: InputLogReader.End?
    /// How much of the recording was read, in bytes.
    public var bytes: UInt64
  }
}
