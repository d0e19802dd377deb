public import Dataflow
public import EndpointKit
public import OperatorHost

/// What happens during a run that a user may want to hear of. Events come from many threads.
public enum RunEvent: Sendable {
  /// All workers are ready for the first item.
  case ready(RunSummary.Startup)
  /// An operator failed on an item; the item is dropped and the run goes on.
  case failed(operation: String, item: String, error: OperatorError)
  /// The source could not take in one message; the run goes on.
  case refused(EndpointError)
  /// An operator, or the host on its behalf, has something to say.
  case log(operation: String, level: OperatorLogLevel, context: String, message: String)
}
