public import Dataflow
public import EndpointKit
public import Telemetry

/// What happens during a run that a user may want to hear of. Events come from many threads.
public enum RunEvent: Sendable {
  /// All workers are ready for the first item.
  case ready(RunSummary.Startup)
  /// An operator failed on an item; what becomes of it, the operation's error policy says.
  case failed(operation: String, item: String, error: OperatorError)
  /// A source could not take in one message; the run goes on.
  case refused(EndpointError)
  /// The run is doing better or worse than before.
  case health(RunHealth)
  /// Something that goes on as it is, but perhaps not as it was meant to. Said once, and counted.
  case notice(operation: String, message: String)
  /// An operator, or the host on its behalf, has something to say.
  case log(LogRecord)
}
