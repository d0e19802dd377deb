/// Turns each item's data into other data; the logical time stays.
///
/// Operators are called by one worker only, one call at a time, and may keep state between calls.
public protocol MapOperator: AnyObject {
  func map(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> DataModel
}

/// Keeps an item as it is, or drops it. Called by one worker only.
public protocol FilterOperator: AnyObject {
  func isIncluded(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool
}

/// Sends an item as it is out of one of two arms: true → "True". Called by one worker only.
public protocol BranchOperator: AnyObject {
  func branch(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Bool
}

/// Folds items of one logical time into one. Called by one worker only.
public protocol AccumulateOperator: AnyObject {
  /// - Parameters:
  ///   - items: at least one, in order.
  ///   - staged: the result of the call before for the same time; at first a message with an empty payload.
  func accumulate(_ items: [DataModel], into staged: DataModel) throws(OperatorError) -> DataModel
}

/// Moves an item to a later logical time, as it is. Called by one worker only.
public protocol DelayOperator: AnyObject {
  /// The new time. An earlier one than the item's counts as the item's.
  func delay(_ data: DataModel, at time: Timestamp) throws(OperatorError) -> Timestamp
}

/// An operation's operator, of the kind that the graph says.
public enum Operator {
  case map(any MapOperator)
  case filter(any FilterOperator)
  case branch(any BranchOperator)
  case accumulate(any AccumulateOperator)
  case delay(any DelayOperator)

  var kind: Graph.Operation.Kind {
    switch self {
    case .map: .map
    case .filter: .filter
    case .branch: .branch
    case .accumulate: .accumulate
    case .delay: .delay
    }
  }
}
